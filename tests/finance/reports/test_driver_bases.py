from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from finance.reports.consumers import parted
from finance.reports.driver_bases import bases_of, unit_months
from finance.reports.unit_costs import lacking, per_unit
from tests.factories.finance import DriverFactory
from vp_portal.core.periods import Period

JAN, FEB, MAR = Period(202501), Period(202502), Period(202503)


def base(*rows):
    """Consumer, period and value, of cost object 1."""
    return bases_of((1, consumer, period, Decimal(value)) for consumer, period, value in rows)[1]


def test_a_value_holds_until_the_next():
    steps = base((None, JAN, 10), (None, MAR, 30))
    assert [steps.at(period) for period in (Period(202412), JAN, FEB, MAR)] == [None, 10, 10, 30]


def test_without_a_whole_it_is_what_the_consumers_have_together():
    assert base((7, JAN, 4), (8, JAN, 6)).at(FEB) == 10


def test_consumers_with_more_than_the_whole_are_what_is_shared_among():
    exceeded = base((None, JAN, 5), (7, JAN, 4), (8, JAN, 6))
    assert exceeded.at(JAN) == 10
    assert exceeded.is_exceeded(JAN)


def test_nothing_is_not_zero():
    assert unit_months(None, [JAN, FEB]) is None
    assert unit_months(base((None, JAN, 0)), [JAN, FEB]) == 0


def test_no_units_give_no_cost_per_unit_and_a_reason():
    driver = DriverFactory.build(name="Användare", unit="användare")
    assert per_unit(Decimal(100), None) is None
    assert per_unit(Decimal(100), Decimal(0)) is None
    assert "inte angivet" in lacking(None, driver)
    assert lacking(Decimal(0), driver).startswith("0 användare")
    assert lacking(Decimal(3), driver) == ""


def test_a_cost_per_unit_is_rounded_to_the_ore_and_keeps_its_sign():
    assert per_unit(Decimal(100), Decimal(3)) == Decimal("33.33")
    assert per_unit(Decimal(-100), Decimal(3)) == Decimal("-33.33")


money = st.integers(-10_000_000, 10_000_000).map(lambda ore: Decimal(ore) / 100)
values = st.dictionaries(st.tuples(st.sampled_from([JAN, FEB]), st.sampled_from([None, 7, 8, 9])), st.integers(0, 50))


@given(values, st.lists(money, min_size=2, max_size=2))
def test_the_consumers_parts_add_up_to_the_cost(rows, costs):
    in_order = sorted(rows.items(), key=lambda row: row[0][0])
    found = bases_of((1, consumer, period, Decimal(value)) for (period, consumer), value in in_order)
    found_parts = parted({(1, JAN): costs[0], (1, FEB): costs[1], (None, FEB): Decimal("7.00")}, found, [JAN, FEB])
    assert sum(found_parts.values()) == sum(costs) + 7
