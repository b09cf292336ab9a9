"""I28–I30, by hand. E-post: 1 300.10 of cost by July 2025 and 900.00 of income from the grant."""

import datetime as dt
from decimal import Decimal

import pytest

from finance.reports.funding_measures import booked_months, funding_defined, funding_gap, income_off_model
from services.models import CostObject
from tests.factories.finance import (
    CodeStringFactory,
    FundingShareFactory,
    FundingSourceFactory,
    LedgerProjectFactory,
    RuleFactory,
)
from tests.factories.services import MaintenanceObjectFactory, ServiceFactory
from vp_portal.core.periods import since

DAY = dt.date(2025, 9, 15)


@pytest.fixture
def grant(world):
    return FundingSourceFactory(code="anslag", name="Anslag", groups=[world.income.group])


def fund(code, *parts):
    target = CostObject.objects.get(code=code)
    for source, share in parts:
        FundingShareFactory(cost_object=target, source=source, share=Decimal(share))


def test_what_is_active_has_a_model_or_fails_with_its_link(world, grant):
    MaintenanceObjectFactory(code="FO1", name="Nät")
    ServiceFactory(code="TJ9", lifecycle="retired")
    fund("TJ1", (grant, 100))
    found = funding_defined(DAY)
    assert (found.numerator, found.denominator, found.value) == (1, 2, Decimal("0.5"))
    assert [(each.name, each.url) for each in found.failing] == [("Nät", "/finance/funding/object/FO1/")]


def test_a_model_that_comes_later_is_none_yet(world, grant):
    FundingShareFactory(cost_object=CostObject.objects.get(code="TJ1"), valid=since(dt.date(2025, 9, 16)))
    assert funding_defined(DAY).value == 0
    assert funding_defined(dt.date(2025, 9, 16)).value == 1


def test_a_project_whose_model_has_ended_fails_while_cost_goes_on(world, grant):
    project = LedgerProjectFactory(code="P1")
    until = (dt.date(2024, 1, 1), dt.date(2025, 1, 1))
    FundingShareFactory(cost_object=None, project=project, source=grant, valid=until)
    assert [each.name for each in funding_defined(DAY).failing] == ["E-post"]
    row = world.post(world.licences, world.mine, 202506, "10.00")
    string = CodeStringFactory(account=world.licences, cost_centre=world.mine, project=project)
    row.batch.cells.filter(period=202506).update(code_string=string)
    assert [each.name for each in funding_defined(DAY).failing] == ["E-post", "P1 Projekt P1"]


def test_the_gap_is_what_is_not_funded_of_all_cost(world, grant):
    fund("TJ1", (grant, 75), (FundingSourceFactory(is_unfunded=True), 25))
    found = funding_gap(DAY)
    assert (found.numerator, found.denominator) == (Decimal("325.02"), Decimal("1300.10"))
    assert [each.name for each in found.failing] == ["E-post"]


def test_salaries_leave_no_trace_in_the_gap(world, grant):
    fund("TJ1", (grant, 75), (FundingSourceFactory(is_unfunded=True), 25))
    before = funding_gap(DAY)
    RuleFactory(cost_object=CostObject.objects.get(code="TJ1"), conditions=[("account", "exact", "4011")])
    world.post(world.salaries, world.mine, 202506, "7777.00")
    world.allocate()
    assert funding_gap(DAY) == before
    assert income_off_model(DAY).denominator > 5000  # where they do count


def test_without_any_model_the_gap_is_all(world):
    assert funding_gap(DAY).value == 1


def test_income_is_held_against_the_model_source_by_source(world, grant):
    fund("TJ1", (grant, 75), (FundingSourceFactory(), 25))
    found = income_off_model(DAY)
    assert (found.numerator, found.denominator) == (Decimal("75.08"), Decimal("975.08"))
    assert [(each.name, each.url) for each in found.failing] == [("Anslag", "/finance/funding/?source=anslag")]


@pytest.mark.parametrize("measure", [funding_gap, income_off_model])
def test_nothing_booked_is_no_data(db, measure):
    assert (measure(DAY).value, measure(DAY).failing) == (None, ())


def test_no_model_is_no_data_for_income(world, grant):
    assert income_off_model(DAY).value is None


def test_nothing_to_fund_is_no_data(db):
    assert funding_defined(DAY).value is None


def test_any_day_works(world, grant):
    assert booked_months(DAY) == (202501, 202507)
    assert booked_months(dt.date(2025, 3, 31)) == (202501, 202503)
    assert booked_months(dt.date(2024, 12, 31)) == (202401, 202411)
    assert booked_months(dt.date(2023, 6, 1)) is None


def test_no_measure_names_an_amount(world, grant):
    fund("TJ1", (grant, 100))
    for measure in (funding_defined, funding_gap, income_off_model):
        assert not any("1300" in each.name + each.url for each in measure(DAY).failing)


@pytest.mark.parametrize("measure", [funding_defined, funding_gap, income_off_model])
def test_a_measure_asks_as_much_whatever_there_is(world, grant, measure, django_assert_max_num_queries):
    for _n in range(15):
        FundingShareFactory()
    with django_assert_max_num_queries(14):
        measure(DAY)
