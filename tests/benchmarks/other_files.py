"""Files of other kinds: real rows, a workbook, SIE."""

from collections.abc import Iterator
from pathlib import Path

import xlsxwriter
from django.conf import settings

from tests.benchmarks import ledger

REAL = Path("shared", "ledger", "leverantorsreskontra-2016-03.csv")
ROWS = 100_000


def files(folder: Path) -> Iterator[tuple[str, Path]]:
    real = Path(settings.BASE_DIR).parent / REAL
    if real.exists():
        yield "verklig leverantörsreskontra (CSV)", real
    yield "arbetsbok (XLSX)", _workbook(folder / "bok.xlsx")
    yield "SIE 4", _sie(folder / "verifikationer.se")


def _workbook(path: Path) -> Path:
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet("Huvudbok")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, ledger.HEADER.split(";"))
    for line, row in enumerate(ledger.rows(ROWS, year=2019), start=1):
        sheet.write_row(line, 0, [str(row.period), *ledger.codes_of(row)])
        sheet.write_datetime(line, 7, row.day, day)
        sheet.write_row(line, 8, [row.voucher, row.supplier, row.text])
        sheet.write_number(line, 11, row.ore / 100)
    book.close()
    return path


def _sie(path: Path) -> Path:
    """Vouchers of two transactions each, that sum to zero."""
    with path.open("w", encoding="cp437", newline="") as file:
        file.write('#FLAGGA 0\r\n#PROGRAM "Benchmark" 1\r\n#FORMAT PC8\r\n#SIETYP 4\r\n#FNAMN "Benchmark"\r\n')
        file.write("#RAR 0 20180101 20181231\r\n")
        for number, row in enumerate(ledger.rows(ROWS // 2, year=2018), start=1):
            day = f"{row.day:%Y%m%d}"
            objects = f'{{1 "{row.centre}"}}' if not row.project else f'{{1 "{row.centre}" 6 "{row.project}"}}'
            amount = ledger.kronor(row.ore, ".")
            against = ledger.kronor(-row.ore, ".")
            file.write(f'#VER A {number} {day} "{row.text}"\r\n{{\r\n#TRANS {row.account} {objects} {amount}\r\n')
            file.write(f"#TRANS 1930 {{}} {against}\r\n}}\r\n")
    return path
