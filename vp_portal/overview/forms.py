"""The selectors of the overview: unit and period, kept in the address."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finance.choices import Against
from vp_portal.core import formatting
from vp_portal.core.periods import Period
from vp_portal.overview.reports.rights import ROLES
from vp_portal.overview.reports.units import Node, flat


class PeriodForm(forms.Form):
    """The year up to a month. The choices are what is booked."""

    period = forms.ChoiceField(label=_("Hittills i år, till och med"), required=False)
    compare = forms.ChoiceField(
        label=_("Jämför med"),
        required=False,
        choices=[(one.value, one.label) for one in (Against.BUDGET, Against.FORECAST, Against.LAST_YEAR)],
    )
    view = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, periods: Sequence[Period], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "compare" not in self.initial:  # a page without a plan to compare with
            del self.fields["compare"]
        choices = [(str(int(period)), formatting.period_name(period)) for period in periods]
        self.fields["period"].choices = choices or [("", _("Inget är bokfört"))]  # type: ignore[attr-defined]


class UnitPeriodForm(PeriodForm):
    """All of a manager's units, or one of them with those below it."""

    unit = forms.ChoiceField(label=_("Enhet"), required=False)
    field_order = ["unit", "period", "compare", "view"]

    def __init__(self, *args: Any, roots: Sequence[Node], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nodes = [(node.code, "– " * node.depth + node.label) for node in flat(roots)]
        every = [("", _("Alla mina enheter"))] if len(roots) > 1 else []
        self.fields["unit"].choices = [*every, *nodes]  # type: ignore[attr-defined]


class RightsForm(forms.Form):
    """Who holds what: by role, and by a part of a name, an account or a unit."""

    role = forms.ChoiceField(label=_("Roll"), required=False)
    q = forms.CharField(
        label=_("Sök"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("namn, konto, enhet, tjänst")}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("Alla")), *ROLES.items()]  # type: ignore[attr-defined]
