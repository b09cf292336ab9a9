"""Where a table's header is, what separates its columns, and which column holds what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple, Self

from django.utils.translation import gettext as _

from finance.choices import ColumnRole, DebitCredit
from finance.importing.columns import Names, roles_in
from finance.importing.problems import Refusal, RowError, refuse
from finance.importing.profiles import fitting, roles_by_profile
from finance.importing.understanding import ReadingChoices
from finance.models import ImportProfile
from vp_portal.core.periods import Period

#: The header is looked for in so many records.
HEAD = 60
#: No ledger has more columns.
MOST_COLUMNS = 2000
#: Where two columns for the same thing would make one of them a guess.
_ONCE = (
    ColumnRole.ACCOUNT,
    ColumnRole.COST_CENTRE,
    ColumnRole.PERIOD,
    ColumnRole.AMOUNT,
    ColumnRole.DEBIT,
    ColumnRole.CREDIT,
    ColumnRole.DEBIT_CREDIT,
)
#: Known, so that their columns are no riddle, but no part of a posting.
_NOT_BOOKED = (ColumnRole.LINE, ColumnRole.DEBIT_CREDIT)


class Record(NamedTuple):
    """A row of a table: its first and last line (or sheet row), and its cells as text."""

    line: int
    end: int
    cells: Sequence[str]


@dataclass(frozen=True)
class Head:
    """The first records of a table. `separator` is empty where columns are cells."""

    separator: str
    records: tuple[Record, ...]


@dataclass(frozen=True)
class Layout:
    """`columns`: role → its place; `lines`: how many physical lines (or sheet rows) stand up to and with the header.

    `decimal_mark` is that of the rows as they are handed on; None when the whole amount column has to prove it.
    In the file amounts are written with `file_mark`, in units of `scale`, turned when `is_flipped`, and debit or
    credit by their suffix or by the column `debit_credit_place`.
    """

    separator: str
    header: tuple[str, ...]
    lines: int
    columns: dict[ColumnRole, int]
    profile: ImportProfile | None
    decimal_mark: str | None = None
    file_mark: str | None = None
    scale: Decimal = Decimal(1)
    is_flipped: bool = False
    debit_credit: DebitCredit = DebitCredit.NONE
    debit_credit_place: int | None = None

    @property
    def width(self) -> int:
        """Columns with a name; those after the last one hold nothing."""
        return max((index for index, name in enumerate(self.header, start=1) if name.strip()), default=0)

    @property
    def has_conventions(self) -> bool:
        """Amounts mean something else than what is written."""
        return self.scale != 1 or self.is_flipped or self.debit_credit != DebitCredit.NONE

    def with_mark(self, mark: str | None) -> Self:
        """The same, with the decimal mark that the column has proved."""
        return replace(self, file_mark=mark)

    def name_of(self, role: ColumnRole) -> str:
        """The column's name in the file; the role's own when the file has no such column."""
        return self.header[self.columns[role]].strip() if role in self.columns else str(role.label)


@dataclass(frozen=True)
class Candidate:
    """A row that may be the header."""

    head: Head
    header: tuple[str, ...]
    line: int
    lines: int
    profile: ImportProfile | None
    roles: dict[ColumnRole, list[int]] = field(default_factory=dict)

    @property
    def score(self) -> tuple[bool, int]:
        return self.profile is not None, len(self.roles)

    @property
    def sample(self) -> list[Record]:
        """The records after the header."""
        return [record for record in self.head.records if record.line > self.lines]


def _by_hand(roles: dict[ColumnRole, list[int]], columns: Mapping[int, str]) -> dict[ColumnRole, list[int]]:
    """The roles with the places that somebody has chosen: a chosen place is the only one of its role."""
    chosen: dict[ColumnRole, list[int]] = {}
    for place, role in columns.items():
        if role:
            chosen.setdefault(ColumnRole(role), []).append(place)
    kept = {role: [place for place in places if place not in columns] for role, places in roles.items()}
    return {role: places for role, places in (kept | chosen).items() if places}


def _candidate(
    head: Head,
    record: Record,
    choices: ReadingChoices,
    names: Names,
    chosen: ImportProfile | None,
    profiles: Iterable[ImportProfile],
) -> Candidate:
    profile = chosen or fitting(record.cells, profiles)
    roles = roles_by_profile(record.cells, profile, names) if profile else roles_in(record.cells, names)
    roles = _by_hand(roles, {place: role for place, role in choices.columns.items() if place < len(record.cells)})
    return Candidate(head, tuple(record.cells), record.line, record.end, profile, roles)


def _without_header(head: Head, choices: ReadingChoices, profile: ImportProfile | None) -> Candidate:
    width = max((len(record.cells) for record in head.records), default=0)
    header = tuple(_("Kolumn %(number)s") % {"number": place + 1} for place in range(width))
    return Candidate(head, header, 0, 0, profile, _by_hand({}, choices.columns))


def _most_even(heads: Sequence[Head]) -> Candidate:
    """When no header is known: the first row of the width that most rows have."""
    best: tuple[int, int, Candidate] | None = None
    for head in heads:
        widths = [len(record.cells) for record in head.records if any(cell.strip() for cell in record.cells)]
        usual = max(set(widths), key=widths.count, default=0)
        if usual < 2:
            continue
        first = next(record for record in head.records if len(record.cells) == usual)
        candidate = Candidate(head, tuple(first.cells), first.line, first.end, None)
        if best is None or (widths.count(usual), usual) > best[:2]:
            best = (widths.count(usual), usual, candidate)
    if best is None:
        raise refuse(_no_header())
    return best[2]


def _no_header() -> str:
    return _(
        "Hittar ingen rubrikrad med kända kolumner (konto, belopp, period) bland de första %(lines)s raderna. "
        "Är det en textfil med kolumner? Annars behövs en importprofil."
    ) % {"lines": HEAD}


def find_header(
    heads: Sequence[Head],
    choices: ReadingChoices,
    *,
    names: Names,
    profile: ImportProfile | None,
    profiles: Sequence[ImportProfile],
) -> Candidate:
    """The row that is the header, in the separation that makes it one. Raises Refusal when nothing is a table."""
    if choices.header_row == 0:
        return _without_header(_most_even(heads).head, choices, profile)
    rows = [(head, record) for head in heads for record in head.records[:HEAD] if len(record.cells) > 1]
    if choices.header_row is not None:
        rows = [(head, record) for head, record in rows if record.line <= choices.header_row <= record.end]
    for _head, record in rows:
        if len(record.cells) > MOST_COLUMNS:
            message = _("Filen har %(count)s kolumner. Så många har ingen huvudbok.")
            raise refuse(message % {"count": len(record.cells)}, line=record.line)
    candidates = [_candidate(head, record, choices, names, profile, profiles) for head, record in rows]
    best = max(candidates, key=lambda candidate: candidate.score, default=None)
    if best is None or (len(best.roles) < 2 and choices.header_row is None):
        return _most_even(heads)
    return best


def _missing(roles: Mapping[ColumnRole, object], period: Period | None) -> list[ColumnRole]:
    missing = [] if ColumnRole.ACCOUNT in roles else [ColumnRole.ACCOUNT]
    if ColumnRole.AMOUNT not in roles and not (ColumnRole.DEBIT in roles and ColumnRole.CREDIT in roles):
        missing.append(ColumnRole.AMOUNT)
    has_period = ColumnRole.PERIOD in roles or (ColumnRole.YEAR in roles and ColumnRole.MONTH in roles)
    if not (has_period or period):
        missing.append(ColumnRole.PERIOD)
    return missing


def check_header(found: Candidate, period: Period | None) -> None:
    """Raises Refusal when the columns are not enough, or more than one could be meant."""
    if len(found.roles) < 2:
        raise refuse(_no_header())
    if missing := _missing(found.roles, period):
        raise Refusal([RowError(found.lines, str(role.label), "", _("Kolumnen saknas.")) for role in missing])
    if ColumnRole.AMOUNT in found.roles and (ColumnRole.DEBIT in found.roles or ColumnRole.CREDIT in found.roles):
        message = _("Filen har både belopp och debet/kredit. Välj i en importprofil vilken kolumn som gäller.")
        raise refuse(message, line=found.lines)
    for role in _ONCE:
        if len(found.roles.get(role, [])) > 1:
            names = ", ".join(found.header[place] for place in found.roles[role])
            message = _("Flera kolumner kan vara %(role)s. Välj en i en importprofil.") % {"role": role.label}
            raise refuse(message, line=found.lines, column=names)


def columns_of(found: Candidate) -> dict[ColumnRole, int]:
    """Role → place of what is booked."""
    return {role: places[0] for role, places in found.roles.items() if role not in _NOT_BOOKED}
