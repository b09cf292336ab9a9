"""Files of the plan's registers. A plan is named by its years, and its unit when it has one: `2025–2027 IT`."""

import re
from typing import Any

from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.widgets import Widget

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
from vp_portal.core.columns import Code
from vp_portal.core.models import User
from vp_portal.core.resources import RegisterResource

_PLAN = re.compile(r"(\d{4})\s*[–-]\s*(\d{4})(?:\s+(\S+))?")


class PlanName(Widget):
    """A plan by its years and its unit's code."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Plan | None:
        text = str(value or "").strip()
        if not text:
            return None
        match = _PLAN.fullmatch(text)
        plans = Plan.objects.filter(first_year=match[1], last_year=match[2]) if match else Plan.objects.none()
        if match and match[3]:
            plans = plans.filter(unit__code=match[3])
        found = list(plans[:2])
        if len(found) != 1:
            raise ValueError(_("”%s” är ingen plan. Skriv åren och vid behov enhetens kod: 2025–2027 IT.") % text)
        return found[0]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        if value is None:
            return ""
        years = f"{value.first_year}–{value.last_year}"
        return f"{years} {value.unit.code}" if value.unit else years


def plan_column(attribute: str = "plan") -> Field:
    return Field(attribute=attribute, column_name="plan", widget=PlanName())


def in_plan(row: dict[str, Any]) -> dict[str, Any]:
    return {"plan": PlanName().clean(row.get("plan"))}


def in_focus_area(row: dict[str, Any]) -> dict[str, Any]:
    return {"focus_area__plan": in_plan(row)["plan"], "focus_area__number": row.get("fokusområde")}


class PlanResource(RegisterResource):
    class Meta:
        model = Plan
        fields = ("name", "first_year", "last_year", "unit")
        import_id_fields = ("first_year", "last_year", "unit")


class PlanSectionResource(RegisterResource):
    plan = plan_column()

    class Meta:
        model = PlanSection
        fields = ("plan", "number", "title", "text", "position")
        import_id_fields = ("plan", "number")


class StrategicGoalResource(RegisterResource):
    plan = plan_column()

    class Meta:
        model = StrategicGoal
        fields = ("plan", "kind", "number", "text", "link")
        import_id_fields = ("plan", "number")


class FocusAreaResource(RegisterResource):
    plan = plan_column()
    section = Field(attribute="section", column_name="avsnitt", widget=Code(PlanSection, "number", in_plan))

    class Meta:
        model = FocusArea
        fields = ("plan", "number", "name", "section", "roll_up")
        import_id_fields = ("plan", "number")


class GoalResource(RegisterResource):
    plan = Field(attribute="focus_area__plan", column_name="plan", widget=PlanName(), readonly=True)
    focus_area = Field(attribute="focus_area", column_name="fokusområde", widget=Code(FocusArea, "number", in_plan))

    class Meta:
        model = Goal
        fields = ("plan", "focus_area", "position", "text", "roll_up")
        import_id_fields = ("focus_area", "position")


class ExpectedResultResource(RegisterResource):
    plan = plan_column()
    focus_area = Field(attribute="focus_area", column_name="fokusområde", widget=Code(FocusArea, "number", in_plan))
    goal = Field(attribute="goal", column_name="mål", widget=Code(Goal, "position", in_focus_area))
    parent = Field(attribute="parent", column_name="del av", widget=Code(ExpectedResult, "number", in_plan))

    class Meta:
        model = ExpectedResult
        fields = (
            "plan",
            "number",
            "text",
            "focus_area",
            "goal",
            "parent",
            "owner",
            "deputy",
            "reviewer",
            "unit",
            "starts_on",
            "due_on",
            "weight",
            "roll_up",
            "monthly",
            "cost_objects",
        )
        import_id_fields = ("plan", "number")


class CheckInResource(RegisterResource):
    """Only out: a check-in is made on the result's page."""

    plan = plan_column("result__plan")
    result = Field(attribute="result", column_name="förväntat resultat", widget=Code(ExpectedResult, "number"))
    made_by = Field(attribute="made_by", column_name="av", widget=Code(User, "username"))

    class Meta:
        model = CheckIn
        fields = (
            "plan",
            "result",
            "tertial",
            "month",
            "status",
            "progress",
            "confidence",
            "comment",
            "blocked_by",
            "help_needed",
            "made_by",
            "made_at",
            "review",
            "review_comment",
            "reviewed_at",
        )

    def filter_export(self, queryset: Any, **kwargs: Any) -> Any:
        return super().filter_export(queryset, **kwargs).select_related("result__plan__unit")


