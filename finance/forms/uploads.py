"""The forms of an import: what must be decided before a file is booked, and codes that stand for others."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from finance.actions.upload_choices import Decisions
from finance.choices import ColumnRole, WhenBooked
from finance.importing.amounts import parse_amount
from finance.importing.codes import MODELS
from finance.importing.problems import ValueProblem
from finance.reports.preview import Preview, UnknownCode
from vp_portal.core import formatting


class ConfirmForm(forms.Form):
    """What stands between a preview and its booking. Only the questions that the file raises are asked."""

    overlap = forms.ChoiceField(
        label=_("Perioden är bokförd förut. Vad ska hända?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj om filen ersätter det som är bokfört eller läggs till.")},
    )
    signs = forms.BooleanField(
        label=_("Tecknen stämmer: bokför dem som de är"),
        error_messages={"required": _("Bekräfta att tecknen stämmer, eller vänd dem.")},
    )
    create_codes = forms.BooleanField(
        error_messages={"required": _("Kryssa för att skapa koderna, eller koppla dem till befintliga nedan.")},
    )
    reason = forms.CharField(
        label=_("Skäl att ändra i en låst period"),
        max_length=500,
        error_messages={"required": _("Skriv varför: perioden är låst.")},
    )
    control_total = forms.CharField(
        label=_("Kontrollsumma"),
        required=False,
        max_length=40,
        help_text=_("Skriv summan från ekonomisystemet, så jämförs den med filens."),
    )
    may_differ = forms.BooleanField(
        label=_("Bokför ändå: skillnaden är känd"),
        required=False,
        help_text=_("Kontrollsumman och skillnaden står kvar vid importen, och räknas bland dem som inte stämmer."),
    )

    def __init__(self, data: Any, preview: Preview, *, replaces: int | None = None) -> None:
        super().__init__(data)
        self.preview = preview
        if not self._differs():  # Asked only when there is a difference to accept.
            del self.fields["may_differ"]
        if preview.before:
            self._offer_overlap(preview, replaces)
        else:
            del self.fields["overlap"]
        if not preview.signs:
            del self.fields["signs"]
        if preview.locked:
            self.fields["reason"].help_text = ", ".join(preview.locked)
        else:
            del self.fields["reason"]
        if preview.unknown:
            count = preview.unknown_count
            label = ngettext("Skapa %(count)s ny kod i registren", "Skapa %(count)s nya koder i registren", count)
            self.fields["create_codes"].label = label % {"count": formatting.number(count)}
            self.fields["create_codes"].help_text = ", ".join(kind.text for kind in preview.unknown)
        else:
            del self.fields["create_codes"]

    def _offer_overlap(self, preview: Preview, replaces: int | None) -> None:
        """An import can be replaced by a file that has all its periods."""
        field = self.fields["overlap"]
        add = (WhenBooked.ADD.value, _("Lägg till: både det bokförda och filen räknas"))
        larger = [before for before in preview.before if before.more]
        if larger:
            field.choices = [add]  # type: ignore[attr-defined]
            larger_words = _(
                "Import %(batches)s har också perioder som filen saknar. Ta tillbaka den för att ersätta den."
            )
            field.help_text = larger_words % {"batches": ", ".join(str(before.batch) for before in larger)}
            return
        batches = ", ".join(str(before.batch) for before in preview.before)
        words = ngettext("Ersätt import %(batches)s", "Ersätt importerna %(batches)s", len(preview.before))
        field.choices = [(WhenBooked.REPLACE.value, words % {"batches": batches}), add]  # type: ignore[attr-defined]
        if any(before.batch == replaces for before in preview.before):
            self.initial["overlap"] = WhenBooked.REPLACE.value

    def _differs(self) -> bool:
        try:
            typed = self._typed_total((self.data or {}).get("control_total", ""))
        except ValueProblem:
            return False
        return typed is not None and typed != self.preview.total

    @staticmethod
    def _typed_total(text: str) -> Decimal | None:
        """Raises ValueProblem."""
        text = text.strip()
        return parse_amount(text, "." if "." in text and "," not in text else ",") if text else None

    def clean_control_total(self) -> Decimal | None:
        try:
            total = self._typed_total(self.cleaned_data["control_total"])
        except ValueProblem as problem:
            raise forms.ValidationError(str(problem)) from None
        if total is not None and total != self.preview.total and not self.data.get("may_differ"):
            message = _("Filens summa är %(file)s. Det skiljer %(difference)s.")
            values = {
                "file": formatting.kr_ore(self.preview.total),
                "difference": formatting.kr_ore(self.preview.total - total, signed=True),
            }
            raise forms.ValidationError(message % values)
        return total

    def decisions(self) -> Decisions:
        """Of a valid form."""
        given = self.cleaned_data
        return Decisions(
            create_codes=bool(given.get("create_codes")),
            when_booked=given.get("overlap", ""),
            control_total=given["control_total"],
            reason=given.get("reason", ""),
            signs_are_right=bool(given.get("signs")),
            may_differ=bool(given.get("may_differ")),
        )


class CodeMapForm(forms.Form):
    """Unknown codes, each with room for a code of the register to book its rows on instead."""

    #: So many codes can be mapped by hand; more are created, or the file is put right.
    MOST = 100

    def __init__(self, data: Any, preview: Preview, chart: int | None) -> None:
        super().__init__(data)
        self.chart = chart
        self.codes = {f"{c.role}-{n}": c for n, c in enumerate(self._codes(preview))}
        for name, code in self.codes.items():
            self.fields[name] = forms.CharField(
                required=False,
                max_length=40,
                label=f"{ColumnRole(code.role).label} {code.code}",
                help_text=self._weight(code),
            )

    def _codes(self, preview: Preview) -> list[UnknownCode]:
        return [code for kind in preview.unknown for code in kind.codes][: self.MOST]

    @staticmethod
    def _weight(code: UnknownCode) -> str:
        rows = ngettext("%(count)s rad", "%(count)s rader", code.count) % {"count": formatting.number(code.count)}
        return f"{rows}, {formatting.kr_ore(code.amount)}"

    def clean(self) -> dict[str, Any]:
        """Each code that was typed must be in its register: one query for each register."""
        cleaned = super().clean() or self.cleaned_data
        typed = {name: value.strip() for name, value in cleaned.items() if value and value.strip()}
        for role in {self.codes[name].role for name in typed}:
            names = [name for name in typed if self.codes[name].role == role]
            model = MODELS[ColumnRole(role)]
            among = model.objects.filter(code__in=[typed[name] for name in names])
            if role == ColumnRole.ACCOUNT and self.chart:
                among = among.filter(chart=self.chart)
            known = set(among.values_list("code", flat=True))
            for name in names:
                if typed[name] not in known:
                    self.add_error(name, _("%(code)s finns inte i registret.") % {"code": typed[name]})
        return typed

    def chosen(self) -> dict[str, dict[str, str]]:
        """Of a valid form: role → code of the file → code of the register."""
        found: dict[str, dict[str, str]] = {}
        for name, target in self.cleaned_data.items():
            code = self.codes[name]
            found.setdefault(code.role, {})[code.code] = target
        return found


class ReasonForm(forms.Form):
    """Why something is done that others will ask about."""

    reason = forms.CharField(
        label=_("Skäl"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Skriv varför: skälet sparas i historiken.")},
    )
