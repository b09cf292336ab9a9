"""Tables as CSV and XLSX, in and out, the way Swedish Excel has them. No model is known here."""

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook

#: A register is small; more rows than this are a ledger file, or a mistake.
MAX_ROWS = 10_000
#: What spreadsheets take for the beginning of a formula: full-width signs and control characters too (OWASP).
_FORMULA_SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_FORMULA_CONTROLS = ("\t", "\r", "\n", "\0")
#: What they may skip before it: quotes, spaces of any kind, marks without width.
_SKIPPED = re.compile(r"[\s'\"`\u2018\u2019\u201c\u201d\u200b-\u200f\u2060\ufeff\0]*")


class UnreadableFileError(ValueError):
    """The file can't be read as a table. Its text is for the user."""


def like_formula(text: str) -> bool:
    """Whether a spreadsheet could run the text. Guards before it change nothing in the answer."""
    if text.lstrip("'").startswith(_FORMULA_CONTROLS):
        return True
    return text.startswith(_FORMULA_SIGNS, _SKIPPED.match(text).end())  # type: ignore[union-attr]  # matches nothing too


def guarded(text: str) -> str:
    """Text that a spreadsheet never takes for a formula. `unguarded` takes the guard away."""
    return f"'{text}" if like_formula(text) else text


def unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and like_formula(text[1:]) else text


def csv_cell(value: Any) -> str:
    """A value as Swedish Excel writes it. Amounts stay numbers, whatever their sign."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, Decimal):
        return format(value, "f").replace(".", ",")
    if isinstance(value, int | dt.date):
        return str(value)
    return guarded(str(value))


def write_json(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """`{"columns": […], "rows": [[…]]}`. Amounts are strings with a dot, so that no reader makes floats of them."""
    table = {"columns": list(headers), "rows": [[_json_cell(value) for value in row] for row in rows]}
    return json.dumps(table, ensure_ascii=False).encode()


def _json_cell(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Semicolons, UTF-8 with BOM, decimal comma, CRLF."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([guarded(header) for header in headers])
    writer.writerows([csv_cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def write_xlsx(headers: Sequence[str], rows: Iterable[Sequence[Any]], sheet: str = "Blad1") -> bytes:
    """One sheet with a frozen header. Text is written as text: nothing becomes a formula or a link.

    What looks like a formula is marked as text, so that it stays so when somebody edits the cell.
    """
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        quoted = book.add_format({"quote_prefix": True})
        quoted_head = book.add_format({"bold": True, "quote_prefix": True})
        for column, header in enumerate(headers):
            page.write_string(0, column, header, quoted_head if like_formula(header) else bold)
        for line, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                _write_cell(page, line, column, value, day, quoted)
        page.freeze_panes(1, 0)
        page.autofit()
    return file.getvalue()


def _write_cell(page: Any, line: int, column: int, value: Any, day: Any, quoted: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        page.write_string(line, column, csv_cell(value))
    elif isinstance(value, Decimal | int):
        page.write_number(line, column, value)
    elif isinstance(value, dt.datetime):
        page.write_string(line, column, value.isoformat(" ", "seconds"))
    elif isinstance(value, dt.date):
        page.write_datetime(line, column, value, day)
    else:
        page.write_string(line, column, str(value), quoted if like_formula(str(value)) else None)


def read_csv(data: bytes) -> tuple[list[str], list[list[str]]]:
    """Header and rows as text. Raises UnreadableFileError, naming the line.

    UTF-8 with or without BOM, else Windows-1252. Semicolon, tab or comma, whichever the header has most of.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    first = text.partition("\n")[0]
    delimiter = max(";\t,", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UnreadableFileError(_("Filen kan inte läsas som CSV: %s") % error) from None
    return _table([[unguarded(cell.strip()) for cell in line] for line in lines])


def read_xlsx(data: bytes) -> tuple[list[str], list[list[str]]]:
    """Header and rows of the first sheet, as text. Raises UnreadableFileError."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        lines = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, IndexError):
        raise UnreadableFileError(_("Filen kan inte läsas som XLSX.")) from None
    return _table([[_cell_text(cell) for cell in line] for line in lines])


def _cell_text(value: Any) -> str:
    """A spreadsheet knows one kind of number; a whole one is written without decimals."""
    if isinstance(value, bool):
        return csv_cell(value)
    if isinstance(value, dt.datetime):
        return str(value.date()) if value.time() == dt.time.min else str(value)
    if isinstance(value, int | str | dt.date):
        return str(value).strip()
    return str(int(value)) if value == int(value) else repr(value)


def _table(lines: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Header and rows; blank lines at the end are dropped, a line of another length than the header is refused."""
    while lines and not any(lines[-1]):
        lines.pop()
    if not lines or not any(lines[0]):
        raise UnreadableFileError(_("Filens första rad ska vara kolumnrubriker."))
    header, *rows = lines
    while header and not header[-1]:
        header.pop()
    if len(rows) > MAX_ROWS:
        raise UnreadableFileError(
            _("Filen har %(rows)s rader; högst %(most)s tas emot.") % {"rows": len(rows), "most": MAX_ROWS}
        )
    for number, row in enumerate(rows, start=2):
        if any(row[len(header) :]) or (any(row) and len(row) < len(header)):
            raise UnreadableFileError(_("Rad %s har inte lika många kolumner som rubrikraden.") % number)
    return header, [(row + [""] * len(header))[: len(header)] for row in rows]
