import pytest

from tests.factories.goals import StrategicGoalFactory

pytestmark = pytest.mark.django_db


def test_a_goal_served_by_what_the_plan_dropped_is_unserved(reader, result) -> None:
    result.serves.add(StrategicGoalFactory(plan=result.plan))
    type(result).objects.filter(pk=result.pk).update(retired_on="2025-09-01")
    assert reader.get("/plan/alignment/").context["alignment"].unserved == 1
