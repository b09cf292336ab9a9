"""One line a request and a record, that nothing from outside can break, with no more in it than it should."""

import json
import logging

import psycopg
import pytest
from django.db import IntegrityError
from django.test import Client

from tests.factories.core import PASSWORD, UserFactory
from tests.payloads import payloads
from vp_portal.core import logs
from vp_portal.core.logs import JsonLines, TextLines, WithoutSecrets

pytestmark = pytest.mark.urls("tests.core.failing_urls")

BREAKERS = [*payloads("lines"), "\r\n", "\n", "\x00", "\u2028", "\u2029", "\x85", "\x1b[2J", "\u202e"]


@pytest.fixture
def visitor(settings):
    settings.SECURE_SSL_REDIRECT = False
    return Client(raise_request_exception=False)


@pytest.fixture
def lines(caplog):
    """What a logger has written so far, a line each, as production writes it."""
    caplog.set_level(logging.INFO)
    caplog.handler.setFormatter(JsonLines())

    def written(name="vp_portal.requests"):
        return [line for line in caplog.text.split("\n")[:-1] if json.loads(line)["logger"] == name]

    return written


def record(message="x", error=None, **extra):
    found = logging.makeLogRecord({"msg": message, "name": "test", "levelname": "INFO", **extra})
    found.exc_info = (type(error), error, error.__traceback__) if error else None
    return found


def raised(error):
    try:
        raise error
    except type(error) as caught:
        return caught


def test_a_request_is_one_line_with_what_is_needed_to_find_it(visitor, lines, db):
    user = UserFactory()
    visitor.force_login(user)
    response = visitor.get("/gallery/?q=hemligt", REMOTE_ADDR="192.0.2.7")
    (line,) = map(json.loads, lines())
    assert {key: line[key] for key in ("method", "path", "status", "user", "address", "request")} == {
        "method": "GET",
        "path": "/gallery/",
        "status": 200,
        "user": user.pk,
        "address": "192.0.2.7",
        "request": response.headers["X-Request-ID"],
    }
    assert line["milliseconds"] >= 0


@pytest.mark.parametrize("text", BREAKERS)
def test_nothing_from_outside_breaks_a_line(visitor, lines, text):
    path = f"/fails/{text}/".encode().decode("latin-1")  # as a server passes the bytes of a path
    visitor.get("/", PATH_INFO=path, headers={"user-agent": text, "x-request-id": text, "x-forwarded-for": text})
    (line,) = lines()
    assert line.splitlines() == [line]
    assert line.isprintable()
    assert text.strip("/") in json.loads(line)["path"]


@pytest.mark.parametrize("text", BREAKERS)
def test_no_text_breaks_a_line_for_people(text):
    line = TextLines().format(record(f"a{text}b", path=text))
    assert line.splitlines() == [line]
    assert line.isprintable()


def test_the_address_may_not_choose_the_id(visitor):
    response = visitor.get("/sign-in/", headers={"x-request-id": "0123456789abcdef"})
    assert response.headers["X-Request-ID"] != "0123456789abcdef"


@pytest.mark.parametrize(
    ("proxies", "told", "address"),
    [
        (0, "198.51.100.1", "192.0.2.7"),
        (1, "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        (2, "203.0.113.9, 198.51.100.1", "203.0.113.9"),
        (1, "", "192.0.2.7"),
        (1, "198.51.100.1\r\nx", "192.0.2.7"),
    ],
)
def test_the_address_is_what_a_trusted_proxy_met(visitor, lines, settings, proxies, told, address):
    settings.TRUSTED_PROXIES = proxies
    visitor.get("/fails/denied/", REMOTE_ADDR="192.0.2.7", headers={"x-forwarded-for": told})
    assert json.loads(lines()[0])["address"] == address


def test_no_password_cookie_or_name_is_in_the_log(visitor, caplog, lines, db, settings):
    user = UserFactory(first_name="Hemligt", last_name="Namn")
    visitor.post("/sign-in/?next=/token-in-query/", {"username": user.username, "password": PASSWORD})
    visitor.get("/gallery/")
    session = visitor.cookies[settings.SESSION_COOKIE_NAME].value
    for secret in (PASSWORD, session, "Hemligt", "token-in-query", user.username):
        assert secret not in caplog.text


@pytest.mark.parametrize("how", ["denied", "error", "database"])
def test_a_key_in_the_address_is_left_out(visitor, lines, caplog, how):
    caplog.handler.addFilter(WithoutSecrets())
    visitor.get(f"/fails/{how}/with/a-key-that-opens/")
    assert json.loads(lines()[0])["path"] == f"/fails/{how}/with/…/"
    assert "a-key-that-opens" not in caplog.text


def test_a_key_in_an_address_that_is_led_to_https_is_left_out(visitor, lines, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert visitor.get("/plan/calendar/a-key-that-opens.ics").status_code == 301
    assert json.loads(lines()[0])["path"] == "/plan/calendar/….ics"


def test_an_error_has_its_frames_and_the_requests_id(visitor, lines):
    response = visitor.get("/fails/error/")
    (line,) = map(json.loads, lines("django.request"))
    assert line["request"] == response.headers["X-Request-ID"]
    assert line["error"][-1] == "builtins.ValueError: hemligt"
    assert any("failing_urls.py" in frame for frame in line["error"])


@pytest.mark.parametrize("form", [JsonLines, TextLines])
def test_the_databases_words_are_not_kept_since_they_quote_the_row(form):
    cause = psycopg.errors.UniqueViolation("Key (name)=(hemligt) already exists")
    error = IntegrityError("Key (name)=(hemligt) already exists")
    error.__cause__ = cause
    line = form().format(record(error=raised(error)))
    assert "hemligt" not in line
    assert "23505" in line


def test_what_else_a_record_carries_is_not_written():
    assert "hemligt" not in JsonLines().format(record(job={"args": "hemligt"}, request="hemligt"))


def test_a_long_text_is_cut():
    assert len(JsonLines().format(record("x" * 100_000, path="y" * 100_000))) < 3 * logs.LONGEST


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/fails/suspicious/", 400),
        ("/fails/denied/", 403),
        ("/fails/no-such-page/", 404),
        ("/fails/error/", 500),
        ("/fails/database/", 503),
    ],
)
def test_an_error_page_shows_the_requests_id(visitor, db, path, status):
    visitor.force_login(UserFactory())
    response = visitor.get(path)
    assert response.status_code == status
    assert f"Ärende-id <code>{response.headers['X-Request-ID']}</code>" in response.content.decode()


@pytest.mark.django_db
def test_the_page_of_a_stale_form_shows_the_requests_id(settings):
    settings.SECURE_SSL_REDIRECT = False
    response = Client(enforce_csrf_checks=True).post("/theme/")
    assert response.status_code == 403
    assert response.headers["X-Request-ID"] in response.content.decode()
