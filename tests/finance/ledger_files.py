"""Small ledger files for tests."""

import datetime as dt
from pathlib import Path

from finance.actions.imports import BookingResult, book_file
from finance.choices import WhenBooked
from finance.models import ImportSource
from tests.factories.finance import AccountGroupFactory, ChartFactory, SourceFactory

AT = dt.datetime(2025, 9, 10, 8, 0, tzinfo=dt.UTC)
HEADER = "Period;Konto;Konto(T);Kst;Projekt;Vernr;Datum;Text;Belopp"
ROWS = (
    "202503;5010;Lokalhyra;1100;P1;1;2025-03-14;Hyra mars;1000,00",
    "202503;5730;Licenser;1100;;2;2025-03-15;Licens;2 500,50",
    "202504;5730;Licenser;1200;;3;2025-04-01;Kredit;-500,25",
)


def default_source() -> ImportSource:
    """The default source, with a chart whose 50–59 are costs."""
    source = ImportSource.objects.filter(is_default=True).first()
    if source is None:
        source = SourceFactory(code="huvudbok", is_default=True, chart=ChartFactory(code="stat"))
        AccountGroupFactory(chart=source.chart, code="drift", name="Drift", ranges=[("50", "59")])
    return source


def write(folder: Path, *rows: str, header: str = HEADER, name: str = "huvudbok.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes("\r\n".join([header, *rows, ""]).encode(encoding))
    return path


def book(path: Path, **options) -> BookingResult:
    """Books with unknown codes made, in the default source, beside what is booked in its periods already."""
    default_source()
    return book_file(path, **{"create_codes": True, "when_booked": WhenBooked.ADD, "at": AT, **options})
