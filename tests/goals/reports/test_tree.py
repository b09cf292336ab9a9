import datetime as dt

import pytest

from goals.choices import Status
from goals.models import FollowUpRules, Plan
from goals.reports import plan_tree
from goals.reports.tree import current_plan
from tests.factories.goals import (
    CheckInFactory,
    ExpectedResultFactory,
    FocusAreaFactory,
    FollowUpRulesFactory,
    GoalFactory,
    PlanFactory,
)

pytestmark = pytest.mark.django_db
ON = dt.date(2025, 9, 15)


def test_results_stand_under_their_goal_and_those_without_one_last() -> None:
    goal = GoalFactory()
    ExpectedResultFactory(focus_area=goal.focus_area)
    ExpectedResultFactory(focus_area=goal.focus_area, goal=goal)
    area = plan_tree(goal.focus_area.plan, ON).areas[0]
    assert [(node.pk, [each.row.number for each in node.results]) for node in area.goals] == [
        (goal.pk, ["3.1.2"]),
        (None, ["3.1.1"]),
    ]


def test_an_area_without_goal_and_results_says_so() -> None:
    area = plan_tree(FocusAreaFactory().plan, ON).areas[0]
    assert (area.lacks_goal, area.status, area.figure.progress, area.counts) == (True, None, None, [])


def test_the_plan_rolls_up_its_results_by_weight() -> None:
    plan = PlanFactory()
    for weight, progress, status in ((3, 20, Status.RISK), (1, 100, Status.ACHIEVED)):
        result = ExpectedResultFactory(focus_area=FocusAreaFactory(plan=plan), weight=weight)
        CheckInFactory(result=result, progress=progress, status=status)
    tree = plan_tree(plan, ON)
    assert (tree.figure.progress, tree.figure.status) == (40, Status.RISK)
    assert [part.number for part in tree.figure.weakest] == ["3.1.1"]


def test_an_area_counts_its_results_by_status_worst_first() -> None:
    area = FocusAreaFactory()
    for status in (Status.ON_PLAN, Status.RISK, Status.ON_PLAN):
        CheckInFactory(result=ExpectedResultFactory(focus_area=area), status=status)
    assert plan_tree(area.plan, ON).areas[0].counts == [(Status.RISK, 1), (Status.ON_PLAN, 2)]


@pytest.mark.parametrize("count", [1, 30])
def test_three_queries_for_any_size(count, django_assert_num_queries) -> None:
    PlanFactory()
    plan = Plan.objects.current(ON)
    for _ in range(count):
        area = FocusAreaFactory(plan=plan)
        top = ExpectedResultFactory(focus_area=area, goal=GoalFactory(focus_area=area))
        CheckInFactory(result=ExpectedResultFactory(parent=top))
    with django_assert_num_queries(3):
        assert len(plan_tree(plan, ON).rows) == 2 * count


@pytest.mark.parametrize("year", [2020, 2024, 2027, 2031])
def test_the_current_plan_is_the_models_own_answer(year, django_assert_num_queries) -> None:
    for first in (2021, 2024, 2027):
        PlanFactory(first_year=first, last_year=first + 2)
    FollowUpRulesFactory(plan=Plan.objects.get(first_year=2024), deadline_days=7)
    day = dt.date(year, 6, 1)
    expected = Plan.objects.current(day)
    assert expected
    found = current_plan(day)
    assert found == expected
    with django_assert_num_queries(0):
        assert FollowUpRules.of(found).deadline_days == FollowUpRules.of(expected).deadline_days
