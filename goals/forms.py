"""The plan's forms: what narrows the plan, and the next check-in."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from goals.choices import Confidence, IndicatorKind, MailChoice, Review, Status
from goals.models import CheckIn, ExpectedResult, Indicator, IndicatorReading
from goals.occasions import Occasion
from goals.reports.measure_page import NO_DATA
from goals.reports.plan_page import Late
from goals.reports.tree import PlanTree
from vp_portal.core.forms import DayInput

#: So many occasions back can a check-in be added or corrected.
OCCASIONS_BACK = 3


Choices = tuple[tuple[str, str], ...]


class PlanFilter(forms.Form):
    """What narrows the plan, kept in the address. Choices are those that the plan itself has."""

    focus = forms.ChoiceField(label=_("Fokusområde"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("Alla")), *Status.choices])
    owner = forms.ChoiceField(label=_("Ansvarig"), required=False)
    unit = forms.ChoiceField(label=_("Enhet"), required=False)
    late = forms.ChoiceField(label=_("Försenat"), required=False, choices=[("", _("Alla")), *Late.choices])

    def __init__(self, data: Any, areas: Choices, owners: Choices, units: Choices) -> None:
        super().__init__(data)
        for name, choices in (("focus", areas), ("owner", owners), ("unit", units)):
            self.fields[name].choices = [("", _("Alla")), *choices]  # type: ignore[attr-defined]  # a ChoiceField


def filter_form(data: Any, tree: PlanTree, units: Choices) -> PlanFilter:
    """Validated. The same form for the same choices in the same language, so that it is drawn once."""
    owners = {row.owner_code: row.owner for row in tree.rows if row.owner_code}
    asked = tuple((name, data.get(name, "")) for name in PlanFilter.base_fields)
    areas = tuple((area.number, f"{area.number} {area.name}") for area in tree.areas)
    return _filter(asked, areas, tuple(sorted(owners.items(), key=lambda pair: pair[1])), units, get_language())


@lru_cache(maxsize=64)
def _filter(asked: Choices, areas: Choices, owners: Choices, units: Choices, _language: str | None) -> PlanFilter:
    form = PlanFilter(dict(asked), areas, owners, units)
    form.is_valid()
    return form


class MeasureFilter(forms.Form):
    """What narrows the list of measures, kept in the address."""

    focus = forms.ChoiceField(label=_("Fokusområde"), required=False)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("Alla")), *Status.choices[1:-1], (NO_DATA, _("Ingen data"))],
    )
    kind = forms.ChoiceField(label=_("Slag"), required=False, choices=[("", _("Alla")), *IndicatorKind.choices])

    def __init__(self, data: Any, tree: PlanTree) -> None:
        super().__init__(data)
        areas = [(area.number, f"{area.number} {area.name}") for area in tree.areas]
        self.fields["focus"].choices = [("", _("Alla")), *areas]  # type: ignore[attr-defined]  # a ChoiceField


class FailingFilter(forms.Form):
    """What narrows the rows that keep a measure from its target, kept in the address."""

    q = forms.CharField(label=_("Sök"), required=False, max_length=100)
    unit = forms.CharField(label=_("Enhet"), required=False, max_length=40, widget=forms.Select)

    def offer(self, units: list[str]) -> None:
        """The units that there are rows of; without any there is nothing to choose."""
        if units:
            self.fields["unit"].widget.choices = [("", _("Alla")), *((code, code) for code in units)]
        else:
            del self.fields["unit"]


class MeasuredField(forms.DecimalField):
    """The value of a measure, with a comma or a dot."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})
    default_error_messages = {"invalid": _("Ange ett tal.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=18, decimal_places=4, **options)

    def to_python(self, value: Any) -> Any:
        text = "".join(str(value or "").split()).replace("−", "-").replace(",", ".")
        return super().to_python(text)


class ReadingForm(forms.Form):
    """A new reading of one of a result's measures, or a note in the chart of one that the portal computes."""

    indicator = forms.ModelChoiceField(label=_("Mått"), queryset=Indicator.objects.none(), empty_label=None)
    on = forms.DateField(label=_("Dag"), widget=DayInput())
    value = MeasuredField(label=_("Värde"), required=False)
    source = forms.CharField(label=_("Källa"), required=False, max_length=200, help_text=_("Var siffran kommer från."))
    note = forms.CharField(label=_("Anmärkning"), required=False, max_length=300, help_text=_("Visas i kurvan."))

    def __init__(self, data: Any, *, result: ExpectedResult, on: dt.date, **options: Any) -> None:
        super().__init__(data, auto_id="reading_%s", **options)
        measures = result.indicators.in_force(on).order_by("kind", "name")
        self.fields["indicator"].queryset = measures  # type: ignore[attr-defined]  # a ModelChoiceField
        if any(each.is_computed for each in measures):
            self.fields["value"].help_text = _("Lämnas tomt för mått som portalen räknar ut: där skrivs en anmärkning.")

    def clean(self) -> dict[str, Any]:
        """As the row itself says, at the fields. What is wrong already needs no more words."""
        values = super().clean() or self.cleaned_data
        if values.get("indicator") and "value" not in self.errors:
            try:
                IndicatorReading(
                    indicator=values["indicator"], value=values.get("value"), note=values.get("note", "")
                ).clean()
            except ValidationError as error:
                self.add_error(None, error)
        return values


class CheckInForm(forms.Form):
    """The next check-in of a result. `seen` is the latest check-in when the form was shown."""

    #: The measure whose value was given, and the value.
    reading: tuple[Indicator, Decimal] | None = None

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    occasion = forms.TypedChoiceField(label=_("Gäller"), coerce=Occasion.parse)
    status = forms.TypedChoiceField(label=_("Status"), choices=Status.choices, coerce=Status)
    progress = forms.IntegerField(
        label=_("Framsteg i procent"),
        required=False,
        min_value=0,
        max_value=100,
        error_messages={
            "min_value": _("Framsteg anges 0–100 procent."),
            "max_value": _("Framsteg anges 0–100 procent."),
            "invalid": _("Framsteg anges som ett heltal, 0–100 procent."),
            "required": _("Ange framsteg, 0–100 procent."),
        },
    )
    measure = forms.TypedChoiceField(
        label=_("Eller ett mått"), required=False, help_text=_("Framsteget räknas då ut från värdet.")
    )
    value = MeasuredField(label=_("Måttets värde"), required=False)
    confidence = forms.TypedChoiceField(
        label=_("Tillförsikt"),
        choices=Confidence.choices,
        coerce=Confidence,
        help_text=_("Hur säker är du på att resultatet nås i tid?"),
    )
    comment = forms.CharField(label=_("Kommentar"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    blocked_by = forms.CharField(label=_("Vad hindrar?"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    help_needed = forms.CharField(
        label=_("Vilken hjälp behövs?"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self,
        data: Any,
        *,
        result: ExpectedResult,
        on: dt.date,
        indicators: Iterable[Indicator] = (),
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        current = Occasion.of(on, monthly=result.monthly)
        every = [current.shift(-back) for back in range(OCCASIONS_BACK + 1)]
        within = [each for each in every if each.tertial.year >= result.plan.first_year] or [current]
        self.measures = {str(each.pk): each for each in indicators}
        self.fields["progress"].required = not self.measures
        if self.measures:
            names = [
                (key, f"{each.name} ({each.unit})" if each.unit else each.name) for key, each in self.measures.items()
            ]
            self.fields["measure"].choices = [("", _("Inget mått")), *names]  # type: ignore[attr-defined]  # a ChoiceField
        else:
            del self.fields["measure"], self.fields["value"]
        self.fields["occasion"].choices = [(str(each), each.label) for each in within]  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        """Progress is given, or follows from the value of a measure."""
        values = super().clean() or self.cleaned_data
        indicator, value = self.measures.get(values.pop("measure", "")), values.pop("value", None)
        self.reading = None
        if indicator and value is not None:
            progress = indicator.progress(value)
            if progress is None:
                self.add_error("value", _("Måttet saknar utgångsläge: ange framsteget i procent i stället."))
            values["progress"], self.reading = progress, (indicator, value)
        elif indicator and "value" not in self.errors:
            self.add_error("value", _("Ange måttets värde."))
        elif value is not None:
            self.add_error("measure", _("Välj vilket mått som värdet gäller."))
        elif values.get("progress") is None and "progress" not in self.errors:
            self.add_error("progress", _("Ange framsteg, 0–100 procent."))
        return values

    def point_at_first_error(self) -> None:
        """The first field that has to be put right gets the focus."""
        for name in self.fields:
            if name in self.errors:
                self.fields[name].widget.attrs["autofocus"] = True
                return

    @staticmethod
    def prefilled(latest: CheckIn | None, occasion: Occasion) -> dict[str, Any]:
        """As the last one said; the comment is new every time, but where the last one is to be corrected."""
        values: dict[str, Any] = {"occasion": str(occasion), "confidence": Confidence.MEDIUM, "seen": None}
        if latest:
            same = ("status", "progress", "confidence", "blocked_by", "help_needed")
            values |= {name: getattr(latest, name) for name in same} | {"seen": latest.pk}
            if latest.occasion == occasion and latest.review != Review.ACKNOWLEDGED:
                values["comment"] = latest.comment
        return values


def occasion_to_report(reported: frozenset[Occasion], result: ExpectedResult, on: dt.date) -> Occasion:
    """The latest finished occasion, if it lacks a check-in and the result had begun; else the current one."""
    current = Occasion.of(on, monthly=result.monthly)
    finished = current.shift(-1)
    lacks = finished not in reported and result.starts <= finished.last_day
    return finished if lacks else current


class ReviewForm(forms.Form):
    """The reviewer's answer to a check-in: which one it is about, so that a later one isn't acknowledged unread."""

    check_in = forms.IntegerField(widget=forms.HiddenInput)
    comment = forms.CharField(
        label=_("Kommentar till den ansvariga"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Behövs om du lämnar tillbaka avstämningen."),
    )
    answer = forms.TypedChoiceField(
        label=_("Svar"), choices=[(Review.ACKNOWLEDGED, ""), (Review.RETURNED, "")], coerce=Review
    )

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, auto_id="review_%s", **options)  # The page has a comment field already.


class ReminderForm(forms.Form):
    """How someone wants to be reminded."""

    mail = forms.TypedChoiceField(
        label=_("Påminnelser om avstämningar"),
        choices=MailChoice.choices,
        coerce=MailChoice,
        initial=MailChoice.DIGEST,
        widget=forms.RadioSelect,
    )
