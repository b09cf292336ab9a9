"""Files of the plan that the background worker makes, and how far it has come with them."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app

from goals.choices import ExportFormat, ExportState
from goals.models import DecidedPlan, Plan, PlanExport

if TYPE_CHECKING:
    from vp_portal.core.models import User

#: The task's name in `goals/tasks.py`.
EXPORT = "goals.export_plan"
KEPT = dt.timedelta(days=1)


def start(plan: Plan, decided: DecidedPlan | None, fmt: ExportFormat, *, by: "User", at: dt.datetime) -> PlanExport:
    """Has the worker make the file."""
    with transaction.atomic():
        row = PlanExport.objects.create(plan=plan, decided=decided, format=fmt, asked_by=by, asked_at=at)
        row.job_id = app.configure_task(EXPORT, lock=f"export-{row.pk}").defer(export_id=str(row.pk))
        row.save(update_fields=["job_id"])
    return row


def path_of(row: PlanExport) -> Path:
    return Path(settings.MEDIA_ROOT) / "exports" / row.pk.hex


def _progress_file(row: PlanExport) -> Path:
    return path_of(row).with_suffix(".progress")


def tell(row: PlanExport, percent: int) -> None:
    """How far the work has come. In a file: the job's transaction shows nothing until it ends."""
    path_of(row).parent.mkdir(parents=True, exist_ok=True)
    _progress_file(row).write_text(str(percent))


def percent_of(row: PlanExport) -> int:
    """0 before the worker has begun."""
    try:
        return int(_progress_file(row).read_text() or 0)
    except (OSError, ValueError):
        return 0


def finish(row: PlanExport, body: bytes) -> None:
    """Stores the file. A job that is run again stores the same once more."""
    part = path_of(row).with_suffix(".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(body)
    part.replace(path_of(row))
    _set(row, ExportState.DONE)


def fail(row: PlanExport) -> None:
    _set(row, ExportState.FAILED)


def _set(row: PlanExport, state: ExportState) -> None:
    row.state = state
    row.save(update_fields=["state"])
    _progress_file(row).unlink(missing_ok=True)


def sweep(*, at: dt.datetime) -> int:
    """Takes away files and rows that are older than a day. Returns how many."""
    old = list(PlanExport.objects.filter(asked_at__lt=at - KEPT))
    for row in old:
        path_of(row).unlink(missing_ok=True)
        _progress_file(row).unlink(missing_ok=True)
        row.delete()
    return len(old)
