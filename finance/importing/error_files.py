"""All errors of a file as CSV, its wrong rows to correct, and a correct file of the rest. Everything streams.

Semicolons and UTF-8 with its mark, as spreadsheet programs open it.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from django.utils.translation import gettext as _

from finance.importing.checking import RowCheck
from finance.importing.conventions import column_mark
from finance.importing.layout import Record
from finance.importing.opening import Opened
from finance.importing.problems import Refusal, RowError, refuse
from finance.importing.records import Findings, told_apart
from vp_portal.core.periods import Period
from vp_portal.core.spreadsheets import guarded

_BOM = "\ufeff"
#: Begins like a formula, and is none.
_AMOUNT = re.compile(r"[-+\u2212]?[0-9][0-9 \u00a0.,']*")


class _Rows:
    """The rows of a file, each with its errors. A row of the wrong width comes as it stands."""

    def __init__(self, opened: Opened, period: Period | None) -> None:
        if opened.understanding.format == "sie":
            raise refuse(_("En SIE-fil rättas i programmet den kommer från."))
        self._opened, self._layout = opened, opened.layout
        if self._layout.file_mark is None:
            self._layout = self._layout.with_mark(column_mark(opened.everything(), self._layout))
        self._check = RowCheck(self._layout, period)
        self._bad: dict[int, list[RowError]] = {}
        for error in opened.bad_cells():
            self._bad.setdefault(error.line, []).append(error)
        self._cells: Sequence[str] = ()
        self._ragged: list[tuple[int, Sequence[str], list[RowError]]] = []

    def __iter__(self) -> Iterator[tuple[int, Sequence[str], list[RowError]]]:
        """(line, cells, errors) of every row that is one, in order."""
        for line, record in told_apart(self._remembered(), self._layout, Findings(on_error=self._wrong)):
            yield from self._told()
            bad = self._bad.get(line, [])
            named = {error.column for error in bad}
            yield line, record, [*bad, *(e for e in self._check.errors(line, record) if e.column not in named)]
        yield from self._told()

    def _remembered(self) -> Iterator[Record]:
        for record in self._opened.below_header():
            self._cells = record.cells
            yield record

    def _wrong(self, error: RowError) -> None:
        self._ragged.append((error.line, self._cells, [error]))

    def _told(self) -> Iterator[tuple[int, Sequence[str], list[RowError]]]:
        yield from self._ragged
        self._ragged.clear()


def write_errors(opened: Opened, out: TextIO, *, period: Period | None = None) -> int:
    """Line, column, value and reason of every error. Returns how many."""
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    out.write(_BOM)
    writer.writerow([_("Rad"), _("Kolumn"), _("Värde"), _("Fel")])
    count = 0
    for error in _errors(opened, period):
        writer.writerow([error.line, _cell(error.column), _cell(error.value), error.reason])
        count += 1
    return count


def _errors(opened: Opened, period: Period | None) -> Iterator[RowError]:
    if opened.understanding.format != "sie":
        for _line, _record, errors in _Rows(opened, period):
            yield from errors
        return
    try:
        opened.refuse_bad()
    except Refusal as refusal:
        yield from refusal.known


def _write(out: TextIO, header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    out.write(_BOM)
    writer.writerow(header)
    count = 0
    for row in rows:
        writer.writerow(row)
        count += 1
    return count


def write_rest(opened: Opened, out: TextIO, *, period: Period | None = None) -> int:
    """A file of the header and the rows without errors; sum rows are left out, since they no longer agree.

    Returns how many rows.
    """
    rows = (record for _line, record, errors in _Rows(opened, period) if not errors)
    return _write(out, opened.layout.header[: opened.layout.width], rows)


def wrong_rows(opened: Opened, *, period: Period | None = None) -> tuple[list[str], Iterator[list[str]]]:
    """The rows with errors, with their line first and the reasons last, to be corrected and combined with the rest:
    their header, and they. A row of too many fields has those that find no column in its last one."""
    layout, width = opened.layout, opened.layout.width
    separator = layout.separator or " "

    def rows() -> Iterator[list[str]]:
        for line, record, errors in _Rows(opened, period):
            if errors:
                cells = [*record, *[""] * (width - len(record))]
                cells[width - 1 :] = [separator.join(cells[width - 1 :])]
                reasons = ", ".join(f"{error.column}: {error.reason}".lstrip(": ") for error in errors)
                yield [str(line), *map(_cell, cells), reasons]

    return [_("Rad"), *(_cell(name) for name in layout.header[:width]), _("Fel")], rows()


def _cell(text: str) -> str:
    """Text that no spreadsheet runs; an amount stays as it is."""
    return text if _AMOUNT.fullmatch(text) else guarded(text)


def write_wrong_rows(opened: Opened, out: TextIO, *, period: Period | None = None) -> int:
    """`wrong_rows` as text. Returns how many."""
    return _write(out, *wrong_rows(opened, period=period))
