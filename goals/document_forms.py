"""Forms of the plan document: a section, its place, a decision, a new year's plan, a file to read in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from goals.models import DecidedPlan, ExpectedResult, Plan, PlanSection
from services.models import Person
from vp_portal.core.forms import DayInput


class SectionForm(forms.Form):
    """What is written in a section. `seen` is its latest change when the form was shown. Owners get all fields."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**62)
    number = forms.CharField(
        label=_("Nummer"),
        max_length=12,
        help_text=_("Avsnitt under det följer med. Resultatens nummer ändras aldrig."),
    )
    title = forms.CharField(label=_("Rubrik"), max_length=300)
    text = forms.CharField(
        label=_("Text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "class": "text-editor", "spellcheck": "true"}),
        help_text=_("Markdown: **fet**, *kursiv*, - punktlista, [länk](https://…). Rubriker är egna avsnitt."),
    )
    is_done = forms.BooleanField(label=_("Klarmarkerat"), required=False, help_text=_("Texten är färdig att beslutas."))
    instruction = forms.CharField(
        label=_("Instruktion till författaren"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    author = forms.ModelChoiceField(
        label=_("Författare"),
        queryset=Person.objects.order_by("name"),
        required=False,
        empty_label=_("Ingen utsedd"),
        help_text=_("Får skriva avsnittet, utöver planägaren."),
    )

    def __init__(self, data: Any, *, section: PlanSection, seen: int, owns_plan: bool) -> None:
        names = ("number", "title", "text", "is_done", "instruction", "author")
        super().__init__(data, initial={name: getattr(section, name) for name in names} | {"seen": seen})
        if not owns_plan:
            for name in ("number", "title", "instruction", "author"):
                del self.fields[name]

    @property
    def values(self) -> dict[str, Any]:
        """What `sections.write` takes."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("seen", "number")}


class NewSectionForm(forms.Form):
    number = forms.CharField(
        label=_("Nummer"),
        max_length=12,
        help_text=_("Till exempel 1.3. Avsnittet hamnar på sin plats efter numret."),
    )
    title = forms.CharField(label=_("Rubrik"), max_length=300)
    instruction = forms.CharField(
        label=_("Instruktion till författaren"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    author = forms.ModelChoiceField(
        label=_("Författare"),
        queryset=Person.objects.order_by("name"),
        required=False,
        empty_label=_("Ingen utsedd"),
    )


class DecideForm(forms.ModelForm):
    """The decision on the plan as it is. `seen` is the hash of the content that was shown."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    class Meta:
        model = DecidedPlan
        fields = ("registry_no", "decided_on", "signed_by")
        widgets = {"decided_on": DayInput()}
        labels = {"registry_no": _("Diarienummer"), "decided_on": _("Beslutsdatum"), "signed_by": _("Beslutad av")}
        help_texts = {
            "registry_no": _("Till exempel V-2026-0123."),
            "signed_by": _("Namn och titel på den som har undertecknat beslutet."),
        }


class ReviseForm(forms.Form):
    """The next plan: its years, and which results go with it."""

    first_year = forms.IntegerField(label=_("Första år"), min_value=2000, max_value=2199)
    last_year = forms.IntegerField(label=_("Sista år"), min_value=2000, max_value=2199)
    keep = forms.ModelMultipleChoiceField(
        label=_("Resultat som följer med"),
        queryset=ExpectedResult.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("De som inte följer med utgår. Deras historik finns kvar."),
    )

    def __init__(self, data: Any, *, plan: Plan, results: Any) -> None:
        years = {"first_year": plan.first_year + 1, "last_year": plan.last_year + 1}
        super().__init__(data, initial=years | {"keep": results})
        self.fields["keep"].queryset = results  # type: ignore[attr-defined]  # a choice field's


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("Fil"),
        help_text=_("Markdown (.md) eller Word (.docx), högst 5 MB. Inget ändras innan du har sett vad som ändras."),
        widget=forms.ClearableFileInput(attrs={"accept": ".md,.markdown,.txt,.docx"}),
    )


class ConfirmImportForm(forms.Form):
    """The yes to a preview: the document's own text, and the plan as it was then."""

    text = forms.CharField(strip=False, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    name = forms.CharField(max_length=255, required=False, widget=forms.HiddenInput)
    drop = forms.BooleanField(
        label=_("Låt det som inte finns i filen utgå"),
        required=False,
        help_text=_("Resultat utgår från och med i dag, med historik. Avsnitt utan innehåll under sig tas bort."),
    )
