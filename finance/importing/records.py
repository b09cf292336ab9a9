"""The rows of a file, told apart: rows to book, sum rows, rows to pass over, rows that are wrong."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from django.utils.translation import gettext as _

from finance.choices import CODE_ROLES, ColumnRole, plain
from finance.importing.amounts import SPACES
from finance.importing.conventions import amount_reader, written
from finance.importing.layout import Layout, Record
from finance.importing.problems import LISTED, RowError, SkippedRow, ValueProblem

_SUM_LABEL = re.compile(r"\s*(?:(?:del|slut|total|ack)\w*\s*)?(?:summa|totalt|total|sum)\b", re.IGNORECASE)
_AMOUNTS = (ColumnRole.AMOUNT, ColumnRole.DEBIT, ColumnRole.CREDIT)


@dataclass(frozen=True)
class SumRow:
    """A row that adds up rows above it: the text of its amount columns."""

    line: int
    amount: str
    debit: str
    credit: str


@dataclass
class Findings:
    """What the reading found beside the rows to book. `on_error` is told every error, also those not listed.

    `is_tight`: it is known that no cell begins or ends with a blank.
    """

    rows: int = 0
    sums: list[SumRow] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    error_count: int = 0
    on_error: Callable[[RowError], None] | None = None
    is_tight: bool = field(default=False, compare=False)

    def skip(self, line: int, reason: str) -> None:
        if len(self.skipped) < LISTED:
            self.skipped.append(SkippedRow(line, reason))

    def wrong(self, line: int, reason: str, value: str = "", column: str = "") -> None:
        error = RowError(line, column, value, reason)
        self.error_count += 1
        if len(self.errors) < LISTED:
            self.errors.append(error)
        if self.on_error:
            self.on_error(error)


def is_sum_row(record: Sequence[str], code_places: Sequence[int]) -> bool:
    """A row with a sum's label and an empty code string; the label itself may stand in a code's place."""
    label = next((value for value in record if value.strip()), "")
    if not _SUM_LABEL.match(label):
        return False
    return all(not record[place].strip() or record[place] == label for place in code_places)


def _picker(places: Sequence[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    if len(places) == 1:
        return lambda record: (record[places[0]],)
    return itemgetter(*places)


def told_apart(records: Iterable[Record], layout: Layout, findings: Findings) -> Iterator[tuple[int, Sequence[str]]]:
    """(line, cells as they stand) of every row to book. The rest goes to `findings`."""
    width, account = layout.width, layout.columns[ColumnRole.ACCOUNT]
    header = [plain(name) for name in layout.header]
    for line, _end, cells in records:
        record = cells
        if len(record) != width:
            record = _fitted(record, layout, findings, line)
        if record and (record[account].strip()[:1].isdigit() or _is_to_book(record, layout, header, findings, line)):
            findings.rows += 1
            yield line, record


def rows_to_book(records: Iterable[Record], layout: Layout, findings: Findings) -> Iterator[tuple[int | str, ...]]:
    """(line, value of each of the layout's columns) for every row to book. The rest goes to `findings`."""
    pick = _picker(list(layout.columns.values()))
    convert = _converter(layout, findings) if layout.has_conventions else None
    for line, record in told_apart(records, layout, findings):
        yield (line, *pick(convert(record, line) if convert else record))


def _converter(layout: Layout, findings: Findings) -> Callable[[Sequence[str], int], Sequence[str]]:
    """Puts a record's amounts into kronor and the ledger's sign; what can't be read stays, with an error."""
    read, roles = amount_reader(layout), [role for role in _AMOUNTS if role in layout.columns]
    may_be_empty = len(roles) > 1

    def convert(record: Sequence[str], line: int) -> Sequence[str]:
        converted = list(record)
        for role in roles:
            raw = record[layout.columns[role]]
            if may_be_empty and not raw.strip(SPACES):
                continue
            try:
                converted[layout.columns[role]] = written(read(raw, record))
            except ValueProblem as problem:
                findings.wrong(line, str(problem), raw[:80], layout.name_of(role))
                converted[layout.columns[role]] = "0"
        return converted

    return convert


def _fitted(record: Sequence[str], layout: Layout, findings: Findings, line: int) -> Sequence[str]:
    """A record of the layout's width; an empty one when the row is blank or wrong."""
    if not any(value.strip() for value in record):
        findings.skip(line, _("tom rad"))
        return []
    if len(record) > layout.width and not any(value.strip() for value in record[layout.width :]):
        return record[: layout.width]
    reason = _("raden har %(has)s fält, rubrikraden %(wants)s")
    findings.wrong(
        line, reason % {"has": len(record), "wants": layout.width}, (layout.separator or " ").join(record)[:80]
    )
    return []


def _is_to_book(record: Sequence[str], layout: Layout, header: list[str], findings: Findings, line: int) -> bool:
    """For rows whose account does not begin with a digit: whether they are rows to book all the same."""
    if not any(value.strip() for value in record):
        findings.skip(line, _("tom rad"))
        return False
    if [plain(value) for value in record] == header[: layout.width]:
        findings.skip(line, _("rubrikraden upprepas"))
        return False
    places = [layout.columns[role] for role in CODE_ROLES if role in layout.columns]
    if not is_sum_row(record, places):
        return True
    findings.sums.append(_sum_row(record, layout, line))
    findings.skip(line, _("summarad"))
    return False


def _sum_row(record: Sequence[str], layout: Layout, line: int) -> SumRow:
    values = []
    for role in _AMOUNTS:
        raw = record[layout.columns[role]] if role in layout.columns else ""
        if layout.has_conventions and raw.strip(SPACES):
            raw = _sum_of(raw, record, layout)
        values.append(raw)
    return SumRow(line, *values)


def _sum_of(raw: str, record: Sequence[str], layout: Layout) -> str:
    try:
        return written(amount_reader(layout, is_sum=True)(raw, record))
    except ValueProblem:
        return raw
