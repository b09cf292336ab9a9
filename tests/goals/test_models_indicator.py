import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from goals.choices import Direction, IndicatorKind, Status
from goals.models import ExpectedResult, Indicator, Plan
from tests.factories.goals import IndicatorFactory
from tests.models import refused

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


@pytest.mark.parametrize(
    ("direction", "value", "status"),
    [
        (Direction.UP, 90, Status.ACHIEVED),
        (Direction.UP, 85, Status.WATCH),
        (Direction.UP, Decimal("84.9"), Status.RISK),
        (Direction.DOWN, 90, Status.ACHIEVED),
        (Direction.DOWN, 95, Status.WATCH),
        (Direction.DOWN, 96, Status.RISK),
        (Direction.UP, None, None),
    ],
)
def test_a_status_follows_from_target_and_tolerance(direction, value, status) -> None:
    found = Indicator(direction=direction, target=Decimal(90), tolerance=Decimal(5))
    assert found.status(value if value is None else Decimal(value), dt.date(2025, 7, 1)) == status


@pytest.mark.parametrize(
    ("value", "status"), [(10, Status.ACHIEVED), (21, Status.WATCH), (8, Status.WATCH), (23, Status.RISK)]
)
def test_what_is_kept_within_is_by_its_limits(value, status) -> None:
    found = Indicator(direction=Direction.KEEP, lower=Decimal(10), upper=Decimal(20), tolerance=Decimal(2))
    assert found.status(Decimal(value), dt.date(2025, 7, 1)) == status


@pytest.mark.parametrize(("value", "status"), [(50, Status.ON_PLAN), (45, Status.WATCH), (44, Status.RISK)])
def test_on_the_way_the_expected_line_is_the_aim(value, status) -> None:
    result = ExpectedResult(starts_on=dt.date(2025, 1, 1), due_on=dt.date(2025, 12, 31))
    found = Indicator(result=result, baseline=Decimal(0), target=Decimal(100), tolerance=Decimal(5))
    assert found.status(Decimal(value), dt.date(2025, 7, 2)) == status


def test_without_a_target_there_is_no_status() -> None:
    assert Indicator(direction=Direction.UP).status(Decimal(5), dt.date(2025, 7, 1)) is None


def test_a_definition_gives_a_computed_measure_its_name_unit_and_direction() -> None:
    found = Indicator(kind=IndicatorKind.COMPUTED, code="I11", target=Decimal(0))
    found.clean()
    assert (found.name, found.unit, found.direction) == ("Överbelagda", "%", Direction.DOWN)


def test_a_code_without_a_definition_is_refused_at_its_field() -> None:
    with pytest.raises(ValidationError) as caught:
        Indicator(kind=IndicatorKind.COMPUTED, code="I99").clean()
    assert list(caught.value.message_dict) == ["code"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"result": None}, "ange ett av dem"),
        ({"code": "I05"}, "ett som läses av har ingen"),
        ({"tolerance": Decimal(-1)}, "får inte vara negativ"),
        ({"name": ""}, "Ge måttet ett namn"),
    ],
)
def test_a_measure_that_cannot_be_is_refused_in_words(values, why) -> None:
    row = IndicatorFactory()
    for name, value in values.items():
        setattr(row, name, value)
    assert why in refused(row)[1][0]
