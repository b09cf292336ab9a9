"""Forms of the funding: its filters, a model from a day on, and a project to give one."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from finance.forms.fields import HiddenField
from finance.forms.ledger import MonthsForm
from finance.models import FundingSource, LedgerProject
from finance.models.funding import problem_of_model
from finance.reports.funding import OBJECT, PROJECT
from finance.reports.funding_page import ALL, WITH_GAP, WITHOUT_MODEL, Asked
from services.choices import CostObjectKind
from services.models import ServiceArea
from vp_portal.core.forms import DayInput
from vp_portal.core.periods import Period


class FundingForm(MonthsForm):
    """The filters of the page. What is no choice is said."""

    kind = forms.ChoiceField(label=_("Slag"), required=False)
    area = forms.ModelChoiceField(
        label=_("Tjänsteområde"),
        required=False,
        queryset=ServiceArea.objects.none(),
        to_field_name="code",
        empty_label=_("Alla"),
    )
    source = forms.ChoiceField(label=_("Källa"), required=False)
    show = forms.ChoiceField(
        label=_("Visa bara"),
        required=False,
        choices=[(ALL, _("Alla")), (WITH_GAP, _("Med gap")), (WITHOUT_MODEL, _("Utan modell"))],
    )
    cut = HiddenField()

    def __init__(self, data: Any, *, periods: tuple[Period, ...], latest: Period | None, on: dt.date) -> None:
        super().__init__(data, periods=periods, latest=latest)
        self.on = on
        kinds, known = self.fields["kind"], self.fields["source"]
        assert isinstance(kinds, forms.ChoiceField)  # noqa: S101
        assert isinstance(known, forms.ChoiceField)  # noqa: S101
        kinds.choices = [("", _("Alla")), *CostObjectKind.choices]
        known.choices = [("", _("Alla")), *FundingSource.objects.values_list("code", "name")]
        self.fields["area"].queryset = ServiceArea.objects.order_by("name")  # type: ignore[attr-defined]  # a model's
        if self.data.get("cut") == PROJECT:
            del self.fields["kind"], self.fields["area"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.refuse_odd_months()
        return cleaned

    def asked(self) -> Asked:
        """Of a valid form, where something is booked."""
        given, (first, last) = self.cleaned_data, self.months()
        if first is None or last is None:
            raise ValueError("nothing is booked")
        area = given.get("area")
        return Asked(
            first=first,
            last=last,
            on=self.on,
            cut=PROJECT if given.get("cut") == PROJECT else OBJECT,
            kind=given.get("kind", ""),
            area=area.pk if area else None,
            source=given["source"],
            show=given["show"],
        )


class ShareField(forms.DecimalField):
    """Per cent with two decimals; nothing where the source has no part."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            localize=True,
            min_value=Decimal(0),
            max_value=Decimal(100),
            max_digits=5,
            decimal_places=2,
            **kwargs,
        )
        self.widget.attrs["inputmode"] = "decimal"


class ModelForm(forms.Form):
    """A whole model from a day on: a field for each source. What is not whole is said at the last share given."""

    first = forms.DateField(
        label=_("Gäller från och med"),
        widget=DayInput(),
        help_text=_(
            "Modellen före slutar gälla dagen innan. En månad finansieras av modellen som gäller dess första dag."
        ),
    )
    last = forms.DateField(
        label=_("Till och med"), required=False, widget=DayInput(), help_text=_("Tomt: tills vidare.")
    )
    registry_no = forms.CharField(
        label=_("Diarienummer"), max_length=80, help_text=_("Beslutet som modellen bygger på.")
    )

    def __init__(self, data: Any = None, *, sources: Sequence[FundingSource], shares: dict[int, Decimal], **kw: Any):
        super().__init__(data, **kw)
        self.sources = sources
        for source in sources:
            note = _("Räknas som gap.") if source.is_unfunded else ""
            field = ShareField(label=_("%(source)s, procent") % {"source": source.name}, help_text=note)
            field.initial = shares.get(source.pk)
            self.fields[f"share_{source.pk}"] = field

    def facts(self) -> list[forms.BoundField]:
        """The fields that are no share."""
        return [self[name] for name in ("first", "last", "registry_no")]

    def parts(self) -> list[forms.BoundField]:
        return [self[f"share_{source.pk}"] for source in self.sources]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", _("Slutet får inte ligga före starten."))
        names = [f"share_{source.pk}" for source in self.sources]
        if not any(name in self.errors for name in names):
            shares = self.shares()
            if problem := problem_of_model(list(shares.values())):
                filled = [name for name in names if given.get(name)]
                self.add_error(next(iter(filled[-1:] or names[:1]), None), ValidationError(problem))
        return given

    def shares(self) -> dict[FundingSource, Decimal]:
        """What each source has a part of."""
        given = {source: self.cleaned_data.get(f"share_{source.pk}") for source in self.sources}
        return {source: share for source, share in given.items() if share}


class ProjectForm(forms.Form):
    """A project in the ledger that is to have a model of its own."""

    project = forms.CharField(label=_("Projektets kod"), max_length=40)

    def clean_project(self) -> str:
        code: str = self.cleaned_data["project"]
        if not LedgerProject.objects.filter(code=code).exists():
            raise ValidationError(_("Projekt med koden ”%(code)s” finns inte."), params={"code": code})
        return code
