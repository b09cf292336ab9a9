"""The economy narrowed and written in other ways: areas, sub-portfolios, units alone, money units, and as files."""

import csv
import io
import json
from decimal import Decimal

import pytest

from finance.choices import CodePart, MatchOperator
from finance.models import PeriodLock
from tests.factories.finance import CostCentreFactory, RuleFactory
from tests.factories.services import (
    MaintenanceObjectFactory,
    ServiceAreaFactory,
    SubPortfolioFactory,
    UnitFactory,
)
from tests.finance.ledger_world import AT
from vp_portal.core.periods import Period
from vp_portal.core.spreadsheets import read_xlsx

pytestmark = pytest.mark.django_db


def figure(cell):
    """A file's figure; None where there is none to tell."""
    return None if cell in (None, "") else Decimal(cell.replace(",", "."))


def cost(response) -> Decimal:
    return response.context["page"].flows.cost.this


@pytest.mark.parametrize("by", ["group", "cost_centre", "cost_object", "owner", "supplier", "month"])
def test_page_csv_xlsx_and_json_show_the_same_figures(as_controller, by):
    parts = as_controller(by=by).context["page"].table.parts
    sums = [(part.name, part.amount) for part in parts]
    expected = [[name, each.this, each.last, each.told, each.percent] for name, each in sums]
    files = {kind: as_controller(by=by, format=kind).content for kind in ("csv", "xlsx", "json")}
    as_csv = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig")), delimiter=";"))[1:-1]
    as_json = json.loads(files["json"])["rows"][:-1]
    as_xlsx = read_xlsx(files["xlsx"])[1][:-1]
    for rows in (as_csv, as_json, as_xlsx):
        assert [[row[1], *map(figure, row[2:])] for row in rows] == expected


def test_json_is_refused_to_whom_the_page_is(see, world):
    answer = see(world.owner.user, by="cost_centre", format="json")
    assert answer.headers["Content-Type"] == "application/json"
    assert "200.00" not in answer.content.decode()  # the other centre's salaries


def test_the_sums_are_written_in_the_unit_of_the_address(as_controller):
    assert "2 000" in as_controller(money="kr").content.decode().replace("\xa0", " ")
    page = as_controller(money="mkr").context["page"]
    assert page.money.write(Decimal(2_000_100)) == "2,00"
    assert [tab["current"] for tab in page.money_tabs] == [False, False, True]
    assert "money=mkr" in page.tabs[0]["url"]


def test_an_unknown_unit_is_thousands(as_controller):
    assert as_controller(money="dollar").context["page"].money.label == "tkr"


def test_the_ore_stands_behind_each_rounded_sum(as_controller):
    assert 'data-exact="1\xa0300,10\xa0kr"' in as_controller(by="cost_object").content.decode()


def test_an_area_is_its_own_cost_and_that_of_its_services(as_controller, world):
    area = ServiceAreaFactory(code="TO1")
    world.service.area = area
    world.service.save()
    response = as_controller(area="TO1")
    assert cost(response) == Decimal("1300.10")
    assert response.context["page"].proof.table.holds
    assert as_controller(response.context["page"].cost_url).context["page"].total == Decimal("1300.10")


def test_an_area_without_services_has_no_cost_and_no_rows(as_controller):
    ServiceAreaFactory(code="TO9")
    response = as_controller(area="TO9")
    assert cost(response) == 0
    assert as_controller("/finance/postings/", area="TO9").context["page"].count == 0


def test_a_sub_portfolio_is_its_objects(as_controller, world):
    portfolio = SubPortfolioFactory(code="F")
    ours = MaintenanceObjectFactory(code="FO1", sub_portfolio=portfolio)
    RuleFactory(priority=1, cost_object=ours, conditions=[(CodePart.COST_CENTRE, MatchOperator.EXACT, "11310")])
    world.allocate()
    response = as_controller(portfolio="F", by="cost_object")
    assert cost(response) == Decimal("500.00")
    assert [part.code for part in response.context["page"].table.parts] == ["FO1"]


def test_an_object_outside_the_chosen_area_has_nothing_in_it(as_controller, world):
    ServiceAreaFactory(code="TO9")
    assert cost(as_controller(area="TO9", cost_object="TJ1")) == 0


def test_a_unit_can_be_seen_without_those_below_it(as_controller, world):
    below = UnitFactory(code="SUB", parent=world.unit)
    world.post(world.licences, CostCentreFactory(code="11329", unit=below), 202505, "11.00")
    world.allocate()
    assert cost(as_controller(unit="ITD")) == Decimal("1511.10")
    response = as_controller(unit="ITD", own="on")
    assert cost(response) == Decimal("1500.10")
    assert "Enheten utan underenheter" in response.content.decode()
    assert as_controller(response.context["page"].cost_url).context["page"].total == Decimal("1500.10")


def test_the_page_tells_whether_its_latest_month_is_locked(as_controller):
    assert "perioden är öppen" in as_controller().content.decode()
    PeriodLock.objects.create(period=Period(202507), locked_at=AT, reason="Bokslut")
    assert "perioden är låst" in as_controller().content.decode()


def test_a_plan_has_no_suppliers(as_controller):
    response = as_controller(by="supplier", compare="budget")
    assert response.context["page"].plan is None
