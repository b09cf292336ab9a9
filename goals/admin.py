from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from goals import computed, resources
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
    ReminderSettings,
    StrategicGoal,
)
from vp_portal.core.access import Role, has_role
from vp_portal.core.registers import HistoryAdmin, LookOnly, RegisterAdmin, RowInline


class GoalInline(RowInline):
    model = Goal
    fields = ("position", "text")
    show_change_link = True


class CheckInInline(LookOnly, RowInline):
    model = CheckIn
    fields = ("tertial", "status", "progress", "confidence", "comment", "made_by", "made_at")
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("result", "made_by")


@admin.register(Plan)
class PlanAdmin(RegisterAdmin):
    resource_classes = [resources.PlanResource]
    list_display = ("name", "first_year", "last_year", "unit")
    list_select_related = ("unit",)
    search_fields = ("name", "first_year", "last_year")
    autocomplete_fields = ("unit",)
    fields = ("name", ("first_year", "last_year"), "unit")


@admin.register(PlanSection)
class PlanSectionAdmin(RegisterAdmin):
    resource_classes = [resources.PlanSectionResource]
    list_display = ("number", "title", "is_written", "plan")
    list_display_links = ("number", "title")
    list_select_related = ("plan",)
    list_filter = ("plan",)
    search_fields = ("number", "title", "text")
    autocomplete_fields = ("plan", "author")
    fields = ("plan", ("number", "position"), "title", "author", "text")

    @admin.display(description=_("skrivet"), boolean=True)
    def is_written(self, obj: PlanSection) -> bool:
        return bool(obj.text)


@admin.register(StrategicGoal)
class StrategicGoalAdmin(RegisterAdmin):
    resource_classes = [resources.StrategicGoalResource]
    list_display = ("number", "short_text", "kind", "plan")
    list_display_links = ("number", "short_text")
    list_select_related = ("plan",)
    list_filter = ("plan", "kind")
    search_fields = ("number", "text")
    autocomplete_fields = ("plan",)
    fields = ("plan", "kind", "number", "text", "link")

    @admin.display(description=_("text"), ordering="text")
    def short_text(self, obj: StrategicGoal) -> str:
        return Truncator(obj.text).chars(100)


@admin.register(FocusArea)
class FocusAreaAdmin(RegisterAdmin):
    resource_classes = [resources.FocusAreaResource]
    list_display = ("number", "name", "plan", "section")
    list_display_links = ("number", "name")
    list_select_related = ("plan", "section")
    list_filter = ("plan",)
    search_fields = ("number", "name")
    autocomplete_fields = ("plan", "section")
    fields = ("plan", "number", "name", "section", "roll_up")
    inlines = [GoalInline]


@admin.register(Goal)
class GoalAdmin(RegisterAdmin):
    resource_classes = [resources.GoalResource]
    list_display = ("short_text", "focus_area", "position")
    list_select_related = ("focus_area",)
    list_filter = ("focus_area__plan",)
    search_fields = ("text", "focus_area__number", "focus_area__name")
    autocomplete_fields = ("focus_area",)
    fields = ("focus_area", "position", "text", "roll_up")

    @admin.display(description=_("mål"), ordering="text")
    def short_text(self, obj: Goal) -> str:
        return Truncator(obj.text).chars(100)


@admin.register(ExpectedResult)
class ExpectedResultAdmin(RegisterAdmin):
    resource_classes = [resources.ExpectedResultResource]
    list_display = ("number", "short_text", "owner", "unit", "due_on", "plan")
    list_display_links = ("number", "short_text")
    list_select_related = ("owner", "unit", "plan")
    list_filter = (
        "plan",
        ("focus_area", admin.RelatedOnlyFieldListFilter),
        ("unit", admin.RelatedOnlyFieldListFilter),
        ("owner", admin.EmptyFieldListFilter),
        "due_on",
    )
    search_fields = ("number", "text", "owner__name")
    autocomplete_fields = (
        "plan",
        "focus_area",
        "goal",
        "parent",
        "owner",
        "deputy",
        "reviewer",
        "unit",
        "cost_objects",
        "serves",
    )
    fieldsets = [
        (None, {"fields": ("plan", "number", "text")}),
        (_("Plats i planen"), {"fields": ("focus_area", "goal", "parent")}),
        (_("Ansvar"), {"fields": ("owner", "deputy", "reviewer", "unit")}),
        (_("Tid, vikt och uppföljning"), {"fields": (("starts_on", "due_on"), ("weight", "roll_up"), "monthly")}),
        (_("Tjänster och FO"), {"fields": ("cost_objects",)}),
        (_("Bidrar till"), {"fields": ("serves",)}),
    ]
    inlines = [CheckInInline]

    @admin.display(description=_("text"), ordering="text")
    def short_text(self, obj: ExpectedResult) -> str:
        return Truncator(obj.text).chars(100)


