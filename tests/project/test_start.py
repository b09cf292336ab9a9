"""The portal refuses to start where it is not safe: one line and a code, no traceback."""

import os
import secrets
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from vp_portal import start

GOOD = {
    "SECRET_KEY": secrets.token_urlsafe(50),
    "DATABASE_URL": os.environ["DATABASE_URL"],
    "ALLOWED_HOSTS": "vp.example.org",
}
DIRECTORY = {"VP_OIDC_ISSUER": "https://login.example.org", "VP_OIDC_CLIENT_ID": "vp"}


def without(*names, **values):
    return {name: value for name, value in {**GOOD, **values}.items() if name not in names}


UNSAFE = [
    (without("SECRET_KEY"), "SECRET_KEY måste sättas"),
    (without("DATABASE_URL"), "DATABASE_URL måste sättas"),
    (without(SECRET_KEY=""), "SECRET_KEY måste sättas"),
    (without(SECRET_KEY="a-b-c-d-e-f-g"), "för kort"),
    (without(SECRET_KEY="x" * 60), "går att gissa"),
    (without(SECRET_KEY="django-insecure-" + GOOD["SECRET_KEY"]), "går att gissa"),
    (without(SECRET_KEY="changeme" * 8 + "abcdefgh"), "går att gissa"),
    (without(VP_SECRET_KEY_FALLBACKS=f"{secrets.token_urlsafe(50)}, gammal"), "VP_SECRET_KEY_FALLBACKS är för kort"),
    (
        without(VP_SECRET_KEY_FALLBACKS="django-insecure-" + GOOD["SECRET_KEY"]),
        "VP_SECRET_KEY_FALLBACKS är ett exempel",
    ),
    (without(DEBUG="1"), "DEBUG"),
    (without("ALLOWED_HOSTS"), "ALLOWED_HOSTS måste"),
    (without(ALLOWED_HOSTS=" , "), "ALLOWED_HOSTS måste"),
    (without(ALLOWED_HOSTS="*"), "får inte innehålla *"),
    (without(ALLOWED_HOSTS="vp.example.org,*.example.org"), "får inte innehålla *"),
    (without(VP_TRIAL="1"), "bara för den egna datorn"),
    (without(VP_TRIAL="1", ALLOWED_HOSTS="127.0.0.1,192.168.1.7"), "192.168.1.7"),
    (without(VP_TRIAL="1", ALLOWED_HOSTS="*"), "bara för den egna datorn"),
    (without(VP_OIDC_ISSUER="http://login.example.org"), "https://"),
    (without(**DIRECTORY), "VP_OIDC_CLIENT_SECRET saknas"),
]


@pytest.mark.parametrize(("environ", "words"), UNSAFE)
def test_what_is_unsafe_is_told_in_a_sentence(environ, words):
    assert words in start.problem(environ)
    assert "\n" not in start.problem(environ)


@pytest.mark.parametrize(
    "environ",
    [
        GOOD,
        without(VP_SECRET_KEY_FALLBACKS=f"{secrets.token_urlsafe(50)},{secrets.token_urlsafe(50)}"),
        without("ALLOWED_HOSTS", VP_TRIAL="1", DEBUG="1", SECRET_KEY="dev"),
        without(VP_TRIAL="1", ALLOWED_HOSTS="localhost,127.0.0.1,[::1]"),
        without(VP_OIDC_CLIENT_SECRET="x", **DIRECTORY),
        without(ALLOWED_HOSTS=".example.org"),
    ],
)
def test_what_is_safe_starts(environ):
    assert start.problem(environ) is None


def test_a_random_secret_is_never_taken_for_an_example():
    assert not [key for _ in range(200) if start.problem(without(SECRET_KEY=(key := secrets.token_urlsafe(50))))]


def run(*command, **environ):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-W", "ignore", *command],
        cwd=ROOT,
        env=kept | environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "command",
    [
        ("manage.py", "check"),
        ("-c", "import vp_portal.wsgi"),
        ("-m", "gunicorn", "vp_portal.wsgi", "--bind", "127.0.0.1:0", "--log-level", "critical"),
    ],
    ids=["manage.py", "wsgi", "gunicorn"],
)
def test_every_way_in_ends_with_the_line_and_a_code(command):
    ended = run(*command, **without(ALLOWED_HOSTS="*"))
    assert ended.returncode == start.REFUSED
    assert "VP-portalen startar inte: ALLOWED_HOSTS får inte innehålla *" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_cookies_in_production_are_bound_to_the_host():
    names = "SESSION_COOKIE_NAME CSRF_COOKIE_NAME SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE CSRF_COOKIE_HTTPONLY"
    code = (
        f"from vp_portal import settings as s; print(*(getattr(s, n) for n in '{names} SECOND_FACTOR_ROLES'.split()))"
    )
    told = run("-c", code, **GOOD).stdout
    assert told.split() == [
        "__Host-session",
        "__Host-csrf",
        "True",
        "True",
        "True",
        "['administrator',",
        "'controller']",
    ]


def test_the_trial_alone_can_do_without_a_second_factor():
    code = "from vp_portal import settings as s; print(s.SECOND_FACTOR_ROLES)"
    assert run("-c", code, **without("ALLOWED_HOSTS", VP_TRIAL="1")).stdout.strip() == "[]"
    assert "administrator" in run("-c", code, **without(VP_TRIAL_MFA="0", VP_TRIAL="0")).stdout
