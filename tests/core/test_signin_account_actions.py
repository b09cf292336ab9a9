"""What an administrator does about how others sign in."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission
from django.test import Client

from tests.factories.core import AdminUserFactory, UserFactory
from vp_portal.core.access import Role
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry, SignInSession, User

pytestmark = pytest.mark.django_db
URL = "/admin/core/user/"


@pytest.fixture
def administrator(client):
    """Someone with the role, and no more than the role gives."""
    group = Group.objects.get_or_create(name=Role.ADMINISTRATOR.value)[0]
    group.permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
    client.force_login(UserFactory(role=Role.ADMINISTRATOR))
    return client


@pytest.fixture
def user():
    return UserFactory(first_name="Anna", last_name="Berg")


def act(client, action, *users):
    data = {"action": action, "_selected_action": [user.pk for user in users]}
    return client.post(URL, data, follow=True).content.decode()


def test_someones_sessions_are_ended(administrator, user):
    member = Client()
    member.force_login(user)
    assert "1 inloggning är avslutad" in act(administrator, "end_sessions", user)
    assert member.get("/gallery/").status_code == 302
    assert AuditEntry.objects.filter(event=AuditEvent.SESSION_ENDED, target_id=str(user.pk)).exists()


def test_a_lost_second_factor_is_removed(administrator, user):
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    assert "Anna Berg har ingen tvåstegsverifiering" in act(administrator, "remove_second_factor", user)
    assert not Authenticator.objects.exists()
    assert AuditEntry.objects.get(event=AuditEvent.MFA_CHANGED).detail["what"] == "reset"


def test_a_link_for_a_new_password_is_shown_and_works(administrator, user):
    html = act(administrator, "make_password_link", user)
    path = html.partition("http://testserver")[2].partition("<")[0].split()[0]
    assert "Spara lösenordet" in Client().get(path, follow=True).content.decode()


@pytest.mark.parametrize("action", ["end_sessions", "remove_second_factor", "make_password_link"])
def test_an_account_above_ones_own_is_left_alone(administrator, action):
    above = AdminUserFactory()
    Client().force_login(above)
    Authenticator.objects.create(user=above, type="totp", data={"secret": "x"})
    html = act(administrator, action, above)
    assert "är oförändrade" in html
    assert "new-password" not in html
    assert SignInSession.objects.filter(user=above).exists()
    assert Authenticator.objects.exists()


def test_who_may_only_look_has_no_actions(client, user):
    group = Group.objects.get_or_create(name=Role.READER.value)[0]
    group.permissions.set(Permission.objects.filter(codename="view_user"))
    client.force_login(UserFactory(role=Role.READER))
    html = act(client, "make_password_link", user)
    assert "new-password" not in html


def save(client, user, **changes):
    page = client.get(f"{URL}{user.pk}/change/")
    form = page.context["adminform"].form
    data = {name: form[name].value() or "" for name in form.fields} | {"change_reason": "Prov"} | changes
    return client.post(f"{URL}{user.pk}/change/", {name: value for name, value in data.items() if value})


def test_an_account_that_is_closed_by_hand_is_out_and_is_not_the_directorys(administrator, user):
    member = Client()
    member.force_login(user)
    assert save(administrator, user, is_active="").status_code == 302
    user.refresh_from_db()
    assert (user.is_active, user.closed_by_directory) == (False, False)
    assert member.get("/gallery/").status_code == 302


def test_an_account_that_the_directory_closed_is_opened_by_hand(administrator, user):
    User.objects.filter(pk=user.pk).update(is_active=False, closed_by_directory=True)
    user.refresh_from_db()
    assert save(administrator, user, is_active="on").status_code == 302
    user.refresh_from_db()
    assert (user.is_active, user.closed_by_directory) == (True, False)
