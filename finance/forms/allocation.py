"""Forms of the allocation's pages."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finance.models import AllocationRule, AllocationRun
from services.models import CostObject
from vp_portal.core import formatting


class ScenarioForm(forms.Form):
    """A named try-out: drafts that are used in it, and rules that are left out."""

    name = forms.CharField(label=_("Namn"), max_length=120, help_text=_("Till exempel ”Lagring efter användare”."))
    using = forms.ModelMultipleChoiceField(
        label=_("Använd de här utkasten"),
        queryset=AllocationRule.objects.filter(is_active=False).order_by("priority"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    without = forms.ModelMultipleChoiceField(
        label=_("Räkna utan de här reglerna"),
        queryset=AllocationRule.objects.in_order(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": "8"}),
        help_text=_("Håll ned Ctrl eller Kommando för att välja flera."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("using") and not cleaned.get("without"):
            raise forms.ValidationError(_("Välj minst ett utkast eller en regel att räkna utan."))
        return cleaned


class RunChoice(forms.ModelChoiceField):
    """A run by its scenario, or its number and when it was made."""

    def label_from_instance(self, obj: AllocationRun) -> str:
        name = obj.scenario or _("Körning %s") % obj.pk
        return f"{name}, {formatting.iso_time(obj.made_at)}"


class CompareForm(forms.Form):
    """Which run a run is held against."""

    with_run = RunChoice(label=_("Jämför med"), queryset=AllocationRun.objects.defer("rules"))


class SuggestForm(forms.Form):
    """Where chosen rows without a home belong."""

    cost_object = forms.ModelChoiceField(label=_("Hör till"), queryset=CostObject.objects.none())

    def __init__(self, *args: Any, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = CostObject.objects.active(on).order_by("name")
        self.fields["cost_object"].queryset = active  # type: ignore[attr-defined]  # a ModelChoiceField
