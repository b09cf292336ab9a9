"""Signing in with a name and a password: one answer to everyone, limits on guessing, the way back."""

import datetime as dt
import time

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.test import Client
from django.urls import reverse

from tests.factories.core import PASSWORD, UserFactory
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry, SignInAttempt

pytestmark = pytest.mark.django_db

URL = "/sign-in/"
HERE, THERE = "192.0.2.1", "198.51.100.7"
WRONG = "fel lösenord som är långt"


@pytest.fixture(autouse=True)
def few(settings) -> None:
    settings.SIGN_IN_ATTEMPTS = 3
    settings.SIGN_IN_ATTEMPTS_PER_ADDRESS = 6


def attempt(client, username, password=WRONG, address=HERE, **more):
    return client.post(URL, {"username": username, "password": password, **more}, REMOTE_ADDR=address)


def test_the_right_password_signs_in(client):
    user = UserFactory()
    assert attempt(client, user.username, PASSWORD).headers["Location"] == "/"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_session_gets_a_new_id_at_sign_in(client):
    client.get(URL)
    session = client.session
    session["before"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key
    attempt(client, UserFactory().username, PASSWORD)
    assert client.cookies["sessionid"].value != session.session_key


@pytest.mark.parametrize("kind", ["unknown", "wrong", "closed", "without password"])
def test_the_answer_never_tells_whether_an_account_exists(client, kind):
    user = UserFactory()
    closed = UserFactory(is_active=False)
    directory = UserFactory(password=None)
    name = {"unknown": "ingen", "wrong": user.username, "closed": closed.username}.get(kind, directory.username)
    password = PASSWORD if kind in ("closed", "without password") else WRONG
    answer = attempt(client, name, password)
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors() == ["Kontrollera användarnamn och lösenord och försök igen."]
    assert attempt(Client(), "någon annan").content.count(b"notice--risk") == answer.content.count(b"notice--risk")


@pytest.mark.parametrize("kind", ["unknown", "wrong", "closed", "without password"])
def test_the_time_hardly_tells_either(client, kind, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    password = None if kind == "without password" else PASSWORD
    name = UserFactory(is_active=kind != "closed", password=password).username if kind != "unknown" else "ingen"
    one_hash = _seconds(lambda: check_password(WRONG, make_password(PASSWORD))) / 2
    taken = _seconds(lambda: attempt(client, name))
    assert taken > one_hash * 0.5


def _seconds(work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def test_too_many_attempts_close_the_account_to_the_address(client):
    user = UserFactory()
    assert [attempt(client, user.username).status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = attempt(client, user.username, PASSWORD)
    assert answer.status_code == 429
    assert "För många försök" in answer.content.decode()


def test_an_account_that_does_not_exist_is_closed_in_the_same_way(client):
    assert [attempt(client, "ingen").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_nobody_is_locked_out_from_another_address(client):
    user = UserFactory()
    for _ in range(5):
        attempt(client, user.username)
    assert attempt(Client(), user.username, PASSWORD, address=THERE).status_code == 302


def test_nobody_is_locked_out_of_the_own_browser_by_a_neighbour(client):
    """Who guesses at the same address, as a colleague behind the same router may."""
    user = UserFactory(username="anna")
    attempt(client, "anna", PASSWORD)
    client.post("/sign-out/")
    for n in range(7):
        attempt(Client(), "anna")
        attempt(Client(), f"konto-{n}")
    assert attempt(Client(), "anna", PASSWORD).status_code == 429
    assert attempt(client, "Anna ", WRONG).status_code == 200
    assert attempt(client, "anna", PASSWORD).status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_known_browser_may_guess_no_more_than_others(client):
    attempt(client, UserFactory(username="anna").username, PASSWORD)
    client.post("/sign-out/")
    assert [attempt(client, "anna").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert attempt(client, "anna", PASSWORD).status_code == 429


def test_a_browser_is_known_to_the_account_that_it_signed_in_with_alone(client, settings):
    UserFactory(username="anna")
    attempt(client, UserFactory(username="bo").username, PASSWORD)
    client.post("/sign-out/")
    mark = client.cookies[settings.BROWSER_COOKIE_NAME].value
    assert "bo" not in mark.partition(":")[0]
    for each in (mark, mark.replace(mark[:4], "0000"), "", "x:y:z", "å"):
        client.cookies[settings.BROWSER_COOKIE_NAME] = each
        attempt(client, "anna")
    assert attempt(client, "anna").status_code == 429


def test_a_wrong_password_and_a_name_that_nobody_has_leave_no_mark(client, settings):
    attempt(client, UserFactory().username)
    attempt(client, "ingen")
    assert settings.BROWSER_COOKIE_NAME not in client.cookies


def test_the_spelling_of_a_name_makes_no_new_attempts(client):
    user = UserFactory(username="anna")
    for name in ("anna", "ANNA", " anna "):
        attempt(client, name)
    assert attempt(client, user.username).status_code == 429


def test_an_address_that_tries_many_accounts_is_stopped(client):
    answers = [attempt(client, f"konto-{n}").status_code for n in range(7)]
    assert answers == [200] * 6 + [429]


def test_neighbours_in_the_same_ipv6_network_are_one_visitor(client):
    for n in range(3):
        attempt(client, "anna", address=f"2001:db8:0:1::{n}")
    assert attempt(client, "anna", address="2001:db8:0:1:ffff::1").status_code == 429
    assert attempt(client, "anna", address="2001:db8:0:2::1").status_code == 200


def test_attempts_are_forgiven_after_the_cool_off(client, settings):
    user = UserFactory()
    for _ in range(4):
        attempt(client, user.username)
    SignInAttempt.objects.update(at=dt.datetime.now(dt.UTC) - dt.timedelta(seconds=settings.SIGN_IN_COOL_OFF + 1))
    assert attempt(client, user.username, PASSWORD).status_code == 302


def test_a_success_of_ones_own_forgives_no_attempts(client):
    user, attacker = UserFactory(), UserFactory()
    for _ in range(6):
        attempt(Client(), user.username)
        attempt(Client(), attacker.username, PASSWORD)
    assert attempt(client, user.username, PASSWORD).status_code == 429


def test_what_is_counted_names_neither_account_nor_address(client):
    attempt(client, "anna.berg")
    stored = " ".join(SignInAttempt.objects.values_list("key", flat=True))
    assert "anna" not in stored
    assert HERE not in stored


@pytest.mark.parametrize("path", ["/plan/", "/finance/?view=accounts", "/gallery/"])
def test_the_page_asked_for_is_kept_through_sign_in(client, path):
    asked = client.get(path)
    page = client.get(asked.headers["Location"])
    answer = attempt(client, UserFactory().username, PASSWORD, next=page.context["next"])
    assert answer.headers["Location"] == path


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "\t//x.y",
    ],
)
def test_sign_in_leads_to_no_other_site(client, path):
    assert attempt(client, UserFactory().username, PASSWORD, next=path).headers["Location"] == "/"


def test_who_is_signed_in_is_sent_on(client):
    client.force_login(UserFactory())
    assert client.get(URL, {"next": "/plan/"}).headers["Location"] == "/plan/"


@pytest.mark.parametrize(
    "data",
    [{}, {"username": "anna"}, {"username": "a" * 5000, "password": "b" * 5000}, {"username": "a\0b", "password": "c"}],
)
def test_a_form_that_is_not_filled_in_is_shown_again(client, data):
    answer = client.post(URL, data)
    assert answer.status_code == 200
    assert not SignInAttempt.objects.exists()


def test_a_password_is_taken_as_it_is_typed(client):
    password = f"  {PASSWORD} åäö \U0001f511 "
    user = UserFactory(password=password)
    assert attempt(client, user.username, password).status_code == 302
    assert attempt(Client(), user.username, password.strip()).status_code == 200


def test_password_managers_and_pasting_are_helped(client):
    html = client.get(URL).content.decode()
    assert 'autocomplete="username"' in html
    assert 'autocomplete="current-password"' in html
    assert "onpaste" not in html


def test_there_is_no_page_for_making_an_account(client):
    for path in ("/sign-up/", "/signup/", "/accounts/signup/", "/account/signup/"):
        client.force_login(UserFactory())
        assert client.get(path).status_code == 404


def test_attempts_that_are_stopped_stand_in_the_audit_log(client):
    for _ in range(4):
        attempt(client, "ingen")
    failed = AuditEntry.objects.filter(event=AuditEvent.SIGN_IN_FAILED)
    assert failed.count() == 4
    assert failed.filter(detail__limited=True).count() == 1
    assert WRONG not in str(list(failed.values()))


def test_who_signs_in_and_out_stands_in_the_audit_log(client):
    user = UserFactory()
    attempt(client, user.username, PASSWORD)
    client.post(reverse("logout"))
    events = AuditEntry.objects.filter(user_id=user.pk).order_by("pk").values_list("event", flat=True)
    assert list(events) == [AuditEvent.SIGN_IN, AuditEvent.SIGN_OUT]


def test_signing_out_is_done_by_post_alone(client):
    client.force_login(UserFactory())
    assert client.get(reverse("logout")).status_code == 405
