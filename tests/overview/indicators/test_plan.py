import datetime as dt

import pytest

from goals import computed
from goals.actions import snapshots
from goals.choices import Status
from goals.models import ExpectedResult
from tests.conftest import TODAY
from tests.factories.core import UserFactory
from tests.factories.goals import (
    CheckInFactory,
    ComputedIndicatorFactory,
    DecidedPlanFactory,
    ExpectedResultFactory,
    FocusAreaFactory,
    GoalFactory,
    IndicatorFactory,
    IndicatorSnapshotFactory,
    PlanSectionFactory,
)
from tests.factories.services import PersonFactory
from vp_portal.core.access import Role
from vp_portal.core.periods import Period, Tertial
from vp_portal.overview import reference

pytestmark = pytest.mark.django_db
T1, T2 = Tertial(2025, 1), Tertial(2025, 2)
#: The last day for T2's check-ins is TODAY itself.
AFTER = dt.date(2025, 9, 16)


def made(code, on=AFTER):
    found = computed.find(code).compute(on)
    return found.value, found.numerator, found.denominator


def failing(code, on=AFTER):
    reference.load()  # gives the roles their rights
    return computed.find(code).failing(on, UserFactory(role=Role.PLAN_OWNER)).rows


def check_in(result, day, tertial=T2, **values):
    return CheckInFactory(result=result, tertial=tertial, made_at=dt.datetime(2025, 9, day, 9, tzinfo=dt.UTC), **values)


@pytest.fixture
def area(db):
    return GoalFactory().focus_area


@pytest.fixture
def results(area):
    return [ExpectedResultFactory(focus_area=area) for _ in range(4)]


def test_check_ins_in_time_out_of_those_that_were_due(results):
    check_in(results[0], 15)
    check_in(results[1], 16)
    check_in(results[2], 1, tertial=T1, status=Status.ACHIEVED)  # nothing more to report
    assert made("I46") == (pytest.approx(33, abs=1), 1, 3)
    assert {row.what.split()[0]: row.why for row in failing("I46")} == {
        "3.1.2": "T2\u00a02025: Gjord för sent",
        "3.1.4": "T2\u00a02025: Sen",
    }


def test_until_the_last_day_has_passed_the_tertial_before_counts(results):
    for result in results:
        CheckInFactory(result=result, tertial=T1, made_at=dt.datetime(2025, 5, 12, tzinfo=dt.UTC))
    assert made("I46", TODAY) == (100, 4, 4)
    assert made("I46", AFTER) == (0, 0, 4)


def test_results_followed_up_monthly_count_each_month(area):
    result = ExpectedResultFactory(focus_area=area, monthly=True)
    check_in(result, 10, month=Period(202508))
    assert made("I46") == (25, 1, 4)


def test_what_the_plan_dropped_has_no_check_in_to_make(results):
    ExpectedResult.objects.filter(pk=results[0].pk).update(retired_on=dt.date(2025, 9, 1))
    assert made("I46")[2] == 3


@pytest.mark.parametrize("code", ["I46", "P1", "P4", "P5"])
def test_no_plan_is_no_data(code):
    assert made(code)[0] is None
    assert failing(code) == ()


def test_every_kind_of_gap_is_counted_with_its_repair(area):
    whole = ExpectedResultFactory(focus_area=area, owner=PersonFactory())
    IndicatorFactory(result=whole)
    PlanSectionFactory(plan=area.plan, text="")
    bare = FocusAreaFactory(plan=area.plan)
    lacking = ExpectedResultFactory(focus_area=bare, owner=None, due_on=None)
    assert made("P1") == (5, 5, 2 + 2 + 1)
    repairs = {row.why: row.repair for row in failing("P1")}
    assert repairs["Fokusområden utan mål"] == f"/admin/goals/goal/add/?focus_area={bare.pk}"
    assert repairs["Resultat utan mått"] == f"/admin/goals/indicator/add/?result={lacking.pk}"
    assert repairs["Resultat utan ansvarig"] == f"/admin/goals/expectedresult/{lacking.pk}/change/"
    assert len(repairs) == 5


def test_claims_that_differ_from_the_evidence_are_counted_among_those_that_can(results):
    for result, status in zip(results, (Status.RISK, Status.ACHIEVED, Status.WATCH), strict=False):
        check_in(result, 5, status=Status.ON_PLAN)
        IndicatorSnapshotFactory(indicator=ComputedIndicatorFactory(result=result), status=status)
    assert made("P4") == (2, 2, 3)
    first = failing("P4")[0]
    assert first.what.startswith("3.1.1")
    assert first.why.startswith("Påstående: På plan. Belägg: Risk (")
    assert first.repair.endswith("/plan/results/3.1.1/#check-in")


def test_the_same_evening_holds_claims_against_what_it_stored_itself(results):
    check_in(results[0], 5, status=Status.ON_PLAN)
    ComputedIndicatorFactory(result=results[0], code="I46", target=90, tolerance=0)
    mine = ComputedIndicatorFactory(result=None, plan=results[0].plan, code="P4", target=0)
    taken = snapshots.take(results[0].plan, AFTER, at=dt.datetime(2025, 9, 16, 21, 50, tzinfo=dt.UTC))
    assert (taken.stored, mine.snapshots.get().value) == (2, 1)


def test_what_changed_since_the_plan_was_decided_is_counted(area):
    section = PlanSectionFactory(plan=area.plan, text="Så var det.")
    result = ExpectedResultFactory(focus_area=area)
    assert made("P5")[0] is None
    version = DecidedPlanFactory(plan=area.plan)
    assert made("P5")[0] == 0
    type(section).objects.filter(pk=section.pk).update(text="Så är det.")
    PlanSectionFactory(plan=area.plan)
    assert made("P5")[0] == 2
    assert {row.repair for row in failing("P5")} == {f"/plan/document/versions/{version.pk}/changes/"}
    assert result.pk


@pytest.mark.parametrize("code", ["I46", "P1", "P4", "P5"])
def test_the_queries_do_not_grow(results, django_assert_max_num_queries, code):
    PlanSectionFactory(plan=results[0].plan)
    DecidedPlanFactory(plan=results[0].plan)
    for result in results:
        check_in(result, 5)
    with django_assert_max_num_queries(9) as few:
        made(code)
    for _each in range(10):
        check_in(ExpectedResultFactory(focus_area=results[0].focus_area), 6)
    with django_assert_max_num_queries(len(few)):
        made(code)
