"""All errors of a file as CSV, its wrong rows to correct, and a correct file of the rest. Everything streams.

Semicolons and UTF-8 with its mark, as spreadsheet programs open it.
"""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _

from finance.importing.checking import RowCheck
from finance.importing.conventions import column_mark
from finance.importing.opening import Opened
from finance.importing.problems import RowError, refuse
from finance.importing.records import Findings
from vp_portal.core.periods import Period

_BOM = "\ufeff"
#: A spreadsheet program takes a text that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _checked(opened: Opened, period: Period | None) -> Iterator[tuple[int, Sequence[str], list[RowError]]]:
    """(line, cells, errors) of every row that is one, in order; cells are empty for a row of the wrong width."""
    layout = opened.layout
    if opened.understanding.format == "sie":
        raise refuse(_("En SIE-fil rättas i programmet den kommer från."))
    if layout.file_mark is None:
        layout = layout.with_mark(column_mark(opened.everything(), layout))
    check = RowCheck(layout, period)
    ragged: list[RowError] = []
    for line, record in opened.records(Findings(on_error=ragged.append)):
        yield from ((error.line, [], [error]) for error in ragged)
        ragged.clear()
        yield line, record, list(check.errors(line, record))
    yield from ((error.line, [], [error]) for error in ragged)


def write_errors(opened: Opened, out: TextIO, *, period: Period | None = None) -> int:
    """Line, column, value and reason of every error. Returns how many."""
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    out.write(_BOM)
    writer.writerow([_("Rad"), _("Kolumn"), _("Värde"), _("Fel")])
    count = 0
    for _line, _record, errors in _checked(opened, period):
        for error in errors:
            writer.writerow([error.line, _safe(error.column), _safe(error.value), error.reason])
            count += 1
    return count


def _write(out: TextIO, header: Sequence[str], rows: Iterator[Sequence[object]]) -> int:
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
    rows = (record for _line, record, errors in _checked(opened, period) if not errors)
    return _write(out, opened.layout.header[: opened.layout.width], rows)


def write_wrong_rows(opened: Opened, out: TextIO, *, period: Period | None = None) -> int:
    """The rows with errors, with their line first and the reasons last, to be corrected and combined with the rest."""
    layout = opened.layout
    width = layout.width

    def rows() -> Iterator[Sequence[object]]:
        for line, record, errors in _checked(opened, period):
            if errors:
                cells = list(record) or [errors[0].value, *[""] * (width - 1)]
                yield [line, *cells, ", ".join(f"{error.column}: {error.reason}".lstrip(": ") for error in errors)]

    return _write(out, [_("Rad"), *layout.header[:width], _("Fel")], rows())


def write_combined(opened: Opened, corrected: Path, out: TextIO) -> int:
    """The whole file with the corrected rows of `write_wrong_rows` in their places. Returns how many rows.

    Raises Refusal when the corrected file has other columns than were written.
    """
    layout = opened.layout
    width = layout.width
    rows = _corrected(corrected, width)

    def combined() -> Iterator[Sequence[object]]:
        for line, _end, cells in opened.everything():
            if line > layout.lines:
                yield rows.get(line, list(cells)[:width])

    return _write(out, layout.header[:width], combined())


def _corrected(path: Path, width: int) -> dict[int, list[str]]:
    """Line → its cells."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, delimiter=";")
        header = next(reader, [])
        rows: dict[int, list[str]] = {}
        for record in reader:
            if len(header) != width + 2 or len(record) != width + 2 or not record[0].isdigit():
                message = _("Den rättade filen ska ha raden först, sedan filens %(width)s kolumner och felet sist.")
                raise refuse(message % {"width": width}, line=reader.line_num)
            rows[int(record[0])] = record[1:-1]
    return rows
