import datetime as dt

import pytest

from goals.choices import Status
from goals.models import Plan
from goals.reports.calendar import Turn, calendars
from tests.factories.goals import CheckInFactory, ExpectedResultFactory, FollowUpRulesFactory
from vp_portal.core.periods import Period, Tertial

pytestmark = pytest.mark.django_db
T1, T2 = Tertial(2025, 1), Tertial(2025, 2)


def made(day, result=None, **values):
    moment = dt.datetime.combine(day, dt.time(9), dt.UTC)
    return CheckInFactory(result=result or ExpectedResultFactory(), made_at=moment, **values)


def turns(on: dt.date, which: int = 0) -> dict[str, Turn]:
    found = calendars(Plan.objects.current(on), on)[which]
    return {str(c.occasion): cell.turn for c, cell in zip(found.columns, found.rows[0].cells, strict=True)}


@pytest.mark.parametrize(
    ("on", "turn"),
    [
        (dt.date(2025, 8, 17), Turn.COMING),
        (dt.date(2025, 8, 18), Turn.DUE),
        (dt.date(2025, 9, 15), Turn.DUE),
        (dt.date(2025, 9, 16), Turn.OVERDUE),
        (dt.date(2025, 12, 31), Turn.OVERDUE),
        (dt.date(2026, 1, 1), Turn.MISSED),
    ],
)
def test_a_check_in_that_is_not_made_comes_is_due_late_and_missed(on, turn) -> None:
    ExpectedResultFactory()
    assert turns(on)["2025T2"] == turn


@pytest.mark.parametrize(("day", "turn"), [(15, Turn.SUBMITTED), (16, Turn.LATE)])
def test_one_that_is_made_was_in_time_or_late(day, turn) -> None:
    made(dt.date(2025, 9, day), tertial=T2)
    assert turns(dt.date(2025, 10, 1))["2025T2"] == turn


def test_a_correction_is_no_delay() -> None:
    first = made(dt.date(2025, 9, 15), tertial=T2)
    made(dt.date(2025, 9, 20), result=first.result, tertial=T2)
    assert turns(dt.date(2025, 10, 1))["2025T2"] == Turn.SUBMITTED


def test_what_is_done_has_no_more_to_make() -> None:
    made(dt.date(2025, 5, 5), tertial=T1, status=Status.ACHIEVED)
    assert turns(dt.date(2025, 10, 1))["2025T2"] == Turn.NONE


def test_the_deadline_is_settable_and_moves_past_days_off() -> None:
    result = ExpectedResultFactory()
    FollowUpRulesFactory(plan=result.plan, deadline_days=5)
    on = dt.date(2026, 1, 20)
    column = calendars(Plan.objects.current(on), on)[0].columns[-3]
    assert (str(column.occasion), column.deadline) == ("2025T3", dt.date(2026, 1, 5))
    result.plan.follow_up.deadline_days = 6  # 6 January is Epiphany.
    result.plan.follow_up.save()
    assert calendars(Plan.objects.current(on), on)[0].columns[-3].deadline == dt.date(2026, 1, 7)


def test_a_result_followed_up_monthly_has_its_months() -> None:
    result = ExpectedResultFactory(monthly=True)
    made(dt.date(2025, 8, 5), result=result, tertial=T2, month=Period(202507))
    assert turns(dt.date(2025, 9, 16)) == {
        "2025-06": Turn.MISSED,
        "2025-07": Turn.SUBMITTED,
        "2025-08": Turn.OVERDUE,
        "2025-09": Turn.COMING,
        "2025-10": Turn.COMING,
    }


@pytest.mark.parametrize("count", [1, 30])
def test_two_queries_for_any_size(count, django_assert_num_queries) -> None:
    first = ExpectedResultFactory()
    for _ in range(count):
        made(dt.date(2025, 9, 1), result=ExpectedResultFactory(focus_area=first.focus_area), tertial=T2)
    plan = Plan.objects.current(dt.date(2025, 10, 1))
    with django_assert_num_queries(2):
        calendars(plan, dt.date(2025, 10, 1))
