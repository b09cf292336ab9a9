"""The filter of the imports."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finance.models import ImportSource
from finance.reports.batches import BatchFilters


class BatchForm(forms.Form):
    """The imports' filter."""

    q = forms.CharField(
        label=_("Sök"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("filnamn eller SHA-256")}),
    )
    state = forms.ChoiceField(
        label=_("Gäller"),
        required=False,
        choices=[("", _("Alla")), ("now", _("Gäller nu")), ("ended", _("Gäller inte"))],
    )
    source = forms.ChoiceField(label=_("Källa"), required=False)
    since = forms.DateField(label=_("Bokförd från"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Bokförd till"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        sources = ImportSource.objects.values_list("code", "name")
        self.fields["source"].choices = [("", _("Alla")), *sources]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("Den sista dagen ligger före den första."))
        return cleaned

    def filters(self) -> BatchFilters:
        """Of a valid form."""
        given = self.cleaned_data
        return BatchFilters(given["q"].strip(), given["state"], given["source"], given["since"], given["until"])
