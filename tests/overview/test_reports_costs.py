"""Cost this year against last: what counts, and what the shapes hold."""

from decimal import Decimal

import pytest

from finance.choices import AccountKind
from finance.models import CostRollup
from tests.factories.finance import AccountGroupFactory, RollupFactory, RunFactory
from vp_portal.core.periods import Period
from vp_portal.overview.reports import costs
from vp_portal.overview.reports.costs import Compared, Span

SPAN = Span(Period(202507))


def no_link(*args, **filters) -> str:
    return "/rader/" + "-".join(map(str, map(int, args)))


@pytest.fixture
def book(db):
    """Books amounts per period on one cost account group."""
    run, group = RunFactory(), AccountGroupFactory()

    def book(amounts: dict[int, str], **fields) -> None:
        for period, amount in amounts.items():
            RollupFactory(run=run, period=period, amount=Decimal(amount), **{"account_group": group, **fields})

    return book


def test_a_span_is_the_year_to_date_and_the_same_months_last_year():
    assert (SPAN.first, SPAN.last) == (202501, 202507)
    assert (SPAN.previous_first, SPAN.previous_last) == (202401, 202407)


@pytest.mark.parametrize(
    ("this", "last", "percent", "direction"),
    [
        ("110", "100", "10.0", "up"),
        ("90", "100", "-10.0", "down"),
        ("100", "100", "0.0", "level"),
        ("1", "3", "-66.7", "down"),
    ],
)
def test_the_difference_is_in_per_cent_of_last_year(this, last, percent, direction):
    cost = Compared(Decimal(this), Decimal(last))
    assert (cost.percent, cost.direction) == (Decimal(percent), direction)


@pytest.mark.parametrize("last", ["0", "-5"])
def test_there_is_no_per_cent_of_nothing(last):
    assert Compared(Decimal(10), Decimal(last)).percent is None


def test_only_the_same_months_are_compared(book):
    book({202407: "70", 202408: "900", 202501: "10", 202507: "30", 202508: "500"})
    assert costs.compared(CostRollup.objects.in_force(), SPAN) == Compared(Decimal(40), Decimal(70))


def test_special_periods_stand_outside_the_year(book):
    book({202400: "1", 202413: "2", 202501: "4", 202500: "8"})
    by_month = costs.by_month(CostRollup.objects.in_force(), SPAN)
    assert list(by_month) == [202501]
    assert costs.compared(CostRollup.objects.in_force(), SPAN) == Compared(Decimal(4), Decimal(0))


def test_income_and_distribution_accounts_are_no_cost(book):
    book({202501: "100"})
    book({202501: "7"}, account_group=AccountGroupFactory(kind=AccountKind.INCOME))
    book({202501: "9"}, is_distribution=True)
    assert costs.compared(CostRollup.objects.in_force(), SPAN).this == Decimal(100)


def test_the_months_add_up_to_the_comparison(book):
    book({202401: "5", 202407: "6", 202408: "100", 202502: "-3", 202507: "11"})
    rollups = CostRollup.objects.in_force()
    assert costs.total_of(costs.by_month(rollups, SPAN), SPAN) == costs.compared(rollups, SPAN)


def test_the_chart_stops_where_the_year_does_and_its_bars_lead_to_their_rows(book):
    book({202403: "5", 202412: "6", 202503: "7"})
    chart = costs.month_chart(costs.by_month(CostRollup.objects.in_force(), SPAN), SPAN, no_link, "Kostnad")
    this_year, last_year = chart.table.columns
    assert (this_year, last_year) == ("2025", "2024")
    march, december = chart.table.rows[2], chart.table.rows[11]
    assert [cell.url for cell in march.cells] == ["/rader/202503-202503", "/rader/202403-202403"]
    assert december.cells[0].text == "–"


def test_without_cost_the_chart_is_empty(db):
    chart = costs.month_chart({}, SPAN, no_link, "Kostnad")
    assert chart.is_empty


def test_rows_share_one_scale_of_bars():
    rows = costs.with_bars(
        [
            ({"code": "a", "name": "A"}, Compared(Decimal(10), Decimal(5))),
            ({"code": "b", "name": "B"}, Compared(Decimal(0), Decimal(5))),
        ]
    )
    assert [row.bar.look for row in rows] == ["above", "below"]
    assert rows[0].bar.width == rows[1].bar.width == 50
    assert costs.sum_of(rows) == Compared(Decimal(10), Decimal(10))
