import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.importing.dates import parse_date, parse_period
from finance.importing.problems import ValueProblem
from vp_portal.core.periods import MONTHS, Period


@pytest.mark.parametrize(
    "raw",
    ["202401", "2401", "2024-01", "2024/1", "2024M01", "jan 2024", "januari-24", "Jan. 2024", " 202401 ", "2024-1"],
)
def test_every_spelling_of_january_2024_is_read(raw):
    assert parse_period(raw) == Period(202401)


@pytest.mark.parametrize(("raw", "period"), [("202413", 202413), ("202400", 202400), ("2024-13", 202413)])
def test_special_periods_are_kept_apart(raw, period):
    assert parse_period(raw) == period


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "saknas"),
        ("202414", "över 13"),
        ("2024-01-31", "ingen period"),
        ("20240131", "ingen period"),
        ("januar 2024", "ingen period"),
        ("24", "ingen period"),
        ("180001", "ingen period"),
    ],
)
def test_what_is_no_period_is_an_error(raw, reason):
    with pytest.raises(ValueProblem, match=reason):
        parse_period(raw)


@given(st.integers(1970, 2069), st.integers(1, 12))
def test_the_spellings_of_a_period_agree(year, month):
    period = Period(year * 100 + month)
    spellings = [
        f"{period:06}",
        f"{year}-{month:02}",
        f"{year}/{month}",
        f"{year}M{month:02}",
        f"{year % 100:02}{month:02}",
    ]
    spellings += [f"{MONTHS[month - 1]} {year}", f"{MONTHS[month - 1][:3].upper()}-{year % 100:02}"]
    assert {parse_period(text) for text in spellings} == {period}


@given(st.text(max_size=12))
def test_any_text_is_a_period_and_a_date_or_a_problem(raw):
    for parse in (parse_period, parse_date):
        with contextlib.suppress(ValueProblem):
            parse(raw)


@pytest.mark.parametrize("raw", ["2024-01-31", "20240131", "31/1 2024", "2024-01-31 00:00:00", "2024-01-31T10:30"])
def test_every_spelling_of_a_day_is_read(raw):
    assert parse_date(raw) == dt.date(2024, 1, 31)


def test_no_date_is_no_date():
    assert parse_date("  ") is None


@pytest.mark.parametrize(("raw", "reason"), [("2023-02-29", "finns inte"), ("31.1.2024", "inget datum")])
def test_a_day_that_does_not_exist_is_an_error(raw, reason):
    with pytest.raises(ValueProblem, match=reason):
        parse_date(raw)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2999, 12, 31)))
def test_the_spellings_of_a_date_agree(day):
    spellings = [day.isoformat(), f"{day:%Y%m%d}", f"{day.day}/{day.month} {day.year}", f"{day.isoformat()} 00:00:00"]
    assert {parse_date(text) for text in spellings} == {day}
