"""Asking the background worker for what takes too long for a page."""

from typing import TYPE_CHECKING

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

if TYPE_CHECKING:
    from vp_portal.core.models import User

#: The task's name in `finance/tasks.py`, and the lock that keeps one such job in the queue.
ALLOCATE = "finance.allocate"
#: The tasks that take an upload on.
PREVIEW, BOOK = "finance.preview_upload", "finance.book_upload"
_UNFINISHED = ("todo", "doing")


def request_allocation(*, by: "User") -> bool:
    """Has the worker run the rules again. False when that is already waiting its turn: once is enough."""
    try:
        with transaction.atomic():
            app.configure_task(ALLOCATE, queueing_lock=ALLOCATE).defer(user_id=by.pk)
    except AlreadyEnqueued:
        return False
    return True


def allocation_is_under_way() -> bool:
    """Whether a run is waiting or working. One query."""
    return ProcrastinateJob.objects.filter(task_name=ALLOCATE, status__in=_UNFINISHED).exists()


def defer(task: str, *, upload_id: int) -> int:
    """Has the worker do it; one job at a time for each upload. Returns the job's id."""
    job: int = app.configure_task(task, lock=f"upload-{upload_id}").defer(upload_id=upload_id)
    return job


def is_unfinished(job_id: int | None) -> bool:
    """Whether the job is waiting or working. One query."""
    return job_id is not None and ProcrastinateJob.objects.filter(pk=job_id, status__in=_UNFINISHED).exists()
