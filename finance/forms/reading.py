"""How a file is read, as a form: what was understood stands in it, and what is changed becomes a choice."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from finance.actions.upload_choices import Choices
from finance.choices import CODE_ROLES, ColumnRole, ReadingAspect
from finance.importing.understanding import Finding, Understanding
from finance.models import ImportProfile, ImportSource
from vp_portal.core.periods import Period

#: What a finding's field may be called in `ReadingChoices`; the source is the form's own field.
CHOSEN = {
    ReadingAspect.MEMBER,
    ReadingAspect.SHEET,
    ReadingAspect.ENCODING,
    ReadingAspect.SEPARATOR,
    ReadingAspect.HEADER_ROW,
    ReadingAspect.DECIMAL_MARK,
    ReadingAspect.SCALE,
    ReadingAspect.SIGN,
    ReadingAspect.DEBIT_CREDIT,
}
_PARTS = [("", _("läses inte")), *((role.value, role.label) for role in CODE_ROLES if role != ColumnRole.ACCOUNT)]
_PERIODS = {ColumnRole.PERIOD, ColumnRole.YEAR}


class ReadingForm(forms.Form):
    """A field for each finding that can be chosen, one for each column, and where the file belongs."""

    source = forms.ChoiceField(label=_("Källa"), required=False)
    profile = forms.ChoiceField(label=_("Importprofil"), required=False)
    period = forms.CharField(
        label=_("Period"),
        required=False,
        max_length=7,
        help_text=_("Bara om filen saknar en kolumn för period: år och månad, till exempel 202503."),
    )
    save_as = forms.CharField(
        label=_("Spara som importprofil"),
        required=False,
        max_length=120,
        help_text=_("Skriv ett namn, så läses nästa fil med samma rubriker likadant."),
    )

    def __init__(self, data: Any, understanding: Understanding, choices: Choices) -> None:
        super().__init__(data)
        self.understanding = understanding
        self.choices = choices
        self._place_source()
        self._place_profile()
        self.initial["period"] = choices.period or ""
        for finding in self.offered:
            self._place_finding(finding)
        for column in understanding.columns:
            field = forms.ChoiceField(required=False, choices=[("", _("läses inte")), *ColumnRole.choices])
            field.label = _("Kolumnen %(name)s betyder") % {"name": column.name or column.place + 1}
            self.fields[f"column-{column.place}"] = field
            self.initial[f"column-{column.place}"] = column.role or column.suggested or ""

        for index, dimension in enumerate(understanding.dimensions):
            field = forms.ChoiceField(required=False, choices=_PARTS)
            field.label = _("Dimensionen %(name)s betyder") % {"name": f"{dimension.number} {dimension.name}".strip()}
            self.fields[f"dimension-{index}"] = field
            self.initial[f"dimension-{index}"] = dimension.role or ""

    @property
    def offered(self) -> list[Finding]:
        """The findings that can be chosen."""
        return [found for found in self.understanding.findings if found.name in CHOSEN and len(found.alternatives) > 1]

    def _place_source(self) -> None:
        sources = list(ImportSource.objects.all())
        default = next((str(source.pk) for source in sources if source.is_default), "")
        profile = self.understanding.profile
        field = self.fields["source"]
        field.choices = [("", _("Välj")), *((str(source.pk), source.name) for source in sources)]  # type: ignore[attr-defined]
        self.initial["source"] = str(self.choices.source or (profile and profile.source_id) or default)

    def _place_profile(self) -> None:
        profiles = list(ImportProfile.objects.all())
        chosen = self.understanding.profile
        field = self.fields["profile"]
        field.choices = [("", _("Ingen: filens egna rubriker")), *((str(p.pk), p.name) for p in profiles)]  # type: ignore[attr-defined]
        self.initial["profile"] = str(chosen.pk) if chosen else ""

    def _place_finding(self, finding: Finding) -> None:
        options: list[tuple[str, Any]] = list(finding.alternatives)
        if finding.value not in dict(options) or not finding.is_certain:
            options = [("", _("Välj")), *options]
        self.fields[finding.name] = forms.ChoiceField(label=finding.name.label, choices=options, required=False)
        self.initial[finding.name] = finding.value if finding.is_certain else ""

    def clean_period(self) -> int | None:
        text = self.cleaned_data["period"].strip()
        if not text:
            return None
        try:
            return int(Period.parse(text))
        except ValueError:
            raise ValidationError(_("Skriv år och månad, till exempel 202503.")) from None

    def clean_save_as(self) -> str:
        name: str = self.cleaned_data["save_as"].strip()
        if name and ImportProfile.objects.filter(name__iexact=name).exists():
            raise ValidationError(_("Det finns redan en profil med det namnet."))
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("source"):
            self.add_error("source", _("Välj vilket ekonomisystem filen kommer från: det har sin kontoplan."))
        parts = [role for role in self._dimensions(cleaned).values() if role]
        if len(parts) > len(set(parts)):
            self.add_error(None, _("Två dimensioner kan inte vara samma del av kodsträngen."))
        return cleaned

    def _dimensions(self, given: dict[str, Any]) -> dict[str, str]:
        """Number → role. What was not sent is as it was found."""
        return {
            dimension.number: given.get(f"dimension-{index}", "")
            if f"dimension-{index}" in self.data
            else str(dimension.role or "")
            for index, dimension in enumerate(self.understanding.dimensions)
        }

    def chosen(self) -> Choices:
        """Of a valid form: what was chosen before, and what is now."""
        given = self.cleaned_data
        reading = self.choices.reading
        changed = {
            str(finding.name): self._value(finding, given[finding.name])
            for finding in self.offered
            if given[finding.name] and given[finding.name] != finding.value
        }
        found = {column.place: str(column.role or "") for column in self.understanding.columns}
        sent = {place for place in found if f"column-{place}" in self.data}
        columns = {place: given[f"column-{place}"] if place in sent else role for place, role in found.items()}
        reading = replace(reading, **changed)
        if columns != found:
            reading = replace(reading, columns=columns)
        dimensions = self._dimensions(given)
        if dimensions != {one.number: str(one.role or "") for one in self.understanding.dimensions}:
            reading = replace(reading, dimensions=dimensions)
        profile = int(given["profile"]) if given["profile"] else None
        if profile != (self.understanding.profile.pk if self.understanding.profile else None):
            reading = replace(reading, columns={}, dimensions={})  # Another profile has its own.
        return replace(
            self.choices,
            reading=reading,
            source=int(given["source"]),
            profile=profile,
            period=given["period"],
        )

    @staticmethod
    def _value(finding: Finding, text: str) -> Any:
        return int(text) if finding.name == ReadingAspect.HEADER_ROW else text


def has_period(roles: Iterable[ColumnRole | None]) -> bool:
    return not _PERIODS.isdisjoint(role for role in roles if role)


def rows_of(form: ReadingForm) -> Sequence[dict[str, Any]]:
    """Each finding with its field, if it can be chosen; what must be chosen first."""
    rows = [
        {"finding": found, "field": form[found.name] if found in form.offered else None}
        for found in form.understanding.findings
        if found.name != ReadingAspect.SOURCE
    ]
    return sorted(rows, key=lambda row: row["finding"].is_certain)
