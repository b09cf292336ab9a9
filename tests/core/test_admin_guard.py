"""No way round a register's rights, and no reading of what its list does not show."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission

from services.models import OrgUnit, Person
from tests.core.registers import address, filled
from tests.factories.core import AdminUserFactory, RoleGrantFactory, UserFactory
from tests.factories.services import AssignmentFactory, MembershipFactory, PersonFactory, ServiceFactory, UnitFactory
from vp_portal.core.access import Role
from vp_portal.core.models import AuditEntry, RoleGrant, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client):
    """Signs in an account whose role has some rights."""

    def sign_in(*codenames):
        user = UserFactory(role=Role.PLAN_OWNER)
        Group.objects.get(name=Role.PLAN_OWNER).permissions.set(Permission.objects.filter(codename__in=codenames))
        client.force_login(user)
        return client

    return sign_in


def test_who_has_no_register_meets_403_on_every_page(client):
    client.force_login(UserFactory(role=Role.READER))
    person = PersonFactory()
    for path in ("/admin/", address(Person, "changelist"), address(Person, "change", person.pk), "/admin/jsi18n/"):
        assert client.get(path).status_code == 403


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_the_admin_is_read_and_posted_to_only(client, method):
    client.force_login(AdminUserFactory())
    assert getattr(client, method)(address(Person, "changelist")).status_code == 405


def test_no_address_tells_which_rows_exist(client):
    client.force_login(AdminUserFactory())
    assert client.get("/admin/r/1/1/").status_code == 404


@pytest.mark.parametrize(
    "lookup",
    [
        "user__password__startswith",
        "user__username__startswith",
        "email__startswith",
        "memberships__unit__code",
        "pk__gt",
        "user__role_grants__role",
    ],
)
def test_a_list_answers_no_question_but_its_filters(visitor, lookup):
    PersonFactory(user=UserFactory())
    assert visitor("view_person").get(address(Person, "changelist"), {lookup: "1"}).status_code == 400


def test_passwords_are_not_read_by_asking_about_accounts(client):
    client.force_login(AdminUserFactory())
    for lookup in ("password__startswith", "role_grants__reason__startswith", "is_active__gt"):
        assert client.get(address(User, "changelist"), {lookup: "a"}).status_code == 400


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label)
def test_every_filter_of_a_list_still_works(client, model):
    client.force_login(AdminUserFactory())
    page = client.get(address(model, "changelist"))
    if page.status_code == 403:
        return  # For controllers only.
    for spec in page.context["cl"].filter_specs:
        for choice in spec.choices(page.context["cl"]):
            assert client.get(address(model, "changelist") + choice["query_string"]).status_code == 200


def test_a_register_is_guarded_whoever_wrote_it():
    from vp_portal.core.admin_guard import GuardedAdmin

    assert [model for model, register in admin.site._registry.items() if not isinstance(register, GuardedAdmin)] == []


def test_what_else_would_go_is_not_named_to_who_may_not_see_it(visitor):
    service = ServiceFactory(name="E-post")
    AssignmentFactory(cost_object_id=service.pk, person=PersonFactory(name="Hemlig Person"), task="Hemlig uppgift")
    browser = visitor("view_service", "delete_service", "delete_assignment")
    page = browser.get(address(type(service), "delete", service.pk)).content.decode()
    assert "Hemlig" not in page
    assert "som du inte får se" in page


def test_what_else_would_go_is_named_to_who_may_see_it(client):
    client.force_login(AdminUserFactory())
    membership = MembershipFactory(person__name="Eva Lind")
    page = client.get(address(Person, "delete", membership.person.pk)).content.decode()
    assert "Eva Lind" in page
    assert str(membership) in page


def test_who_may_look_does_not_put_an_earlier_version_back(visitor):
    person = PersonFactory(name="Nytt namn")
    first = person.history.first().pk
    url = address(Person, "simple_history", person.pk, first)
    browser = visitor("view_person")
    assert browser.get(url).status_code == 200
    assert browser.post(url, {"code": person.code, "name": "Annat", "title": "", "email": ""}).status_code == 403
    person.refresh_from_db()
    assert person.name == "Nytt namn"


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("page", ["change", "delete", "history", "simple_history"])
def test_without_the_right_nothing_tells_whether_a_row_exists(visitor, page, exists):
    unit = UnitFactory()
    pk = unit.pk if exists else 10**9
    more = [unit.history.first().pk] if page == "simple_history" else []
    assert visitor("view_person").get(address(OrgUnit, page, pk, *more)).status_code == 403


def test_a_choice_is_offered_only_from_registers_that_one_may_see(visitor):
    UserFactory(username="hemlig")
    query = {"app_label": "services", "model_name": "person", "field_name": "user", "term": "hem"}
    assert visitor("view_person", "change_person").get("/admin/autocomplete/", query).status_code == 403


@pytest.mark.parametrize("query", [{"_to_field": "password"}, {"_popup": "1", "_to_field": "email"}])
def test_a_popup_hands_over_no_other_column(client, query):
    client.force_login(AdminUserFactory())
    assert client.get(address(User, "changelist"), query).status_code == 400


def test_the_front_page_tells_of_ones_own_doings_only(client):
    boss, other = AdminUserFactory(), AdminUserFactory()
    person = PersonFactory(name="Gammalt namn")
    client.force_login(other)
    url = address(Person, "change", person.pk)
    client.post(url, filled(client, url, name="Nytt namn"))
    assert "Nytt namn" in client.get("/admin/").content.decode()
    client.force_login(boss)
    assert "Nytt namn" not in client.get("/admin/").content.decode()


def test_an_earlier_version_is_no_way_to_bring_a_superuser_down(visitor):
    above = UserFactory(is_superuser=False)
    first = above.history.first().pk
    above.is_superuser = True
    above.save()
    browser = visitor("view_user", "change_user")
    url = address(User, "simple_history", above.pk, first)
    assert browser.post(url, {"username": above.username}).status_code in (200, 403)
    above.refresh_from_db()
    assert above.is_superuser


# Giving and taking roles


def test_a_role_is_given_with_days_and_a_reason_and_told_in_the_audit_log(visitor):
    browser = visitor("view_user", "view_rolegrant", "add_rolegrant", "change_rolegrant")
    user = UserFactory()
    form = {"user": user.pk, "role": Role.CONTROLLER, "valid_0": "2025-01-01", "valid_1": ""}
    assert browser.post(address(RoleGrant, "add"), form).status_code == 200
    assert browser.post(address(RoleGrant, "add"), {**form, "reason": "Vikarie."}).status_code == 302
    row = RoleGrant.objects.get(user=user)
    assert (row.role, row.reason, row.history.get().history_change_reason) == ("controller", "Vikarie.", "Vikarie.")
    told = AuditEntry.objects.get(event="rights_changed")
    assert (told.target_id, told.detail["role"], told.detail["what"]) == (str(user.pk), "controller", "given")


def test_a_grant_is_ended_from_the_list_and_holds_no_more(visitor):
    browser = visitor("view_rolegrant", "change_rolegrant")
    row = RoleGrantFactory(role=Role.CONTROLLER)
    browser.post(address(RoleGrant, "changelist"), {"action": "withdraw_now", "_selected_action": [row.pk]})
    assert not RoleGrant.objects.get(pk=row.pk).valid.upper_inf
    assert AuditEntry.objects.get(event="rights_changed").detail["what"] == "withdrawn"


def test_what_the_directory_gives_is_not_taken_by_hand(visitor):
    browser = visitor("view_rolegrant", "change_rolegrant")
    row = RoleGrantFactory(origin="directory")
    assert browser.post(address(RoleGrant, "change", row.pk), {"reason": "x"}).status_code == 403
    browser.post(address(RoleGrant, "changelist"), {"action": "withdraw_now", "_selected_action": [row.pk]})
    row.refresh_from_db()
    assert row.valid.upper_inf


def test_a_grant_is_not_moved_to_another_account_or_role(visitor):
    browser = visitor("view_user", "view_rolegrant", "change_rolegrant")
    row = RoleGrantFactory(role=Role.READER)
    url = address(RoleGrant, "change", row.pk)
    other = UserFactory().pk
    browser.post(
        url,
        filled(browser, url, user=other, role="administrator", origin="directory", reason="Ny", valid_0="2021-01-01"),
    )
    changed = RoleGrant.objects.get(pk=row.pk)
    assert (changed.user_id, changed.role, changed.origin, changed.reason) == (row.user_id, "reader", "manual", "Ny")


def test_an_accounts_page_lists_its_roles_of_all_times(client):
    client.force_login(AdminUserFactory())
    row = RoleGrantFactory(role=Role.CONTROLLER, reason="Vikarie våren 2024.")
    assert "Vikarie våren 2024." in client.get(address(User, "change", row.user_id)).content.decode()
