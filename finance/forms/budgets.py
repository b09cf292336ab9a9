"""Forms of budgets and forecasts: a new version, its rows, its way to a decision."""

import datetime as dt
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from finance.choices import ApprovalLevel, Approved, VersionKind
from finance.importing.amounts import find_mark, parse_amount
from finance.importing.problems import ValueProblem
from finance.models import BudgetVersion
from vp_portal.core.forms import DayInput
from vp_portal.core.money import split
from vp_portal.core.periods import MONTHS, Tertial

#: A budget is no larger than this: so many characters are read of what is pasted.
MOST_TEXT = 2_000_000
LIMITS_HELP = _("En avvikelse ska förklaras när den är större än både procenten och kronorna.")


class AmountField(forms.CharField):
    """Kronor as people type them: blanks between thousands, a comma or a point before the öre."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=40, **kwargs)
        self.widget.attrs["inputmode"] = "decimal"

    def prepare_value(self, value: Any) -> Any:
        return str(value).replace(".", ",") if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        mark = find_mark([text])
        if mark is None:
            raise ValidationError(_("Skriv med decimalkomma, så att tusental och öre inte förväxlas."))
        try:
            return parse_amount(text, mark)
        except ValueProblem as problem:
            raise ValidationError(_("”%(value)s”: %(why)s."), params={"value": text, "why": problem}) from None


class VersionForm(forms.ModelForm):
    """A new version. `start` is what it is filled with."""

    tertial = forms.ChoiceField(
        label=_("Tertial"),
        required=False,
        choices=[("", "–"), ("1", "T1"), ("2", "T2"), ("3", "T3")],
        help_text=_("Bara för en prognos: tertialen som den görs i."),
    )
    start = forms.ChoiceField(label=_("Börja med"), help_text=_("Allt kan ändras efteråt, så länge det är ett utkast."))
    factor = forms.DecimalField(
        label=_("Räkna upp med"),
        initial=Decimal(1),
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=7,
        decimal_places=4,
        help_text=_("Det som kopieras gånger detta: 1,03 räknar upp med tre procent, 1 lämnar det som det är."),
        localize=True,
    )

    class Meta:
        model = BudgetVersion
        fields = ("kind", "year", "tertial", "name", "comment", "limit_percent", "limit_amount")
        widgets = {"comment": forms.Textarea(attrs={"rows": 2})}
        localized_fields = ("limit_percent", "limit_amount")
        help_texts = {"limit_percent": LIMITS_HELP}

    field_order = ("kind", "year", "tertial", "name", "start", "factor", "comment", "limit_percent", "limit_amount")

    def __init__(self, data: Any = None, *, starts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        start = self.fields["start"]
        assert isinstance(start, forms.ChoiceField)  # noqa: S101
        start.choices = starts

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if not 1990 <= year <= 2199:
            raise ValidationError(_("Ange ett år mellan 1990 och 2199."))
        return year

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind, number, year = cleaned.get("kind"), cleaned.get("tertial"), cleaned.get("year")
        if kind == VersionKind.FORECAST and not number:
            self.add_error("tertial", _("Välj vilket tertial prognosen görs i."))
        elif kind == VersionKind.FORECAST and year and number:
            cleaned["tertial"] = Tertial(year, int(number))
        else:
            cleaned["tertial"] = None
        if kind == VersionKind.BUDGET and cleaned.get("start") == "computed":
            self.add_error("start", _("Det som räknas fram är en prognos."))
        return cleaned


class LimitsForm(forms.ModelForm):
    """What a draft is called and which variances need a comment."""

    class Meta:
        model = BudgetVersion
        fields = ("name", "comment", "limit_percent", "limit_amount")
        widgets = {"comment": forms.Textarea(attrs={"rows": 2})}
        localized_fields = ("limit_percent", "limit_amount")
        help_texts = {"limit_percent": LIMITS_HELP}


class PasteForm(forms.Form):
    """Rows from a spreadsheet, or `kept` from their preview. `whole` empties the rows that are not among them."""

    text = forms.CharField(
        label=_("Rader"),
        required=False,
        max_length=MOST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "wrap": "off"}),
        help_text=_("Markera cellerna i kalkylarket, med rubrikraden, kopiera och klistra in."),
    )
    whole = forms.BooleanField(label=_("Ersätt alla rader: det som inte står här blir noll"), required=False)
    origin = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput())
    kept = forms.CharField(required=False, widget=forms.HiddenInput(), validators=[RegexValidator(r"^[0-9a-f]{32}\Z")])


class RowForm(forms.Form):
    """A row's twelve months, or an amount for the year to spread evenly over them."""

    year_amount = AmountField(
        label=_("Fördela ett årsbelopp jämnt"),
        help_text=_("Ersätter månaderna nedan. Tolftedelarna blir tillsammans hela beloppet, på öret."),
    )

    def __init__(self, data: Any = None, *, months: list[Decimal] | None = None) -> None:
        super().__init__(data)
        for number, name in enumerate(MONTHS, start=1):
            initial = months[number - 1] if months else None
            self.fields[f"m{number}"] = AmountField(label=name.capitalize(), initial=initial)

    def amounts(self) -> list[Decimal]:
        """Of a valid form: twelve amounts."""
        whole = self.cleaned_data.get("year_amount")
        if whole is not None:
            return split(whole, [Decimal(1)] * 12)
        return [self.cleaned_data[f"m{month}"] or Decimal("0.00") for month in range(1, 13)]


class SubmitForm(forms.Form):
    """By which day each level is to answer; those below come first."""

    unit = forms.DateField(label=_("Linjechefer svarar senast"), widget=DayInput())
    controller = forms.DateField(label=_("Controller svarar senast"), widget=DayInput())
    management = forms.DateField(label=_("Ledningen beslutar senast"), widget=DayInput())

    def __init__(self, data: Any = None, *, on: dt.date) -> None:
        days = {level: on + dt.timedelta(days=14 * place) for place, level in enumerate(self.base_fields, start=1)}
        super().__init__(data, initial=days)
        self.on = on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        days = [(name, cleaned.get(name)) for name in ("unit", "controller", "management")]
        for (_before, first), (name, second) in pairwise(days):
            if first and second and second < first:
                self.add_error(name, _("Dagen ligger före nivån under."))
        if days[0][1] and days[0][1] < self.on:
            self.add_error("unit", _("Dagen har redan varit."))
        return cleaned

    def dues(self) -> dict[ApprovalLevel, dt.date]:
        return {level: self.cleaned_data[level.value] for level in ApprovalLevel}


class AnswerForm(forms.Form):
    """A level's yes, or back to the draft with a reason."""

    said = forms.ChoiceField(choices=[(Approved.YES, Approved.YES.label), (Approved.NO, Approved.NO.label)])
    comment = forms.CharField(
        label=_("Kommentar"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    decision_ref = forms.CharField(label=_("Diarienummer"), required=False, max_length=80)


class ExplainForm(forms.Form):
    """Why a cost is off its budget."""

    text = forms.CharField(label=_("Förklaring"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
