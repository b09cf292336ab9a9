"""Roles are dated data, and work from the next request."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from tests.conftest import TODAY
from tests.factories.core import AdminUserFactory, RoleGrantFactory, UserFactory
from tests.models import refused, refused_by
from vp_portal.core import roles
from vp_portal.core.access import GrantOrigin, Role, has_role, may_enter_admin, roles_of
from vp_portal.core.backends import RoleBackend
from vp_portal.core.models import RoleGrant, User
from vp_portal.core.prepared import columns

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def fresh(user):
    """The user as the next request loads it."""
    return User.objects.get(pk=user.pk)


def spans(user):
    return [(each.role, each.valid.lower, each.valid.upper, each.origin) for each in user.role_grants.order_by("valid")]


def test_a_role_holds_from_its_first_day_to_the_last(today):
    user = UserFactory()
    roles.grant(user, Role.CONTROLLER, on=today, until=today + 2 * DAY, by=None)
    held = [has_role(user, Role.CONTROLLER), *(Role.CONTROLLER in roles_of(user, today + n * DAY) for n in (-1, 1, 2))]
    assert held == [True, False, True, False]


def test_a_closed_account_has_no_roles(today):
    user = UserFactory(role=Role.CONTROLLER, is_active=False)
    assert roles_of(user) == frozenset()
    assert not may_enter_admin(user)


def test_a_superuser_has_no_role_of_the_portal():
    user = UserFactory(is_superuser=True)
    assert roles_of(user) == frozenset()
    assert may_enter_admin(user)


def test_a_role_works_and_ceases_from_the_very_next_request(client, today):
    user = UserFactory()
    client.force_login(user)
    statuses = [client.get("/finance/imports/").status_code]
    roles.grant(user, Role.CONTROLLER, on=today, by=None)
    statuses.append(client.get("/finance/imports/").status_code)
    roles.withdraw(user, Role.CONTROLLER, on=today, by=None)
    statuses.append(client.get("/finance/imports/").status_code)
    assert statuses == [403, 200, 403]


def test_nothing_of_a_role_is_kept_in_the_session(client):
    client.force_login(UserFactory(role=Role.CONTROLLER))
    before = dict(client.session)
    client.get("/")
    client.get("/finance/imports/")
    assert dict(client.session) == before


def test_the_roles_group_carries_the_rights_to_registers(today):
    group = Group.objects.create(name=Role.CONTROLLER)
    group.permissions.add(Permission.objects.get(codename="view_account"))
    user = UserFactory()
    assert not user.has_perm("finance.view_account")
    roles.grant(user, Role.CONTROLLER, on=today, by=None)
    assert user.has_perm("finance.view_account")
    assert not user.has_perm("finance.change_account")
    roles.withdraw(user, Role.CONTROLLER, on=today, by=None)
    assert not user.has_perm("finance.view_account")


def test_a_group_that_is_no_role_gives_nothing():
    Group.objects.create(name="annat").permissions.set(Permission.objects.all())
    assert UserFactory(role=Role.READER).get_all_permissions() == set()


def test_an_account_has_no_other_way_to_a_right():
    names = {field.name for field in User._meta.get_fields()}
    assert not names & {"groups", "user_permissions", "is_staff"}


def test_accounts_are_made_by_djangos_own_commands():
    boss = User.objects.create_superuser("chef", password=None)
    assert boss.is_superuser
    assert not User.objects.create_user("vanlig").is_superuser


def test_a_role_is_given_once_a_day(today):
    user = UserFactory()
    roles.grant(user, Role.READER, on=today, by=None)
    with pytest.raises(ValidationError, match="redan rollen"):
        roles.grant(user, Role.READER, on=today + DAY, by=None)


def test_a_role_given_before_a_later_grant_ends_where_that_begins(today):
    user = UserFactory()
    roles.grant(user, Role.READER, on=today + 9 * DAY, by=None)
    roles.grant(user, Role.READER, on=today, by=None)
    assert [(first, until) for _, first, until, _ in spans(user)] == [
        (today, today + 9 * DAY),
        (today + 9 * DAY, None),
    ]


def test_a_withdrawn_role_ends_the_same_day_and_later_grants_go(today):
    user = UserFactory()
    roles.grant(user, Role.READER, on=today - 9 * DAY, until=today + 5 * DAY, by=None)
    roles.grant(user, Role.READER, on=today + 9 * DAY, by=None)
    assert roles.withdraw(user, Role.READER, on=today, by=None, reason="Slutat.") == 2
    assert spans(user) == [(Role.READER, today - 9 * DAY, today, GrantOrigin.MANUAL)]


def test_a_role_withdrawn_on_its_first_day_leaves_only_history(today):
    user, boss = UserFactory(), UserFactory()
    row = roles.grant(user, Role.READER, on=today, by=boss, reason="Nytt uppdrag.")
    pk = row.pk
    roles.withdraw(user, Role.READER, on=today, by=boss, reason="Fel konto.")
    past = RoleGrant.history.filter(id=pk).order_by("history_id")
    assert [(each.history_type, each.history_user, each.history_change_reason) for each in past] == [
        ("+", boss, "Nytt uppdrag."),
        ("-", boss, "Fel konto."),
    ]
    assert not user.role_grants.exists()


def test_what_has_ended_stays_as_it_was(today):
    user = UserFactory()
    roles.grant(user, Role.READER, on=today - 9 * DAY, until=today - DAY, by=None)
    before = spans(user)
    assert roles.withdraw(user, Role.READER, on=today, by=None) == 0
    assert spans(user) == before


def test_the_directorys_roles_follow_the_directory(today):
    user = UserFactory()
    roles.set_directory_roles(user, [Role.READER, Role.CONTROLLER], on=today)
    roles.set_directory_roles(user, [Role.READER, Role.CONTROLLER], on=today + DAY)
    roles.set_directory_roles(user, [Role.READER], on=today + 2 * DAY)
    assert spans(user) == [
        (Role.CONTROLLER, today, today + 2 * DAY, GrantOrigin.DIRECTORY),
        (Role.READER, today, None, GrantOrigin.DIRECTORY),
    ]


def test_the_directory_leaves_what_an_administrator_gave(today):
    user = UserFactory()
    roles.grant(user, Role.CONTROLLER, on=today - DAY, by=None)
    roles.set_directory_roles(user, [Role.CONTROLLER], on=today)
    roles.set_directory_roles(user, [], on=today)
    assert spans(user) == [(Role.CONTROLLER, today - DAY, None, GrantOrigin.MANUAL)]


def test_a_second_sign_in_leaves_no_history(today):
    user = UserFactory()
    roles.set_directory_roles(user, [Role.READER], on=today)
    before = RoleGrant.history.count()
    roles.set_directory_roles(user, [Role.READER], on=today)
    assert RoleGrant.history.count() == before


def test_a_grant_without_days_or_of_an_unknown_role_is_refused():
    empty = RoleGrantFactory.build(user=UserFactory(), valid=DateRange(TODAY, TODAY))
    assert refused_by(empty) == "core_rolegrant_valid_not_empty"
    name, texts = refused(RoleGrantFactory.build(user=UserFactory(), role="gud"))
    assert name == "core_rolegrant_known_role"
    assert texts


def test_the_account_of_a_session_is_the_one_that_the_orm_reads():
    account = UserFactory(last_name="Åberg")
    found = RoleBackend().get_user(account.pk)
    assert found == account
    assert {name: found.__dict__[name] for name in columns(User)} == {
        name: getattr(User.objects.get(pk=account.pk), name) for name in columns(User)
    }


def test_no_session_is_a_closed_or_missing_accounts():
    assert RoleBackend().get_user(UserFactory(is_active=False).pk) is None
    assert RoleBackend().get_user(2**31) is None


def test_roles_cost_one_query_a_request(django_assert_num_queries):
    user = fresh(AdminUserFactory())
    with django_assert_num_queries(1):
        assert has_role(user, Role.ADMINISTRATOR)
        assert not has_role(user, Role.CONTROLLER)
        roles_of(user)
