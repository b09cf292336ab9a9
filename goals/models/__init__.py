from goals.models.check_in import CheckIn
from goals.models.focus_area import FocusArea, Goal
from goals.models.plan import Plan, PlanSection, StrategicGoal
from goals.models.result import ExpectedResult

__all__ = ["CheckIn", "ExpectedResult", "FocusArea", "Goal", "Plan", "PlanSection", "StrategicGoal"]
