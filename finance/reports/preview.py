"""What booking an uploaded file would do, out of what its dry run left in the upload. No queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from finance.choices import ColumnRole
from finance.models import Upload
from finance.reports.preview_warnings import Warn, far_dates, large_amounts, turned_signs
from vp_portal.core import formatting
from vp_portal.core.periods import Period

_ZERO = Decimal("0.00")

_UNKNOWN: dict[str, Any] = {
    ColumnRole.ACCOUNT: ngettext_lazy("%(count)s okänt konto", "%(count)s okända konton", "count"),
    ColumnRole.COST_CENTRE: ngettext_lazy(
        "%(count)s okänt kostnadsställe", "%(count)s okända kostnadsställen", "count"
    ),
    ColumnRole.PROJECT: ngettext_lazy("%(count)s okänt projekt", "%(count)s okända projekt", "count"),
    ColumnRole.ACTIVITY: ngettext_lazy("%(count)s okänd verksamhet", "%(count)s okända verksamheter", "count"),
    ColumnRole.FUNDER: ngettext_lazy("%(count)s okänd finansiär", "%(count)s okända finansiärer", "count"),
    ColumnRole.COUNTERPARTY: ngettext_lazy("%(count)s okänd motpart", "%(count)s okända motparter", "count"),
}
_CHANGES: dict[str, str | Promise] = {
    "new": gettext_lazy("Nytt"),
    "changed": gettext_lazy("Ändrat"),
    "gone": gettext_lazy("Borta"),
}


@dataclass(frozen=True)
class PeriodLine:
    period: Period
    rows: int
    amount: Decimal


@dataclass(frozen=True)
class Line:
    """An account group or a cost centre: the whole file, its latest period, and the one before."""

    label: str
    amount: Decimal
    latest: Decimal
    previous: Decimal
    rows: int

    @property
    def difference(self) -> Decimal:
        return self.latest - self.previous


@dataclass(frozen=True)
class Table:
    """`more`: lines that are not among the shown ones. Lines with the greatest difference come first."""

    lines: Sequence[Line]
    latest: Period
    previous: Period
    has_previous: bool
    more: int = 0

    @property
    def several(self) -> bool:
        """Whether the file holds more than its latest period."""
        return any(line.amount != line.latest for line in self.lines)


@dataclass(frozen=True)
class UnknownCode:
    role: str
    code: str
    count: int
    amount: Decimal


@dataclass(frozen=True)
class UnknownKind:
    """The unknown codes of one part of the code string. `text`: "2 okända konton"."""

    role: str
    label: str
    text: str
    codes: Sequence[UnknownCode]


@dataclass(frozen=True)
class BookedBefore:
    """A batch in force with periods that the file has too. `more`: it also has periods that the file lacks."""

    batch: int
    file_name: str
    booked_at: str
    by: str
    periods: str
    rows: int
    amount: Decimal
    more: bool


@dataclass(frozen=True)
class Change:
    period: Period
    account: str
    cost_centre: str
    was: Decimal
    now: Decimal

    @property
    def difference(self) -> Decimal:
        return self.now - self.was


@dataclass(frozen=True)
class Changes:
    """Sums per period, account and cost centre that are new, changed or gone; the greatest are in `lines`."""

    label: str
    count: int
    difference: Decimal
    lines: Sequence[Change]


@dataclass(frozen=True)
class Preview:
    """`verdict` is the one sentence. `errors` are those of a file that is refused: then the rest may be missing."""

    verdict: str
    is_accepted: bool
    rows: int
    total: Decimal
    periods: Sequence[PeriodLine]
    groups: Table | None
    centres: Table | None
    unknown: Sequence[UnknownKind]
    before: Sequence[BookedBefore]
    changes: Sequence[Changes]
    same: int
    warnings: Sequence[Warn]
    signs: str
    skipped: Sequence[dict[str, Any]]
    control_total: Decimal | None
    errors: Sequence[dict[str, Any]]
    error_count: int
    duplicate_of: int | None
    format: str
    locked: Sequence[str]

    @property
    def has_wrong_rows(self) -> bool:
        """Whether there are rows to tell apart: errors in a table, not in the vouchers of SIE."""
        return self.format != "sie" and any(error["line"] for error in self.errors)

    @property
    def unknown_count(self) -> int:
        return sum(len(kind.codes) for kind in self.unknown)


def _amount(text: str | None) -> Decimal:
    return _ZERO if text is None else Decimal(text)


def preview(upload: Upload) -> Preview | None:
    """None before the file has been through a dry run."""
    if not upload.result:
        return None
    booking, content = upload.result["booking"], upload.result.get("content") or {}
    unknown = _unknown(booking["unknown_codes"])
    is_accepted = booking["status"] in {"dry_run", "booked"}
    changes, same = _changes(content.get("compared", ()))
    return Preview(
        verdict=_verdict(booking, unknown) if is_accepted else _refusal(booking),
        is_accepted=is_accepted,
        rows=booking["rows"],
        total=_amount(booking["sum"]),
        periods=[
            PeriodLine(Period(number), total["rows"], _amount(total["sum"]))
            for number, total in sorted(booking["periods"].items())
        ],
        groups=_groups(content) if content else None,
        centres=_centres(content) if content else None,
        unknown=unknown,
        before=[_before(*row) for row in content.get("before", ())],
        changes=changes,
        same=same,
        warnings=[*far_dates(content), *large_amounts(content)],
        signs=turned_signs(content),
        skipped=booking["skipped"],
        control_total=None if booking["control_total"] is None else Decimal(booking["control_total"]),
        errors=booking["errors"],
        error_count=booking["error_count"],
        duplicate_of=booking["batch"] if booking["status"] == "duplicate" else None,
        format=booking["format"],
        locked=[formatting.period(Period(number)) for number in upload.result.get("locked", ())],
    )


def _verdict(booking: dict[str, Any], unknown: Sequence[UnknownKind]) -> str:
    rows = ngettext("%(count)s rad", "%(count)s rader", booking["rows"]) % {"count": formatting.number(booking["rows"])}
    return ", ".join([rows, formatting.kr_ore(_amount(booking["sum"])), *(kind.text for kind in unknown)])


def _refusal(booking: dict[str, Any]) -> str:
    """One error about the file as a whole is its own sentence."""
    errors = booking["errors"]
    if len(errors) == 1 and not errors[0]["line"]:
        reason: str = errors[0]["reason"]
        return reason
    count = booking["error_count"]
    return ngettext(
        "Filen kan inte bokföras: %(count)s fel att rätta.", "Filen kan inte bokföras: %(count)s fel att rätta.", count
    ) % {"count": formatting.number(count)}


def _unknown(codes: Sequence[dict[str, Any]]) -> list[UnknownKind]:
    kinds = []
    for role, text in _UNKNOWN.items():
        found = [UnknownCode(role, c["code"], c["count"], _amount(c["sum"])) for c in codes if c["kind"] == role]
        if found:
            words = text % {"count": len(found)}
            kinds.append(UnknownKind(role, str(ColumnRole(role).label), words, found))
    return kinds


def _groups(content: dict[str, Any]) -> Table:
    lines = [
        Line(name or _("Konton utan kontogrupp"), _amount(amount), _amount(latest), _amount(previous), rows)
        for name, _kind, amount, latest, previous, rows in content["groups"]
    ]
    return _table(content, lines, 0)


def _centres(content: dict[str, Any]) -> Table:
    rows = content["centres"]
    lines = [
        Line(
            f"{code} {name}".strip() or _("Utan kostnadsställe"),
            _amount(amount),
            _amount(latest),
            _amount(previous),
            count,
        )
        for code, name, amount, latest, previous, count, _all in rows
    ]
    return _table(content, lines, rows[0][-1] - len(rows) if rows else 0)


def _table(content: dict[str, Any], lines: list[Line], more: int) -> Table:
    has_previous = any(line.previous for line in lines)
    return Table(lines, Period(content["latest"]), Period(content["previous"]), has_previous, more)


def _before(
    batch: int, name: str, at: str, by: str, periods: list[int], rows: int, amount: str, more: bool
) -> BookedBefore:
    return BookedBefore(batch, name, at, by, _span([Period(p) for p in periods]), rows, _amount(amount), more)


def _span(periods: Sequence[Period]) -> str:
    first, last = min(periods), max(periods)
    return str(first) if first == last else f"{first}–{last}"


def _changes(rows: Sequence[list[Any]]) -> tuple[list[Changes], int]:
    """What differs from what is booked, and how many sums are the same."""
    found, same = [], 0
    for kind, label in _CHANGES.items():
        own = [row for row in rows if row[0] == kind]
        if own:
            lines = [
                Change(Period(period), f"{account} {name}".strip(), centre, _amount(was), _amount(now))
                for _kind, _count, _difference, period, account, name, centre, was, now in own
            ]
            found.append(Changes(str(label), own[0][1], _amount(own[0][2]), lines))
    for row in rows:
        if row[0] == "same":
            same = row[1]
    return found, same
