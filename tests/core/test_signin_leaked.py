"""Leaked passwords: a sorted file of hashes, looked up where it lies."""

import hashlib
import secrets

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from vp_portal import start
from vp_portal.core.signin import leaked


def sha1(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


def written(path, passwords, *, end="\r\n", counts=True):
    lines = (f"{sha1(each)}:{len(each) ** 5}" if counts else sha1(each) for each in passwords)
    path.write_bytes(end.join([*sorted(lines), ""]).encode())
    return path


@pytest.fixture
def file(tmp_path):
    return tmp_path / "leaked.txt"


@given(st.sets(st.text(), max_size=40), st.sets(st.text(), max_size=5), st.sampled_from(["\n", "\r\n"]), st.booleans())
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_exactly_what_is_in_the_file_is_found(file, inside, others, end, counts):
    written(file, inside, end=end, counts=counts)
    assert all(leaked.is_leaked(each, file) for each in inside)
    assert not any(leaked.is_leaked(each, file) for each in others - inside)


def test_a_large_file_is_read_in_few_places(file, monkeypatch):
    written(file, [str(n) for n in range(20_000)])
    asked, line_at = [], leaked._line_at
    monkeypatch.setattr(leaked, "_line_at", lambda file, offset: asked.append(offset) or line_at(file, offset))
    assert leaked.is_leaked("19999", file)
    assert len(asked) < 25


def test_a_leaked_password_is_refused_whatever_it_looks_like(file, settings):
    password = "korrekt häst batteri häftklammer"
    validate_password(password)
    settings.LEAKED_PASSWORDS = str(written(file, [password, "annat"]))
    with pytest.raises(ValidationError, match="har läckt"):
        validate_password(password)
    validate_password(secrets.token_urlsafe(24))


def test_what_can_not_be_tried_is_not_taken(settings, tmp_path):
    settings.LEAKED_PASSWORDS = str(tmp_path / "gone.txt")
    with pytest.raises(ValidationError, match="kunde inte prövas"):
        validate_password(secrets.token_urlsafe(24))


def test_the_command_tells_that_a_file_will_do(file, capsys, settings):
    settings.LEAKED_PASSWORDS = str(written(file, [str(n) for n in range(500)]))
    call_command("check_leaked_passwords")
    assert "duger" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "40 tecken"),
        (b"password\n", "40 tecken"),
        (b"F" * 40 + b":1\n" + b"0" * 40 + b":1\n", "inte sorterad"),
        (None, "går inte att läsa"),
    ],
)
def test_the_command_tells_what_is_wrong_with_a_file(file, content, reason):
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError, match=reason):
        call_command("check_leaked_passwords", file)


def test_the_portal_does_not_start_without_the_file_it_is_told_of(tmp_path):
    values = {"SECRET_KEY": "x", "DATABASE_URL": "x", "VP_TRIAL": "1"}
    assert start.problem(values) is None
    assert "finns inte" in start.problem(values | {"VP_LEAKED_PASSWORDS": str(tmp_path / "gone.txt")})
