"""A world whose texts are attacks, and a reader who looks at every page of it for what an attack would leave."""

import datetime as dt
import itertools
import re
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import Error, models, transaction
from django.test import Client
from django.urls import Resolver404, resolve

from tests.payloads import payloads
from tests.project.test_architecture import ADDRESSES, FLOORS
from vp_portal.core import database_roles

#: What a store keeps to be compared, not shown: a hash, a salt. A cost object's kind is what its class says.
NOT_TEXT = {"password", "actor_salt", "target_salt", "sha256", "kind"}
COMPUTED = "1787569"  # What the template payloads would become.
UNSEEN = re.compile(r"^/(sign-out|theme|csp-report)/|/logout/|[?&]format=|/jsi18n/")


def text_fields() -> list[tuple[type[models.Model], models.Field]]:
    """Every column of ours, history included, that holds text of one's own choosing."""
    ours = [model for floor in FLOORS for model in apps.get_app_config(floor).get_models()]
    return [
        (model, field)
        for model in ours
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.CharField | models.TextField) and not field.choices and field.name not in NOT_TEXT
    ]


class Texts:
    """A text for each field: as many attacks as fit, each list in turn so that all are used."""

    def __init__(self, attacks: list[str]) -> None:
        self.attacks, self.turn = [each.replace("\0", "") for each in attacks], itertools.count()

    def for_field(self, field: models.Field) -> str:
        if not field.max_length:
            return "\n\n".join(self.attacks)
        start = next(self.turn)
        fitting = [each for each in self.attacks if len(each) <= field.max_length - 4]
        return fitting[start % len(fitting)] if fitting else ""


def poison(attacks: list[str]) -> Counter[str]:
    """Writes attacks into every text field of every row there is; how many rows of each field took one.

    Past forms and imports, straight into the table, where the field's own rules and the database allow it.
    """
    taken: Counter[str] = Counter()
    texts = Texts(attacks)
    for model, field in text_fields():
        for number, key in enumerate(model._base_manager.order_by("pk").values_list("pk", flat=True)):
            text = texts.for_field(field)
            if field.unique or field.name in ("code", "number"):
                text = f"{text[: (field.max_length or 99) - 3]}{number}"
            if text and _keeps(model, key, field, text):
                taken[f"{model.__name__}.{field.name}"] += 1
    return taken


def _keeps(model: type[models.Model], key: Any, field: models.Field, text: str) -> bool:
    rows = model._base_manager.filter(pk=key)
    try:
        field.clean(text, None)
    except ValidationError:
        return False
    return _goes(lambda: rows.update(**{field.name: text})) or _goes(lambda: _add_another(rows, field, text))


