"""The manager's overview, a unit's page and a cost object's page against budget, forecast and last year."""

from decimal import Decimal

import pytest
from django.urls import reverse, reverse_lazy

from finance.models import AccountGroup, CostCentre
from tests.factories.core import UserFactory
from tests.factories.finance import BudgetFactory, BudgetLineFactory, ForecastFactory
from tests.factories.services import ServiceFactory
from vp_portal.core.access import Role
from vp_portal.core.periods import Period

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
HOME = reverse_lazy("overview:home")


@pytest.fixture
def service(book):
    """8 Mkr in July 2024 and 11 Mkr in July 2025 on the unit's cost centre."""
    found = ServiceFactory(name="Lagring")
    book(202407, "8000000", found)
    book(202507, "11000000", found)
    return found


def line(version, amount, period=202507, **node):
    group = AccountGroup.objects.get(code="drift")
    BudgetLineFactory(version=version, period=Period(period), account_group=group, amount=Decimal(amount), **node)


@pytest.fixture
def budget(service):
    version = BudgetFactory(name="Budget 2025", state="decided", counts=True)
    centre = CostCentre.objects.get(code="11320")
    line(version, "10000000", cost_centre=centre)
    line(version, "70000000", 202510, cost_centre=centre)
    line(version, "5500000", cost_centre=None, cost_object_id=service.pk)
    return version


def test_the_managers_cost_stands_against_the_budget(text, boss, budget):
    shown = text(boss.user, HOME)
    assert "mot 10,0 Mkr i budget" in shown
    assert "+10,0 %" in shown
    assert "+1 000" in shown
    assert "mot Budget 2025" in shown


def test_last_year_can_be_chosen_in_the_address(text, boss, budget):
    assert "mot 8,0 Mkr samma månader 2024" in text(boss.user, f"{HOME}?compare=last_year")


def test_without_a_forecast_last_year_is_shown(text, boss, budget):
    assert "mot 8,0 Mkr samma månader 2024" in text(boss.user, f"{HOME}?compare=forecast")


def test_a_forecast_can_be_chosen(text, boss, budget):
    version = ForecastFactory(state="decided", counts=True)
    line(version, "11500000", cost_centre=CostCentre.objects.get(code="11320"))
    assert "mot 11,5 Mkr i prognos" in text(boss.user, f"{HOME}?compare=forecast")


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_what_is_not_decided_is_not_compared_with(text, boss, service, state):
    line(BudgetFactory(state=state), "10000000", cost_centre=CostCentre.objects.get(code="11320"))
    assert "mot 8,0 Mkr samma månader 2024" in text(boss.user, HOME)


def test_a_units_page_stands_against_the_budget(text, boss, budget):
    assert "mot 10,0 Mkr i budget" in text(boss.user, reverse("overview:unit", args=["SD"]))


def test_a_cost_objects_page_stands_against_its_own_budget(text, budget, service):
    controller = UserFactory(role=Role.CONTROLLER)
    shown = text(controller, reverse("overview:cost_object", args=[service.code]))
    assert "mot 5,5 Mkr i budget" in shown
    assert "+100,0 %" in shown


def test_who_may_not_see_the_cost_sees_no_budget(text, budget, service):
    shown = text(UserFactory(role=Role.READER), reverse("overview:cost_object", args=[service.code]))
    assert "Du har inte behörighet" in shown
    assert "5,5" not in shown


@pytest.mark.parametrize("place", ["home", "unit", "object"])
def test_pages_stay_below_thirty_queries_however_much_is_planned(queries, boss, budget, service, place):
    url = {
        "home": str(HOME),
        "unit": reverse("overview:unit", args=["SD"]),
        "object": reverse("overview:cost_object", args=[service.code]),
    }[place]
    first = queries(boss.user, url)
    for month in range(1, 7):
        line(budget, "1000", 202500 + month, cost_centre=CostCentre.objects.get(code="11320"))
        line(budget, "1000", 202500 + month, cost_centre=None, cost_object_id=service.pk)
    assert queries(boss.user, url) == first < 30
