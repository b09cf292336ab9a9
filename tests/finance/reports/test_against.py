"""The economy held against a budget or a forecast. The world's cost is booked January–July 2025."""

from decimal import Decimal

import pytest

from finance.actions import budget_totals
from finance.models import BudgetVersion
from tests.factories.finance import BudgetFactory, BudgetLineFactory, ForecastFactory
from vp_portal.core.access import Role
from vp_portal.core.periods import Period
from vp_portal.core.spreadsheets import read_csv, read_xlsx

pytestmark = pytest.mark.django_db


def text(response):
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def plan(world, version):
    """Per centre 700 licences, 450 salaries a month in January and 1 000 in December; per object 900 licences."""
    own = {"version": version, "period": Period(202501)}
    it, pay = world.licences.group, world.salaries.group
    BudgetLineFactory(cost_centre=world.mine, account_group=it, amount=Decimal("700.00"), **own)
    BudgetLineFactory(cost_centre=world.mine, account_group=pay, amount=Decimal("450.00"), **own)
    BudgetLineFactory(cost_centre=world.other, account_group=pay, amount=Decimal("111.00"), **own)
    BudgetLineFactory(cost_centre=world.mine, account_group=world.income.group, amount=Decimal("-800.00"), **own)
    late = {"version": version, "period": Period(202512), "cost_centre": world.mine}
    BudgetLineFactory(account_group=it, amount=Decimal("1000.00"), **late)
    target = {"cost_centre": None, "cost_object_id": world.service.pk}
    BudgetLineFactory(account_group=it, amount=Decimal("900.00"), **own, **target)


@pytest.fixture
def budget(world):
    version = BudgetFactory(name="Budget 2025", state="decided", counts=True)
    plan(world, version)
    return version


def page(response):
    return response.context["page"]


def test_cost_and_income_are_held_against_the_budget_of_the_same_months(as_controller, budget):
    found = page(as_controller(compare="budget"))
    assert (found.flows.cost.this, found.flows.cost.last) == (Decimal("2000.10"), Decimal("1261.00"))
    assert (found.flows.income.this, found.flows.income.last) == (Decimal("900.00"), Decimal("800.00"))
    assert found.table.total.last == Decimal("1261.00")


def test_the_largest_deviation_stands_first_and_each_part_has_its_own(as_controller, budget):
    response = as_controller(compare="budget")
    assert [(part.name, part.amount.this, part.amount.last) for part in page(response).table.parts] == [
        ("IT", Decimal("1300.10"), Decimal("700.00")),
        ("Personal", Decimal("700.00"), Decimal("561.00")),
    ]
    assert "mot Budget 2025" in text(response)
    assert "Budget, tkr" in text(response)


def test_cost_objects_are_held_against_their_own_cut(as_controller, budget):
    found = page(as_controller(compare="budget", by="cost_object"))
    parts = {part.name: (part.amount.this, part.amount.last) for part in found.table.parts}
    assert parts["E-post"] == (Decimal("1300.10"), Decimal("900.00"))
    assert parts["Utan hemvist"] == (Decimal("700.00"), Decimal("0.00"))


def test_owners_are_held_against_their_cost_objects(as_controller, budget):
    found = page(as_controller(compare="budget", by="owner"))
    parts = {part.name: part.amount for part in found.table.parts}
    assert (parts["Olle Ägare"].this, parts["Olle Ägare"].last) == (Decimal("1300.10"), Decimal("900.00"))


@pytest.mark.parametrize(
    "query", [{"unit": "ITD", "by": "cost_object"}, {"cost_object": "TJ1", "by": "cost_centre"}], ids=str
)
def test_what_no_cut_answers_is_said_and_last_year_is_shown(as_controller, budget, query):
    response = as_controller(compare="budget", **query)
    assert page(response).plan is None
    assert "inte på båda samtidigt" in text(response)


def test_without_a_decided_budget_it_is_said(as_controller, world):
    plan(world, BudgetFactory(state="submitted"))
    assert "Ingen budget är fastställd för 2025" in text(as_controller(compare="budget"))


def test_a_year_without_a_budget_counts_as_nothing_and_is_said(as_controller, budget):
    response = as_controller(**{"compare": "budget", "from": "202412", "to": "202501"})
    assert "För 2024 finns ingen fastställd budget" in text(response)
    assert page(response).flows.cost.last == Decimal("1261.00")
    assert page(response).flows.cost.told is page(response).table.total.told is None


def test_the_latest_forecast_is_the_one(as_controller, world):
    for number, amount in ((1, "10.00"), (2, "20.00")):
        version = ForecastFactory(tertial=f"2025T{number}", state="decided", counts=True, name=f"T{number}")
        BudgetLineFactory(
            version=version,
            period=Period(202501),
            cost_centre=world.mine,
            account_group=world.licences.group,
            amount=Decimal(amount),
        )
    assert page(as_controller(compare="forecast")).flows.cost.last == Decimal("20.00")


def test_a_division_by_nothing_is_a_dash(as_controller, budget):
    version = BudgetVersion.objects.get()
    version.lines.update(amount=0)
    budget_totals.add_up(version.pk)
    response = as_controller(compare="budget")
    assert page(response).flows.cost.percent is None
    assert "NaN" not in text(response)
    assert "−0" not in text(response).replace("−0,", "")


def test_page_csv_and_xlsx_show_the_same(as_controller, budget):
    total = page(as_controller(compare="budget")).table.total
    csv = read_csv(as_controller(compare="budget", format="csv").content)
    xlsx = read_xlsx(as_controller(compare="budget", format="xlsx").content)
    assert csv[0] == xlsx[0] == ["Kod", "Kontogrupp", "2025", "Budget", "Skillnad", "Skillnad, %"]
    for table in (csv, xlsx):
        sums = [Decimal(cell.replace(",", ".")) for cell in table[1][-1][2:]]
        assert sums == [total.this, total.last, total.told, total.percent]


def test_a_manager_sees_the_budget_of_own_centres_with_salaries(see, world, budget):
    found = page(see(world.manager.user, compare="budget"))
    assert (found.flows.cost.this, found.flows.cost.last) == (Decimal("1500.10"), Decimal("1150.00"))


def test_management_is_not_shown_budgets_of_salaries(see, world, budget):
    found = page(see(world.users[Role.MANAGEMENT], compare="budget"))
    assert (found.flows.cost.this, found.flows.cost.last) == (Decimal("1300.10"), Decimal("700.00"))


def test_a_cost_owner_sees_the_budget_of_the_own_object(see, world, budget):
    found = page(see(world.owner.user, compare="budget", by="cost_object"))
    assert (found.flows.cost.this, found.flows.cost.last) == (Decimal("1300.10"), Decimal("900.00"))


def test_the_choice_is_kept_in_the_addresses_of_the_page(as_controller, budget):
    found = page(as_controller(compare="budget"))
    assert all("compare=budget" in tab["url"] for tab in [*found.tabs, *found.kind_tabs, *found.spans])
    assert [tab["label"] for tab in found.spans] == [
        "Senaste månaden",
        "Hittills i år",
        "T1",
        "T2",
        "Rullande 12 månader",
    ]


def test_an_unknown_comparison_is_said(as_controller, budget):
    assert "Jämför med förra året, budget eller prognos" in text(as_controller(compare="horoskop"))


def test_the_page_stays_below_thirty_queries(see, world, budget, django_assert_max_num_queries):
    see(world.manager.user, compare="budget", by="owner")
    with django_assert_max_num_queries(29):
        see(world.manager.user, compare="budget", by="owner")
