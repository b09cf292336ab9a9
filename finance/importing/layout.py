"""Where a file's header is, what separates its columns, and which column holds what."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from finance.choices import ColumnRole
from finance.importing.columns import plain, roles_in
from finance.importing.problems import Refusal, RowError, refuse
from finance.models import ImportProfile
from vp_portal.core.periods import Period

#: The header is looked for in so many lines.
HEAD = 60
_SEPARATORS = (";", "\t", "|", ",")
#: Where two columns for the same thing would make one of them a guess.
_ONCE = (ColumnRole.ACCOUNT, ColumnRole.COST_CENTRE, ColumnRole.PERIOD, ColumnRole.AMOUNT)


@dataclass(frozen=True)
class Layout:
    """`columns`: role → its place; `lines`: how many physical lines stand up to and with the header.

    `decimal_mark` is None when the whole amount column has to prove it.
    """

    separator: str
    header: tuple[str, ...]
    lines: int
    columns: dict[ColumnRole, int]
    profile: ImportProfile | None
    decimal_mark: str | None = None

    @property
    def width(self) -> int:
        """Columns with a name; those after the last one hold nothing."""
        return max(index for index, name in enumerate(self.header, start=1) if name.strip())

    def name_of(self, role: ColumnRole) -> str:
        """The column's name in the file; the role's own when the file has no such column."""
        return self.header[self.columns[role]].strip() if role in self.columns else str(role.label)


@dataclass(frozen=True)
class _Candidate:
    separator: str
    header: tuple[str, ...]
    lines: int
    profile: ImportProfile | None
    roles: dict[ColumnRole, list[int]]

    @property
    def score(self) -> tuple[bool, int]:
        return self.profile is not None, len(self.roles)


def _records(lines: Sequence[str], separator: str) -> Iterator[tuple[int, list[str]]]:
    """Records of the head with the number of physical lines up to their end. Unreadable ones end it."""
    reader = csv.reader(lines, delimiter=separator)
    try:
        for record in reader:
            yield reader.line_num, record
    except csv.Error:
        return


def _profile_for(header: Sequence[str], profiles: Iterable[ImportProfile]) -> ImportProfile | None:
    """The one profile that names exactly these columns."""
    names = {plain(name) for name in header} - {""}
    fitting = [profile for profile in profiles if {plain(name) for name in profile.columns} == names]
    return fitting[0] if len(fitting) == 1 else None


def _candidate(
    separator: str,
    lines: int,
    header: Sequence[str],
    chosen: ImportProfile | None,
    profiles: Iterable[ImportProfile],
) -> _Candidate:
    profile = chosen or _profile_for(header, profiles)
    columns: Mapping[str, str] | None = profile.columns if profile else None
    return _Candidate(separator, tuple(header), lines, profile, roles_in(header, columns))


def _missing(roles: Mapping[ColumnRole, object], period: Period | None) -> list[ColumnRole]:
    missing = [] if ColumnRole.ACCOUNT in roles else [ColumnRole.ACCOUNT]
    if ColumnRole.AMOUNT not in roles and not (ColumnRole.DEBIT in roles and ColumnRole.CREDIT in roles):
        missing.append(ColumnRole.AMOUNT)
    has_period = ColumnRole.PERIOD in roles or (ColumnRole.YEAR in roles and ColumnRole.MONTH in roles)
    if not (has_period or period):
        missing.append(ColumnRole.PERIOD)
    return missing


def find_layout(
    lines: Sequence[str], *, profile: ImportProfile | None, profiles: Iterable[ImportProfile], period: Period | None
) -> Layout:
    """The layout of a file from its first lines. `period` stands in for a period column. Raises Refusal."""
    declared = lines[0].strip().lower().removeprefix("\ufeff")
    separators = (declared[4:5] or "\t",) if declared.startswith("sep=") else _SEPARATORS
    candidates = [
        _candidate(separator, count, record, profile, profiles)
        for separator in separators
        for count, record in _records(lines, separator)
        if len(record) > 1
    ]
    best = max(candidates, key=lambda candidate: candidate.score, default=None)
    if best is None or len(best.roles) < 2:
        raise refuse(
            _(
                "Hittar ingen rubrikrad med kända kolumner (konto, belopp, period) bland de första %(lines)s raderna. "
                "Är det en textfil med kolumner? Annars behövs en importprofil."
            )
            % {"lines": HEAD}
        )
    if missing := _missing(best.roles, period):
        raise Refusal([RowError(best.lines, str(role.label), "", _("Kolumnen saknas.")) for role in missing])
    return _chosen(best)


def _chosen(best: _Candidate) -> Layout:
    both = ColumnRole.AMOUNT in best.roles and (ColumnRole.DEBIT in best.roles or ColumnRole.CREDIT in best.roles)
    if both:
        message = _("Filen har både belopp och debet/kredit. Välj i en importprofil vilken kolumn som gäller.")
        raise refuse(message, line=best.lines)
    for role in _ONCE:
        if len(best.roles.get(role, [])) > 1:
            names = ", ".join(best.header[index] for index in best.roles[role])
            message = _("Flera kolumner kan vara %(role)s. Välj en i en importprofil.") % {"role": role.label}
            raise refuse(message, line=best.lines, column=names)
    # The row number inside a voucher is known, so that its column is no riddle, but nothing is made of it.
    columns: dict[ColumnRole, int] = {role: places[0] for role, places in best.roles.items()}
    columns.pop(ColumnRole.LINE, None)
    mark = best.profile.decimal_mark if best.profile else None
    return Layout(best.separator, best.header, best.lines, columns, best.profile, mark)
