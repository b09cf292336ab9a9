import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from vp_portal.core.periods import (
    Period,
    PeriodField,
    Tertial,
    TertialField,
    divided,
    months,
    since,
    year_to_date,
)

days = st.dates(dt.date(1950, 1, 1), dt.date(2150, 12, 31))
ordinary = days.map(Period.of)


@given(ordinary)
def test_a_period_is_read_back_from_its_text(period):
    assert Period.parse(str(period)) == period == Period.parse(f"{int(period)}")


@given(ordinary, st.integers(-500, 500))
def test_shifting_back_and_forth_changes_nothing(period, count):
    assert period.shift(count).shift(-count) == period


@given(days)
def test_a_day_lies_in_its_own_period(day):
    period = Period.of(day)
    assert period.first_day <= day <= period.last_day


@given(ordinary)
def test_periods_follow_each_other_without_a_gap(period):
    assert period.last_day + dt.timedelta(days=1) == period.shift(1).first_day


@pytest.mark.parametrize("bad", ["", "2024", "202414", "20240", "2024-1", "abcdef", "000001", "-20240"])
def test_what_is_no_period_is_refused(bad):
    with pytest.raises(ValueError, match="no period"):
        Period.parse(bad)


@pytest.mark.parametrize(("value", "special"), [(202400, True), (202413, True), (202401, False), (202412, False)])
def test_special_periods_are_told_apart(value, special):
    assert Period(value).is_special is special


def test_special_periods_lie_at_the_ends_of_their_year():
    assert Period(202400).first_day == dt.date(2024, 1, 1)
    assert Period(202413).last_day == dt.date(2024, 12, 31)


def test_months_runs_over_a_new_year():
    assert list(months(Period(202411), Period(202502))) == [202411, 202412, 202501, 202502]


def test_months_leaves_special_periods_out():
    assert list(months(Period(202400), Period(202413)))[0::11] == [202401, 202412]


def test_year_to_date_begins_in_january():
    assert year_to_date(Period(202507)) == (202501, 202507)


@given(days)
def test_a_day_lies_in_its_own_tertial(day):
    tertial = Tertial.of(day)
    assert tertial.first_day <= day <= tertial.last_day
    assert tertial.last_day + dt.timedelta(days=1) == tertial.shift(1).first_day


@given(days, st.integers(-60, 60))
def test_a_tertial_is_read_back_and_sorts_as_its_text(day, count):
    tertial, other = Tertial.of(day), Tertial.of(day).shift(count)
    assert Tertial.parse(str(tertial)) == tertial
    assert (tertial < other) == (str(tertial) < str(other))


@pytest.mark.parametrize("bad", ["", "2025", "2025T0", "2025T4", "T1 2025"])
def test_what_is_no_tertial_is_refused(bad):
    with pytest.raises(ValueError, match="no tertial"):
        Tertial.parse(bad)


def test_period_field_says_in_swedish_what_is_wrong():
    with pytest.raises(ValidationError, match="202599 är ingen period"):
        PeriodField().to_python("202599")


def test_tertial_field_says_in_swedish_what_is_wrong():
    with pytest.raises(ValidationError, match="2025T9 är ingen tertial"):
        TertialField().to_python("2025T9")


def test_since_holds_both_its_days():
    valid = since(dt.date(2025, 1, 1), dt.date(2025, 1, 31))
    assert dt.date(2025, 1, 1) in valid
    assert dt.date(2025, 1, 31) in valid
    assert dt.date(2025, 2, 1) not in valid


stretches = st.lists(
    st.tuples(st.dates(dt.date(2020, 1, 1), dt.date(2025, 12, 31)).map(Period.of), st.integers(0, 30)).map(
        lambda pair: (pair[0], pair[0].shift(pair[1]))
    ),
    max_size=3,
)
cuts = st.sets(st.dates(dt.date(2020, 1, 1), dt.date(2026, 12, 31)).map(Period.of), max_size=3)


@given(stretches, cuts)
def test_what_is_divided_is_each_month_once(wanted, cut):
    spans = [(first, length) for length, firsts in divided(wanted, cut).items() for first in firsts]
    found = sorted(first + number for first, length in spans for number in range(length))
    assert found == sorted({month for first, last in wanted for month in months(first, last)})


@given(stretches, cuts)
def test_no_span_lies_on_both_sides_of_a_bound(wanted, cut):
    bounds = {*cut, *(first for first, _last in wanted), *(last.shift(1) for _first, last in wanted)}
    for length, firsts in divided(wanted, cut).items():
        assert all(first + number not in bounds for first in firsts for number in range(1, length))


def test_years_go_before_tertials_and_tertials_before_months():
    found = divided([(Period(202312), Period(202511))])
    assert found == {1: [202312, 202509, 202510, 202511], 12: [202401], 4: [202501, 202505]}


def test_a_year_with_a_bound_in_it_is_no_span():
    assert divided([(Period(202401), Period(202412))], {Period(202409)}) == {4: [202401, 202405, 202409]}
    assert divided([(Period(202401), Period(202412)), (Period(202401), Period(202404))]) == {
        4: [202401, 202405, 202409]
    }


def test_months_can_be_asked_for_alone():
    assert divided([(Period(202412), Period(202501))], whole=False) == {1: [202412, 202501]}
