"""A correct file, made of one with errors and its wrong rows as they were put right in a spreadsheet program."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TextIO

from django.utils.translation import gettext as _

from finance.choices import plain
from finance.importing.conventions import column_mark
from finance.importing.layout import Head, Record
from finance.importing.opening import Opened, open_cells
from finance.importing.problems import Refusal, refuse
from finance.importing.tables import Table
from vp_portal.core.spreadsheets import unguarded

_BOM = "\ufeff"


class Combined(NamedTuple):
    """How many rows the whole file has, and how many of them came from the corrected one."""

    rows: int
    corrected: int


def write_combined(opened: Opened, corrected: Path, out: TextIO) -> Combined:
    """The whole file with the corrected rows of `error_files.wrong_rows` in their places, as text with semicolons.

    A wrong row that the corrected file lacks stays as it was. Raises Refusal when the corrected file has other columns
    than were given out, or lines that the file has not.
    """
    layout, width = opened.layout, opened.layout.width
    given = _corrected(opened, corrected)
    count, rows = len(given), 0
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    out.write(_BOM)
    writer.writerow(layout.header[:width])
    for line, _end, cells in opened.below_header():
        now = given.pop(line, None)
        writer.writerow(cells if now is None else _with_zeros(cells, now))
        rows += 1
    if given:
        message = _("Den rättade filen har rader som filen saknar: %(lines)s. Hör den till en annan fil?")
        raise refuse(message % {"lines": ", ".join(map(str, sorted(given)[:5]))})
    return Combined(rows, count)


def _with_zeros(was: Sequence[str], now: list[str]) -> list[str]:
    """Spreadsheet programs take codes for numbers and drop their leading zeros: such a cell is as it was."""
    before = [*was, *[""] * (len(now) - len(was))]
    return [
        old if old != new and old.startswith("0") and old.lstrip("0") == new else new
        for old, new in zip(before, now, strict=False)
    ]


def _corrected(opened: Opened, path: Path) -> dict[int, list[str]]:
    """Line of the file → its cells."""
    width = opened.layout.width
    wanted = [plain(name) for name in opened.layout.header[:width]]
    with open_cells(path) as table:
        if table.problem:
            raise table.problem
        head = _head(table, wanted)
        header = [str(cell) for cell in head.records[0].cells]
        table.refuse_bad(header, range(width + 1), head.records[0].end)
        table.mark = opened.mark or column_mark(opened.below_header(), opened.layout) or ","
        rows: dict[int, list[str]] = {}
        for record in table.records(head.separator, head.records[0].end):
            if any(cell.strip() for cell in record.cells):
                rows[_line(record)] = _cells(record, width)
    return rows


def _head(table: Table, wanted: list[str]) -> Head:
    """The separation in which the columns are those that were given out."""
    for head in table.heads(""):
        first = [plain(unguarded(cell)) for cell in head.records[0].cells] if head.records else []
        if first[1 : len(wanted) + 1] == wanted:
            return head
    message = _("Den rättade filen ska ha kolumnerna från ”raderna med fel”: raden först, sedan filens egna %(width)s.")
    raise refuse(message % {"width": len(wanted)})


def _line(record: Record) -> int:
    text = record.cells[0].strip()
    if not text.isdecimal():
        raise _wrong(record, _("radens nummer i filen saknas"), text)
    return int(text)


def _cells(record: Record, width: int) -> list[str]:
    cells = [unguarded(str(cell)) for cell in record.cells[1 : width + 1]]
    return [*cells, *[""] * (width - len(cells))]


def _wrong(record: Record, reason: str, value: str) -> Refusal:
    return refuse(_("Den rättade filen: %(reason)s.") % {"reason": reason}, line=record.line, value=value[:80])