class FollowUpRulesResource(RegisterResource):
    plan = plan_column()

    class Meta:
        model = FollowUpRules
        fields = (
            "plan",
            "deadline_days",
            "month_deadline_days",
            "opens_days",
            "remind_days_before",
            "manager_after",
            "next_manager_after",
            "on_plan_from",
            "watch_from",
            "roll_up",
            "import_days",
        )
        import_id_fields = ("plan",)


def in_result(row: dict[str, Any]) -> dict[str, Any]:
    """The measures of the row's result; of the plan itself where no result is named."""
    number = str(row.get("förväntat resultat") or "").strip()
    plan = in_plan(row)["plan"]
    return {"result__plan": plan, "result__number": number} if number else {"plan": plan}


class PlanOfMeasure(Field):
    """The plan of a measure. The row has a plan of its own only where it has no result."""

    def lookup(self, row: dict[str, Any]) -> dict[str, Any]:
        return {} if _names_result(row) else {"plan": self.clean(row)}

    def get_value(self, instance: Any, **kwargs: Any) -> Any:
        return instance.result.plan if instance.result else instance.plan

    def save(self, instance: Any, row: Any, *args: Any, **kwargs: Any) -> None:
        instance.plan = None if _names_result(row) else self.clean(row)


def _names_result(row: dict[str, Any]) -> bool:
    return bool(str(row.get("förväntat resultat") or "").strip())


class IndicatorResource(RegisterResource):
    """A row without a result is about the plan as a whole."""

    plan = PlanOfMeasure(attribute="plan", column_name="plan", widget=PlanName())
    result = Field(attribute="result", column_name="förväntat resultat", widget=Code(ExpectedResult, "number", in_plan))

    class Meta:
        model = Indicator
        fields = (
            "plan",
            "result",
            "kind",
            "code",
            "name",
            "unit",
            "direction",
            "baseline",
            "target",
            "tolerance",
            "lower",
            "upper",
            "retired_on",
        )
        import_id_fields = ("plan", "result", "name")

    def filter_export(self, queryset: Any, **kwargs: Any) -> Any:
        return super().filter_export(queryset, **kwargs).select_related("result__plan__unit", "plan__unit")


class PlanAtMeasure(Field):
    """The plan of a row's measure, to look it up by."""

    def get_value(self, instance: Any, **kwargs: Any) -> Any:
        indicator = instance.indicator
        return indicator.result.plan if indicator.result else indicator.plan


class IndicatorReadingResource(RegisterResource):
    plan = PlanAtMeasure(attribute="indicator", column_name="plan", widget=PlanName(), readonly=True)
    result = Field(attribute="indicator__result__number", column_name="förväntat resultat", readonly=True)
    indicator = Field(attribute="indicator", column_name="mått", widget=Code(Indicator, "name", in_result))

    class Meta:
        model = IndicatorReading
        fields = ("plan", "result", "indicator", "on", "value", "source", "note")
        import_id_fields = ("indicator", "on")

    def filter_export(self, queryset: Any, **kwargs: Any) -> Any:
        related = ("indicator__result__plan__unit", "indicator__plan__unit")
        return super().filter_export(queryset, **kwargs).select_related(*related)
