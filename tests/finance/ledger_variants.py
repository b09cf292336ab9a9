"""The same ledger in every dress: encodings, separators, number styles and containers."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter

from finance.choices import ColumnRole
from finance.importing.amounts import find_mark, parse_amount
from finance.importing.opening import open_ledger
from finance.importing.records import Findings
from finance.importing.understanding import ReadingChoices, Understanding

HEADER = ("Period", "Konto", "Konto(T)", "Ansvar", "Vernr", "Datum", "Text", "Belopp")
#: Account, its name, cost centre, text, amount. Enough Swedish letters to tell encodings apart.
LINES = (
    ("5010", "Lokalhyra", "VSÖ", "Hyra för kontor på Åsögatan", "1234567.89"),
    ("5730", "Datatjänster", "BPN", "Återbäring, köp av skärmar; två st", "-1000.50"),
    ("4011", "Löner", "ÅÄÖ", 'Lön "mars" för Örjan', "98765.00"),
    ("5010", "Lokalhyra", "VSÖ", "Hyra för kontor på Åsögatan", "1234567.89"),
    ("6911", "Avskrivning", "0040", "Möbler", "0.05"),
)
TOTAL = sum(Decimal(line[4]) for line in LINES)

ENCODINGS = {
    "UTF-8": ("utf-8", b""),
    "UTF-8 med BOM": ("utf-8", b"\xef\xbb\xbf"),
    "UTF-16 LE": ("utf-16-le", b"\xff\xfe"),
    "UTF-16 BE": ("utf-16-be", b"\xfe\xff"),
    "UTF-16 LE utan BOM": ("utf-16-le", b""),
    "UTF-16 BE utan BOM": ("utf-16-be", b""),
    "windows-1252": ("cp1252", b""),
    "ISO-8859-1": ("iso8859-1", b""),
    "ISO-8859-15": ("iso8859-15", b""),
    "MacRoman": ("mac-roman", b""),
    "CP437": ("cp437", b""),
    "CP850": ("cp850", b""),
}


def _swedish(amount: str, group: str = "") -> str:
    return f"{Decimal(amount):,.2f}".replace(",", "G").replace(".", ",").replace("G", group)


def _trailing(amount: str) -> str:
    text = _swedish(amount.lstrip("-"), " ")
    return f"{text}-" if amount.startswith("-") else text


def _brackets(amount: str) -> str:
    text = _swedish(amount.lstrip("-"), ".")
    return f"({text})" if amount.startswith("-") else text


#: How an amount is written. None of them needs a profile.
STYLES: dict[str, Callable[[str], str]] = {
    "plain comma": _swedish,
    "plain dot": lambda amount: f"{Decimal(amount):.2f}",
    "spaces": lambda amount: _swedish(amount, " "),
    "no-break spaces": lambda amount: _swedish(amount, "\u00a0"),
    "dots": lambda amount: _swedish(amount, "."),
    "English": lambda amount: f"{Decimal(amount):,.2f}",
    "apostrophes": lambda amount: _swedish(amount, "'"),
    "minus behind": _trailing,
    "brackets": _brackets,
    "kr": lambda amount: f"{_swedish(amount, ' ')} kr",
}


def rows_in(style: str) -> list[list[str]]:
    write = STYLES[style]
    return [
        ["202503", account, name, centre, str(number), "2025-03-14", text, write(amount)]
        for number, (account, name, centre, text, amount) in enumerate(LINES, start=1)
    ]


def delimited(rows: Iterable[Sequence[str]], separator: str = ";", line_end: str = "\r\n") -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=line_end)
    writer.writerows([HEADER, *rows])
    return out.getvalue()


def make_xlsx(path: Path, rows: Iterable[Sequence[Any]], **options: Any) -> Path:
    """A workbook of one sheet. A Decimal becomes a number cell, all else text."""
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet("Blad1")
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, Decimal):
                    sheet.write_number(row, column, float(cell))
                else:
                    sheet.write_string(row, column, cell)
    return path


_MANIFEST = (
    '<?xml version="1.0"?><m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry '
    'm:full-path="/" m:media-type="application/vnd.oasis.opendocument.spreadsheet"/></m:manifest>'
)


def _ods_cell(cell: Any) -> str:
    if isinstance(cell, Decimal):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'


def make_ods(path: Path, rows: Iterable[Sequence[Any]], *, extra: str = "", sheet: str = "Blad1") -> Path:
    """As `make_xlsx`. `extra` is XML after the rows."""
    body = "".join(f"<table:table-row>{''.join(map(_ods_cell, cells))}</table:table-row>" for cells in rows)
    names = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{names}:office:1.0" '
        f'xmlns:table="{names}:table:1.0" xmlns:text="{names}:text:1.0" '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version="1.3">'
        f"<office:body><office:spreadsheet><table:table table:name={quoteattr(sheet)}>{body}{extra}</table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
    return path


class Read:
    """All of a file: what was understood, its rows by role, and what was found beside them."""

    def __init__(self, path: Path, choices: ReadingChoices | None = None, **options: Any) -> None:
        self.findings = Findings()
        with open_ledger(path, choices, **options) as opened:
            self.understanding: Understanding = opened.understanding
            self.layout = opened.layout
            self.encoding, self.format, self.sha256 = opened.encoding, opened.format, opened.sha256
            roles = list(self.layout.columns)
            self.rows = [
                {ColumnRole.LINE: line, **dict(zip(roles, cells, strict=True))}
                for line, *cells in opened.rows(self.findings)
            ]
        self.mark = self.layout.decimal_mark or find_mark(row[ColumnRole.AMOUNT] for row in self.rows)

    def of(self, role: ColumnRole) -> list[str]:
        return [row[role] for row in self.rows]

    @property
    def amounts(self) -> list[Decimal]:
        return [parse_amount(text, self.mark) for text in self.of(ColumnRole.AMOUNT)]

    @property
    def total(self) -> Decimal:
        return sum(self.amounts, Decimal(0))


def understood(path: Path, choices: ReadingChoices | None = None, **options: Any) -> Understanding:
    with open_ledger(path, choices, **options) as opened:
        return opened.understanding
