"""The score that the Mozilla HTTP Observatory gives, by its published rules (MDN, "Tests & Scoring").

A site starts with 100 and loses penalties; if 90 are left, bonuses are added. 100 and more is A+.
Left out is what a test on one machine can't have: preloading of HSTS (a bonus) and certificates.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http.cookies import Morsel, SimpleCookie
from urllib.parse import urlsplit

GRADES = [(100, "A+"), (90, "A"), (85, "A-"), (80, "B+"), (70, "B"), (65, "B-"), (60, "C+"), (50, "C"), (45, "C-")]
GRADES += [(40, "D+"), (30, "D"), (25, "D-"), (0, "F")]

SIX_MONTHS = 15_768_000
BROAD = {"*", "http:", "https:", "ftp:", "http://*", "https://*", "http://*.*", "https://*.*"}
INLINE = {"'unsafe-inline'", "data:"}
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
LOOSE = {"origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade"}


@dataclass(frozen=True)
class Answer:
    """What a scan saw: a page over https, and where plain http leads."""

    headers: Mapping[str, str]  # Names in lower case.
    body: str = ""
    cookies: tuple[str, ...] = ()  # Set-Cookie, as sent.
    host: str = "vp.example.org"
    http_status: int = 301
    http_location: str = "https://vp.example.org/"
    policy: Mapping[str, set[str]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "policy", parsed(self.headers.get("content-security-policy", "")))


def parsed(policy: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for part in policy.split(";"):
        name, *sources = part.lower().split() or [""]
        if name:
            found.setdefault(name, set(sources))
    return found


def score(answer: Answer) -> tuple[int, dict[str, int]]:
    """The score, and what each rule gave."""
    parts = {rule.__name__: rule(answer) for rule in RULES}
    base = 100 + sum(part for part in parts.values() if part < 0)
    bonus = sum(part for part in parts.values() if part > 0) if base >= 90 else 0
    return max(base + bonus, 0), parts


def grade(points: int) -> str:
    return next(letter for least, letter in GRADES if points >= least)


def content_security_policy(answer: Answer) -> int:
    policy = answer.policy
    if not policy:
        return -25
    standard = policy.get("default-src", {"*"})
    script, style, objects = (policy.get(name, standard) for name in ("script-src", "style-src", "object-src"))
    active = {s for name, sources in policy.items() if name not in ("img-src", "media-src") for s in sources} | script
    passive = {s for name in ("img-src", "media-src") for s in policy.get(name, standard)}
    verdicts = [
        (bool(script & (BROAD | INLINE) or objects & BROAD), -20),
        (_plain(active - {"*"}), -20),
        ("'unsafe-eval'" in script | style, -10),
        (_plain(passive), -10),
        (bool(style & (BROAD | INLINE)), 0),
        (standard == {"'none'"}, 10),
    ]
    return next((points for found, points in verdicts if found), 5)


def _plain(sources: Iterable[str]) -> bool:
    return any(source.startswith(("http:", "ftp:")) for source in sources)


def cookies(answer: Answer) -> int:
    if not answer.cookies:
        return 0
    safe = strict_transport_security(answer) >= 0
    worst = [_cookie(morsel, safe) for text in answer.cookies for morsel in SimpleCookie(text).values()]
    return min(worst)


def _cookie(cookie: Morsel, safe: bool) -> int:
    session = any(part in cookie.key.lower() for part in ("login", "sess"))
    same_site = cookie["samesite"].lower()
    faults = [
        (session and not cookie["secure"], -10 if safe else -40),
        (session and not cookie["httponly"], -30),
        (not cookie["secure"], -5 if safe else -20),
        (same_site not in ("", "lax", "strict", "none"), -20),
        (same_site == "none" and not cookie["secure"], -20),
        ("csrf" in cookie.key.lower() and not same_site, -20),
    ]
    return min([points for found, points in faults if found] or [5 if same_site else 0])


def cross_origin_resource_sharing(answer: Answer) -> int:
    reflected = answer.headers.get("access-control-allow-origin", "") not in ("", "*")
    return -50 if reflected and "access-control-allow-credentials" in answer.headers else 0


def cross_origin_resource_policy(answer: Answer) -> int:
    known = {"": 0, "cross-origin": 0, "same-origin": 10, "same-site": 10}
    return known.get(answer.headers.get("cross-origin-resource-policy", ""), -5)


def redirection(answer: Answer) -> int:
    if answer.http_status not in (301, 302, 303, 307, 308):
        return -20
    target = urlsplit(answer.http_location)
    if target.scheme != "https":
        return -10
    return 0 if target.hostname == answer.host else -5


def referrer_policy(answer: Answer) -> int:
    given = answer.headers.get("referrer-policy")
    if given is None:
        return 0
    known = [word for word in (part.strip().lower() for part in given.split(",")) if word in PRIVATE | LOOSE]
    return 5 if known and known[-1] in PRIVATE else -5


def strict_transport_security(answer: Answer) -> int:
    age = re.search(r"max-age=\"?(\d+)", answer.headers.get("strict-transport-security", ""))
    if not age:
        return -20
    return 0 if int(age[1]) >= SIX_MONTHS else -10


def subresource_integrity(answer: Answer) -> int:
    tags = re.findall(r"<script\b[^>]*\bsrc=[^>]*>", answer.body)
    scores = []
    for tag in tags:
        source = re.search(r"src=[\"']?([^\"'\s>]+)", tag)
        assert source
        target = urlsplit(source[1])
        own = not target.netloc or (target.scheme and target.hostname == answer.host)
        sealed, secure = "integrity=" in tag, target.scheme == "https" or not target.netloc
        scores.append((5 if sealed else 0) if own else _foreign(sealed, secure))
    return min(scores, default=0)


def _foreign(sealed: bool, secure: bool) -> int:
    if sealed:
        return 5 if secure else -20
    return -5 if secure else -50


def content_type_options(answer: Answer) -> int:
    return 0 if answer.headers.get("x-content-type-options", "").lower() == "nosniff" else -5


def frame_options(answer: Answer) -> int:
    if answer.policy.get("frame-ancestors"):
        return 5
    given = answer.headers.get("x-frame-options", "").lower()
    return 0 if given in ("deny", "sameorigin") or given.startswith("allow-from") else -20


RULES = (
    content_security_policy,
    cookies,
    cross_origin_resource_sharing,
    cross_origin_resource_policy,
    redirection,
    referrer_policy,
    strict_transport_security,
    subresource_integrity,
    content_type_options,
    frame_options,
)
