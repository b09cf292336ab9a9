import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from goals.choices import Direction
from goals.models import ExpectedResult, Indicator, Plan

VALUES = st.decimals(-1000, 1000, places=2)


@pytest.mark.parametrize(
    ("given_", "value", "progress"),
    [
        ({"direction": Direction.UP, "baseline": 20, "target": 80}, 50, 50),
        ({"direction": Direction.UP, "baseline": 20, "target": 80}, 10, 0),
        ({"direction": Direction.UP, "baseline": 20, "target": 80}, 90, 100),
        ({"direction": Direction.DOWN, "baseline": 40, "target": 10}, 25, 50),
        ({"direction": Direction.DOWN, "target": 10}, 9, 100),
        ({"direction": Direction.DOWN, "target": 10}, 11, None),
        ({"direction": Direction.KEEP, "lower": 5, "upper": 9}, 7, 100),
        ({"direction": Direction.KEEP, "lower": 5, "upper": 9}, 10, 0),
        ({"direction": Direction.KEEP, "upper": 9}, 1, 100),
    ],
)
def test_progress_follows_from_the_direction(given_, value, progress) -> None:
    assert Indicator(**given_).progress(Decimal(value)) == progress


@given(VALUES, VALUES, VALUES)
def test_progress_stays_between_0_and_100(baseline, target, value) -> None:
    way = Direction.UP if target > baseline else Direction.DOWN
    found = Indicator(direction=way, baseline=baseline, target=target).progress(value)
    assert found is None or 0 <= found <= 100


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"direction": Direction.UP}, "target"),
        ({"direction": Direction.UP, "baseline": 80, "target": 20}, "target"),
        ({"direction": Direction.DOWN, "baseline": 20, "target": 20}, "target"),
        ({"direction": Direction.KEEP}, "lower"),
    ],
)
def test_a_measure_says_where_it_goes(values, field) -> None:
    with pytest.raises(ValidationError) as caught:
        Indicator(**{name: Decimal(v) if isinstance(v, int) else v for name, v in values.items()}).clean()
    assert list(caught.value.message_dict) == [field]


@pytest.mark.parametrize(
    ("on", "expected"),
    [(dt.date(2024, 6, 1), 20), (dt.date(2025, 7, 2), 50), (dt.date(2026, 6, 1), 80)],
)
def test_the_expected_line_is_straight_from_start_to_due_date(on, expected) -> None:
    result = ExpectedResult(plan=Plan(first_year=2025), starts_on=dt.date(2025, 1, 1), due_on=dt.date(2025, 12, 31))
    found = Indicator(result=result, baseline=Decimal(20), target=Decimal(80)).expected_value(on)
    assert round(found) == expected
