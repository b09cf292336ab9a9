"""Jobs of the background worker."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from finance.actions import allocation, supplier_sums, uploads
from finance.actions.background import ALLOCATE, BOOK, PREVIEW
from finance.actions.supplier_sums import SUM_SUPPLIERS
from finance.choices import UploadState
from finance.models import Upload
from vp_portal.core.models import User

#: A lost database is tried again after 3, 9, 27 and 81 seconds. What else fails would fail again.
_AGAIN = RetryStrategy(max_attempts=5, exponential_wait=3, retry_exceptions={OperationalError, InterfaceError})


@contextmanager
def _own_connection() -> Iterator[None]:
    """A connection that is alive; one that was lost is given up, so that the next attempt gets a new one."""
    if not connection.in_atomic_block:
        close_old_connections()
    try:
        yield
    except (OperationalError, InterfaceError):
        if not connection.in_atomic_block:
            connection.close()
        raise


@app.task(name=ALLOCATE, retry=_AGAIN)
@_own_connection()
def allocate(*, user_id: int | None = None) -> int:
    """Runs the allocation rules over the whole ledger. Returns the run's id."""
    by = User.objects.filter(pk=user_id).first() if user_id else None
    return allocation.run(by=by, at=timezone.now()).pk


@app.task(name=PREVIEW, retry=_AGAIN)
@_own_connection()
def preview_upload(*, upload_id: int) -> None:
    """The dry run of an uploaded file. Nothing when it is done, or given up, in the meantime."""
    upload = Upload.objects.filter(pk=upload_id, state=UploadState.PREVIEWING).first()
    if upload:
        uploads.preview(upload, at=timezone.now())


@app.task(name=BOOK, retry=_AGAIN)
@_own_connection()
def book_upload(*, upload_id: int) -> None:
    """Books an uploaded file. Run twice, or again after its worker was killed, it books once."""
    upload = Upload.objects.filter(pk=upload_id, state=UploadState.BOOKING).first()
    if upload:
        uploads.book(upload, at=timezone.now())


@app.task(name=SUM_SUPPLIERS, retry=_AGAIN, queueing_lock=SUM_SUPPLIERS, lock=SUM_SUPPLIERS)
@_own_connection()
def sum_suppliers() -> int:
    """Adds up by supplier what has been booked since. Returns how many batches."""
    return supplier_sums.sum_waiting(at=timezone.now())


@app.periodic(cron="37 3 * * *", periodic_id="finance.sum_missed_suppliers")
@app.task(name="finance.sum_missed_suppliers", queueing_lock="finance.sum_missed_suppliers", lock=SUM_SUPPLIERS)
def sum_missed_suppliers(timestamp: int) -> int:
    """The same for what was booked before there were such sums, or whose job was lost."""
    return supplier_sums.sum_waiting(at=timezone.now())


@app.periodic(cron="17 3 * * *", periodic_id="finance.sweep_uploads")
@app.task(name="finance.sweep_uploads", queueing_lock="finance.sweep_uploads")
def sweep_uploads(timestamp: int) -> int:
    """Takes away files that nobody came back to. Returns how many."""
    return uploads.sweep(at=timezone.now())
