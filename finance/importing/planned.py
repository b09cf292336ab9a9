"""Tables of planned amounts, from a file or pasted: all rows are understood, or nothing is.

A table has a header. A row names a cost centre or a cost object and an account group, and has its amounts in twelve
columns of months, in a column of periods with one amount a line, or as one amount for the year, spread evenly.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext as _

from finance.choices import FileFormat
from finance.importing.amounts import find_mark, parse_amount
from finance.importing.archive import check_sizes
from finance.importing.kinds import Kind, kind_of
from finance.importing.layout import Record
from finance.importing.problems import RowError, UnknownCode, ValueProblem, refuse
from finance.importing.sandboxed import SheetTable
from finance.importing.survey import survey
from finance.importing.tables import Table, TextTable
from vp_portal.core.money import split
from vp_portal.core.periods import MONTHS, Period

ZERO = Decimal("0.00")
#: More cost centres and cost objects × account groups than this are no budget. A line may hold one month of them.
MOST_ROWS = 5000
MOST_LINES = 12 * MOST_ROWS
#: Wrong lines are told up to this number.
MOST_ERRORS = 200
_SEARCHED = 20
_NAMES = {
    "cost_centre": {"kst", "kostnadsställe", "kostnadsstalle", "cost_centre"},
    "cost_object": {"kostnadsbärare", "kostnadsbarare", "tjänst", "tjänst/fo", "fo", "objekt", "cost_object"},
    "group": {"kontogrupp", "grupp", "account_group"},
    "period": {"period", "månad"},
    "amount": {"belopp", "budget", "prognos", "årsbelopp", "helår", "amount"},
    "total": {"summa", "totalt", "total", "sum"},
}
_SHORT = tuple(name[:3] for name in MONTHS)

#: Node and group of a row: ("cost_centre" or "cost_object", its key, the group's key).
RowKey = tuple[str, int, int]


@dataclass(frozen=True)
class Codes:
    """What codes mean: code → key. `groups` knows `chart.code`, and code and name where they mean one thing."""

    cost_centres: Mapping[str, int]
    cost_objects: Mapping[str, int]
    groups: Mapping[str, int]


@dataclass(frozen=True)
class UnknownOnLine(UnknownCode):
    """With the line that has it first."""

    line: int


@dataclass
class Planned:
    """What a table says: twelve amounts a row. Usable when there are neither errors nor unknown codes."""

    rows: dict[RowKey, list[Decimal]] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    error_count: int = 0
    unknown: list[UnknownOnLine] = field(default_factory=list)
    count: int = 0

    @property
    def is_sound(self) -> bool:
        return not self.error_count and not self.unknown and bool(self.rows)

    def wrong(self, line: int, column: str, value: str, reason: str) -> None:
        self.error_count += 1
        if len(self.errors) < MOST_ERRORS:
            self.errors.append(RowError(line, column, value[:80], reason))


def records_of_text(text: str) -> list[Record]:
    """Rows that were pasted: columns between tabs, or semicolons where there are none."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    separator = "\t" if "\t" in text else ";"
    return [Record(number, number, line.split(separator)) for number, line in enumerate(lines, start=1)]


def records_of_file(path: Path) -> list[Record]:
    """The rows of a text file or of a workbook's only sheet. Raises Refusal."""
    kind = kind_of(path)
    with ExitStack() as stack:
        if kind is Kind.TEXT:
            table: Table = TextTable(path, survey(path))
        elif kind in (Kind.XLSX, Kind.ODS):
            check_sizes(path)
            table = SheetTable(path, FileFormat(kind.value), "", stack)
        else:
            raise refuse(_("En budget läses ur CSV, XLSX eller ODS."))
        if table.problem:
            raise table.problem
        separator = ""
        if kind is Kind.TEXT:
            heads = table.heads("")
            separator = max(heads, key=lambda head: max((len(r.cells) for r in head.records), default=0)).separator
        found = []
        for record in table.records(separator, 0):
            found.append(record)
            if len(found) > MOST_LINES + _SEARCHED:
                raise refuse(_("Filen har fler än %(most)s rader. Dela den i flera.") % {"most": MOST_LINES})
        return found


