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
