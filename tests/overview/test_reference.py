"""The vocabulary that every installation starts with."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from finance.actions import allocation
from finance.choices import Sensitivity
from finance.models import AccountGroup, AccountRange, HeaderName, ImportProfile, ImportSource, SensitiveRange
from services.models import SubPortfolio
from tests import header_names
from tests.database import as_owner
from tests.factories.finance import BOOKED_AT, AccountFactory
from vp_portal.core.access import Role
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry
from vp_portal.overview import reference

pytestmark = pytest.mark.django_db


def histories() -> int:
    return sum(m.objects.count() for m in apps.get_models() if m.__name__.startswith("Historical"))


def rights(role: Role) -> set[str]:
    permissions = Group.objects.get(name=role.value).permissions.select_related("content_type")
    return {f"{p.content_type.app_label}.{p.codename}" for p in permissions}


def test_a_second_run_makes_nothing_and_leaves_no_history():
    assert reference.load().made
    before = histories()
    assert reference.load().made == {}
    assert histories() == before


def test_what_an_administrator_changed_stays():
    reference.load()
    AccountRange.objects.filter(group__code="it", group__chart__code="state").delete()
    SubPortfolio.objects.filter(code="F").update(name="Forskning")
    assert reference.load().made == {}
    assert SubPortfolio.objects.get(code="F").name == "Forskning"


def test_a_bare_register_gets_every_header_name_once():
    with as_owner():
        for rows in (HeaderName.objects.all(), HeaderName.history.all()):
            rows._raw_delete("default")
    assert reference.load().made["kolumnrubriker"] == len(header_names.seeds())
    assert HeaderName.objects.roles() == header_names.seeds()
    before = histories()
    assert "kolumnrubriker" not in reference.load().made
    assert histories() == before


def test_header_names_that_an_administrator_changed_or_removed_stay_so():
    reference.load()
    row = HeaderName.objects.get(name="Kst")
    row.name, row.role = "Kostplats", "project"
    row.save()
    HeaderName.objects.get(name="Utfall").delete()
    assert reference.load().made == {}
    names = HeaderName.objects.roles()
    assert names["kostplats"] == "project"
    assert not {"kst", "utfall"} & names.keys()


def test_every_role_has_its_group():
    reference.load()
    assert set(Group.objects.values_list("name", flat=True)) == set(Role.values)


def test_the_plan_owner_changes_plan_and_catalogue_and_deletes_nothing():
    reference.load()
    own = rights(Role.PLAN_OWNER)
    assert {"goals.change_expectedresult", "services.add_service"} <= own
    assert not [right for right in own if ".delete_" in right or right.startswith("finance.")]


def test_the_controller_keeps_the_registers_but_never_a_posting():
    reference.load()
    own = rights(Role.CONTROLLER)
    assert {"finance.change_allocationrule", "finance.delete_rulecondition", "goals.view_plan"} <= own
    assert not own & {f"finance.{right}_posting" for right in ("add", "change", "delete", "view")}
    assert "goals.change_plan" not in own


@pytest.mark.parametrize("role", [Role.READER, Role.MANAGEMENT])
def test_reader_and_management_have_nothing_to_do_in_the_admin(role):
    reference.load()
    assert rights(role) == set()


def test_no_role_has_rights_to_history_itself():
    reference.load()
    assert not [right for role in Role for right in rights(role) if "historical" in right]


def test_ranges_of_a_chart_never_overlap():
    reference.load()
    for bounds in AccountRange.objects.select_related("group__chart"):
        bounds.full_clean()


@pytest.mark.parametrize(
    ("account", "code"),
    [("30111", "anslag"), ("40111", "personal"), ("57211", "it"), ("57111", "ovrig-drift"), ("91111", "interna")],
)
def test_the_state_charts_ranges_hold_the_accounts(account, code):
    reference.load()
    ranges = AccountRange.objects.filter(group__chart__code="state").select_related("group")
    assert [r.group.code for r in ranges if r.low <= account[: len(r.low)] <= r.high] == [code]


@pytest.mark.parametrize(
    ("chart", "account", "sensitivity"),
    [
        ("state", "40111", Sensitivity.SENSITIVE),
        ("state", "49991", Sensitivity.SENSITIVE),
        ("state", "40911", Sensitivity.MORE_SENSITIVE),
        ("state", "47121", Sensitivity.MORE_SENSITIVE),
        ("state", "25111", Sensitivity.SENSITIVE),
        ("state", "50111", Sensitivity.OPEN),
        ("municipality", "40111", Sensitivity.OPEN),
        ("municipality", "5021", Sensitivity.SENSITIVE),
        ("municipality", "5131", Sensitivity.MORE_SENSITIVE),
        ("company", "4011", Sensitivity.OPEN),
        ("company", "7210", Sensitivity.SENSITIVE),
        ("company", "7281", Sensitivity.MORE_SENSITIVE),
        ("company", "7830", Sensitivity.OPEN),
    ],
)
def test_an_account_is_as_sensitive_as_its_own_chart_says(chart, account, sensitivity):
    reference.load()
    row = AccountFactory(group=AccountGroup.objects.filter(chart__code=chart).first(), code=account)
    allocation.follow_sensitive_ranges(by=None, at=BOOKED_AT)
    row.refresh_from_db()
    assert row.sensitivity == sensitivity


def test_sensitive_ranges_that_an_administrator_has_drawn_anew_stay():
    reference.load()
    SensitiveRange.objects.filter(chart__code="state", low="47").delete()
    assert not reference.load().made
    assert not SensitiveRange.objects.filter(chart__code="state", low="47").exists()


def test_one_source_is_the_default_and_keeps_the_state_chart():
    reference.load()
    assert ImportSource.objects.get(is_default=True).chart.code == "state"


def test_an_own_default_source_is_left_in_place():
    from tests.factories.finance import SourceFactory

    own = SourceFactory(is_default=True)
    reference.load()
    assert ImportSource.objects.get(is_default=True) == own


def test_profiles_name_roles_that_the_import_knows():
    from finance.choices import ColumnRole

    reference.load()
    roles = {role for profile in ImportProfile.objects.all() for role in profile.columns.values()}
    assert roles <= set(ColumnRole.values)


def test_the_command_says_what_it_made(capsys):
    call_command("load_reference")
    assert "kontoplaner: 3 nya" in capsys.readouterr().out
    call_command("load_reference")
    assert capsys.readouterr().out == "Grunddata finns redan.\n"


def test_rights_that_a_role_is_no_longer_to_have_are_taken_from_it(capsys):
    """As an installation of an earlier version has them."""
    reference.load()
    group = Group.objects.get(name="plan_owner")
    before = Permission.objects.get(codename="change_unitmanager")
    group.permissions.add(before)
    call_command("load_reference")
    assert "Rättigheter som inte längre ingår i rollen: 1 borttagna" in capsys.readouterr().out
    assert before not in group.permissions.all()
    entry = AuditEntry.objects.get(event=AuditEvent.RIGHTS_CHANGED)
    assert (entry.target, entry.detail["rights"]) == ("plan_owner", ["services.change_unitmanager"])


def test_rights_that_an_installation_gave_a_role_itself_stay():
    reference.load()
    group, own = Group.objects.get(name="reader"), Permission.objects.get(codename="view_service")
    group.permissions.add(own)
    assert reference.load().taken == 0
    assert own in group.permissions.all()


def test_nothing_is_taken_that_the_role_is_to_have():
    assert reference.load().taken == 0
