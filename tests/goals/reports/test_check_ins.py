import datetime as dt

import pytest

from goals.choices import Status
from goals.models import ExpectedResult
from goals.reports import due_check_ins
from tests.factories.goals import CheckInFactory, ExpectedResultFactory
from vp_portal.core.periods import Tertial

pytestmark = pytest.mark.django_db
T1, T2, T3 = (Tertial(2025, number) for number in (1, 2, 3))


def due(on: dt.date) -> list[tuple[Tertial, int]]:
    return [(item.occasion.tertial, item.days_late) for item in due_check_ins(ExpectedResult.objects.all(), on)]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (dt.date(2025, 8, 17), []),  # T1 is reported; T2 opens two weeks before its end.
        (dt.date(2025, 8, 18), [(T2, 0)]),
        (dt.date(2025, 9, 15), [(T2, 0)]),
        (dt.date(2025, 9, 16), [(T2, 1)]),
        (dt.date(2025, 12, 31), [(T2, 107)]),
        (dt.date(2026, 1, 1), [(T3, 0)]),
    ],
)
def test_a_missing_check_in_is_due_from_two_weeks_before_the_end(on, expected) -> None:
    CheckInFactory(result=ExpectedResultFactory(), tertial=T1)
    assert due(on) == expected


def test_a_check_in_for_the_tertial_settles_it() -> None:
    made = dt.datetime(2025, 9, 1, 9, tzinfo=dt.UTC)
    CheckInFactory(result=ExpectedResultFactory(), tertial=T2, made_at=made)
    assert due(dt.date(2025, 9, 16)) == []


@pytest.mark.parametrize("status", [Status.ACHIEVED, Status.CANCELLED])
def test_what_is_done_needs_no_more(status) -> None:
    CheckInFactory(result=ExpectedResultFactory(), tertial=T1, status=status)
    assert due(dt.date(2025, 9, 16)) == []


def test_nothing_is_due_before_the_start_or_after_the_plan() -> None:
    ExpectedResultFactory(starts_on=dt.date(2025, 9, 1))
    assert due(dt.date(2025, 9, 16)) == []
    assert due(dt.date(2029, 9, 16)) == []


def test_a_result_that_sums_up_its_parts_has_none_to_make() -> None:
    parent = ExpectedResultFactory()
    ExpectedResultFactory(parent=parent)
    numbers = [item.number for item in due_check_ins(ExpectedResult.objects.all(), dt.date(2025, 9, 16))]
    assert numbers == ["3.1.1.1"]


def test_the_latest_come_first_and_lead_to_their_form() -> None:
    on = dt.date(2025, 12, 20)
    late = ExpectedResultFactory()
    ExpectedResultFactory(starts_on=dt.date(2025, 9, 1), focus_area=late.focus_area)
    items = due_check_ins(ExpectedResult.objects.all(), on)
    assert [(item.occasion.tertial, item.is_late) for item in items] == [(T2, True), (T3, False)]
    assert items[0].url == f"/plan/results/{late.number}/#check-in"
