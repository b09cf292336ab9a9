"""The server in production settings, behind a proxy with https."""

import json
import re
import secrets
import time
from collections.abc import Iterator

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from tests.browser.conftest import PASSWORD, Served, served
from tests.browser.visitor import HOST, Visitor
from tests.observatory import Answer, grade, score


@pytest.fixture(scope="module")
def production(environment):
    """The demo department served as in production."""
    env = {name: value for name, value in environment.items() if name not in ("VP_TRIAL", "VP_DEMO_PASSWORD", "DEBUG")}
    with served(env | {"ALLOWED_HOSTS": HOST, "SECRET_KEY": secrets.token_urlsafe(50)}) as found:
        yield found


@pytest.fixture
def visitor(production: Served) -> Visitor:
    return Visitor(production.port)


@pytest.fixture(scope="module")
def member(production: Served) -> Iterator[Visitor]:
    """A reader who is signed in, with the second factor that production asks of every local account."""
    visitor = Visitor(production.port)
    answer = visitor.sign_in("las", PASSWORD)
    assert answer.status == 302, answer.body
    assert visitor.ask("/").headers["location"] == "/account/"
    visitor.fill("/account/confirm/password/", password=PASSWORD)
    page = visitor.ask("/account/app/").body  # Another look would make another secret.
    secret = re.search(r"qr__secret[^>]*>\s*([A-Z2-7]+)", page)
    assert secret
    code = format_hotp_value(hotp_value(secret[1], int(time.time()) // 30))
    answer = visitor.fill("/account/app/", page, code=code)
    assert answer.headers["location"] == "/account/codes/new/"
    yield visitor
    visitor.fill("/account/app/remove/")


def scanned(visitor: Visitor, path: str) -> Answer:
    plain, page = visitor.ask(path, scheme="http"), visitor.ask(path)
    return Answer(page.headers, page.body, page.cookies, HOST, plain.status, plain.headers.get("location", ""))


def test_the_page_that_anyone_sees_has_the_highest_grade(visitor):
    points, parts = score(scanned(visitor, "/sign-in/"))
    assert grade(points) == "A+"
    assert points == 135, parts


@pytest.mark.parametrize("path", ["/", "/plan/", "/services/", "/finance/", "/no-such-page/"])
def test_so_has_what_a_reader_sees(member, path):
    points, parts = score(scanned(member, path))
    assert grade(points) == "A+", parts


def test_what_a_session_begins_with_keeps_the_grade(visitor):
    signed_in = visitor.sign_in("las", PASSWORD)
    assert signed_in.cookies
    assert score(Answer(signed_in.headers, "", signed_in.cookies))[1]["cookies"] == 5


def test_every_cookie_is_bound_to_the_host(visitor):
    cookies = [*visitor.ask("/sign-in/").cookies, *visitor.sign_in("ledning", PASSWORD).cookies]
    token = visitor.ask("/account/").body.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    for theme in ("dark", ""):
        cookies += visitor.ask("/theme/", method="POST", data={"theme": theme, "csrfmiddlewaretoken": token}).cookies
    assert len(cookies) > 3
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        assert "Secure" in cookie
        assert "SameSite=Lax" in cookie
        assert "Domain" not in cookie


@pytest.mark.parametrize(
    "path", ["/.git/HEAD", "/static/", "/static/../manage.py", "/manage.py", "/files/", "/var/", "/gallery/", "/docs/"]
)
def test_nothing_but_pages_and_collected_files_is_served(member, path):
    assert member.ask(path).status == 404


def test_a_request_is_not_echoed(visitor):
    assert "an-echo" not in visitor.ask("/sign-in/", method="TRACE", **{"X-Echo": "an-echo"}).body


def test_plain_http_leads_to_https_on_the_same_host(visitor):
    answer = visitor.ask("/plan/?tertial=2025T2", scheme="http")
    assert (answer.status, answer.headers["location"]) == (301, f"https://{HOST}/plan/?tertial=2025T2")


def test_a_static_file_is_kept_by_its_hash_and_shared_with_nobody(visitor):
    page = visitor.ask("/sign-in/").body
    path = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    headers = visitor.ask(path).headers
    assert "immutable" in headers["cache-control"]
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("host", ["evil.example", f"{HOST}.evil.example", f"{HOST}@evil.example", "127.0.0.1", ""])
def test_another_host_is_refused_without_being_repeated(visitor, host):
    answer = visitor.ask("/sign-in/", Host=host)
    assert answer.status == 400
    assert "evil" not in answer.body


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL"])
def test_no_other_header_chooses_the_host_or_the_path(visitor, name):
    answer = visitor.ask("/", **{name: "evil.example"})
    assert answer.status == 302
    assert "evil" not in answer.headers["location"] + answer.body


def test_every_line_of_the_log_is_json(production, visitor):
    for path in ("/sign-in/", "/no-such/%0d%0a%00/", "/%e2%80%a8/"):
        visitor.ask(path, **{"User-Agent": "x\x1b[2J"})
    visitor.ask("/", Host="evil.example")
    lines = production.log.read_text().split("\n")[:-1]
    assert {json.loads(line)["logger"] for line in lines} >= {"vp_portal.requests", "django.security.DisallowedHost"}
