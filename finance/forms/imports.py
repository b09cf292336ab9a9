"""The filter of the imports."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finance.choices import BatchState
from finance.models import ImportSource
from finance.reports.batch_list import BatchFilters, bookers
from vp_portal.core.periods import Period


class BatchForm(forms.Form):
    """The imports' filter."""

    q = forms.CharField(
        label=_("Sök"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("filnamn, nummer eller SHA-256")}),
    )
    state = forms.ChoiceField(label=_("Läge"), required=False, choices=[("", _("Alla")), *BatchState.choices])
    source = forms.ChoiceField(label=_("Källa"), required=False)
    period = forms.CharField(
        label=_("Period"), required=False, max_length=7, widget=forms.TextInput(attrs={"placeholder": "202503"})
    )
    by = forms.ChoiceField(label=_("Bokförd av"), required=False)
    since = forms.DateField(label=_("Bokförd från"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Bokförd till"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any, *, whole: bool) -> None:
        """Unless the reader sees the whole of a file, what its sum is checked against is none of the choices."""
        super().__init__(data)
        self.fields["by"].choices = [("", _("Alla")), *bookers()]  # type: ignore[attr-defined]
        if not whole:
            states = [choice for choice in BatchState.choices if choice[0] != BatchState.DIFFERING]
            self.fields["state"].choices = [("", _("Alla")), *states]  # type: ignore[attr-defined]
        sources = ImportSource.objects.values_list("code", "name")
        self.fields["source"].choices = [("", _("Alla")), *sources]  # type: ignore[attr-defined]

    def clean_period(self) -> Period | None:
        text = self.cleaned_data["period"].strip()
        try:
            return Period.parse(text) if text else None
        except ValueError:
            raise forms.ValidationError(_("Skriv år och månad, till exempel 202503.")) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("Den sista dagen ligger före den första."))
        return cleaned

    def filters(self) -> BatchFilters:
        """Of a valid form."""
        given = self.cleaned_data
        names = ("state", "source", "period", "by", "since", "until")
        return BatchFilters(given["q"].strip(), **{name: given[name] for name in names})