def _goes(write: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            write()
    except Error:
        return False
    return True


def _add_another(rows: models.QuerySet, field: models.Field, text: str) -> None:
    """Rows that are only ever added. What counts them within another row, a version, counts on."""
    kept = {name: value for name, value in rows.values()[0].items() if name != rows.model._meta.pk.attname}
    rows.model._base_manager.create(**kept | _next_numbers(rows.model) | {field.attname: text})


def _next_numbers(model: type[models.Model]) -> dict[str, Any]:
    unique = [each for each in model._meta.constraints if isinstance(each, models.UniqueConstraint)]
    names = {name for constraint in unique for name in constraint.fields}
    counted = [name for name in names if isinstance(model._meta.get_field(name), models.PositiveSmallIntegerField)]
    days = [name for name in names if type(model._meta.get_field(name)) is models.DateField]
    most = model._base_manager.aggregate(**{f"most_{name}": models.Max(name) for name in [*counted, *days]})
    next_days = {name: most[f"most_{name}"] + dt.timedelta(days=1) for name in days}
    return {name: most[f"most_{name}"] + 1 for name in counted} | next_days


def is_changed(model: type[models.Model]) -> bool:
    """Whether the portal may change a row of it at all."""
    return "UPDATE" in getattr(model, "database_rights", database_roles.CHANGED)


FORBIDDEN = {
    *("iframe", "frame", "object", "embed", "applet", "base", "audio", "video", "source", "marquee", "math", "style"),
    *("animate", "set", "foreignobject", "noscript", "template", "x", "s"),
}
LOADING = {"script": "src", "img": "src", "link": "href", "form": "action", "button": "formaction", "input": "src"}


class Reader(HTMLParser):
    """Finds what no page of ours has of its own: handlers, styles, scripts, frames, addresses that run or lead away."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        bad = [name for name in given if name.startswith(("on", "hx-on", "data-hx-on")) or name in ("style", "srcdoc")]
        runs = [name for name in ("href", "src", "action", "formaction", "xlink:href") if _runs(given.get(name, ""))]
        inline = tag == "script" and "src" not in given and given.get("type") != "application/json"
        leads = tag in LOADING and _elsewhere(given.get(LOADING[tag], ""))
        refresh = tag == "meta" and given.get("http-equiv", "").lower() == "refresh"
        if tag in FORBIDDEN or bad or runs or inline or leads or refresh:
            self.found.append(self.get_starttag_text() or tag)
        if tag == "a":
            self.links.append(given.get("href", ""))


def _runs(address: str) -> bool:
    plain = re.sub(r"[\x00-\x20]", "", address).lower()
    return plain.startswith(("javascript:", "vbscript:", "data:"))


def _elsewhere(address: str) -> bool:
    return bool(re.match(r"\s*([a-z]+:|[/\\]\s*[/\\])", address, re.IGNORECASE))


def pages(client: Client, starts: list[str], most: int) -> Iterator[tuple[str, Any]]:
    """Every page that links lead to, a few of each kind."""
    waiting, seen = deque(starts), set(starts)
    opened: Counter[Any] = Counter()
    asked: dict[Any, set[str]] = defaultdict(set)
    while waiting:
        url = waiting.popleft()
        parts = urlsplit(url)
        keys, kind = set(parse_qs(parts.query)), _kind(parts.path)
        if not (keys - asked[kind] or (not keys and opened[kind] < most)):
            continue
        opened[kind] += not keys
        asked[kind] |= keys
        response = client.get(url)
        yield url, response
        if response.streaming:
            # Read to its end: the client then closes the file, and leaves the test's connection open.
            deque(response.streaming_content, maxlen=0)
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            continue
        for link in read(response).links:
            target = urlsplit(urljoin(url, link))
            path = target.path + (f"?{target.query}" if target.query else "")
            if not target.netloc and path not in seen and not UNSEEN.search(path) and not link.startswith("#"):
                seen.add(path)
                waiting.append(path)


def pages_and_files(client: Client, starts: list[str], most: int, *formats: str) -> Iterator[tuple[str, Any]]:
    """The same, and after each page that can be had as a file, that file in every format; one of a kind."""
    had = set()
    for url, response in pages(client, starts, most):
        yield url, response
        kind = _kind(urlsplit(url).path)
        if response.status_code == 200 and kind not in had and b"format=csv" in getattr(response, "content", b""):
            had.add(kind)
            for fmt in formats:
                file = f"{url}{'&' if '?' in url else '?'}format={fmt}"
                yield file, client.get(file)


def _kind(path: str) -> Any:
    try:
        found = resolve(path)
    except Resolver404:
        return path
    return found.route, found.view_name


def read(response: Any) -> Reader:
    reader = Reader()
    reader.feed(response.content.decode())
    reader.close()
    return reader


def fixed(wanted: Callable[[str], bool] = lambda path: True) -> list[str]:
    """The addresses without a part to fill."""
    return [
        path for _name, path in ADDRESSES if not re.search(r"\b1\b", path) and not UNSEEN.search(path) and wanted(path)
    ]


def attacks() -> list[str]:
    return [*payloads("xss"), *payloads("templates"), *payloads("text")]