@dataclass(frozen=True)
class _Header:
    """Places of the columns; `months` maps a place to its month 1–12."""

    line: int
    names: Sequence[str]
    places: Mapping[str, int]
    months: Mapping[int, int]

    def name(self, place: int) -> str:
        return self.names[place].strip() if place < len(self.names) else str(place + 1)


def _month_of(text: str, year: int) -> int | None:
    """`jan`, `januari`, `202701`, `2027-01` or `1`."""
    word = text.strip().lower().rstrip(".")
    if word in MONTHS:
        return MONTHS.index(word) + 1
    if word in _SHORT:
        return _SHORT.index(word) + 1
    if re.fullmatch(r"[1-9]|1[0-2]", word):
        return int(word)
    match = re.fullmatch(rf"{year}-?(0[1-9]|1[0-2])", word)
    return int(match[1]) if match else None


def _header(records: Sequence[Record], year: int) -> _Header:
    """The first row that names a node and a group. Raises Refusal."""
    for record in records[:_SEARCHED]:
        cells = [cell.strip().lower() for cell in record.cells]
        places = {role: cells.index(name) for role, names in _NAMES.items() for name in cells if name in names}
        if "group" not in places or not {"cost_centre", "cost_object"} & places.keys():
            continue
        months = {place: month for place, cell in enumerate(cells) if (month := _month_of(cell, year))}
        if len(set(months.values())) != len(months):
            raise refuse(_("Samma månad står i flera kolumner."), line=record.line)
        if not months and "amount" not in places:
            message = _("Belopp saknas: ange kolumnen ”belopp”, eller en kolumn för varje månad (jan–dec).")
            raise refuse(message, line=record.line)
        return _Header(record.line, record.cells, places, months)
    message = _("Rubrikraden saknas. Kolumner: ”kst” eller ”kostnadsbärare”, ”kontogrupp”, och ”belopp” eller månader.")
    raise refuse(message)


def understood(records: Sequence[Record], year: int, codes: Codes) -> Planned:
    """What the rows say, with everything that is wrong with them. Raises Refusal when there is no header."""
    header = _header(records, year)
    found, below = Planned(), [r for r in records if r.line > header.line and any(c.strip() for c in r.cells)]
    if len(below) > MOST_LINES:
        raise refuse(_("Underlaget har fler än %(most)s rader. Dela det i flera.") % {"most": MOST_LINES})
    places = [*header.months, *(header.places[role] for role in ("amount", "total") if role in header.places)]
    mark = find_mark(cell for record in below for place in places if (cell := _cell(record, place)))
    reader = _Reader(header, year, codes, mark, found)
    for record in below:
        if not any(_cell(record, place).lower() in _NAMES["total"] for place in range(2)):
            reader.read(record)
    reader.finish()
    if len(found.rows) > MOST_ROWS:
        words = _(
            "Underlaget har %(count)s kombinationer av kod och kontogrupp. Högst %(most)s tas emot: dela det i flera."
        )
        raise refuse(words % {"count": len(found.rows), "most": MOST_ROWS})
    if not found.rows and not found.error_count and not found.unknown:
        raise refuse(_("Underlaget har inga rader under rubrikraden."))
    return found


def _cell(record: Record, place: int | None) -> str:
    return "" if place is None or place >= len(record.cells) else str(record.cells[place]).strip()


