"""Accounts and roles as the directory has them. The journey with a real provider: tests/browser/test_sign_in.py."""

import datetime as dt

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.test import Client

from tests.factories.core import AdminUserFactory, RoleGrantFactory, UserFactory
from tests.models import refused_by
from vp_portal.core.access import Role
from vp_portal.core.models import DirectoryRole, User
from vp_portal.core.signin import identity
from vp_portal.core.signin.directory import Outcome, admit

pytestmark = pytest.mark.django_db

DAY = dt.date(2025, 9, 15)
CLAIMS = {
    "sub": "abc-123",
    "preferred_username": "anna.berg",
    "given_name": "Anna",
    "family_name": "Berg",
    "email": "Anna.Berg@tekniska.example",
    "email_verified": True,
    "groups": ["vp-controllers", "alla-anställda"],
}


@pytest.fixture(autouse=True)
def groups(today) -> None:
    DirectoryRole.objects.create(group="vp-controllers", role=Role.CONTROLLER)
    DirectoryRole.objects.create(group="vp-controllers", role=Role.READER)
    DirectoryRole.objects.create(group="it-personal", role="")


def sign_in(**changes) -> tuple[User | None, Outcome]:
    return admit(identity.read({**CLAIMS, **changes}), on=DAY)


def roles(user) -> set[str]:
    return set(user.role_grants.on(DAY).values_list("role", flat=True))


def test_an_account_is_made_with_the_roles_of_its_groups():
    user, outcome = sign_in()
    assert outcome is Outcome.MADE
    assert (user.username, user.get_full_name(), user.email) == ("anna.berg", "Anna Berg", "anna.berg@tekniska.example")
    assert roles(user) == {Role.CONTROLLER, Role.READER}
    assert not user.has_usable_password()


def test_no_account_is_made_without_a_group_that_counts():
    assert sign_in(groups=["alla-anställda"]) == (None, Outcome.NO_GROUP)
    assert not User.objects.exists()


def test_a_group_without_a_role_lets_in_and_gives_nothing():
    user, _outcome = sign_in(groups=["it-personal"])
    assert roles(user) == set()


def test_the_same_subject_is_the_same_account_whatever_it_is_called():
    first, _outcome = sign_in()
    second, outcome = sign_in(preferred_username="anna.lind", family_name="Lind", email="anna.lind@tekniska.example")
    assert (second, outcome) == (first, Outcome.KNOWN)
    assert (second.last_name, second.email) == ("Lind", "anna.lind@tekniska.example")


def test_a_role_goes_with_its_group():
    sign_in()
    user, _outcome = sign_in(groups=["it-personal"])
    assert roles(user) == set()


def test_what_an_administrator_gave_stays():
    user, _outcome = sign_in()
    RoleGrantFactory(user=user, role=Role.MANAGEMENT)
    sign_in(groups=["it-personal"])
    assert roles(user) == {Role.MANAGEMENT}


def test_who_is_in_no_group_any_more_is_closed_at_once():
    user, _outcome = sign_in()
    client = Client()
    client.force_login(user)
    assert sign_in(groups=[]) == (None, Outcome.CLOSED_NOW)
    user.refresh_from_db()
    assert (user.is_active, user.closed_by_directory) == (False, True)
    assert client.get("/gallery/").status_code == 302
    assert roles(user) == set()


def test_the_directory_opens_what_it_has_closed():
    sign_in()
    sign_in(groups=[])
    user, outcome = sign_in()
    assert outcome is Outcome.REOPENED
    assert (user.is_active, user.closed_by_directory, roles(user)) == (True, False, {Role.CONTROLLER, Role.READER})


def test_what_an_administrator_has_closed_stays_closed():
    user, _outcome = sign_in()
    user.is_active = False
    user.save()
    assert sign_in() == (None, Outcome.CLOSED)
    assert sign_in(groups=[]) == (None, Outcome.CLOSED)
    assert sign_in() == (None, Outcome.CLOSED)


def test_an_open_account_can_not_be_closed_by_the_directory():
    user = UserFactory()
    user.closed_by_directory = True
    assert refused_by(user) == "core_user_closed_by_directory"


# Accounts that exist already


def test_an_account_with_the_vouched_address_is_linked_and_loses_its_password():
    local = UserFactory(email="anna.berg@Tekniska.example")
    user, outcome = sign_in()
    assert (user, outcome) == (local, Outcome.LINKED)
    assert not user.has_usable_password()
    assert SocialAccount.objects.get().user == local


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_nobody_vouches_for_takes_over_nothing(verified):
    local = UserFactory(email="anna.berg@tekniska.example")
    user, outcome = sign_in(email_verified=verified)
    assert outcome is Outcome.MADE
    assert user != local
    assert user.email == ""


def test_the_universitys_own_domain_is_vouched_for_by_setting(settings):
    settings.OIDC_EMAIL_DOMAINS = ["tekniska.example"]
    local = UserFactory(email="anna.berg@tekniska.example")
    assert sign_in(email_verified=None)[0] == local
    assert (
        sign_in(sub="2", preferred_username="x", email="a@tekniska.example.evil.example", email_verified=None)[0].email
        == ""
    )


def test_a_name_that_is_taken_takes_over_nothing():
    local = UserFactory(username="Anna.Berg", email="")
    user, _outcome = sign_in()
    assert user != local
    assert user.username == "anna.berg@tekniska.example"


def test_the_break_glass_account_is_never_linked():
    boss = AdminUserFactory(email="anna.berg@tekniska.example")
    user, outcome = sign_in()
    assert outcome is Outcome.MADE
    assert user != boss


@pytest.mark.parametrize("count", [2, 3])
def test_an_address_that_several_accounts_have_links_none(count):
    UserFactory.create_batch(count, email="anna.berg@tekniska.example")
    assert sign_in()[1] is Outcome.MADE


def test_a_closed_account_is_not_linked():
    UserFactory(email="anna.berg@tekniska.example", is_active=False)
    assert sign_in()[1] is Outcome.MADE


def test_an_account_of_another_subject_is_not_linked():
    first, _outcome = sign_in()
    second, outcome = sign_in(sub="another", preferred_username="anna.berg")
    assert outcome is Outcome.MADE
    assert second != first


# What the claims hold


@pytest.mark.parametrize("value", [None, 7, {"a": 1}, [1, None, ["x"]], "", []])
def test_groups_that_can_not_be_read_are_none(value):
    assert identity.read({**CLAIMS, "groups": value}).groups <= {""}


def test_a_list_that_the_directory_left_out_stops_the_sign_in():
    with pytest.raises(identity.UnreadableError):
        identity.read({**CLAIMS, "groups": None, "_claim_names": {"groups": "src1"}})


def test_an_unchanged_account_leaves_no_history():
    user, _outcome = sign_in()
    before = user.history.count()
    sign_in()
    assert user.history.count() == before


@pytest.mark.parametrize("name", ["a" * 200, "anna\nberg", "<script>", "anna berg", ""])
def test_a_strange_name_gives_an_account_another(name):
    user, _outcome = sign_in(preferred_username=name, email="")
    user.full_clean(exclude=["password"])
    assert user.username.startswith("katalog-")


def test_a_group_gives_a_role_once():
    with pytest.raises(ValidationError, match="redan"):
        DirectoryRole(group="vp-controllers", role=Role.CONTROLLER).full_clean()
