import datetime as dt

import pytest

from goals.choices import Status
from goals.models import ExpectedResult
from goals.reports import results_with_status
from goals.reports.rows import ResultRow
from tests.factories.goals import CheckInFactory, ExpectedResultFactory
from tests.factories.services import PersonFactory, UnitFactory
from vp_portal.core.periods import Tertial

pytestmark = pytest.mark.django_db
ON = dt.date(2025, 9, 15)


def rows(on: dt.date = ON) -> list[ResultRow]:
    return results_with_status(ExpectedResult.objects.all(), on)


def at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(9), dt.UTC)


def test_a_result_without_check_in_is_not_started_and_its_progress_unknown() -> None:
    ExpectedResultFactory()
    row = rows()[0]
    assert (row.status_code, row.progress, row.checked_on, row.age_days) == (Status.NOT_STARTED, None, None, None)
    assert row.counts_as is Status.WATCH


def test_the_latest_tertial_stands_and_within_it_the_latest_check_in() -> None:
    result = ExpectedResultFactory()
    CheckInFactory(result=result, tertial=Tertial(2025, 2), progress=60, made_at=at(dt.date(2025, 9, 1)))
    CheckInFactory(result=result, tertial=Tertial(2025, 2), progress=65, made_at=at(dt.date(2025, 9, 5)))
    CheckInFactory(result=result, tertial=Tertial(2025, 1), progress=10, made_at=at(dt.date(2025, 9, 9)))
    assert (rows()[0].progress, rows()[0].age_days) == (65, 10)


def test_an_earlier_day_knows_only_what_was_said_by_then() -> None:
    result = ExpectedResultFactory()
    CheckInFactory(result=result, tertial=Tertial(2025, 1), progress=30, made_at=at(dt.date(2025, 5, 5)))
    CheckInFactory(result=result, tertial=Tertial(2025, 2), progress=60, made_at=at(dt.date(2025, 9, 1)))
    assert [rows(day)[0].progress for day in (dt.date(2025, 5, 4), dt.date(2025, 5, 5), ON)] == [None, 30, 60]


def test_a_result_with_parts_sums_them_up_and_says_so() -> None:
    parent = ExpectedResultFactory(due_on=None)
    for progress, status in ((20, Status.RISK), (60, Status.ON_PLAN)):
        CheckInFactory(result=ExpectedResultFactory(parent=parent), progress=progress, status=status)
    row = rows()[0]
    assert (row.progress, row.status_code, row.occasion) == (40, Status.RISK, None)
    assert [part.number for part in row.rolled_up.parts] == ["3.1.1.1", "3.1.1.2"]


def test_a_check_in_of_its_own_goes_before_its_parts() -> None:
    parent = ExpectedResultFactory()
    CheckInFactory(result=ExpectedResultFactory(parent=parent), progress=20)
    CheckInFactory(result=parent, progress=90)
    assert (rows()[0].progress, rows()[0].rolled_up) == (90, None)


def test_parts_explain_their_parent_even_when_they_are_not_asked_for() -> None:
    parent = ExpectedResultFactory()
    CheckInFactory(result=ExpectedResultFactory(parent=parent), progress=20)
    assert results_with_status(ExpectedResult.objects.filter(pk=parent.pk), ON)[0].progress == 20


def test_numbers_are_in_the_plans_order() -> None:
    area = ExpectedResultFactory(number="3.1.10").focus_area
    ExpectedResultFactory(focus_area=area, number="3.1.2")
    assert [row.number for row in rows()] == ["3.1.2", "3.1.10"]


def test_overdue_is_past_its_due_date_and_not_done() -> None:
    late = ExpectedResultFactory(due_on=dt.date(2025, 9, 14))
    done = ExpectedResultFactory(due_on=late.due_on, focus_area=late.focus_area)
    CheckInFactory(result=done, status=Status.ACHIEVED)
    assert {row.pk: row.is_overdue for row in rows()} == {late.pk: True, done.pk: False}


@pytest.mark.parametrize("count", [1, 30])
def test_one_query_for_any_number(count, django_assert_num_queries) -> None:
    area = ExpectedResultFactory().focus_area
    for _ in range(count):
        top = ExpectedResultFactory(focus_area=area, owner=PersonFactory(), unit=UnitFactory())
        CheckInFactory(result=ExpectedResultFactory(parent=top, owner=PersonFactory()))
    with django_assert_num_queries(1):
        assert all((row.owner, row.unit, row.status, row.part, row.url) for row in rows())
