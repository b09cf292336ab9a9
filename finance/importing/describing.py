"""Evidence for what has been found out about a table: what a controller sees before anything is booked."""

import re
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from finance.choices import (
    CODE_ROLES,
    SEPARATOR_CHAR,
    ColumnRole,
    DebitCredit,
    ReadingAspect,
    Scale,
    Separator,
    SignConvention,
)
from finance.importing.amounts import SPACES
from finance.importing.columns import Names, role_of
from finance.importing.contents import suggest
from finance.importing.conventions import amount_places
from finance.importing.layout import Candidate, Layout
from finance.importing.records import is_sum_row
from finance.importing.understanding import ColumnFinding, Finding, ReadingChoices

_SAMPLES = 5
#: So many of the first rows are offered as the header.
_OFFERED = 15
_FORMS = (
    (re.compile(r"[0-9]{6}\Z"), "ÅÅÅÅMM"),
    (re.compile(r"[0-9]{4}\Z"), "ÅÅMM"),
    (re.compile(r"[0-9]{8}\Z"), "ÅÅÅÅMMDD"),
    (re.compile(r"[0-9]{4}-[0-9]{1,2}\Z"), "ÅÅÅÅ-MM"),
    (re.compile(r"[0-9]{4}/[0-9]{1,2}\Z"), "ÅÅÅÅ/M"),
    (re.compile(r"[0-9]{4}M[0-9]{1,2}\Z", re.IGNORECASE), "ÅÅÅÅMmm"),
    (re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\Z"), "ÅÅÅÅ-MM-DD"),
    (re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[ T]"), "ÅÅÅÅ-MM-DD tt:mm"),
    (re.compile(r"[0-9]{1,2}/[0-9]{1,2}\s"), "D/M ÅÅÅÅ"),
    (re.compile(r"[A-Za-zåäöÅÄÖ]{3}"), "månad år"),
)
_NEGATIVE = re.compile(r"\s*[-\u2212\u2013\u2010\u2011(]|.*[-\u2212]\s*\Z")
_SIDE = re.compile(r".*[0-9][ \u00a0]*[DKdk]\s*\Z")


def labelled(choices: Iterable[tuple[str, object]]) -> tuple[tuple[str, str], ...]:
    """Choices with their labels in the language of now."""
    return tuple((value, str(label)) for value, label in choices)


def values_at(found: Candidate, place: int) -> list[str]:
    """What stands in a column of the sample, blanks left out."""
    cells = (record.cells[place] for record in found.sample if place < len(record.cells))
    return [cell for cell in cells if cell.strip()]


def separator(found: Candidate) -> Finding:
    value = next(name for name, char in SEPARATOR_CHAR.items() if char == found.head.separator)
    evidence = _("Rubrikraden får %(width)s kolumner, varav %(known)s är kända.") % {
        "width": len(found.header),
        "known": sum(len(places) for places in found.roles.values()),
    }
    return Finding(ReadingAspect.SEPARATOR, value, evidence, labelled(Separator.choices))


def header_row(found: Candidate) -> Finding:
    rows = [record for record in found.head.records if any(cell.strip() for cell in record.cells)][:_OFFERED]
    offered = [(str(row.line), " | ".join(cell.strip() for cell in row.cells if cell.strip())[:80]) for row in rows]
    offered.append(("0", _("filen har ingen rubrikrad")))
    named = [found.header[place].strip() for places in found.roles.values() for place in places]
    if found.line == 0:
        evidence = _("Valt för hand.")
    elif named:
        evidence = _("Kända rubriker: %(names)s.") % {"names": ", ".join(named)}
    else:
        evidence = _("Första raden med lika många kolumner som de flesta.")
    return Finding(ReadingAspect.HEADER_ROW, str(found.line), evidence, tuple(offered), bool(named))


def decimal_mark(found: Candidate, layout: Layout, mark: str | None, *, is_said: bool, is_whole: bool) -> Finding:
    """`mark` is the one in the file; `is_whole` when the sample is all of it."""
    values = [value for place in amount_places(layout) for value in values_at(found, place)]
    telling = next((value for value in values if mark and mark in value), values[0] if values else "")
    if is_said:
        evidence = _("Valt för hand eller i profilen.")
    elif mark:
        evidence = _("Kolumnen lämnar inget tvivel, t.ex. ”%(sample)s”.") % {"sample": telling.strip()}
    elif is_whole:
        evidence = _("Kolumnen kan läsas på två sätt, t.ex. ”%(sample)s”.") % {"sample": telling.strip()}
    else:
        evidence = _("De första raderna räcker inte; hela kolumnen avgör.")
    marks = ((",", _("komma")), (".", _("punkt")))
    return Finding(ReadingAspect.DECIMAL_MARK, mark or "", evidence, marks, bool(mark) or not is_whole)


def _form(aspect: ReadingAspect, values: Sequence[str]) -> Finding:
    forms: dict[str, str] = {}
    for value in values:
        text = value.strip(SPACES)
        form = next((name for pattern, name in _FORMS if pattern.match(text)), "?")
        forms.setdefault(form, text)
    evidence = ", ".join(_("%(form)s som ”%(sample)s”") % {"form": form, "sample": forms[form]} for form in forms)
    return Finding(aspect, ", ".join(forms), evidence)


def forms(found: Candidate) -> Iterator[Finding]:
    """How periods and dates are written. Every known form is read, also mixed."""
    for aspect, role in ((ReadingAspect.PERIOD_FORM, ColumnRole.PERIOD), (ReadingAspect.DATE_FORM, ColumnRole.DATE)):
        if role in found.roles and (values := values_at(found, found.roles[role][0])):
            yield _form(aspect, values)


def conventions(found: Candidate, layout: Layout, choices: ReadingChoices) -> Iterator[Finding]:
    """Scale, sign, debit and credit: what a profile or a hand has said, else the plain."""
    said = _("Valt för hand eller i profilen.")
    unsaid = _("Inget annat är sagt.")
    scale = choices.scale or Scale.KR.value
    yield Finding(ReadingAspect.SCALE, scale, said if choices.scale else unsaid, labelled(Scale.choices))
    values = [value for place in amount_places(layout) for value in values_at(found, place)]
    negative = sum(bool(_NEGATIVE.match(value)) for value in values)
    counted = _("%(negative)s av de första %(all)s beloppen är negativa.") % {"negative": negative, "all": len(values)}
    sign = choices.sign or SignConvention.LEDGER.value
    evidence = f"{said if choices.sign else unsaid} {counted}"
    yield Finding(ReadingAspect.SIGN, sign, evidence, labelled(SignConvention.choices))
    sided = next((value for value in values if _SIDE.match(value)), None)
    if layout.debit_credit != DebitCredit.NONE:
        yield Finding(ReadingAspect.DEBIT_CREDIT, layout.debit_credit.value, said, labelled(DebitCredit.choices))
    elif sided is not None:
        evidence = _("Belopp slutar på D eller K, t.ex. ”%(sample)s”, men ingen har sagt vad det betyder.")
        evidence %= {"sample": sided.strip()}
        offered = labelled(DebitCredit.choices)
        yield Finding(ReadingAspect.DEBIT_CREDIT, DebitCredit.NONE.value, evidence, offered, is_certain=False)


def sum_rows(found: Candidate, layout: Layout) -> Finding:
    places = [layout.columns[role] for role in CODE_ROLES if role in layout.columns]
    widest = max(places, default=0)
    lines = [row.line for row in found.sample if len(row.cells) > widest and is_sum_row(row.cells, places)]
    if not lines:
        return Finding(ReadingAspect.SUM_ROWS, "0", _("Inga bland de första raderna."))
    shown = ", ".join(str(line) for line in lines[:10])
    evidence = _("Rad %(lines)s bokförs inte; beloppen ska stämma med raderna ovanför.") % {"lines": shown}
    return Finding(ReadingAspect.SUM_ROWS, str(len(lines)), evidence)


def columns(found: Candidate, names: Names) -> tuple[ColumnFinding, ...]:
    """Every column with a name or values: its role with the reason, or what its content suggests."""
    role_at = {place: role for role, places in found.roles.items() for place in places}
    samples = {place: values_at(found, place) for place in range(len(found.header))}
    unknown = {place: values for place, values in samples.items() if place not in role_at}
    suggested = suggest(unknown, found.roles)
    described = []
    for place, name in enumerate(found.header):
        if not name.strip() and not samples[place]:
            continue
        role = role_at.get(place)
        suggestion, evidence = suggested.get(place, (None, ""))
        if role and found.profile and name in found.profile.columns:
            evidence = _("profilen säger det")
        elif role:
            evidence = _("rubriken är känd") if role_of(name, names) == role else _("valt för hand")
        distinct = tuple(dict.fromkeys(value.strip()[:80] for value in samples[place]))[:_SAMPLES]
        described.append(ColumnFinding(place, name.strip(), role, evidence, distinct, suggestion))
    return tuple(described)
