"""Every dashboard: of what, over which months, against what and by what. Each opens and adds up, and its files show the
same figures to the öre whatever unit the page writes them in."""

import csv
import io
import itertools
import json
from decimal import Decimal

import pytest

from finance.choices import CodePart, MatchOperator
from tests.factories.finance import BudgetFactory, ForecastFactory, RuleFactory
from tests.factories.services import MaintenanceObjectFactory, ServiceAreaFactory, SubPortfolioFactory
from tests.finance.reports.test_against import plan
from vp_portal.core.spreadsheets import read_xlsx

pytestmark = pytest.mark.django_db

WHAT = {
    "the department": {},
    "a unit": {"unit": "ITD"},
    "a cost centre": {"cost_centre": "11310"},
    "a cost object": {"cost_object": "TJ1"},
    "a service area": {"area": "TO1"},
    "a sub-portfolio": {"portfolio": "F"},
}
MONTHS = {
    "a period": ("202503", "202503"),
    "year to date": ("202501", "202507"),
    "a tertial": ("202501", "202504"),
    "twelve months": ("202408", "202507"),
}
AGAINST = ["", "budget", "forecast"]
BY = ["month", "group", "cost_centre", "cost_object", "owner", "supplier"]
UNITS = itertools.cycle(["", "kr", "mkr"])


@pytest.fixture
def department(world):
    """Every figure asked for is there: an area with a service, a sub-portfolio with an FO, a budget and a forecast."""
    world.service.area = ServiceAreaFactory(code="TO1")
    world.service.save()
    ours = MaintenanceObjectFactory(code="FO1", sub_portfolio=SubPortfolioFactory(code="F"))
    condition = (CodePart.COST_CENTRE, MatchOperator.EXACT, "11310")
    RuleFactory(priority=1, cost_object=ours, conditions=[condition, (CodePart.ACCOUNT, MatchOperator.PREFIX, "57")])
    world.allocate()
    plan(world, BudgetFactory(name="Budget 2025", state="decided", counts=True))
    plan(world, ForecastFactory(name="Prognos 2025", state="decided", counts=True))
    return world


def figures(rows):
    return [[row[1], *map(figure, row[2:6])] for row in rows]


def figure(cell):
    return None if cell in (None, "") else Decimal(str(cell).replace(",", "."))


def row_of(name, amount):
    return [name, amount.this, amount.last, amount.told, amount.percent]


def read(content, kind):
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))[1:]
    return json.loads(content)["rows"] if kind == "json" else read_xlsx(content)[1]


@pytest.mark.parametrize("what", WHAT)
@pytest.mark.parametrize("months", MONTHS)
def test_each_dashboard_opens_and_its_files_show_the_same(as_controller, department, what, months):
    """A third of the ways to turn and compare each: together all of them of everything."""
    first, last = MONTHS[months]
    third = list(MONTHS).index(months) % 3
    kinds = itertools.cycle(["csv", "xlsx", "json"])
    for against, by in list(itertools.product(AGAINST, BY))[third::3]:
        asked = {**WHAT[what], "from": first, "to": last, "compare": against, "by": by, "money": next(UNITS)}
        page = as_controller(**asked).context["page"]
        table, kind = page.table, next(kinds)
        shown = [*(row_of(part.name, part.amount) for part in table.parts), row_of("Summa", table.total)]
        rows = read(as_controller(**asked, format=kind).content, kind)
        said = [rows.pop()[0]] if page.lacks else []
        assert said == [page.lacks] * bool(page.lacks), (against, by, kind)
        assert figures(rows) == shown, (against, by, kind)
        assert page.proof.table.holds, (against, by)
        assert sum((part.amount.this for part in table.parts), Decimal(0)) == table.total.this


def test_by_month_the_months_stand_in_order_with_last_years_beside(as_controller, department):
    parts = as_controller(by="month", **{"from": "202501", "to": "202507"}).context["page"].table.parts
    assert [(part.code, part.amount.this, part.amount.last) for part in parts] == [
        ("202501", Decimal("400.10"), Decimal("250.00")),
        ("202502", Decimal("300.00"), Decimal("0.00")),
        ("202503", Decimal("500.00"), Decimal("0.00")),
        ("202504", Decimal("200.00"), Decimal("0.00")),
        ("202507", Decimal("600.00"), Decimal("150.00")),
    ]


def test_by_month_against_the_budget_each_month_has_its_own(as_controller, department):
    parts = as_controller(by="month", compare="budget").context["page"].table.parts
    assert {part.code: part.amount.last for part in parts if part.amount.last} == {"202501": Decimal("1261.00")}
    assert all(part.last_url == "" for part in parts)
