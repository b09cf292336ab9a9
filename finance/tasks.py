"""Jobs of the background worker."""

from django.utils import timezone
from procrastinate.contrib.django import app

from finance.actions import allocation, uploads
from finance.actions.background import ALLOCATE, BOOK, PREVIEW
from finance.choices import UploadState
from finance.models import Upload
from vp_portal.core.models import User


@app.task(name=ALLOCATE)
def allocate(*, user_id: int | None = None) -> int:
    """Runs the allocation rules over the whole ledger. Returns the run's id."""
    by = User.objects.filter(pk=user_id).first() if user_id else None
    return allocation.run(by=by, at=timezone.now()).pk


@app.task(name=PREVIEW)
def preview_upload(*, upload_id: int) -> None:
    """The dry run of an uploaded file. Nothing when it is done, or given up, in the meantime."""
    upload = Upload.objects.filter(pk=upload_id, state=UploadState.PREVIEWING).first()
    if upload:
        uploads.preview(upload, at=timezone.now())


@app.task(name=BOOK)
def book_upload(*, upload_id: int) -> None:
    """Books an uploaded file. Run twice, or again after its worker was killed, it books once."""
    upload = Upload.objects.filter(pk=upload_id, state=UploadState.BOOKING).first()
    if upload:
        uploads.book(upload, at=timezone.now())


@app.periodic(cron="17 3 * * *", periodic_id="finance.sweep_uploads")
@app.task(name="finance.sweep_uploads", queueing_lock="finance.sweep_uploads")
def sweep_uploads(timestamp: int) -> int:
    """Takes away files that nobody came back to. Returns how many."""
    return uploads.sweep(at=timezone.now())
