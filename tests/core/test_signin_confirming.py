"""Confirming with the directory, by who has nothing else here. With a real provider: tests/browser/test_sign_in.py."""

import time
from types import SimpleNamespace

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialAccount
from django.contrib.messages.storage.session import SessionStorage
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory

from tests.factories.core import UserFactory
from vp_portal.core.access import Role
from vp_portal.core.models import DirectoryRole
from vp_portal.core.signin import confirming, oidc

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(settings, today):
    """Someone who comes by the directory alone."""
    settings.OIDC_ISSUER, settings.OIDC_NAME = "https://login.example.org", "Tekniska högskolan"
    made = UserFactory(role=Role.READER)
    made.set_unusable_password()
    made.save()
    SocialAccount.objects.create(user=made, provider="directory", uid="abc")
    DirectoryRole.objects.create(group="alla", role=Role.READER)
    return made


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def answer(user, **changes):
    """What the provider answers a request to confirm, judged; the request with its session."""
    request = RequestFactory().get("/sign-in/directory/callback/")
    request.user, request.session = user, signed_in(user).session
    now = int(time.time())
    claims = {"sub": "abc", "nonce": "n", "groups": ["alla"], "auth_time": now} | changes
    state = {"nonce": "n", "confirms": user.pk, "asked_at": now, "next": "/account/sessions/"}
    login = SimpleNamespace(claims=claims, state=state)
    request._messages = SessionStorage(request)
    try:
        with context.request_context(request):
            oidc.let_in(request, login)
    except ImmediateHttpResponse as early:
        return request, early.response
    raise AssertionError("a confirmation is no sign-in")


@pytest.mark.parametrize("path", ["/account/app/", "/account/passkeys/add/", "/account/codes/new/"])
def test_who_changes_how_to_sign_in_is_asked_by_the_directory(user, path):
    client = signed_in(user)
    asked = client.get(path).headers["Location"]
    assert asked.startswith("/account/confirm/directory/?next=")
    page = client.get(asked).content.decode()
    assert "Bekräfta med Tekniska högskolan" in page
    assert f"/account/confirm/directory/start/?next={path}" in page


def test_ending_sessions_is_asked_about_too(user):
    here, there = signed_in(user), signed_in(user)
    assert here.post("/account/sessions/end/").headers["Location"].startswith("/account/confirm/directory/")
    assert there.get("/account/").status_code == 200


def test_signing_in_with_the_directory_is_no_confirmation(user):
    """The provider may have let its own session do."""
    client = signed_in(user)
    request = SimpleNamespace(user=user, session=client.session)
    record_authentication(request, user, method="socialaccount", provider="directory")
    assert not confirming.is_fresh(request)


def test_the_answer_of_a_provider_that_asked_confirms_and_leads_on(user):
    request, response = answer(user)
    assert response.headers["Location"] == "/account/sessions/"
    assert confirming.is_fresh(request)


@pytest.mark.parametrize(
    "at",
    [None, "now", 0, pytest.param(int(time.time()) - 3600, id="an hour ago")],  # two workers count other seconds
)
def test_a_provider_that_did_not_ask_anew_confirms_nothing(user, at):
    with pytest.raises(PermissionDenied):
        answer(user, auth_time=at)


def test_another_person_confirms_nothing(user):
    SocialAccount.objects.create(user=UserFactory(), provider="directory", uid="another")
    for subject in ("another", "unknown"):
        with pytest.raises(PermissionDenied):
            answer(user, sub=subject)


def test_who_has_lost_every_group_is_closed_instead(user):
    _request, response = answer(user, groups=[])
    assert response.headers["Location"] == "/sign-in/"
    user.refresh_from_db()
    assert not user.is_active


def test_who_has_a_password_confirms_with_it(user):
    user.set_password("x")
    user.save()
    client = signed_in(user)
    location = client.get("/account/confirm/directory/?next=/account/").headers["Location"]
    assert location == "/account/confirm/password/?next=%2Faccount%2F"
    assert client.get("/account/confirm/directory/start/").headers["Location"] == "/account/confirm/directory/"


def test_a_link_on_another_site_asks_nobody(user):
    answer = signed_in(user).get("/account/confirm/directory/start/", headers={"sec-fetch-site": "cross-site"})
    assert answer.headers["Location"] == "/account/confirm/directory/"
