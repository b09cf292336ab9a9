import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vp_portal.core import working_days

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2199, 1, 1))


@pytest.mark.parametrize(
    "day",
    [
        dt.date(2026, 4, 3),  # Good Friday
        dt.date(2026, 4, 6),  # Easter Monday
        dt.date(2026, 5, 14),  # Ascension Day
        dt.date(2026, 6, 19),  # Midsummer Eve
        dt.date(2026, 12, 24),
        dt.date(2026, 12, 31),
        dt.date(2026, 11, 21),  # A Saturday
    ],
)
def test_nobody_works_on_a_bank_holiday_an_eve_or_a_weekend(day) -> None:
    assert not working_days.is_working_day(day)


def test_a_deadline_on_a_day_off_moves_to_the_next_working_day() -> None:
    assert working_days.on_or_after(dt.date(2026, 4, 3)) == dt.date(2026, 4, 7)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (dt.date(2026, 12, 23), 1, dt.date(2026, 12, 28)),
        (dt.date(2026, 12, 28), -1, dt.date(2026, 12, 23)),
        (dt.date(2026, 6, 18), 5, dt.date(2026, 6, 26)),
        (dt.date(2026, 6, 20), 0, dt.date(2026, 6, 20)),
    ],
)
def test_counts_working_days(start, count, end) -> None:
    assert working_days.shift(start, count) == end


@given(DAYS, st.integers(1, 30))
def test_so_many_working_days_lie_between(day, count) -> None:
    end = working_days.shift(day, count)
    between = (day + dt.timedelta(days=n) for n in range(1, (end - day).days + 1))
    assert sum(map(working_days.is_working_day, between)) == count
