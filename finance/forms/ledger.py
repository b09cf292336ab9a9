"""The filters of the sums and the rows. A value that can't be understood is said, not guessed."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from finance.choices import Against, FlowKind
from finance.forms.fields import CodesField, CodesSelect, HiddenField, PeriodChoice, QuietForm, short_period, without
from finance.models import FundingSource
from finance.reports.options import Option, Options, members_of
from finance.reports.postings import ORDERS, RowFilters
from finance.reports.selection import NONE, Codes, Selection
from finance.reports.suppliers import supplier_label
from finance.reports.turned import DIMENSIONS, MONTH, SORTS, Turning
from vp_portal.core import formatting
from vp_portal.core.periods import Period, year_to_date

#: More months than this can't be read in one picture.
MOST_MONTHS = 60


class MonthsForm(QuietForm):
    """First and last month. Those that are not given are the year up to the latest booked."""

    from_ = PeriodChoice(label=_("Från"))
    to = PeriodChoice(label=_("Till"))

    def __init__(self, data: Any, *, periods: tuple[Period, ...], latest: Period | None) -> None:
        super().__init__(data)
        self.default = year_to_date(latest) if latest else (None, None)
        for name, given, default in zip(("from_", "to"), ("from", "to"), self.default, strict=True):
            month = self.fields[name]
            assert isinstance(month, PeriodChoice)  # noqa: S101
            month.offer(periods, self.empty_period(default), self.data.get(given, ""))

    def add_prefix(self, field_name: str) -> str:
        """`from` is a word of Python, so the field has another name than the address."""
        return "from" if field_name == "from_" else super().add_prefix(field_name)

    def empty_period(self, default: Period | None) -> str:
        return short_period(default) if default else str(_("Alla"))

    def months(self) -> tuple[Period | None, Period | None]:
        """The months that are asked for. One of them alone is completed from the default."""
        first, last = self.cleaned_data.get("from_"), self.cleaned_data.get("to")
        if last and not first:
            return Period(last.year * 100 + 1), last
        if first and not last:
            return first, max(first, self.default[1] or first)
        return (first, last) if first else self.default

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = self.months()
        if first and last and first > last:
            self.add_error("to", _("Den sista månaden ligger före den första."))
        return cleaned

    def refuse_odd_months(self) -> None:
        """For pages of sums: ordinary months, no more than can be read."""
        first, last = self.months()
        if first and last:
            if first.is_special or last.is_special:
                self.add_error("from_", _("Välj vanliga månader. De särskilda perioderna visas för sig."))
            elif (last.year - first.year) * 12 + last.month - first.month >= MOST_MONTHS:
                self.add_error("from_", _("Välj högst fem år åt gången."))


class SelectionForm(MonthsForm):
    """What all filters of the ledger share."""

    unit = CodesField(label=_("Enhet"), empty=_("Alla"))
    cost_centre = CodesField(label=_("Kostnadsställe"), empty=_("Alla"))
    group = CodesField(label=_("Kontogrupp"), empty=_("Alla"))
    area = CodesField(label=_("Tjänsteområde"), empty=_("Alla"))
    portfolio = CodesField(label=_("Delportfölj"), empty=_("Alla"))
    cost_object = CodesField(label=_("Kostnadsbärare"), empty=_("Alla"))
    own = HiddenField()
    kind = forms.ChoiceField(
        required=False,
        choices=[("", ""), *FlowKind.choices],
        widget=forms.HiddenInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid_choice": _("%(value)s är inget slag av post.")},
    )

    def __init__(self, data: Any, *, options: Options, latest: Period | None, on: dt.date) -> None:
        super().__init__(data, periods=options.periods, latest=latest)
        self.on = on
        for name, register in self._registers(options).items():
            field = self.fields[name]
            assert isinstance(field, CodesField)  # noqa: S101
            field.offer(register, CodesSelect().value_from_datadict(self.data, None, name))

    @staticmethod
    def _registers(options: Options) -> dict[str, Mapping[str, Option]]:
        return {
            "unit": options.units,
            "cost_centre": options.cost_centres,
            "group": options.groups,
            "cost_object": options.cost_objects,
            "area": options.areas,
            "portfolio": options.portfolios,
        }

    def limits(self, address: QueryDict) -> list[dict[str, str]]:
        """What a valid form's hidden fields leave out, in words, with the address without it."""
        return [{"text": str(text), "url": without(address, name)} for name, text in self._limits().items() if text]

    def _limits(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"own": _("Enheten utan underenheter") if given.get("own") and given["unit"].codes else ""}

    def selection(self) -> Selection:
        """Of a valid form."""
        first, last = self.months()
        given = self.cleaned_data
        return Selection(
            on=self.on,
            first=first,
            last=last,
            units=given["unit"],
            cost_centres=given["cost_centre"],
            groups=given["group"],
            cost_objects=given["cost_object"],
            areas=given["area"],
            portfolios=given["portfolio"],
            within=members_of(given["area"], given["portfolio"]),
            own_only=bool(given.get("own")),
            kind=given.get("kind", ""),
        )


