"""Which passwords are taken, how they are changed and how a lost one is replaced."""

import re
import secrets

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.core import PASSWORD, UserFactory
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry, SignInSession

NEW = secrets.token_urlsafe(24)


@pytest.mark.parametrize(
    "password",
    [
        *(
            "kort",
            "fjorton-tecken",
            "aaaaaaaaaaaaaaaaaaaa",
            "123456789012345678",
            "abcabcabcabcabcabc",
            "qwertyuiopqwertyuiop",
        ),
        *("VPportalen2025!!", "verksamhetsplan2026", "Lösenord123456789", "sommarsommar2025", "Vintern2025-2026!"),
        *("password12345678", "Controller!2025!", "portalenportalen", "HögskolanBudget1", "zyxwvutsrqponmlk"),
    ],
)
def test_what_can_be_guessed_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize(
    "password",
    [
        *("korrekt häst batteri häftklammer", "Sjutton små grisar dansar", "en katt sitter tyst på taket"),
        *(
            "7d4c-91f0-22ab-e3c8",
            "aaaaaaaaaaaaaaaaaaaaa tre glada valar",
            "x" * 64 + "hemlig mening om moln",
            "🔑 nyckel till mitt torp",
        ),
    ],
)
def test_what_is_long_and_ones_own_is_taken_without_rules_of_composition(password):
    validate_password(password)


@given(st.integers(15, 200))
def test_what_a_password_manager_makes_is_taken_whatever_its_length(length):
    validate_password(secrets.token_urlsafe(200)[:length])


def test_the_name_of_the_account_is_no_password():
    with pytest.raises(ValidationError):
        validate_password("anna.berg.lindgren", UserFactory.build(username="anna.berg.lindgren"))


def test_words_of_the_university_are_added_by_setting(settings):
    from vp_portal.core.signin import passwords

    validate_password("snickarglädjen77")
    settings.PASSWORD_WORDS = ["snickarglädjen"]
    passwords._words.cache_clear()
    with pytest.raises(ValidationError):
        validate_password("snickarglädjen77")
    passwords._words.cache_clear()


def test_argon2_is_the_first_hasher():
    from vp_portal import settings

    assert settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


@pytest.fixture
def user(db):
    return UserFactory(email="anna@tekniska.example")


@pytest.fixture
def member(user, client):
    client.force_login(user)
    return client


def change(client, old=PASSWORD, new=NEW):
    return client.post("/account/password/", {"oldpassword": old, "password1": new})


def test_a_password_is_changed_and_other_sessions_end(member, user):
    other = Client()
    other.force_login(user)
    assert change(member).headers["Location"] == "/account/"
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert member.get("/gallery/").status_code == 200
    assert other.get("/gallery/").status_code == 302
    assert SignInSession.objects.get().session_id == member.session.session_key


def test_the_owner_is_told_by_letter(member):
    change(member)
    assert mail.outbox[0].to == ["anna@tekniska.example"]
    assert "lösenordet är ändrat" in mail.outbox[0].body


def test_the_present_password_is_asked_for(member, user):
    answer = change(member, old="fel lösenord som är långt")
    assert "inte ditt nuvarande lösenord" in answer.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_new_password_that_can_be_guessed_is_refused_at_its_field(member):
    html = change(member, new="verksamhetsplan2026").content.decode()
    assert "går att gissa" in html
    assert "verksamhetsplan2026" not in html


@pytest.mark.parametrize("length", [64, 128, 500])
def test_long_passwords_are_taken_whole(member, user, length):
    password = secrets.token_urlsafe(500)[:length]
    change(member, new=password)
    user.refresh_from_db()
    assert user.check_password(password)
    assert not user.check_password(password[:-1])


def test_a_change_stands_in_the_audit_log_without_the_password(member):
    change(member)
    entry = AuditEntry.objects.get(event=AuditEvent.ACCOUNT_CHANGED)
    assert entry.detail["what"] == "password"
    assert NEW not in str(entry.detail)


def test_an_account_of_the_directory_has_no_password_to_change(client, db):
    client.force_login(UserFactory(password=None))
    assert client.get("/account/password/").headers["Location"] == "/account/"


def test_a_mail_server_that_is_down_stops_nobody(member, user, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", 1, False
    assert change(member).status_code == 302
    user.refresh_from_db()
    assert user.check_password(NEW)


# A lost password


def link_for(username, capsys) -> str:
    call_command("password_link", username)
    return re.search(r"(/sign-in/new-password/\S+)", capsys.readouterr().out)[1]


def choose(path, password=NEW):
    client = Client()
    page = client.get(path, follow=True)
    return client.post(page.request["PATH_INFO"], {"new_password1": password})


def test_a_link_lets_the_owner_choose_a_password_once(user, capsys):
    path = link_for(user.username, capsys)
    assert choose(path).headers["Location"] == "/sign-in/"
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert "gäller inte längre" in Client().get(path, follow=True).content.decode()


def test_a_link_ends_the_sessions_of_who_had_the_old_password(user, member, capsys):
    choose(link_for(user.username, capsys))
    assert member.get("/gallery/").status_code == 302


def test_a_password_from_a_link_meets_the_same_demands(user, capsys):
    answer = choose(link_for(user.username, capsys), "verksamhetsplan2026")
    assert "går att gissa" in answer.content.decode()


def test_the_token_is_kept_out_of_the_pages_address(user, capsys):
    path = link_for(user.username, capsys)
    page = Client().get(path, follow=True)
    assert path.rstrip("/").rpartition("/")[2] not in page.request["PATH_INFO"]


@pytest.mark.parametrize("name", ["ingen", "stängd"])
def test_there_is_no_link_for_an_account_that_is_closed_or_missing(db, name):
    UserFactory(username="stängd", is_active=False)
    with pytest.raises(CommandError):
        call_command("password_link", name)


def test_a_made_up_link_opens_nothing(db):
    html = Client().get("/sign-in/new-password/MQ/abc-def/").content.decode()
    assert "gäller inte längre" in html
