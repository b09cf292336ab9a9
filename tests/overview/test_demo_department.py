"""The demo department as it stands once it is loaded."""

import datetime as dt
import secrets
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings

from finance.models import AllocationRun, CostRollup, ImportBatch, Posting
from goals.choices import Status
from goals.models import CheckIn, ExpectedResult, FocusArea, Goal, Plan
from services.access import is_line_manager, managed_units
from services.models import CostObject, MaintenanceObject, OrgUnit, Person, Service, ServiceArea, UnitManager
from tests.overview.test_demo_ledger import PERSONAL_NUMBER
from vp_portal.core.access import Role, may_enter_admin, roles_of
from vp_portal.core.models import User

#: Without it, run alone, no test database is made and the trial's own is used.
pytestmark = pytest.mark.django_db

TODAY = dt.date(2025, 9, 15)
POSTINGS = 6_000
PASSWORD = secrets.token_urlsafe(24)


@pytest.fixture(scope="module", autouse=True)
def department(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Path]:
    """Loaded once for all tests here, none of which writes, and taken away again."""
    folder = tmp_path_factory.mktemp("var")
    fast = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with (
        override_settings(VAR_DIR=folder, TRIAL=True, PASSWORD_HASHERS=fast),
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        patch.setenv("VP_DEMO_PASSWORD", PASSWORD)
        call_command("seed_demo", postings=POSTINGS, today=TODAY, verbosity=0)
        yield folder
        transaction.set_rollback(True)


def test_the_department_has_the_size_it_should_have():
    counts = [m.objects.count() for m in (OrgUnit, ServiceArea, Service, MaintenanceObject)]
    assert counts == [8, 7, 30, 12]
    assert 58 <= Person.objects.filter(memberships__valid__contains=TODAY).count() <= 65


def test_units_lie_in_two_levels_below_the_department():
    parents = dict(OrgUnit.objects.with_parent(TODAY).values_list("pk", "parent_id"))
    depth = lambda unit: 0 if parents[unit] is None else 1 + depth(parents[unit])  # noqa: E731  # recursive one-liner
    assert Counter(depth(unit) for unit in parents) == {0: 1, 1: 5, 2: 2}


def test_every_unit_has_a_manager_and_one_changed():
    assert not OrgUnit.objects.with_manager(TODAY).filter(manager_id=None).exists()
    assert UnitManager.objects.filter(valid__endswith__lte=TODAY).count() == 1


def test_names_and_texts_keep_their_swedish_letters():
    assert Person.objects.filter(name="Åsa Wikström", email="asa.wikstrom@tekniska.example").exists()
    assert MaintenanceObject.objects.filter(name="Studiestöd/LADOK-integration").exists()
    assert Posting.objects.filter(text__startswith="Avtalsförsäkring 2025-").exists()


def test_some_objects_lack_an_owner_on_purpose():
    without = CostObject.objects.active(TODAY).with_cost_owner(TODAY).filter(cost_owner_id=None)
    assert set(without.values_list("code", flat=True)) == {"FO10", "TJ403", "TJ603"}
    assert Service.objects.filter(owner=None).count() == 1


def test_most_people_are_staffed_to_about_full_time_and_a_few_are_not():
    shares: dict[str, Decimal] = defaultdict(Decimal)
    for person in Person.objects.filter(memberships__valid__contains=TODAY):
        shares[person.code] = sum((a.share for a in person.assignments.filter(valid__contains=TODAY)), Decimal(0))
    odd = [code for code, share in shares.items() if not 95 <= share <= 105]
    assert 2 <= len(odd) <= 6


def test_the_plan_is_the_document_with_owners():
    assert [m.objects.count() for m in (Plan, FocusArea, Goal, ExpectedResult)] == [1, 4, 1, 18]
    assert Plan.objects.get().unit.code == "IT"
    assert list(ExpectedResult.objects.filter(owner=None).values_list("number", flat=True)) == ["3.4.4"]
    assert list(ExpectedResult.objects.filter(due_on=None).values_list("number", flat=True)) == ["3.4.2"]


def test_importing_the_document_again_changes_nothing(capsys):
    from vp_portal.overview.demo.plan import DOCUMENT

    before = ExpectedResult.history.count()
    call_command("import_plan", str(DOCUMENT))
    assert ExpectedResult.history.count() == before
    assert Plan.objects.get().unit.code == "IT"


def test_check_ins_cover_four_tertials_with_different_statuses():
    assert {str(t) for t in CheckIn.objects.values_list("tertial", flat=True)} == {
        "2024T2",
        "2024T3",
        "2025T1",
        "2025T2",
    }
    latest = CheckIn.objects.filter(tertial="2025T2")
    assert set(latest.values_list("status", flat=True)) >= {
        Status.ON_PLAN,
        Status.WATCH,
        Status.RISK,
        Status.ACHIEVED,
        Status.NOT_STARTED,
    }
    assert 0 < latest.count() < 18


def test_nobody_checked_in_after_today():
    assert CheckIn.objects.made_by_end_of(TODAY).count() == CheckIn.objects.count()


def test_every_check_in_has_an_author_who_leads_the_result():
    for check_in in CheckIn.objects.select_related("result__owner__user", "made_by").exclude(result__owner=None):
        assert check_in.made_by == check_in.result.owner.user


def test_a_batch_a_month_by_the_controller_in_the_month_after():
    batches = ImportBatch.objects.select_related("booked_by").order_by("booked_at")
    days = [batch.booked_at.date() for batch in batches]
    assert (days[0], days[-1], len(days)) == (dt.date(2023, 4, 12), dt.date(2025, 9, 12), 30)
    assert {batch.booked_by.username for batch in batches} == {"controller"}
    assert all(batch.control_total == batch.total for batch in batches)


def test_all_postings_are_booked_and_one_run_is_in_force():
    assert Posting.objects.count() == POSTINGS
    assert AllocationRun.objects.in_force().count() == 1


def test_two_to_three_per_cent_of_the_cost_is_unallocated():
    costs = CostRollup.objects.in_force().costs()
    whole, rest = (sum(abs(r.amount) for r in rollups) for rollups in (costs, costs.unallocated()))
    assert Decimal("0.02") <= rest / whole <= Decimal("0.03")


def test_every_active_service_costs_something():
    seen = CostRollup.objects.in_force().costs().filter(period__gte=202501).values("cost_object")
    assert not Service.objects.active(TODAY).exclude(pk__in=seen).exists()


def test_one_login_for_each_role_each_with_a_person():
    users = {user.username: user for user in User.objects.filter(role_grants__isnull=False)}
    assert {name: set(roles_of(user)) for name, user in users.items()} == {
        "las": {Role.READER},
        "plan": {Role.PLAN_OWNER},
        "controller": {Role.CONTROLLER},
        "ledning": {Role.MANAGEMENT},
        "admin": {Role.ADMINISTRATOR},
    }
    assert Person.objects.filter(user__in=users.values()).count() == 5
    assert {name for name, user in users.items() if may_enter_admin(user)} == {"plan", "controller", "admin"}


def test_two_line_managers_of_different_units_one_with_units_below():
    chef1, chef2 = (User.objects.get(username=name) for name in ("chef1", "chef2"))
    units = [{unit.code for unit in managed_units(user, TODAY)} for user in (chef1, chef2)]
    assert units == [{"ITD", "ITL", "ITN"}, {"ITA"}]


@pytest.mark.parametrize("name", ["las", "plan", "controller", "ledning", "admin"])
def test_the_other_logins_are_no_line_managers(name):
    assert not is_line_manager(User.objects.get(username=name), TODAY)


def test_only_the_logins_have_a_password():
    usable = {user.username for user in User.objects.all() if user.has_usable_password()}
    assert usable == {"las", "chef1", "chef2", "plan", "controller", "ledning", "admin"}


@pytest.mark.parametrize("app", ["services", "goals", "finance"])
def test_what_is_loaded_passes_its_own_rules(app):
    small = [m for m in apps.get_app_config(app).get_models() if not m.__name__.startswith("Historical")]
    for model in small:
        if model._meta.model_name not in {
            "posting",
            "codestring",
            "ledgercell",
            "ledgersum",
            "barecell",
            "allocationline",
            "costrollup",
            "costtotal",
            "spantotal",
        }:
            for row in model.objects.all():
                row.full_clean()


def test_every_tracked_row_has_its_history():
    for model in (Person, OrgUnit, CheckIn, Service):
        known = model.history.values_list(model._meta.pk.attname, flat=True)
        assert set(model.objects.values_list("pk", flat=True)) <= set(known)
    assert not Person.history.filter(history_user=None).exists()


def test_nothing_loaded_holds_a_personal_number(department):
    for path in (department / "demo").iterdir():
        assert not PERSONAL_NUMBER.search(path.read_text(encoding="cp1252"))


def test_a_second_run_refuses_or_with_if_empty_does_nothing(capsys, monkeypatch, settings):
    settings.TRIAL = True
    monkeypatch.setenv("VP_DEMO_PASSWORD", secrets.token_urlsafe(24))
    with pytest.raises(CommandError, match="redan en organisation"):
        call_command("seed_demo")
    call_command("seed_demo", if_empty=True)
    assert "Inget är ändrat" in capsys.readouterr().out
    assert Posting.objects.count() == POSTINGS


def test_the_logins_are_printed_with_the_right_password_only(capsys, monkeypatch):
    monkeypatch.setenv("VP_DEMO_PASSWORD", PASSWORD)
    call_command("demo_logins")
    out = capsys.readouterr().out
    assert "chef1       Anders Bergström  Linjechef" in out
    assert PASSWORD in out
    monkeypatch.setenv("VP_DEMO_PASSWORD", secrets.token_urlsafe(24))
    with pytest.raises(CommandError, match="inte det lösenord"):
        call_command("demo_logins")