class SumsForm(SelectionForm):
    """For pages of sums by month: cost or income, of ordinary months."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("kind") not in (None, "", FlowKind.COST, FlowKind.INCOME):
            self.add_error(None, _("Sidan visar kostnader eller intäkter."))
        self.refuse_odd_months()
        return cleaned


class FlowForm(SumsForm):
    """Where the money went."""

    show = HiddenField()


class EconomyForm(SumsForm):
    """How the table is turned and sorted comes with the address, from its tabs and heads."""

    compare = forms.ChoiceField(
        label=_("Jämför med"),
        required=False,
        choices=[
            ("", Against.LAST_YEAR.label),
            *((one.value, one.label) for one in (Against.BUDGET, Against.FORECAST)),
        ],
        error_messages={"invalid_choice": _("Jämför med förra året, budget eller prognos.")},
    )
    by = HiddenField()
    sort = HiddenField()
    show = HiddenField()
    money = HiddenField()

    def selection(self) -> Selection:
        money = self.cleaned_data.get("money", "")
        return replace(
            super().selection(),
            compare=self.cleaned_data.get("compare", ""),
            money=money if money in formatting.MONEY_UNITS and money != formatting.USUAL_MONEY else "",
        )

    def turning(self) -> Turning:
        """Of a valid form; what is no way to turn or sort is left out."""
        given = self.cleaned_data
        by = given["by"] if given.get("by") in DIMENSIONS else "group"
        usual = "name" if by == MONTH else "difference"  # months are read in their order
        return Turning(
            by=by,
            sort=given["sort"] if given.get("sort") in SORTS else usual,
            everything=given.get("show") == "all",
        )


class PostingForm(SelectionForm):
    """The rows. Those of one import are shown for all periods unless some are given."""

    account = forms.CharField(
        label=_("Konto"), required=False, max_length=40, widget=forms.TextInput(attrs={"placeholder": _("börjar med")})
    )
    q = forms.CharField(
        label=_("Sök"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("text, leverantör, verifikation")}),
    )
    sort = forms.ChoiceField(
        label=_("Ordning"), required=False, choices=[(code, label) for code, (label, _by) in ORDERS.items()]
    )
    unallocated = forms.BooleanField(label=_("Bara utan hemvist"), required=False)
    batch = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=2**62,
        widget=forms.HiddenInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("Importens nummer är inget tal.")},
    )
    special = HiddenField()
    supplier = HiddenField()
    project = HiddenField()
    funding = HiddenField()

    #: The source of funding whose income is asked for.
    source: FundingSource | None = None

    def clean_funding(self) -> str:
        code: str = self.cleaned_data["funding"]
        self.source = FundingSource.objects.filter(code=code).first()
        if self.source is None:
            raise ValidationError(_("Finansieringskällan %(code)s finns inte."), params={"code": code})
        return code

    def months(self) -> tuple[Period | None, Period | None]:
        given = self.cleaned_data
        if given.get("batch") and not given.get("from_") and not given.get("to"):
            return None, None
        return super().months()

    def _limits(self) -> dict[str, Any]:
        given = self.cleaned_data
        return super()._limits() | {
            "kind": FlowKind(given["kind"]).label if given.get("kind") else "",
            "batch": _("Import %(number)s") % {"number": given["batch"]} if given.get("batch") else "",
            "special": _("Särskilda perioder (00 och 13)") if given.get("special") else "",
            "project": _("Projekt %(code)s") % {"code": given["project"]} if given.get("project") else "",
            "funding": _("Intäkter: %(source)s") % {"source": self.source} if self.source else "",
            "supplier": supplier_label(given["supplier"]) if given.get("supplier") else "",
        }

    def filters(self) -> RowFilters:
        """Of a valid form."""
        given = self.cleaned_data
        return RowFilters(
            account=given["account"].strip(),
            text=given["q"].strip(),
            batch=given.get("batch"),
            special=bool(given.get("special")),
            project=given.get("project", ""),
            source=self.source,
            order=given["sort"] or "date",
        )

    def selection(self) -> Selection:
        chosen = replace(super().selection(), supplier=self.cleaned_data.get("supplier", ""))
        if self.cleaned_data["unallocated"]:
            chosen = replace(chosen, cost_objects=Codes((NONE,), (None,)))
        return chosen
