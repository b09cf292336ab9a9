from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from finance.actions.forecast_methods import expected
from finance.choices import ForecastMethod
from vp_portal.core.periods import Period

AUGUST = Period(202508)
LEFT = [Period(202500 + month) for month in range(9, 13)]


def year(number, *amounts):
    return {Period(number * 100 + month): Decimal(amount) for month, amount in enumerate(amounts, start=1)}


def test_salaries_follow_last_years_months_times_the_change():
    profile = [100, 101, 100, 102, 100, 150, 140, 100, 100, 110, 100, 105]
    this = [Decimal(amount) * Decimal("1.04") for amount in profile[:8]]
    found = expected(year(2024, *profile) | year(2025, *this), LEFT, AUGUST)
    assert found.method is ForecastMethod.SEASONAL
    assert found.months[Period(202510)] == Decimal("114.40")
    assert "× 1,0400" in found.reason


def test_a_yearly_licence_is_expected_in_its_month():
    found = expected(year(2024, 0, 0, 0, 0, 0, 0, 0, 0, 0, 90000), LEFT, AUGUST)
    assert found.method is ForecastMethod.YEARLY
    assert {period: amount for period, amount in found.months.items() if amount} == {Period(202510): Decimal(90000)}
    assert "oktober" in found.reason


def test_a_yearly_licence_that_came_early_is_not_expected_again():
    found = expected(year(2024, 0, 0, 0, 0, 0, 0, 0, 0, 90000) | year(2025, 0, 0, 0, 0, 0, 0, 92000), LEFT, AUGUST)
    assert (found.method, found.total) == (ForecastMethod.YEARLY, 0)
    assert "redan kommit" in found.reason


def test_even_cost_goes_on_as_the_latest_months():
    found = expected(year(2024, *[100] * 12) | year(2025, *[100, 100, 102, 102, 102, 102, 102, 102]), LEFT, AUGUST)
    assert (found.method, found.total) == (ForecastMethod.EVEN, Decimal("408.00"))


def test_lumpy_invoices_are_expected_at_their_mean():
    found = expected(
        year(2024, 0, 40, 0, 0, 70, 0, 10, 0, 30, 0, 0, 50) | year(2025, 40, 0, 0, 0, 0, 0, 0, 60), LEFT, AUGUST
    )
    assert found.method is ForecastMethod.LUMPY
    assert found.total == Decimal("63.16")  # 300 in 19 months, for four
    assert "0 kr och 70 kr" in found.reason.replace("\xa0", " ")


def test_what_has_not_been_booked_for_two_years_is_not_expected():
    found = expected(year(2022, 5000), LEFT, AUGUST)
    assert (found.method, found.total) == (ForecastMethod.NONE, 0)


def test_a_whole_year_has_nothing_left():
    assert expected(year(2025, *[100] * 12), [], Period(202512)).total == 0


def test_a_year_that_has_not_begun_is_expected_whole():
    found = expected(year(2024, *[100] * 12), [Period(202500 + month) for month in range(1, 13)], Period(202412))
    assert found.total == Decimal("1200.00")


SERIES = st.dictionaries(
    st.tuples(st.sampled_from([2023, 2024, 2025]), st.integers(1, 12))
    .map(lambda pair: Period(pair[0] * 100 + pair[1]))
    .filter(lambda period: period <= AUGUST),
    st.decimals(-(10**9), 10**9, places=2),
)


@given(SERIES)
def test_whatever_is_booked_the_months_left_have_amounts_in_whole_ore_and_a_reason(series):
    found = expected(series, LEFT, AUGUST)
    assert list(found.months) == LEFT
    assert all(amount == amount.quantize(Decimal("0.01")) for amount in found.months.values())
    assert 0 < len(found.reason) <= 500
