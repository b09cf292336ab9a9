"""Shares made into kronor. A reference in plain fractions, written for the tests alone."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.reports import funded
from finance.reports.funded import Share, Source
from vp_portal.core.periods import Period, since

GRANT, FEE, NONE = Source(1, "anslag", "Anslag"), Source(2, "avgift", "Avgift"), Source(3, "o", "O", is_unfunded=True)
YEAR = [Period(202500 + month) for month in range(1, 13)]
START = dt.date(2025, 1, 1)


def model(*parts, valid=None):
    """Shares of the three sources, in hundredths of a per cent."""
    pairs = zip((GRANT, FEE, NONE), parts, strict=False)
    return [Share(source, Decimal(part) / 100, valid or since(START)) for source, part in pairs if part]


def test_shares_are_of_the_budget_where_there_is_one():
    found = funded.funding(
        model(8000, 0, 2000), {YEAR[0]: Decimal(1200)}, {YEAR[0]: Decimal(1000), YEAR[5]: Decimal(500)}, YEAR[:3]
    )
    assert (found.base, found.funded, found.planned, found.booked) == (1000, 800, True, False)


def test_a_year_with_a_budget_has_nothing_in_the_months_that_it_leaves_out():
    found = funded.funding(model(10000), {YEAR[0]: Decimal(50)}, {YEAR[5]: Decimal(500)}, YEAR[:3])
    assert (found.base, found.funded) == (0, 0)


def test_shares_are_of_the_outcome_where_there_is_no_budget():
    found = funded.funding(model(8000, 0, 2000), {YEAR[0]: Decimal(1200), YEAR[6]: Decimal(5)}, {}, YEAR[:3])
    assert (found.base, found.funded, found.planned, found.booked) == (1200, 960, False, True)


def test_a_month_is_funded_by_the_model_of_its_first_day():
    first = [Share(GRANT, Decimal(100), funded.DateRange(START, dt.date(2025, 2, 2)))]
    second = [Share(FEE, Decimal(100), since(dt.date(2025, 2, 2)))]
    cost = dict.fromkeys(YEAR[:3], Decimal(10))
    found = funded.funding([*first, *second], cost, {}, YEAR[:3])
    assert found.by_source == {GRANT: 20, FEE: 10}


def test_a_month_without_a_model_is_not_funded():
    found = funded.funding([Share(GRANT, Decimal(100), since(dt.date(2025, 2, 1)))], {YEAR[0]: Decimal(7)}, {}, YEAR)
    assert (found.funded, found.without_model) == (0, 7)


@pytest.mark.parametrize(
    ("funding", "cost", "gap"),
    [
        ("80", "100", "20"),
        ("120", "100", "0"),
        ("0", "100", "100"),
        ("-5", "100", "100"),
        ("80", "-100", "0"),
        ("0", "0", "0"),
    ],
)
def test_the_gap_is_what_is_not_funded_of_the_cost(funding, cost, gap):
    assert funded.gap(Decimal(funding), Decimal(cost)) == Decimal(gap)
    assert funded.covered(Decimal(funding), Decimal(cost)) + Decimal(gap) == max(Decimal(cost), 0)


@pytest.mark.parametrize("whole", ["0", "-10"])
def test_nothing_to_divide_by_is_no_ratio(whole):
    assert funded.ratio(Decimal(1), Decimal(whole)) is None


ORE = st.integers(-(10**11), 10**11).map(lambda ore: Decimal(ore) / 100)
AMOUNTS = st.dictionaries(st.sampled_from(YEAR), ORE, max_size=12)
CUTS = st.lists(st.integers(1, 9_999), min_size=0, max_size=2).map(lambda cuts: sorted({*cuts, 0, 10_000}))


@given(CUTS, AMOUNTS, AMOUNTS)
def test_the_parts_add_up_to_the_base_to_the_ore(cuts, cost, planned):
    parts = [high - low for low, high in pairwise(cuts)]
    found = funded.funding(model(*parts), cost, planned, YEAR)
    assert sum(found.by_source.values()) == found.base == sum((planned or cost).values())
    for share in model(*parts):
        exact = Fraction(found.base) * Fraction(share.share) / 100
        assert abs(Fraction(found.by_source[share.source]) - exact) < Fraction(1, 100)
    assert all(part == part.quantize(Decimal("0.01")) for part in found.by_source.values())


@given(CUTS, CUTS, st.integers(1, 12), AMOUNTS)
def test_two_models_in_a_year_share_its_months_between_them(first, second, month, cost):
    day = dt.date(2025, month, 1)
    before = model(*(b - a for a, b in pairwise(first)), valid=funded.DateRange(START, day))
    after = model(*(b - a for a, b in pairwise(second)), valid=since(day))
    found = funded.funding([*(before if month > 1 else []), *after], cost, {}, YEAR)
    assert sum(found.by_source.values()) == sum(cost.values())
    assert found.without_model == 0
