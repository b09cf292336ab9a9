"""The overviews of the roles: what each needs first, and what is kept from whom."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse, reverse_lazy

from finance.actions import background
from finance.choices import Sensitivity
from finance.models import ImportBatch
from goals.choices import ReminderKind, Status
from goals.models import SentReminder
from tests.conftest import TODAY
from tests.factories.core import AdminUserFactory, RoleGrantFactory, UserFactory
from tests.factories.finance import AccountGroupFactory, BatchFactory, CostCentreFactory, RuleFactory
from tests.factories.goals import (
    CheckInFactory,
    ExpectedResultFactory,
    FocusAreaFactory,
    GoalFactory,
    IndicatorFactory,
    PlanSectionFactory,
)
from tests.factories.services import PersonFactory, ServiceFactory, UnitFactory
from vp_portal.core.access import Role
from vp_portal.core.periods import Tertial
from vp_portal.overview.reports import administrator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

HOME = reverse_lazy("overview:home")
TITLES = {
    Role.CONTROLLER: "Ekonomin just nu",
    Role.MANAGEMENT: "Avdelningen just nu",
    Role.PLAN_OWNER: "Planen just nu",
    Role.ADMINISTRATOR: "Portalen just nu",
    Role.READER: "Så går det för verksamhetsplanen",
}


@pytest.mark.parametrize("role", TITLES)
def test_each_role_meets_its_own_overview_also_before_there_is_any_data(text, role):
    assert f"<h1>{TITLES[role]}</h1>" in text(UserFactory(role=role), HOME)


def test_a_user_without_a_role_meets_what_is_open(text):
    shown = text(UserFactory(), HOME)
    assert "Ditt konto är inte kopplat till någon person" in shown
    assert reverse("services:catalogue") in shown


def test_roles_are_tabs_and_the_unit_comes_first(text, boss, unit):
    RoleGrantFactory(user=boss.user, role=Role.CONTROLLER)
    shown = text(boss.user, HOME)
    assert "<h1>Min översikt</h1>" in shown
    assert "?view=controller" in shown
    assert "<h1>Ekonomin just nu</h1>" in text(boss.user, HOME + "?view=controller")


def test_a_view_that_is_not_mine_gives_my_own(text, boss, unit):
    assert "<h1>Min översikt</h1>" in text(boss.user, HOME + "?view=controller")


def test_the_controller_sees_whether_the_parts_are_the_ledger(text, book):
    book(202507, "100", ServiceFactory())
    controller = UserFactory(role=Role.CONTROLLER)
    assert "stämmer" in text(controller, HOME)
    ImportBatch.objects.update(total=Decimal(99))
    assert "skiljer" in text(controller, HOME)


def test_the_controller_sees_what_lacks_a_home_and_who_booked_what(text, book):
    book(202507, "184210", None)
    BatchFactory(file_name="juli.csv", booked_by=UserFactory(first_name="Kim", last_name="Bok"))
    RuleFactory()
    shown = text(UserFactory(role=Role.CONTROLLER), HOME)
    for part in ("184 210", "juli.csv", "Kim Bok", "1 regel används."):
        assert part in shown


def test_the_controller_is_told_of_a_cost_centre_that_no_unit_has(text, book):
    book(202507, "100", None, cost_centre=CostCentreFactory(code="99999"))
    assert "Kostnadsställe 99999" in text(UserFactory(role=Role.CONTROLLER), HOME)


def test_management_sees_each_unit_with_those_below_it_and_no_salaries(text, unit, book):
    top = UnitFactory(name="IT-avdelningen")
    from tests.factories.services import UnitParentFactory

    UnitParentFactory(unit=unit, parent=top)
    below = UnitFactory(name="Lagringsgruppen", parent=unit)
    book(202507, "1000000", None)
    book(202507, "2000000", None, cost_centre=CostCentreFactory(unit=below))
    book(202507, "500000", None, cost_centre=CostCentreFactory(unit=top))
    book(202507, "9000000", None, sensitivity=Sensitivity.SENSITIVE)
    shown = text(UserFactory(role=Role.MANAGEMENT), HOME)
    for part in ("Systemdrift", "3 000", "IT-avdelningen, gemensamt", "3,5 Mkr", "Lönekostnader ingår inte"):
        assert part in shown
    assert "Lagringsgruppen" not in shown


def test_management_sees_what_is_at_risk_with_its_comment(text):
    CheckInFactory(status=Status.RISK, comment="Leverantören dröjer.")
    assert "Leverantören dröjer." in text(UserFactory(role=Role.MANAGEMENT), HOME)


def test_the_plan_owner_sees_gaps_and_the_latest_check_ins(text):
    area = FocusAreaFactory(name="Tydliga tjänster")
    PlanSectionFactory(plan=area.plan, text="")
    CheckInFactory(result=ExpectedResultFactory(focus_area=area, due_on=None), comment="Vi är igång.")
    shown = text(UserFactory(role=Role.PLAN_OWNER), HOME)
    for part in ("Fokusområden utan mål", "utan ansvarig", "utan slutdatum", "inte är skrivna", "Vi är igång."):
        assert part in shown


def test_a_plan_without_gaps_says_so(text):
    goal = GoalFactory()
    IndicatorFactory(result=ExpectedResultFactory(focus_area=goal.focus_area, owner=PersonFactory()))
    assert "Planen har inga luckor." in text(UserFactory(role=Role.PLAN_OWNER), HOME)


@pytest.mark.parametrize("role", [Role.READER, Role.PLAN_OWNER])
def test_readers_and_plan_owners_meet_no_money(text, book, role):
    book(202507, "1234567", ServiceFactory())
    CheckInFactory()
    shown = text(UserFactory(role=role), HOME)
    assert "Mkr" not in shown
    assert "kr<" not in shown


def test_the_administrator_sees_accounts_that_lead_nowhere_and_the_latest_changes(text):
    UserFactory(username="vilse", first_name="Vilse", last_name="Konto")
    PersonFactory(code="anna", user=UserFactory(username="hemma", role=Role.READER))
    shown = text(AdminUserFactory(), HOME)
    assert "vilse" in shown
    assert "hemma" not in shown
    assert "person anna" in shown


def test_the_administrator_sees_reminders_that_may_not_have_gone(text):
    result = ExpectedResultFactory(number="3.1.7")
    claimed = dt.datetime(2025, 9, 1, 4, 30, tzinfo=dt.UTC)
    for person, sent in (("Gick Fram", claimed), ("Kanske Inte", None)):
        SentReminder.objects.create(
            result=result,
            person=PersonFactory(name=person),
            tertial=Tertial(2025, 2),
            kind=ReminderKind.AFTER,
            claimed_at=claimed,
            sent_at=sent,
        )
    shown = text(AdminUserFactory(), HOME)
    assert "Kanske Inte" in shown
    assert "Gick Fram" not in shown


@pytest.mark.parametrize(("megabytes", "told"), [(19, False), (214, True)])
def test_the_administrator_sees_what_a_killed_server_left_on_its_disk(text, monkeypatch, megabytes, told):
    monkeypatch.setattr(administrator, "ownerless_bytes", lambda: megabytes * 2**20)
    assert (f"{megabytes} MB som ingen tabell äger" in text(AdminUserFactory(), HOME)) is told


def test_what_a_job_is_storing_is_not_left_over(text, monkeypatch):
    monkeypatch.setattr(administrator, "ownerless_bytes", lambda: 2**40)
    background.request_allocation(by=AdminUserFactory())
    assert "som ingen tabell äger" not in text(AdminUserFactory(), HOME)


def test_changes_made_together_are_told_as_one(text):
    ServiceFactory.create_batch(3)
    assert '<span class="num">3</span> tjänster <span class="soft">lades upp' in text(AdminUserFactory(), HOME)


def test_someone_who_owns_a_service_sees_its_cost(text, book):
    owner = PersonFactory(user=UserFactory())
    book(202507, "3000000", ServiceFactory(name="E-post", cost_owner=owner))
    book(202507, "9000000", ServiceFactory(name="Annat"))
    shown = text(owner.user, HOME)
    assert "3 000" in shown
    assert "E-post" in shown
    assert "Annat" not in shown


@pytest.mark.parametrize("role", [*TITLES, None])
def test_the_number_of_queries_does_not_follow_the_number_of_rows(queries, book, role):
    user = AdminUserFactory(role=role) if role == Role.ADMINISTRATOR else UserFactory(role=role)
    person = PersonFactory(user=user)
    focus = FocusAreaFactory()

    def grow() -> None:
        service = ServiceFactory(owner=person, cost_owner=person)
        centre = CostCentreFactory(unit=UnitFactory(manager=PersonFactory(user=UserFactory())))
        for target in (service, None):
            book(202507, "100", target, cost_centre=centre, account_group=AccountGroupFactory())
        BatchFactory(booked_by=UserFactory())
        made_at = dt.datetime.combine(TODAY, dt.time(8), dt.UTC)
        CheckInFactory(result=ExpectedResultFactory(owner=person, focus_area=focus), made_by=user, made_at=made_at)
        CheckInFactory(result=ExpectedResultFactory(focus_area=FocusAreaFactory(plan=focus.plan)), status=Status.RISK)

    grow()
    few = queries(user, HOME)
    for _ in range(29):
        grow()
    assert queries(user, HOME) == few < 30


def test_the_page_asks_for_sign_in(client):
    assert client.get(HOME).url.startswith(reverse("login"))
