from typing import Any

from django.contrib import admin, messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from import_export.results import Result

from finance import resources
from finance.models import (
    AllocationRule,
    AllocationShare,
    RuleCondition,
)
from vp_portal.core.forms import RowFormSet
from vp_portal.core.registers import RegisterAdmin, RowInline


class ConditionInline(RowInline):
    model = RuleCondition
    fields = ("part", "operator", "low", "high")


class OneShareFormSet(RowFormSet):
    """A rule without a cost object would swallow cost without a trace."""

    default_error_messages = {
        **RowFormSet.default_error_messages,
        "too_few_forms": _("Regeln ska ha en kostnadsbärare."),
        "too_many_forms": _("Regeln ska ha en enda kostnadsbärare."),
    }


class ShareInline(RowInline):
    model = AllocationShare
    formset = OneShareFormSet
    fields = ("cost_object", "share")
    readonly_fields = ("share",)
    autocomplete_fields = ("cost_object",)
    can_delete = False
    min_num = max_num = 1

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, validate_min=True, validate_max=True, **kwargs)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("cost_object")


@admin.register(AllocationRule)
class AllocationRuleAdmin(RegisterAdmin):
    resource_classes = [resources.AllocationRuleResource]
    list_display = ("priority", "name", "cost_object", "condition_texts", "first_period", "last_period", "is_active")
    list_display_links = ("priority", "name")
    list_filter = ("is_active", "chart")
    search_fields = ("name", "shares__cost_object__code", "shares__cost_object__name", "conditions__low")
    autocomplete_fields = ("chart",)
    fieldsets = [
        (None, {"fields": (("priority", "is_active"), "name")}),
        (_("Var och när regeln gäller"), {"fields": ("chart", ("first_period", "last_period"))}),
    ]
    inlines = [ConditionInline, ShareInline]

    def get_queryset(self, request: HttpRequest) -> Any:
        shares = Prefetch("shares", AllocationShare.objects.select_related("cost_object"))
        return super().get_queryset(request).prefetch_related("conditions", shares)

    @admin.display(description=_("kostnadsbärare"))
    def cost_object(self, obj: AllocationRule) -> str:
        return ", ".join(str(share.cost_object) for share in obj.shares.all())

    @admin.display(description=_("villkor"))
    def condition_texts(self, obj: AllocationRule) -> str:
        return "; ".join(str(condition) for condition in obj.conditions.all())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.has_changed() or any(formset.has_changed() for formset in formsets):
            self.say_run_again(request)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        self.say_run_again(request)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        super().delete_queryset(request, queryset)
        self.say_run_again(request)

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        if not (result.has_errors() or result.has_validation_errors()) and (
            result.totals["new"] or result.totals["update"]
        ):
            self.say_run_again(request)
        return super().process_result(result, request)

    def say_run_again(self, request: HttpRequest) -> None:
        """The sums on the dashboards are those of the latest run."""
        text = _("Reglerna är ändrade. Siffrorna följer de gamla reglerna tills fördelningen körs igen: {}.")
        link = format_html('<a href="{}">{}</a>', reverse("finance:economy"), _("till Ekonomi"))
        messages.warning(request, format_html(str(text), link))
