"""The rows of a file, told apart: rows to book, sum rows, rows to pass over, rows that are wrong."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from django.utils.translation import gettext as _

from finance.choices import CODE_ROLES, ColumnRole
from finance.importing.columns import plain
from finance.importing.layout import Layout
from finance.importing.problems import LISTED, RowError, SkippedRow, refuse

_SUM_LABEL = re.compile(r"\s*(?:(?:del|slut|total|ack)\w*\s*)?(?:summa|totalt|total|sum)\b", re.IGNORECASE)


@dataclass(frozen=True)
class SumRow:
    """A row that adds up rows above it: the raw text of its amount columns."""

    line: int
    amount: str
    debit: str
    credit: str


@dataclass
class Findings:
    """What the reading found beside the rows to book."""

    rows: int = 0
    sums: list[SumRow] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    error_count: int = 0

    def skip(self, line: int, reason: str) -> None:
        if len(self.skipped) < LISTED:
            self.skipped.append(SkippedRow(line, reason))

    def wrong(self, line: int, reason: str, value: str = "") -> None:
        self.error_count += 1
        if len(self.errors) < LISTED:
            self.errors.append(RowError(line, "", value, reason))


def _is_sum_row(record: Sequence[str], code_places: Sequence[int]) -> bool:
    """A row with a sum's label and an empty code string; the label itself may stand in a code's place."""
    label = next((value for value in record if value.strip()), "")
    if not _SUM_LABEL.match(label):
        return False
    return all(not record[place].strip() or record[place] == label for place in code_places)


def _picker(places: Sequence[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    if len(places) == 1:
        return lambda record: (record[places[0]],)
    return itemgetter(*places)


def rows_to_book(lines: Iterable[str], layout: Layout, findings: Findings) -> Iterator[tuple[int | str, ...]]:
    """(line, value of each of the layout's columns) for every row to book. The rest goes to `findings`."""
    width, account = layout.width, layout.columns[ColumnRole.ACCOUNT]
    pick = _picker(list(layout.columns.values()))
    header = [plain(name) for name in layout.header]
    reader = csv.reader(lines, delimiter=layout.separator, strict=True)
    line = layout.lines + 1
    try:
        for record in reader:
            if len(record) != width:
                record = _fitted(record, layout, findings, line)  # noqa: PLW2901  # the same row, of the right width
            if record and (
                record[account].strip()[:1].isdigit() or _is_to_book(record, layout, header, findings, line)
            ):
                findings.rows += 1
                yield (line, *pick(record))
            line = layout.lines + reader.line_num + 1
    except csv.Error as error:
        reason = _("Raden går inte att läsa: citationstecken eller fält tar aldrig slut (%(error)s).")
        raise refuse(reason % {"error": error}, line=line) from None


def _fitted(record: list[str], layout: Layout, findings: Findings, line: int) -> list[str]:
    """A record of the layout's width; an empty one when the row is blank or wrong."""
    if not any(value.strip() for value in record):
        findings.skip(line, _("tom rad"))
        return []
    if len(record) > layout.width and not any(value.strip() for value in record[layout.width :]):
        return record[: layout.width]
    reason = _("raden har %(has)s fält, rubrikraden %(wants)s")
    findings.wrong(line, reason % {"has": len(record), "wants": layout.width}, layout.separator.join(record)[:80])
    return []


def _is_to_book(record: list[str], layout: Layout, header: list[str], findings: Findings, line: int) -> bool:
    """For rows whose account does not begin with a digit: whether they are rows to book all the same."""
    if not any(value.strip() for value in record):
        findings.skip(line, _("tom rad"))
        return False
    if [plain(value) for value in record] == header[: layout.width]:
        findings.skip(line, _("rubrikraden upprepas"))
        return False
    places = [layout.columns[role] for role in CODE_ROLES if role in layout.columns]
    if not _is_sum_row(record, places):
        return True
    value = {role: record[place] for role, place in layout.columns.items()}
    amounts = [value.get(role, "") for role in (ColumnRole.AMOUNT, ColumnRole.DEBIT, ColumnRole.CREDIT)]
    findings.sums.append(SumRow(line, *amounts))
    findings.skip(line, _("summarad"))
    return False
