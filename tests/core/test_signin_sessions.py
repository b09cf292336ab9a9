"""Sessions end by themselves, and can be ended by their owner from anywhere."""

import datetime as dt
import time

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from tests.factories.core import PASSWORD, UserFactory
from vp_portal.core.models import SignInAttempt, SignInSession
from vp_portal.core.signin import devices, sessions
from vp_portal.core.tasks import tidy_sign_in

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


@pytest.fixture
def user():
    return UserFactory()


def signed_in(user) -> Client:
    client = Client(headers={"user-agent": FIREFOX})
    client.force_login(user)
    age(client, seen_at=sessions.PRECISION + 1)
    client.get("/gallery/")
    return client


def with_password(user, ago=0) -> Client:
    """Signed in on the page itself, so many seconds ago."""
    client = Client()
    assert client.post("/sign-in/", {"username": user.username, "password": PASSWORD}).status_code == 302
    session = client.session
    session["account_authentication_methods"] = [
        {**record, "at": record["at"] - ago} for record in session["account_authentication_methods"]
    ]
    session.save()
    return client


def age(client, **moments) -> None:
    session = client.session
    session.update({name: int(time.time()) - seconds for name, seconds in moments.items()})
    session.save()


def is_in(client) -> bool:
    return client.get("/gallery/").status_code == 200


def test_a_session_in_use_goes_on(user, settings):
    client = signed_in(user)
    age(client, seen_at=settings.SESSION_IDLE_SECONDS - 10, signed_in_at=settings.SESSION_COOKIE_AGE - 10)
    assert is_in(client)


def test_an_idle_session_ends_and_leads_back(user, settings):
    client = signed_in(user)
    age(client, seen_at=settings.SESSION_IDLE_SECONDS + 1)
    answer = client.get("/plan/?tertial=2025T1")
    assert answer.headers["Location"] == "/sign-in/?next=/plan/%3Ftertial%3D2025T1"
    assert "loggats ut efter en tid" in client.get(answer.headers["Location"]).content.decode()
    assert not is_in(client)


def test_a_session_ends_however_much_it_is_used(user, settings):
    client = signed_in(user)
    age(client, signed_in_at=settings.SESSION_COOKIE_AGE + 1)
    assert not is_in(client)


@pytest.mark.parametrize("value", [None, "för länge sedan", 1.5])
def test_a_session_that_does_not_know_its_age_has_ended(user, value):
    client = signed_in(user)
    session = client.session
    session["seen_at"] = value
    session.save()
    assert not is_in(client)


def test_use_is_written_down_at_most_once_a_minute(user):
    client = signed_in(user)
    before = SignInSession.objects.get().seen
    client.get("/gallery/")
    assert SignInSession.objects.get().seen == before
    age(client, seen_at=sessions.PRECISION + 1)
    client.get("/gallery/")
    assert SignInSession.objects.get().seen >= before


def test_a_script_is_told_where_to_go(user, settings):
    client = signed_in(user)
    age(client, seen_at=settings.SESSION_IDLE_SECONDS + 1)
    assert client.get("/gallery/", headers={"hx-request": "true"}).headers["HX-Redirect"].startswith("/sign-in/")


def test_a_closed_account_is_out_with_its_next_request(user):
    client = signed_in(user)
    user.is_active = False
    user.save()
    assert not is_in(client)


def test_ones_own_sessions_are_listed_with_their_device(user):
    client, _other = signed_in(user), signed_in(UserFactory())
    html = client.get("/account/sessions/").content.decode()
    assert html.count("Firefox på Linux") == 1
    assert "Den här" in html
    assert client.session.session_key not in html


def end(client, other):
    row = SignInSession.objects.get(session_id=other.session.session_key)
    return client.post(f"/account/sessions/{row.pk}/end/")


def test_another_session_of_ones_own_is_ended(user):
    here, there = with_password(user), signed_in(user)
    end(here, there)
    assert is_in(here)
    assert not is_in(there)


def test_who_signed_in_long_ago_confirms_before_another_session_is_ended(user, settings):
    here, there = with_password(user, ago=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT), signed_in(user)
    asked = end(here, there).headers["Location"]
    assert asked.startswith("/account/confirm/password/")
    assert is_in(there)
    here.post(asked, {"password": "fel"})
    assert is_in(there)
    assert here.post(asked, {"password": PASSWORD}).headers["Location"] == "/account/sessions/"
    assert is_in(here)
    assert not is_in(there)


def test_who_signed_in_long_ago_confirms_before_signing_out_everywhere(user, settings):
    here, there = with_password(user, ago=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT), signed_in(user)
    asked = here.post("/account/sessions/end/").headers["Location"]
    assert asked.startswith("/account/confirm/password/")
    assert [is_in(here), is_in(there)] == [True, True]
    assert here.post(asked, {"password": PASSWORD}).headers["Location"] == "/sign-in/"
    assert [is_in(here), is_in(there)] == [False, False]


def test_who_has_nothing_to_confirm_with_and_no_directory_ends_sessions_all_the_same(user):
    user.set_unusable_password()
    user.save()
    here, there = signed_in(user), signed_in(user)
    end(here, there)
    assert not is_in(there)


def test_somebody_elses_session_is_nobodys_to_end(user):
    client, other = with_password(user), signed_in(UserFactory())
    assert end(client, other).status_code == 404
    assert is_in(other)


def test_ending_the_current_session_signs_out(user):
    client = signed_in(user)
    client.post(f"/account/sessions/{SignInSession.objects.get().pk}/end/")
    assert not is_in(client)


def test_signing_out_everywhere_ends_all_of_ones_own(user):
    here, there, other = with_password(user), signed_in(user), signed_in(UserFactory())
    answer = here.post("/account/sessions/end/", follow=True)
    assert "här och på 1 ställe till" in answer.content.decode()
    assert [is_in(client) for client in (here, there, other)] == [False, False, True]


@pytest.mark.parametrize("path", ["/account/sessions/1/end/", "/account/sessions/end/"])
def test_sessions_are_ended_by_post_alone(user, path):
    assert signed_in(user).get(path).status_code == 405


def test_signing_out_leaves_nothing_of_the_session(user):
    client = signed_in(user)
    client.post("/sign-out/")
    assert not SignInSession.objects.exists()
    assert not Session.objects.exists()


def test_sessions_are_kept_in_the_database(settings):
    assert settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"
    assert "DatabaseCache" in settings.CACHES["default"]["BACKEND"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (FIREFOX, "Firefox på Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/126.0 Safari/537 Edg/126.0", "Edge på Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17) AppleWebKit/605 Version/17 Safari/604", "Safari på iPhone"),
        ("curl/8", "Okänd webbläsare"),
        ("", "Okänd webbläsare"),
    ],
)
def test_a_device_is_told_in_words(text, words):
    assert devices.in_words(text) == words


def test_what_has_ended_is_tidied_away(user):
    client, other = signed_in(user), signed_in(user)
    past = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    Session.objects.filter(pk=other.session.session_key).update(expire_date=past)
    SignInAttempt.objects.create(key="x", at=past)
    cache.set("gammalt", 1, timeout=-1)
    tidy_sign_in(0)
    assert [row.session_id for row in SignInSession.objects.all()] == [client.session.session_key]
    assert not SignInAttempt.objects.exists()
