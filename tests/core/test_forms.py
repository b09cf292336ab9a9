import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import given
from hypothesis import strategies as st

from vp_portal.core.forms import DaysField, in_words, last_day, overlap

JAN_1, JAN_31, FEB_1 = dt.date(2025, 1, 1), dt.date(2025, 1, 31), dt.date(2025, 2, 1)


def test_both_days_typed_are_included():
    assert DaysField().clean(["2025-01-01", "2025-01-31"]) == DateRange(JAN_1, FEB_1)
    assert DaysField().prepare_value(DateRange(JAN_1, FEB_1)) == [JAN_1, JAN_31]


def test_an_empty_end_is_until_further_notice():
    assert DaysField().clean(["2025-01-01", ""]) == DateRange(JAN_1, None)


def test_nothing_is_always_unless_required():
    assert DaysField(required=False).clean(["", ""]) == DateRange(None, None)
    with pytest.raises(ValidationError, match="Ange från och med"):
        DaysField(required=True).clean(["", ""])


def test_an_end_before_the_start_is_refused():
    with pytest.raises(ValidationError, match="Slutet får inte ligga före starten"):
        DaysField().clean(["2025-01-31", "2025-01-01"])


def test_each_date_has_its_own_label():
    html = DaysField().widget.render("valid", DateRange(JAN_1, None), {"id": "id_valid"})
    assert 'for="id_valid_0"' in html
    assert "från och med" in html
    assert 'value="2025-01-01"' in html


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (DateRange(JAN_1, FEB_1), "2025-01-01 – 2025-01-31"),
        (DateRange(JAN_1, None), "2025-01-01 –"),
        (DateRange(None, None), "alltid"),
        (None, "–"),
    ],
)
def test_a_range_in_words(days, text):
    assert in_words(days) == text


DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2001, 1, 1))


@given(DAYS, st.integers(0, 400))
def test_what_is_shown_is_what_was_typed(first, length):
    last = first + dt.timedelta(days=length)
    days = DaysField().clean([str(first), str(last)])
    assert (days.lower, last_day(days)) == (first, last)


@given(DAYS, st.integers(1, 40), DAYS, st.integers(1, 40))
def test_ranges_overlap_when_they_share_a_day(a, a_days, b, b_days):
    one, other = DateRange(a, a + dt.timedelta(a_days)), DateRange(b, b + dt.timedelta(b_days))
    shared = any(a + dt.timedelta(n) in other for n in range(a_days))
    assert overlap(one, other) is shared
