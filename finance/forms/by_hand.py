"""Forms about a single posting: its home by hand, what is wrong with its codes, and a rule for all like it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from finance.choices import FlagState, MatchOperator, RowPart
from finance.models import Account, CostCentre, LedgerProject, Posting, PostingFlag
from finance.models.rule import SEPARATOR
from services.models import CostObject

#: Part, operator, low and high, as `actions.rules` has them.
Condition = tuple[str, str, str, str]


class _ToCostObject(forms.Form):
    cost_object = forms.ModelChoiceField(label=_("Hör till"), queryset=CostObject.objects.none())

    def __init__(self, *args: Any, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = CostObject.objects.active(on).order_by("name")
        self.fields["cost_object"].queryset = active  # type: ignore[attr-defined]  # a ModelChoiceField


class AssignForm(_ToCostObject):
    """Where a posting belongs, and why a person says so."""

    reason = forms.CharField(label=_("Skäl"), max_length=500, help_text=_("Syns med ditt namn och dagens datum."))


class PlaceForm(AssignForm):
    """Which rows belong somewhere, where, and why. `groups`: what can be chosen, as (value, label)."""

    which = forms.ChoiceField(label=_("Vilka rader"), widget=forms.RadioSelect)

    field_order = ("which", "cost_object", "reason")

    def __init__(self, *args: Any, groups: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, initial={"which": groups[0][0] if groups else ""}, **kwargs)
        self.fields["which"].choices = groups  # type: ignore[attr-defined]  # a ChoiceField


class WhyForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label=_("Skäl"), max_length=500)


class CodeOf(forms.CharField):
    """A code that people type, of a register. Gives the row, None when blank."""

    def __init__(self, register: Any, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=40, **kwargs)
        self.rows = register.objects.all()

    def clean(self, value: Any) -> Any:
        code = super().clean(value)
        if not code:
            return None
        found = self.rows.filter(code=code).first()
        if found is None:
            raise ValidationError(_("Koden %(code)s finns inte."), params={"code": code})
        return found


class FlagForm(forms.Form):
    """What is wrong, and at least one thing of where the posting should be."""

    wrong = forms.CharField(label=_("Vad är fel?"), max_length=500)
    to_account = CodeOf(Account, label=_("Rätt konto"))
    to_cost_centre = CodeOf(CostCentre, label=_("Rätt kostnadsställe"))
    to_project = CodeOf(LedgerProject, label=_("Rätt projekt"))
    to_cost_object = forms.ModelChoiceField(
        label=_("Rätt kostnadsbärare"), queryset=CostObject.objects.none(), required=False
    )

    def __init__(self, *args: Any, row: Posting, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chart = row.code_string.account.chart_id
        self.fields["to_account"].rows = Account.objects.filter(chart=chart)  # type: ignore[attr-defined]  # a CodeOf
        active = CostObject.objects.active(on).order_by("name")
        self.fields["to_cost_object"].queryset = active  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        names = ("to_account", "to_cost_centre", "to_project", "to_cost_object")
        if not self.errors and not any(cleaned.get(name) for name in names):
            raise ValidationError(_("Ange var den borde vara: en kod eller en kostnadsbärare."))
        return cleaned

    def flag(self) -> PostingFlag:
        return PostingFlag(**self.cleaned_data)


class AnswerForm(forms.Form):
    """What became of a flag. `found` is the key of the row that put it right, where it's one of those suggested."""

    state = forms.ChoiceField(label=_("Svar"), choices=[(s.value, s.label) for s in FlagState if s != FlagState.OPEN])
    answer = forms.CharField(label=_("Kommentar"), max_length=500, required=False)
    found = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class LikeForm(_ToCostObject):
    """A rule for all postings like one: what they have in common with it."""

    account = forms.BooleanField(required=False, initial=True)
    cost_centre = forms.BooleanField(required=False, initial=True)
    project = forms.BooleanField(required=False)
    supplier = forms.CharField(
        label=_("Leverantören innehåller"), max_length=200, required=False, help_text=_("Stora och små bokstäver lika.")
    )
    text = forms.CharField(label=_("Texten innehåller"), max_length=200, required=False)

    def __init__(self, *args: Any, row: Posting, **kwargs: Any) -> None:
        super().__init__(*args, initial={"supplier": row.supplier_name, **kwargs.pop("initial", {})}, **kwargs)
        self.row = row
        codes = row.code_string
        for part, label in (("account", _("Konto")), ("cost_centre", _("Kostnadsställe")), ("project", _("Projekt"))):
            code = getattr(codes, part)
            self.fields[part].label = f"{label} {code.code if code else _('saknas')}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if any(SEPARATOR in cleaned.get(name, "") for name in ("supplier", "text")):
            raise ValidationError(_("Skriv texten utan semikolon."))
        if not self.errors and not self.conditions():
            raise ValidationError(_("Välj minst ett villkor: annars skulle regeln gälla allt."))
        return cleaned

    def conditions(self) -> list[Condition]:
        """What the form asks for, as a rule's conditions."""
        found: list[Condition] = []
        for part in ("account", "cost_centre", "project"):
            if self.cleaned_data.get(part):
                code = getattr(self.row.code_string, part)
                operator = MatchOperator.EXACT if code else MatchOperator.EMPTY
                found.append((part, operator.value, code.code if code else "", ""))
        said = [(part.value, self.cleaned_data.get(part.value)) for part in (RowPart.SUPPLIER, RowPart.TEXT)]
        return [*found, *((part, MatchOperator.CONTAINS.value, words, "") for part, words in said if words)]
