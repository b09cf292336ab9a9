import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.choices import RollUpMethod, Status
from goals.reports.rollup import Health, Limits, Part, counts_as, expected_progress, health, roll_up

START, DUE = dt.date(2025, 1, 1), dt.date(2025, 12, 31)


def part(status=Status.ON_PLAN, progress=50, expected=50, weight=1) -> Part:
    standing = counts_as(status, START, dt.date(2025, 6, 1))
    return Part("3.1.1", "Text", "/", Decimal(weight), status, standing, progress, expected)


def test_progress_is_the_mean_by_weight() -> None:
    assert roll_up([part(progress=20, weight=3), part(progress=100)]).progress == 40


def test_a_cancelled_part_counts_nowhere() -> None:
    figure = roll_up([part(progress=20), part(Status.CANCELLED, progress=100)])
    assert (figure.progress, figure.status, len(figure.parts)) == (20, Status.ON_PLAN, 2)


def test_a_part_that_nobody_has_reported_on_counts_as_nothing_done() -> None:
    assert roll_up([part(progress=50), part(Status.NOT_STARTED, progress=None)]).progress == 25


@pytest.mark.parametrize("parts", [[], [part(Status.CANCELLED)], [part(progress=None)], [part(weight=0)]])
def test_nothing_to_measure_is_no_data(parts) -> None:
    assert roll_up(parts).progress is None


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        ([Status.ACHIEVED, Status.ON_PLAN], Status.ON_PLAN),
        ([Status.WATCH, Status.RISK, Status.ACHIEVED], Status.RISK),
        ([Status.ACHIEVED, Status.CANCELLED], Status.ACHIEVED),
        ([Status.ON_PLAN, Status.NOT_STARTED], Status.WATCH),
        ([Status.CANCELLED], None),
    ],
)
def test_status_is_that_of_the_weakest_part(statuses, status) -> None:
    figure = roll_up(part(each) for each in statuses)
    assert figure.status == status
    assert all(weakest.counts_as == status for weakest in figure.weakest)


def test_not_started_is_on_plan_until_the_start_then_watched() -> None:
    assert counts_as(Status.NOT_STARTED, START, START - dt.timedelta(days=1)) is Status.ON_PLAN
    assert counts_as(Status.NOT_STARTED, START, START) is Status.WATCH


def test_deviation_is_measured_on_parts_that_have_a_due_date() -> None:
    assert roll_up([part(progress=40, expected=60), part(progress=100, expected=None)]).deviation == -20


def test_expected_progress_is_linear() -> None:
    assert expected_progress(START, DUE, dt.date(2025, 7, 2)) == 50
    assert expected_progress(START, DUE, START) == 0
    assert expected_progress(START, DUE, dt.date(2026, 7, 2)) == 100
    assert expected_progress(START, None, START) is None
    assert expected_progress(START, START, START) == 100


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 9)), min_size=1))
def test_the_whole_lies_between_its_parts(values) -> None:
    progress = roll_up(part(progress=value, weight=weight) for value, weight in values).progress
    assert min(value for value, _ in values) <= progress <= max(value for value, _ in values)


def test_by_the_weakest_the_figures_are_those_of_the_part_that_is_furthest_behind() -> None:
    parts = [part(progress=90, expected=90, weight=9), part(progress=20, expected=40), part(progress=10, expected=10)]
    figure = roll_up(parts, RollUpMethod.WEAKEST)
    assert (figure.progress, figure.expected, figure.deviation) == (20, 40, -20)
    assert figure.health == Health(Decimal(50), Status.RISK)


@pytest.mark.parametrize(
    ("progress", "status"),
    [(100, Status.ON_PLAN), (95, Status.ON_PLAN), (94, Status.WATCH), (85, Status.WATCH), (84, Status.RISK)],
)
def test_health_is_progress_in_per_cent_of_the_expected(progress, status) -> None:
    found = health(progress, 100, Limits())
    assert (found.percent, found.status) == (Decimal(progress), status)


def test_the_limits_of_health_are_settable() -> None:
    assert health(70, 100, Limits(on_plan=70, watch=50)).status == Status.ON_PLAN


@pytest.mark.parametrize(("progress", "expected"), [(None, 50), (50, None)])
def test_without_a_report_or_a_due_date_there_is_no_health(progress, expected) -> None:
    assert health(progress, expected, Limits()) is None


def test_a_lead_of_one_part_does_not_hide_the_lag_of_another() -> None:
    figure = roll_up([part(progress=100, expected=50), part(progress=25, expected=50)])
    assert figure.health.percent == Decimal(75)


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100), st.integers(1, 9)), min_size=1))
def test_health_never_passes_100_and_the_weakest_is_never_better_than_the_mean(values) -> None:
    parts = [part(progress=progress, expected=expected, weight=weight) for progress, expected, weight in values]
    mean, weakest = (roll_up(parts, method).health.percent for method in (RollUpMethod.MEAN, RollUpMethod.WEAKEST))
    assert 0 <= weakest <= mean <= 100