@admin.register(CheckIn)
class CheckInAdmin(LookOnly, RegisterAdmin):
    """What leads have reported. A new one is made on the result's page in the portal."""

    resource_classes = [resources.CheckInResource]
    list_display = ("result_number", "tertial", "status", "progress", "confidence", "made_by", "made_at", "review")
    list_select_related = ("result", "made_by")
    list_filter = ("status", "tertial", "confidence", "review")
    search_fields = ("result__number", "result__text", "comment")
    date_hierarchy = "made_at"
    fields = (
        ("result", "tertial", "month"),
        ("status", "progress", "confidence"),
        "comment",
        "blocked_by",
        "help_needed",
        ("made_by", "made_at"),
        ("review", "reviewed_by", "reviewed_at"),
        "review_comment",
    )

    @admin.display(description=_("förväntat resultat"), ordering="result__number")
    def result_number(self, obj: CheckIn) -> str:
        return obj.result.number


@admin.register(FollowUpRules)
class FollowUpRulesAdmin(RegisterAdmin):
    """A plan without a row here is followed up by the defaults, which the empty form shows."""

    resource_classes = [resources.FollowUpRulesResource]
    list_display = ("plan", "deadline_days", "month_deadline_days", "on_plan_from", "watch_from", "roll_up")
    list_select_related = ("plan",)
    autocomplete_fields = ("plan",)
    fieldsets = [
        (None, {"fields": ("plan",)}),
        (_("Sista dag"), {"fields": (("opens_days", "deadline_days"), "month_deadline_days")}),
        (_("Påminnelser"), {"fields": ("remind_days_before", ("manager_after", "next_manager_after"))}),
        (_("Ekonomin"), {"fields": ("import_days",)}),
        (_("Hälsa och sammanvägning"), {"fields": (("on_plan_from", "watch_from"), "roll_up")}),
    ]


class IndicatorReadingInline(RowInline):
    model = IndicatorReading
    fields = ("on", "value", "source", "note")


@admin.register(Indicator)
class IndicatorAdmin(RegisterAdmin):
    """Of a result, or of the plan as a whole. A computed one takes its unit and direction from its definition."""

    resource_classes = [resources.IndicatorResource]
    list_display = ("name", "belongs_to", "code", "unit", "direction", "baseline", "target", "tolerance")
    list_select_related = ("result", "plan")
    list_filter = ("result__plan", "kind", "direction")
    search_fields = ("name", "code", "result__number", "result__text")
    autocomplete_fields = ("result", "plan")
    fields = (
        ("result", "plan"),
        ("kind", "code"),
        ("name", "unit"),
        "direction",
        ("baseline", "target", "tolerance"),
        ("lower", "upper"),
        "retired_on",
    )
    inlines = [IndicatorReadingInline]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "code":
            known = [(each.code, f"{each.code} {each.name}") for each in computed.definitions()]
            kwargs["widget"] = forms.Select(choices=[("", _("Ingen: läses av")), *known])
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("gäller"), ordering="result__number")
    def belongs_to(self, obj: Indicator) -> str:
        return obj.result.number if obj.result else str(obj.plan)


@admin.register(IndicatorReading)
class IndicatorReadingAdmin(RegisterAdmin):
    resource_classes = [resources.IndicatorReadingResource]
    list_display = ("indicator", "on", "value", "source", "note")
    list_select_related = ("indicator",)
    search_fields = ("indicator__name", "indicator__result__number", "source")
    date_hierarchy = "on"
    autocomplete_fields = ("indicator", "made_by")
    fields = ("indicator", ("on", "value"), "source", "note")


@admin.register(ReminderSettings)
class ReminderSettingsAdmin(LookOnly, HistoryAdmin):
    """How people have chosen to be reminded, each for oneself. Administrators see who has a calendar address."""

    list_display = ("user", "mail", "feed_since")
    list_select_related = ("user",)
    search_fields = ("user__username",)
    fields = ("user", "mail", "feed_since")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = request.user.is_superuser or has_role(request.user, Role.ADMINISTRATOR)
        return may and super().has_view_permission(request, obj)
