"""Booking a ledger file: all of it or nothing."""

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _
from psycopg.errors import DiskFull

from finance.actions import allocation, flags, overlap, periods, supplier_sums, undo
from finance.actions.locks import hold_ledger
from finance.actions.originals import Original
from finance.actions.results import BOOKED, DRY_RUN, DUPLICATE, REFUSED, BookingResult
from finance.choices import WhenBooked
from finance.importing import cleaning, codes, control, partition, signs, staging
from finance.importing.groups import Reading
from finance.importing.layout import Layout
from finance.importing.opening import open_ledger
from finance.importing.problems import Refusal, RowError, refuse
from finance.importing.staged import Staged, stage
from finance.importing.understanding import ReadingChoices
from finance.models import ImportBatch, ImportProfile, ImportSource
from vp_portal.core import audit, formatting
from vp_portal.core.choices import AuditEvent
from vp_portal.core.periods import Period

if TYPE_CHECKING:
    from vp_portal.core.models import User

__all__ = ["BOOKED", "DRY_RUN", "DUPLICATE", "REFUSED", "BookingResult", "WhenBooked", "book_file"]

#: What an amount in the database can hold.
LARGEST = Decimal(10) ** 12
#: Told as (stage, done, total): bytes while "reading"; then "checking", "booking", "indexing", "allocating" as 0 of 0.
Progress = Callable[[str, int, int], None]
#: Called with the source and the cleaned rows when nothing is booked yet.
Inspect = Callable[[ImportSource, Reading], None]


class _Duplicate(Exception):  # noqa: N818  # an answer, not an error
    def __init__(self, batch: ImportBatch) -> None:
        super().__init__(batch)
        self.batch = batch

    @property
    def message(self) -> str:
        return _("Filen är redan bokförd i importomgång %(batch)s, %(time)s av %(who)s.") % {
            "batch": self.batch.pk,
            "time": formatting.iso_time(self.batch.booked_at),
            "who": overlap.name_of(self.batch.booked_by),
        }


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
    when_booked: WhenBooked
    reason: str
    progress: Progress
    file_name: str
    code_map: Mapping[str, Mapping[str, str]]
    inspect: Inspect
    stated_total: Decimal | None
    may_differ: bool


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
    when_booked: WhenBooked = WhenBooked.REFUSE,
    reason: str = "",
    progress: Progress | None = None,
    file_name: str = "",
    code_map: Mapping[str, Mapping[str, str]] | None = None,
    inspect: Inspect | None = None,
    stated_total: Decimal | None = None,
    may_differ: bool = False,
) -> BookingResult:
    """Books one file of postings in one transaction, or says why not. A wrong file raises nothing.

    Without `profile`, one whose header names equal the file's is used; without `source`, the profile's, else the
    default one. `period` stands in for a period column. `create_codes` adds unknown codes to the registers.
    `dry_run` stores nothing. `choices` go before what the profile and the file say. `when_booked` says what becomes
    of a file whose source has rows in one of its periods already. `reason` stands in the history, and lets an
    administrator into locked periods. `file_name` is what its owner calls the file; `code_map` role → code of the
    file → code to book it on instead. `stated_total` is a control total that somebody typed: the file is refused when
    its sum is another, unless it `may_differ`.
    """
    started = time.perf_counter()
    order = _Order(
        Path(path), source, profile, period, create_codes, dry_run, by, at, choices, when_booked, reason,
        progress or (lambda stage, done, total: None), file_name or Path(path).name, code_map or {},
        inspect or (lambda source, reading: None), stated_total, may_differ,
    )  # fmt: skip
    booking = _Booking(order)
    return replace(_answer(booking), seconds=time.perf_counter() - started)


def _answer(booking: "_Booking") -> BookingResult:
    try:
        with transaction.atomic(), Original() as original:
            booking.book(original)
    except _Duplicate as duplicate:
        return _not_booked(booking.result, Refusal([RowError(0, "", "", duplicate.message)]), duplicate.batch.pk)
    except Refusal as refusal:
        return _not_booked(booking.result, refusal)
    except (periods.LockedPeriod, undo.Busy) as locked:
        reason = str(locked) or _("Huvudboken är upptagen. Inget är ändrat; försök igen om en stund.")
        return _not_booked(booking.result, refuse(reason))
    except OperationalError as error:
        if not isinstance(error.__cause__, DiskFull):
            raise
        return _not_booked(booking.result, refuse(_("Databasens disk är full. Inget är lagrat.")))
    return replace(booking.result, status=DRY_RUN if booking.order.dry_run else BOOKED)


def _not_booked(result: BookingResult, refusal: Refusal, duplicate_of: int | None = None) -> BookingResult:
    return replace(
        result,
        status=DUPLICATE if duplicate_of else REFUSED,
        batch=duplicate_of,
        booked=0,
        replaced=(),
        errors=refusal.errors,
        error_count=refusal.count,
        unknown_codes=result.unknown_codes if duplicate_of else refusal.unknown_codes,
    )


