"""Booking a ledger file: all of it or nothing."""

import datetime as dt
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from finance.actions import allocation
from finance.actions.locks import hold_ledger
from finance.importing import cleaning, codes, control, partition, signs, staging
from finance.importing.control import PeriodTotal
from finance.importing.layout import Layout
from finance.importing.opening import Opened, open_ledger
from finance.importing.problems import Refusal, RowError, SkippedRow, UnknownCode, refuse
from finance.importing.records import Findings
from finance.importing.understanding import ReadingChoices
from finance.models import ImportBatch, ImportProfile, ImportSource
from vp_portal.core import audit
from vp_portal.core.choices import AuditEvent
from vp_portal.core.periods import Period

if TYPE_CHECKING:
    from vp_portal.core.models import User

#: What is under way, how much of it is done and how much there is: bytes while reading, rows after that.
Progress = Callable[[str, int, int], None]
READING, CHECKING, BOOKING_ROWS, ALLOCATING = "reading", "checking", "booking", "allocating"
#: Progress is told every so many rows.
_TOLD_EVERY = 5_000
#: What an amount in the database can hold.
LARGEST = Decimal(10) ** 12
BOOKED, DRY_RUN, REFUSED, DUPLICATE = "booked", "dry_run", "refused", "duplicate"


@dataclass(frozen=True)
class BookingResult:
    """What came of a file. `rows` were read, `booked` are stored; `sum` is that of the rows read."""

    status: str
    batch: int | None = None
    format: str = "csv"
    encoding: str = ""
    rows: int = 0
    booked: int = 0
    skipped: Sequence[SkippedRow] = ()
    sum: Decimal | None = None
    control_total: Decimal | None = None
    periods: dict[Period, PeriodTotal] = field(default_factory=dict)
    errors: Sequence[RowError] = ()
    error_count: int = 0
    unknown_codes: Sequence[UnknownCode] = ()
    seconds: float = 0.0

    @property
    def is_accepted(self) -> bool:
        """Booked, or would have been."""
        return self.status in {BOOKED, DRY_RUN}

    def as_json(self) -> dict[str, Any]:
        """The object of `import_postings --json`; amounts are strings with two decimals and a dot."""
        return {
            "status": self.status,
            "batch": self.batch,
            "format": self.format,
            "encoding": self.encoding,
            "rows": self.rows,
            "booked": self.booked,
            "skipped": [{"line": row.line, "reason": row.reason} for row in self.skipped],
            "sum": _text(self.sum),
            "control_total": _text(self.control_total),
            "periods": {str(int(p)): {"rows": t.rows, "sum": _text(t.sum)} for p, t in self.periods.items()},
            "errors": [{"line": e.line, "column": e.column, "value": e.value, "reason": e.reason} for e in self.errors],
            "error_count": self.error_count,
            "unknown_codes": [
                {"kind": u.kind, "code": u.code, "count": u.count, "sum": _text(u.sum)} for u in self.unknown_codes
            ],
            "seconds": round(self.seconds, 3),
        }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


class _Duplicate(Exception):  # noqa: N818  # an answer, not an error
    def __init__(self, batch_id: int) -> None:
        super().__init__(batch_id)
        self.batch_id = batch_id


@dataclass(frozen=True)
class _Order:
    """What is to be booked, and how."""

    path: Path
    source: ImportSource | None
    profile: ImportProfile | None
    period: Period | None
    create_codes: bool
    dry_run: bool
    by: "User | None"
    at: dt.datetime
    choices: ReadingChoices | None
    file_name: str
    code_map: Mapping[str, Mapping[str, str]]
    inspect: Callable[[ImportSource], None] | None
    progress: Progress


def book_file(  # noqa: PLR0913  # one entry, every option by its name
    path: Path | str,
    *,
    source: ImportSource | None = None,
    profile: ImportProfile | None = None,
    period: Period | None = None,
    create_codes: bool = False,
    dry_run: bool = False,
    by: "User | None" = None,
    at: dt.datetime,
    choices: ReadingChoices | None = None,
    file_name: str = "",
    code_map: Mapping[str, Mapping[str, str]] | None = None,
    inspect: Callable[[ImportSource], None] | None = None,
    progress: Progress | None = None,
) -> BookingResult:
    """Books one file of postings in one transaction, or says why not. A wrong file raises nothing.

    Without `profile`, one whose header names equal the file's is used; without `source`, the profile's, else the
    default one. `period` stands in for a period column. `create_codes` adds unknown codes to the registers.
    `dry_run` stores nothing. `choices` go before what the profile and the file say. `file_name` is what its owner
    calls the file; `code_map` role → code of the file → code to book it on instead. `inspect` is called when the
    rows are cleaned and nothing is booked yet, with their source.
    """
    started = time.perf_counter()
    path = Path(path)
    order = _Order(
        path,
        source,
        profile,
        period,
        create_codes,
        dry_run,
        by,
        at,
        choices,
        file_name or path.name,
        code_map or {},
        inspect,
        progress or (lambda _stage, _done, _total: None),
    )
    outcome = BookingResult(REFUSED)
    booking = _Booking(order)
    try:
        with transaction.atomic():
            booking.book()
        outcome = replace(booking.result, status=DRY_RUN if dry_run else BOOKED)
    except _Duplicate as duplicate:
        message = _("Filen är redan bokförd i importomgång %(batch)s.") % {"batch": duplicate.batch_id}
        error = RowError(0, "", "", message)
        outcome = replace(
            booking.result, status=DUPLICATE, batch=duplicate.batch_id, errors=(error,), error_count=1, booked=0
        )
    except Refusal as refusal:
        outcome = replace(
            booking.result,
            status=REFUSED,
            batch=None,
            booked=0,
            errors=refusal.errors,
            error_count=refusal.count,
            unknown_codes=refusal.unknown_codes,
        )
    return replace(outcome, seconds=time.perf_counter() - started)


