from goals.models.check_in import CheckIn, CheckInDraft
from goals.models.decided import DecidedPlan
from goals.models.export import PlanExport
from goals.models.focus_area import FocusArea, Goal
from goals.models.follow_up import FollowUpRules
from goals.models.indicator import Indicator, IndicatorReading
from goals.models.plan import Plan, PlanSection, StrategicGoal
from goals.models.reminder import ReminderSettings, SentReminder
from goals.models.result import ExpectedResult
from goals.models.snapshot import IndicatorSnapshot

__all__ = [
    "CheckIn",
    "CheckInDraft",
    "DecidedPlan",
    "ExpectedResult",
    "FocusArea",
    "FollowUpRules",
    "Goal",
    "Indicator",
    "IndicatorReading",
    "IndicatorSnapshot",
    "Plan",
    "PlanExport",
    "PlanSection",
    "ReminderSettings",
    "SentReminder",
    "StrategicGoal",
]