class _Reader:
    """Reads the rows below a header, one by one."""

    def __init__(self, header: _Header, year: int, codes: Codes, mark: str | None, found: Planned) -> None:
        self.header, self.year, self.codes, self.mark, self.found = header, year, codes, mark, found
        self.unknown: dict[tuple[str, str], list[tuple[int, Decimal]]] = {}
        self.lines: dict[tuple[RowKey, int], int] = {}

    def read(self, record: Record) -> None:
        self.found.count += 1
        before = self.found.error_count
        amounts = self._amounts(record)
        node, group = self._node(record, amounts), self._group(record, amounts)
        if node is None or group is None or self.found.error_count > before:
            return
        key = (*node, group)
        row = self.found.rows.setdefault(key, [ZERO] * 12)
        for month, amount in amounts.items():
            earlier = self.lines.setdefault((key, month), record.line)
            if earlier != record.line:
                reason = _("raden finns redan på rad %(line)s") % {"line": earlier}
                self.found.wrong(record.line, self.header.name(self.header.places["group"]), "", reason)
                return
            row[month - 1] = amount

    def finish(self) -> None:
        self.found.unknown = [
            UnknownOnLine(kind, code, len(rows), sum((total for _line, total in rows), ZERO), rows[0][0])
            for (kind, code), rows in sorted(self.unknown.items())
        ]

    def _note(self, kind: str, code: str, record: Record, amounts: Mapping[int, Decimal]) -> None:
        self.unknown.setdefault((kind, code), []).append((record.line, sum(amounts.values(), ZERO)))

    def _node(self, record: Record, amounts: Mapping[int, Decimal]) -> tuple[str, int] | None:
        places = self.header.places
        given = {kind: _cell(record, places.get(kind)) for kind in ("cost_centre", "cost_object")}
        named = {kind: code for kind, code in given.items() if code}
        column = self.header.name(places.get("cost_centre", places.get("cost_object", 0)))
        if len(named) != 1:
            reason = _("ange kostnadsställe eller kostnadsbärare, inte båda") if named else _("kod saknas")
            self.found.wrong(record.line, column, " / ".join(named.values()), reason)
            return None
        ((kind, code),) = named.items()
        known = self.codes.cost_centres if kind == "cost_centre" else self.codes.cost_objects
        if code not in known:
            self._note(kind, code, record, amounts)
            return None
        return kind, known[code]

    def _group(self, record: Record, amounts: Mapping[int, Decimal]) -> int | None:
        place = self.header.places["group"]
        text = _cell(record, place)
        if not text:
            self.found.wrong(record.line, self.header.name(place), "", _("kontogrupp saknas"))
            return None
        key = self.codes.groups.get(text) or self.codes.groups.get(text.lower())
        if key is None:
            self._note("group", text, record, amounts)
        return key

    def _amounts(self, record: Record) -> dict[int, Decimal]:
        """Month → amount."""
        if self.header.months:
            found = {month: self._amount(record, place) or ZERO for place, month in self.header.months.items()}
            self._check_total(record, found)
            return found
        place = self.header.places["amount"]
        amount = self._amount(record, place, must=True)
        if amount is None:
            return {}
        if "period" not in self.header.places:
            return dict(enumerate(split(amount, [Decimal(1)] * 12), start=1))
        month = self._period(record)
        return {month: amount} if month else {}

    def _check_total(self, record: Record, found: Mapping[int, Decimal]) -> None:
        place = self.header.places.get("total")
        total = self._amount(record, place) if place is not None else None
        if place is not None and total is not None and total != sum(found.values(), ZERO):
            reason = _("månaderna blir tillsammans %(sum)s") % {"sum": str(sum(found.values(), ZERO)).replace(".", ",")}
            self.found.wrong(record.line, self.header.name(place), _cell(record, place), reason)

    def _amount(self, record: Record, place: int, *, must: bool = False) -> Decimal | None:
        text = _cell(record, place)
        if not text and not must:
            return None
        try:
            return parse_amount(text, self.mark)
        except ValueProblem as problem:
            self.found.wrong(record.line, self.header.name(place), text, str(problem))
            return None

    def _period(self, record: Record) -> int | None:
        place = self.header.places["period"]
        text = _cell(record, place)
        month = _month_of(text, self.year)
        if month is None:
            try:
                other = Period.parse(text)
                reason = _("perioden ligger inte i %(year)s") % {"year": self.year}
                reason = _("inte en vanlig månad") if other.is_special else reason
            except ValueError:
                reason = _("ingen period, skriv ÅÅÅÅMM")
            self.found.wrong(record.line, self.header.name(place), text, reason)
        return month


def as_text(rows: Iterable[tuple[Sequence[str], Sequence[Decimal]]]) -> str:
    """Rows as they can be pasted back: kst, kostnadsbärare, kontogrupp and twelve months between tabs."""
    lines = ["\t".join(["kst", "kostnadsbärare", "kontogrupp", *_SHORT])]
    for codes, amounts in rows:
        lines.append("\t".join([*codes, *(str(amount).replace(".", ",") for amount in amounts)]))
    return "\n".join(lines)
