"""Writes the demo's ledger as the files that a finance system exports, and books them one month at a time."""

import csv
import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from finance.actions import allocation, imports
from finance.choices import WhenBooked
from finance.models import ImportProfile
from vp_portal.core.models import User
from vp_portal.core.periods import Period
from vp_portal.overview.demo.calendar import Calendar
from vp_portal.overview.demo.files import rows
from vp_portal.overview.demo.ledger import Ledger, Line

PROFILE = "ekonomisystem-export"
HEADER = [
    "Period",
    "VT",
    "Vernr",
    "Verdatum",
    "Konto",
    "Konto(T)",
    "Kst",
    "Kst(T)",
    "Projekt",
    "Projekt(T)",
    "Vht",
    "Fin",
    "Motpart",
    "Lev.nr",
    "Lev.nr(T)",
    "Text",
    "Belopp",
]
#: The controller takes in a month on the 12th of the next one, at half past nine.
_DAY, _TIME = 12, dt.time(9, 30)


class LedgerFiles:
    """The files of the demo's ledger, in a folder of the trial."""

    def __init__(self, calendar: Calendar, postings: int) -> None:
        self.ledger = Ledger(calendar.periods, postings)
        self.folder = Path(settings.VAR_DIR) / "demo"
        self._accounts, self._centres, self._projects = (_names(t) for t in ("accounts", "cost_centres", "projects"))
        self._suppliers = {row["code"]: row for row in rows("demo/suppliers")}

    def write(self) -> Iterator[tuple[Period, Path]]:
        """One file a month: windows-1252, `;`, decimal comma, a sum row last."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for period, lines in self.ledger.months():
            path = self.folder / f"huvudbok-{period}.csv"
            with path.open("w", encoding="cp1252", newline="") as file:
                writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
                writer.writerow(HEADER)
                writer.writerows(self._record(period, line) for line in lines)
                total = sum((line.amount for line in lines), Decimal(0))
                writer.writerow(["Summa", *[""] * (len(HEADER) - 2), _amount(total)])
            yield period, path

    def _record(self, period: Period, line: Line) -> list[object]:
        stream = line.stream
        supplier = self._suppliers.get(line.supplier, {"name": "", "counterparty": ""})
        return [
            int(period),
            stream.series,
            f"{period.year % 100}{line.voucher:06}",
            period.first_day + dt.timedelta(days=line.day - 1),
            stream.account,
            self._accounts[stream.account],
            stream.cost_centre,
            self._centres[stream.cost_centre],
            stream.project,
            self._projects.get(stream.project, ""),
            stream.activity,
            stream.funder,
            supplier["counterparty"] or ("0010" if stream.series == "IN" else ""),
            line.supplier,
            supplier["name"],
            line.text,
            _amount(line.amount),
        ]


def _names(table: str) -> dict[str, str]:
    return {row["code"]: row["name"] for row in rows(f"demo/{table}")}


def _amount(amount: Decimal) -> str:
    return str(amount).replace(".", ",")


def book(
    calendar: Calendar,
    postings: int,
    *,
    by: User,
    report: Callable[[str, int], None],
    when_booked: WhenBooked = WhenBooked.REFUSE,
) -> int:
    """Runs the rules, then books month after month; each batch is allocated as it comes. Returns the rows booked."""
    files = LedgerFiles(calendar, postings)
    allocation.run(by=by, at=_booked_at(calendar, calendar.periods[0]) - dt.timedelta(hours=1))
    profile = ImportProfile.objects.select_related("source").get(code=PROFILE)
    booked = 0
    for period, path in files.write():
        at = _booked_at(calendar, period)
        result = imports.book_file(path, source=profile.source, profile=profile, by=by, at=at, when_booked=when_booked)
        if result.status != "booked":
            raise RuntimeError(f"{path.name}: {result.status} {result.errors[:3]} {result.unknown_codes[:3]}")
        booked += result.booked
        report(path.name, result.booked)
    return booked


def _booked_at(calendar: Calendar, period: Period) -> dt.datetime:
    """When a month's file was taken in; never after today."""
    day = min(period.shift(1).first_day.replace(day=_DAY), calendar.today)
    moment = _TIME if day < calendar.today else dt.time.min
    return dt.datetime.combine(day, moment, timezone.get_current_timezone())
