"""The catalogue's filter. Its choices come from what the catalogue holds."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from services.choices import CostObjectKind, Lifecycle
from services.reports import CatalogueRow, Filters, swedish


class CatalogueFilter(forms.Form):
    q = forms.CharField(
        label=_("Sök"), required=False, max_length=120, widget=forms.TextInput(attrs={"type": "search"})
    )
    area = forms.ChoiceField(label=_("Tjänsteområde"), required=False)
    lifecycle = forms.ChoiceField(label=_("Livscykel"), required=False, choices=[("", _("Alla")), *Lifecycle.choices])
    owner = forms.ChoiceField(label=_("Ansvarig"), required=False)
    no_cost_owner = forms.BooleanField(label=_("Saknar kostnadsägare"), required=False)
    kind = forms.ChoiceField(
        required=False,
        choices=[("", ""), *CostObjectKind.choices],
        widget=forms.HiddenInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, rows: Iterable[CatalogueRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list(rows)
        areas = [(row.code, row.name) for row in rows if row.kind == CostObjectKind.AREA]
        owners = {row.owner_code: row.owner for row in rows if row.owner_code}
        by_name = sorted(owners.items(), key=lambda item: (swedish(item[1]), item[0]))
        self.fields["area"].choices = [("", _("Alla")), *areas]  # type: ignore[attr-defined]
        self.fields["owner"].choices = [("", _("Alla")), *by_name]  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        """What was asked for; a value that is no choice is left out."""
        self.is_valid()
        return Filters(**self.cleaned_data)
