"""How results stand, and how they moved."""

import datetime as dt

import pytest

from goals.choices import Status
from goals.models import ExpectedResult
from tests.conftest import TODAY
from tests.factories.goals import CheckInFactory, ExpectedResultFactory, FocusAreaFactory
from vp_portal.core.periods import Tertial
from vp_portal.overview.reports import results

pytestmark = pytest.mark.django_db


@pytest.fixture
def check_in():
    focus = FocusAreaFactory()

    def check_in(then: Status | None, now: Status | None) -> None:
        """A result with a check-in before the last tertial ended, and one after."""
        result = ExpectedResultFactory(focus_area=focus)
        if then:
            CheckInFactory(result=result, status=then)
        if now:
            made_at = dt.datetime(2025, 9, 3, tzinfo=dt.UTC)
            CheckInFactory(result=result, status=now, tertial=Tertial(2025, 2), made_at=made_at)

    return check_in


def standing() -> results.Standing:
    return results.stood(ExpectedResult.objects.all(), TODAY).standing


@pytest.mark.parametrize(
    ("then", "now", "moves"),
    [
        (Status.ON_PLAN, Status.RISK, "1 sämre"),
        (Status.RISK, Status.ACHIEVED, "1 bättre"),
        (Status.WATCH, None, "oförändrat"),
        (Status.RISK, Status.CANCELLED, "oförändrat"),
    ],
)
def test_a_move_is_better_or_worse_than_when_the_tertial_ended(check_in, then, now, moves):
    check_in(then, now)
    assert standing().moves == moves


def test_the_worst_status_is_told_first_and_gives_the_tone(check_in):
    check_in(Status.ON_PLAN, None)
    check_in(Status.ON_PLAN, None)
    check_in(Status.RISK, None)
    assert standing().words == "1 risk · 2 på plan"
    assert standing().tone == "risk"


def test_nothing_is_muted(db):
    assert (standing().count, standing().words, standing().tone) == (0, "", "muted")


def test_the_worst_comes_first(check_in):
    check_in(Status.ACHIEVED, None)
    check_in(Status.RISK, None)
    rows = results.worst_first(results.stood(ExpectedResult.objects.all(), TODAY).rows)
    assert [row.status_code for row in rows] == [Status.RISK, Status.ACHIEVED]
