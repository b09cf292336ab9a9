"""Jobs of the background worker."""

import datetime as dt

from django.utils import timezone
from procrastinate.contrib.django import app

from goals.actions import exports, reminders, snapshots
from goals.choices import ExportFormat, ExportState
from goals.models import Plan, PlanExport
from goals.reports import exports as reports
from goals.reports.reminders import reminders as told
from vp_portal.core import access


@app.periodic(cron="30 6 * * *", periodic_id="goals.send_reminders")
@app.task(name="goals.send_reminders", queueing_lock="goals.send_reminders", lock="goals.send_reminders")
def send_reminders(timestamp: int) -> int:
    """Tells who has check-ins to make, and the line above where they are late. Returns how many letters went."""
    today = access.today()
    plan = Plan.objects.current(today)
    return reminders.send(told(plan, today), at=timezone.now()) if plan else 0


@app.task(name=exports.EXPORT)
def export_plan(*, export_id: str) -> None:
    """Makes a file of the plan. Nothing when it is done, or swept away, in the meantime."""
    rows = PlanExport.objects.select_related("plan__unit", "decided", "asked_by")
    row = rows.filter(pk=export_id, state=ExportState.WORKING).first()
    if row is None:
        return
    try:
        exports.tell(row, 1)
        today = access.today()
        content = reports.content_for(row.plan, row.decided, today, row.asked_by)
        fmt = ExportFormat(row.format)
        body = reports.made(content, row.decided, fmt, today, progress=lambda percent: exports.tell(row, percent))
        exports.finish(row, body)
    except Exception:
        exports.fail(row)
        raise


@app.periodic(cron="41 3 * * *", periodic_id="goals.sweep_exports")
@app.task(name="goals.sweep_exports", queueing_lock="goals.sweep_exports")
def sweep_exports(timestamp: int) -> int:
    """Takes away files that are older than a day. Returns how many."""
    return exports.sweep(at=timezone.now())


@app.periodic(cron="50 21 * * *", periodic_id="goals.snapshot_indicators")
@app.task(name="goals.snapshot_indicators", queueing_lock="goals.snapshot_indicators", lock="goals.snapshot_indicators")
def snapshot_indicators(timestamp: int) -> int:
    """Late in the evening (the hour is UTC): what the computed measures are as of the day, and as of the end of the
    tertial before where a worker that stood still missed it. Returns how many were stored."""
    day = timezone.localdate(dt.datetime.fromtimestamp(timestamp, dt.UTC))
    plan = Plan.objects.current(day)
    return snapshots.take_due(plan, day, at=timezone.now()).stored if plan else 0
