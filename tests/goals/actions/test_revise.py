import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from goals.actions.revise import revise
from goals.models import ExpectedResult, Plan
from goals.reports.content import content_of
from goals.reports.difference import difference
from goals.reports.tree import plan_tree
from tests.conftest import TODAY
from tests.factories.core import UserFactory
from tests.factories.goals import (
    CheckInFactory,
    ComputedIndicatorFactory,
    ExpectedResultFactory,
    FocusAreaFactory,
    FollowUpRulesFactory,
    GoalFactory,
    IndicatorFactory,
    PlanSectionFactory,
    StrategicGoalFactory,
)
from tests.factories.services import PersonFactory, ServiceFactory

pytestmark = pytest.mark.django_db
NEXT = dt.date(2026, 1, 1)


@pytest.fixture
def plan(db):
    """3.1.1 with its part, 3.1.2; a heading that names the years 2025-2027."""
    section = PlanSectionFactory(number="02", title="Riktning 2025-2027", is_done=True)
    area = FocusAreaFactory(
        plan=section.plan, section=PlanSectionFactory(plan=section.plan, number="3.1"), number="3.1"
    )
    first = ExpectedResultFactory(focus_area=area, goal=GoalFactory(focus_area=area), owner=PersonFactory())
    first.cost_objects.add(ServiceFactory().pk)
    ExpectedResultFactory(parent=first)
    CheckInFactory(result=ExpectedResultFactory(focus_area=area))
    return section.plan


def revised(plan, *dropped: str, **values) -> Plan:
    keep = set(plan.results.exclude(number__in=dropped).values_list("pk", flat=True))
    given = {"first_year": 2026, "last_year": 2028, "keep": keep, "on": TODAY, "by": UserFactory()} | values
    return revise(plan, **given)


def test_the_new_plan_is_the_same_but_for_its_years(plan) -> None:
    made = revised(plan)
    told = difference(content_of(plan, TODAY), content_of(made, TODAY))
    assert [(each.number, each.fields[0].label) for each in told.sections] == [("02", "Rubrik")]
    assert told.results == ()
    assert made.sections.get(number="02").title == "Riktning 2026-2028"
    assert not made.sections.filter(is_done=True).exists()


def test_how_it_is_measured_and_followed_up_goes_with_the_plan(plan) -> None:
    FollowUpRulesFactory(plan=plan, on_plan_from=90)
    kept, dropped = plan.results.get(number="3.1.1"), plan.results.get(number="3.1.2")
    kept.serves.add(StrategicGoalFactory(plan=plan, number="S1"))
    for result in (kept, dropped):
        IndicatorFactory(result=result, name="Nöjda", target=80)
    ComputedIndicatorFactory(result=kept, code="I46")
    ComputedIndicatorFactory(result=None, plan=plan, code="P1")
    ComputedIndicatorFactory(result=None, plan=plan, code="P2", retired_on=TODAY)
    made = revised(plan, "3.1.2")
    new = made.results.get(number="3.1.1")
    assert set(new.indicators.values_list("name", "target")) == set(kept.indicators.values_list("name", "target"))
    assert [each.code for each in made.indicators.all()] == ["P1"]
    assert made.follow_up.on_plan_from == 90
    assert [(goal.plan, goal.number) for goal in new.serves.all()] == [(made, "S1")]


def test_a_result_keeps_its_identity_and_what_it_has(plan) -> None:
    made = revised(plan)
    old, new = (each.results.get(number="3.1.1") for each in (plan, made))
    assert (new.identity, new.owner, new.goal.text) == (old.identity, old.owner, old.goal.text)
    assert list(new.cost_objects.all()) == list(old.cost_objects.all())
    assert made.results.get(number="3.1.1.1").parent == new
    assert new.history.last().history_change_reason == "Reviderad från " + str(plan)


def test_what_is_dropped_retires_with_its_history(plan) -> None:
    made = revised(plan, "3.1.2")
    dropped = plan.results.get(number="3.1.2")
    assert not made.results.filter(number="3.1.2").exists()
    assert dropped.retired_on == NEXT
    assert dropped.history.first().history_change_reason == f"Följer inte med till {made}"
    assert dropped.check_ins.count() == 1


def test_a_retired_result_is_in_the_plan_until_the_day(plan) -> None:
    revised(plan, "3.1.2")
    numbers = [[row.number for row in plan_tree(plan, day).rows] for day in (NEXT - dt.timedelta(days=1), NEXT)]
    assert numbers == [["3.1.1", "3.1.1.1", "3.1.2"], ["3.1.1", "3.1.1.1"]]


def test_a_part_goes_only_with_what_it_is_a_part_of(plan) -> None:
    assert list(revised(plan, "3.1.1").results.values_list("number", flat=True)) == ["3.1.2"]
    assert ExpectedResult.objects.filter(plan=plan, retired_on=NEXT).count() == 2


@pytest.mark.parametrize("years", [(2025, 2027), (2024, 2030), (2027, 2026)])
def test_years_that_cannot_be_are_refused(plan, years) -> None:
    with pytest.raises(ValidationError):
        revised(plan, first_year=years[0], last_year=years[1])
    assert Plan.objects.count() == 1