class _Booking:
    """One file on its way. `result` holds what is known so far."""

    def __init__(self, order: _Order) -> None:
        self.order = order
        self.result = BookingResult(REFUSED)

    def _know(self, **facts: Any) -> None:
        self.result = replace(self.result, **facts)

    def _tell(self, name: str) -> None:
        self.order.progress(name, 0, 0)

    def book(self, original: Original) -> None:
        order = self.order
        staged, source = self._stage(original)
        self._tell("checking")
        reading = self._check(staged)
        codes.map_codes(order.code_map)
        signs.refuse_turned(source, order.choices)
        unknown = codes.unknown_codes(reading, source.chart)
        self._know(unknown_codes=[code.reported() for code in unknown])
        order.inspect(source, reading)
        self._refuse_unknown(unknown)
        if order.dry_run:
            self._know(replaced=[batch.pk for batch in self._in_the_way(source)])
            staging.drop_tables()
            return
        self._tell("booking")
        hold_ledger()
        self._refuse_duplicate(staged.sha256)
        replaced = self._in_the_way(source)
        if unknown:  # What another booking has added in the meantime is no longer unknown.
            codes.create(codes.unknown_codes(reading, source.chart), source.chart, by=order.by, at=order.at)
        codes.make_code_strings(source.chart)
        batch = self._new_batch(staged, source, original.publish())
        for old in replaced:
            undo.end(old, by=order.by, at=order.at, reason=order.reason, replaced_by=batch)
            allocation.withdraw(old)
            flags.open_again(old)
        self._fill(batch, reading)
        self._tell("allocating")
        allocation.extend(batch)
        flags.follow(batch, at=order.at)
        staging.drop_tables()
        self._know(batch=batch.pk, booked=batch.row_count, replaced=[old.pk for old in replaced])
        old_ones = [old.pk for old in replaced]
        details: dict[str, Any] = {"source": source.code, "rows": batch.row_count, "replaced": old_ones}
        supplier_sums.request_sums()
        audit.record(AuditEvent.IMPORT, user=order.by, target=batch, **details)
        for old in replaced:
            undo.move_out(old)

    def _stage(self, original: Original) -> tuple[Staged, ImportSource]:
        """The file's rows in the staging table, and a copy of the file."""
        order = self.order
        with open_ledger(order.path, order.choices, profile=order.profile, period=order.period) as opened:
            self._know(format=opened.format.value, encoding=opened.encoding)
            source = self._source(opened.layout)
            size = opened.path.stat().st_size
            staged = stage(opened, lambda done: order.progress("reading", done, size))
            self._know(encoding=staged.encoding, rows=staged.findings.rows, skipped=tuple(staged.findings.skipped))
            if not staged.findings.rows and staged.findings.errors:
                raise Refusal(staged.findings.errors, count=staged.findings.error_count)
            if not staged.findings.rows:
                raise refuse(_("Filen har inga rader att bokföra."))
            self._refuse_duplicate(staged.sha256)
            if not order.dry_run:
                original.take(opened.path, staged.sha256)
        return staged, source

    def _check(self, staged: Staged) -> Reading:
        """The staged rows as values and totals. Raises Refusal."""
        reading = cleaning.clean(staged.layout, self.order.period, staged.findings)
        totals = control.totals_by_period()
        total = sum((period.sum for period in totals.values()), Decimal(0))
        self._know(periods=totals, sum=total)
        if abs(total) >= LARGEST:
            raise refuse(_("Summan är större än vad portalen räknar med: %(sum)s.") % {"sum": total})
        if not self.order.may_differ:
            control.check_stated(total, self.order.stated_total)
        self._know(control_total=control.check_sum_rows(staged.findings.sums, reading, total))
        return reading

    def _in_the_way(self, source: ImportSource) -> list[ImportBatch]:
        """The batches to replace. Raises Refusal or LockedPeriod."""
        own = set(self.result.periods)
        periods.check_open(own, by=self.order.by, reason=self.order.reason)
        return overlap.in_the_way(source, own, self.order.when_booked)

    def _refuse_duplicate(self, sha256: str) -> None:
        booked = ImportBatch.objects.in_force().filter(sha256=sha256).select_related("booked_by").first()
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

    def _new_batch(self, staged: Staged, source: ImportSource, stored_file: str) -> ImportBatch:
        result, order = self.result, self.order
        assert result.sum is not None  # noqa: S101  # known since the rows were cleaned
        batch = ImportBatch(
            source=source,
            profile=staged.layout.profile,
            file_name=order.file_name.encode(errors="replace").decode(),
            file_size=staged.size,
            sha256=staged.sha256,
            file_format=result.format,
            encoding=staged.encoding,
            row_count=result.rows,
            total=result.sum,
            control_total=result.control_total,
            stated_total=order.stated_total,
            stated_by=order.by if order.stated_total is not None else None,
            skipped=[{"line": row.line, "reason": row.reason} for row in result.skipped],
            booked_by=order.by,
            booked_at=order.at,
            stored_file=stored_file,
        )
        batch._history_user, batch._change_reason = order.by, order.reason or None  # type: ignore[attr-defined]
        batch.save()
        return batch

    def _fill(self, batch: ImportBatch, reading: Reading) -> None:
        booked = partition.fill(batch, reading)
        if booked != batch.row_count:
            raise RuntimeError(f"{batch.row_count} rows were read and {booked} booked")
        self._tell("indexing")
        partition.attach(batch)
