"""The plan as it was known at the end of a day: out of the history of its rows."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from goals.models import (
    CheckIn,
    ExpectedResult,
    FocusArea,
    FollowUpRules,
    Goal,
    Indicator,
    IndicatorReading,
    Plan,
    PlanSection,
    StrategicGoal,
)
from vp_portal.core.as_known import PLAN, Source, Stand, from_history, links_from_history, register

_TRACKED = (Plan, PlanSection, FocusArea, Goal, StrategicGoal, ExpectedResult, FollowUpRules, Indicator)


def stands(end: dt.datetime) -> Iterator[Stand]:
    for model in _TRACKED:
        yield from_history(model)
    yield from_history(CheckIn, "CREATE INDEX ON goals_checkin (result_id); ANALYZE goals_checkin;")
    yield from_history(IndicatorReading, "CREATE INDEX ON goals_indicatorreading (indicator_id);")
    yield links_from_history(ExpectedResult, "cost_objects")
    yield links_from_history(ExpectedResult, "serves")
    decided = "SELECT * FROM public.goals_decidedplan WHERE recorded_at < %(end)s"
    yield Stand("goals_decidedplan", decided, is_view=True)


def register_source() -> None:
    register(Source(PLAN, _("planen"), "SELECT min(history_date) FROM goals_historicalplan", stands))