class _Booking:
    """One file on its way. `result` holds what is known so far."""

    def __init__(self, order: _Order) -> None:
        self.order = order
        self.result = BookingResult(REFUSED)

    def _know(self, **facts: Any) -> None:
        self.result = replace(self.result, **facts)

    def book(self) -> None:
        order = self.order
        opened, layout, source, findings = self._stage()
        self._refuse_duplicate(opened.sha256)
        order.progress(CHECKING, 0, self.result.rows)
        mark = cleaning.clean(layout, order.period)
        codes.map_codes(order.code_map)
        signs.refuse_turned(source, order.choices)
        periods = control.totals_by_period()
        total = sum((period.sum for period in periods.values()), Decimal(0))
        self._know(periods=periods, sum=total)
        if abs(total) >= LARGEST:
            raise refuse(_("Summan är större än vad portalen räknar med: %(sum)s.") % {"sum": total})
        control_total = control.check_sum_rows(findings.sums, mark, total)
        unknown = codes.unknown_codes(source.chart)
        self._know(control_total=control_total, unknown_codes=[code.reported() for code in unknown])
        if order.inspect:
            order.inspect(source)
        self._refuse_unknown(unknown)
        if order.dry_run:
            staging.drop_tables()
            return
        hold_ledger()
        self._refuse_duplicate(opened.sha256)
        if unknown:  # What another booking has added in the meantime is no longer unknown.
            codes.create(codes.unknown_codes(source.chart), source.chart, by=order.by, at=order.at)
        order.progress(BOOKING_ROWS, 0, self.result.rows)
        codes.make_code_strings(source.chart)
        self._store(opened, layout, source)

    def _stage(self) -> tuple[Opened, Layout, ImportSource, Findings]:
        """The file's rows in the staging table."""
        order, findings = self.order, Findings()
        with open_ledger(order.path, order.choices, profile=order.profile, period=order.period) as opened:
            self._know(format=opened.format.value, encoding=opened.encoding)
            layout = opened.layout
            source = self._source(layout)
            staging.create_staging()
            staging.copy_rows(list(layout.columns), self._told(opened, findings))
        self._know(encoding=opened.encoding, rows=findings.rows, skipped=tuple(findings.skipped))
        if findings.errors:
            raise Refusal(findings.errors, count=findings.error_count)
        if not findings.rows:
            raise refuse(_("Filen har inga rader att bokföra."))
        return opened, layout, source, findings

    def _told(self, opened: Opened, findings: Findings) -> Iterator[tuple[int | str, ...]]:
        """The file's rows, telling how much of the file is read."""
        size = self.order.path.stat().st_size
        for number, row in enumerate(opened.rows(findings)):
            if number % _TOLD_EVERY == 0:
                self.order.progress(READING, min(opened.size, size), size)
            yield row

    def _refuse_duplicate(self, sha256: str) -> None:
        booked = ImportBatch.objects.in_force().filter(sha256=sha256).values_list("pk", flat=True).first()
        if booked is not None:
            raise _Duplicate(booked)

    def _source(self, layout: Layout) -> ImportSource:
        if self.order.source:
            return self.order.source
        if layout.profile:
            return layout.profile.source
        source = ImportSource.objects.filter(is_default=True).select_related("chart").first()
        if source is None:
            raise refuse(_("Ingen importkälla är förvald. Ange vilken källa filen kommer från."))
        return source

    def _refuse_unknown(self, unknown: Sequence[codes.Unknown]) -> None:
        if not unknown or self.order.create_codes:
            return
        message = _("%(count)s koder finns inte i registren. Lägg till dem, eller låt importen skapa dem.")
        raise Refusal(
            [RowError(0, "", "", message % {"count": len(unknown)})],
            unknown_codes=[code.reported() for code in unknown],
        )

    def _store(self, opened: Opened, layout: Layout, source: ImportSource) -> None:
        result = self.result
        assert result.sum is not None  # noqa: S101  # known since the rows were cleaned
        batch = ImportBatch.objects.create(
            source=source,
            profile=layout.profile,
            file_name=self.order.file_name.encode(errors="replace").decode(),
            file_size=opened.size,
            sha256=opened.sha256,
            file_format=result.format,
            encoding=opened.encoding,
            row_count=result.rows,
            total=result.sum,
            control_total=result.control_total,
            skipped=[{"line": row.line, "reason": row.reason} for row in result.skipped],
            booked_by=self.order.by,
            booked_at=self.order.at,
        )
        booked = partition.book(batch)
        if booked != result.rows:
            raise RuntimeError(f"{result.rows} rows were read and {booked} booked")
        self.order.progress(ALLOCATING, booked, booked)
        allocation.extend(batch)
        staging.drop_tables()
        self._know(batch=batch.pk, booked=booked)
        audit.record(AuditEvent.IMPORT, user=self.order.by, target=batch, source=source.code, rows=booked)
