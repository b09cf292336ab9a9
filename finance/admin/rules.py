from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch
from django.forms import inlineformset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from import_export.results import Result

from finance import resources
from finance.actions import rules
from finance.actions.rule_effect_page import effect_context
from finance.models import AllocationRule, AllocationShare, Consumer, Driver, DriverValue, RuleCondition
from finance.models.scope import sees_everything
from finance.reports import freshness
from vp_portal.core import access
from vp_portal.core.forms import RowFormSet
from vp_portal.core.registers import RegisterAdmin, RowInline

#: The button that shows what a rule would do before it is saved.
_PREVIEW = "_preview"


class ConditionInline(RowInline):
    model = RuleCondition
    fields = ("part", "operator", "low", "high")


class ShareFormSet(RowFormSet):
    """The shares, and with them the whole rule: what it can't be beside the other rules is said here, and what a
    cost object can't be beside that cost object."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors) or not hasattr(self.instance, "pk"):
            return
        kept = [form for form in self.forms if form.cleaned_data.get("cost_object")]
        rows = {form.cleaned_data["cost_object"]: form for form in kept if not form.cleaned_data.get("DELETE")}
        shares = [(target, form.cleaned_data.get("share")) for target, form in rows.items()]
        conditions = self._conditions()
        if conditions is None:
            return
        whole = rules.Whole(self.instance, conditions, shares)
        gone = rules.gone(whole)
        for target, words in gone.items():
            rows[target].add_error("cost_object", words)
        if found := [words for words in rules.problems(whole) if words not in gone.values()]:
            raise ValidationError(found)

    def _conditions(self) -> frozenset[rules.Condition] | None:
        """Those of the other rows of the same form. None when they are wrong, which is said beside them."""
        rows = _Conditions(self.data, instance=self.instance, prefix="conditions")
        if not rows.is_valid():
            return None
        kept = [form for form in rows.forms if form not in rows.deleted_forms and form.cleaned_data]
        return frozenset(rules.key_of(form.instance) for form in kept)


_Conditions = inlineformset_factory(AllocationRule, RuleCondition, formset=RowFormSet, fields=ConditionInline.fields)


class ShareInline(RowInline):
    model = AllocationShare
    formset = ShareFormSet
    fields = ("cost_object", "share")
    autocomplete_fields = ("cost_object",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("cost_object")


@admin.register(AllocationRule)
class AllocationRuleAdmin(RegisterAdmin):
    change_form_template = "admin/finance/allocationrule/change_form.html"
    resource_classes = [resources.AllocationRuleResource]
    list_display = ("priority", "name", "goes_to", "condition_texts", "first_period", "last_period", "is_active")
    list_display_links = ("priority", "name")
    list_filter = ("is_active", "method", "chart")
    search_fields = ("name", "shares__cost_object__code", "shares__cost_object__name", "conditions__low")
    autocomplete_fields = ("chart", "passes_on", "driver", "suggested_by")
    fieldsets = [
        (None, {"fields": (("priority", "is_active"), "name")}),
        (_("Var och när regeln gäller"), {"fields": ("chart", ("first_period", "last_period"), "passes_on")}),
        (_("Hur kostnaden delas upp"), {"fields": (("method", "driver"),)}),
    ]
    inlines = [ConditionInline, ShareInline]

    def get_queryset(self, request: HttpRequest) -> Any:
        shares = Prefetch("shares", AllocationShare.objects.select_related("cost_object"))
        found = super().get_queryset(request).select_related("passes_on")
        return found.prefetch_related("conditions", shares)

    @admin.display(description=_("kostnadsbärare"))
    def goes_to(self, obj: AllocationRule) -> str:
        return ", ".join(str(share.cost_object) for share in obj.shares.all())

    @admin.display(description=_("villkor"))
    def condition_texts(self, obj: AllocationRule) -> str:
        if obj.passes_on:
            return str(_("för vidare: %(name)s") % {"name": obj.passes_on})
        return "; ".join(str(condition) for condition in obj.conditions.all())

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" or _PREVIEW not in request.POST:
            return super().changeform_view(request, *args, **kwargs)
        with transaction.atomic():
            answer = super().changeform_view(request, *args, **kwargs)
            saved = getattr(request, "_previewed", None)
            if saved is not None:
                answer = self._preview(request, saved)
            transaction.set_rollback(True)
        return answer

    def _preview(self, request: HttpRequest, rule: AllocationRule) -> HttpResponse:
        """What the rule of the form would do; the page can save it as it was typed. Nothing is stored here."""
        context = effect_context(rule, everything=sees_everything(request.user))
        typed = [(name, value) for name, values in request.POST.lists() for value in values]
        context |= {"fresh": freshness(), "on": access.today()}
        context["typed"] = [(name, value) for name, value in typed if name not in (_PREVIEW, "csrfmiddlewaretoken")]
        return render(request, "finance/rule_preview.html", context)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        if _PREVIEW in request.POST:
            return self._seen(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._seen(request, obj) if _PREVIEW in request.POST else super().response_change(request, obj)

    def _seen(self, request: HttpRequest, obj: AllocationRule) -> HttpResponse:
        """No message that it is saved: it isn't."""
        request._previewed = obj  # type: ignore[attr-defined]  # read by changeform_view
        return HttpResponse()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if _PREVIEW in request.POST:
            return
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


@admin.register(Driver)
class DriverAdmin(RegisterAdmin):
    resource_classes = [resources.DriverResource]
    list_display = ("name", "code", "unit")
    search_fields = ("name", "code")
    fields = ("code", "name", "unit")


@admin.register(Consumer)
class ConsumerAdmin(RegisterAdmin):
    resource_classes = [resources.ConsumerResource]
    list_display = ("name", "code")
    search_fields = ("name", "code")
    fields = ("code", "name")


@admin.register(DriverValue)
class DriverValueAdmin(RegisterAdmin):
    """One value from a period on. A changed value counts from the next run."""

    resource_classes = [resources.DriverValueResource]
    list_display = ("driver", "cost_object", "consumer", "period", "value")
    list_display_links = ("cost_object",)
    list_select_related = ("driver", "cost_object", "consumer")
    list_filter = ("driver", "consumer")
    search_fields = ("cost_object__code", "cost_object__name", "driver__name")
    autocomplete_fields = ("driver", "cost_object", "consumer")
    fields = ("driver", "cost_object", "consumer", "period", "value")
