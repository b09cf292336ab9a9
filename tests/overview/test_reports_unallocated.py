"""Cost without a home: the share, its age and where it is."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.models import CostRollup
from tests.factories.finance import AccountGroupFactory, CostCentreFactory, RollupFactory, RunFactory
from tests.factories.services import ServiceFactory
from vp_portal.core.periods import Period
from vp_portal.overview.reports import costs, unallocated
from vp_portal.overview.reports.costs import Span

SPAN = Span(Period(202507))
DAY = dt.date(2025, 9, 15)


@pytest.fixture
def book(db):
    run, group, service = RunFactory(), AccountGroupFactory(), ServiceFactory()

    def book(period: int, amount: str, *, home: bool, **fields) -> None:
        RollupFactory(
            run=run,
            period=period,
            amount=Decimal(amount),
            account_group=group,
            cost_object=service.cost_object if home else None,
            **fields,
        )

    return book


def report() -> unallocated.Unallocated:
    return unallocated.unallocated(costs.by_month(CostRollup.objects.in_force(), SPAN), SPAN, DAY)


def test_the_share_is_of_the_years_cost(book):
    book(202412, "500", home=False)
    book(202503, "2", home=False)
    book(202503, "98", home=True)
    assert report().share == Decimal("0.02")
    assert report().reaches_target


def test_a_credit_does_not_hide_what_lacks_a_home(book):
    book(202503, "50", home=False)
    book(202503, "-50", home=False)
    book(202503, "100", home=True)
    assert report().share == Decimal("0.5")
    assert report().net == Decimal(0)
    assert not report().reaches_target


def test_the_age_counts_from_the_end_of_the_oldest_month(book):
    book(202506, "10", home=False)
    book(202505, "10", home=False)
    assert report().oldest == Period(202505)
    assert report().age_days == (DAY - dt.date(2025, 5, 31)).days


def test_without_cost_there_is_no_share(db):
    assert report().share is None
    assert report().oldest is None


def test_cost_centres_come_with_the_largest_amount_first(book):
    small, large = CostCentreFactory(code="1"), CostCentreFactory(code="2")
    book(202501, "5", home=False, cost_centre=small)
    book(202502, "-9", home=False, cost_centre=large)
    book(202503, "700", home=True, cost_centre=small)
    centres = unallocated.by_centre(CostRollup.objects.in_force(), SPAN)
    assert [(centre.code, centre.amount, centre.oldest) for centre in centres] == [("2", -9, 202502), ("1", 5, 202501)]


def test_a_cost_centre_leads_to_its_rows_without_a_home(book):
    book(202501, "5", home=False, cost_centre=CostCentreFactory(code="11320"))
    (centre,) = unallocated.by_centre(CostRollup.objects.in_force(), SPAN)
    assert centre.url.endswith("?from=202501&to=202507&kind=cost&unallocated=1&cost_centre=11320")


amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=2)


@given(st.dictionaries(st.integers(1, 7), st.tuples(amounts, amounts)))
def test_the_share_lies_between_nothing_and_all(years):
    by_month = {
        Period(202500 + month): costs.Month(
            Period(202500 + month), home + homeless, homeless, abs(home) + abs(homeless), abs(homeless)
        )
        for month, (home, homeless) in years.items()
    }
    share = unallocated.unallocated(by_month, SPAN, DAY).share
    assert share is None or 0 <= share <= 1
