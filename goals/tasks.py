"""Jobs of the background worker."""

from django.utils import timezone
from procrastinate.contrib.django import app

from goals.actions import reminders
from goals.models import Plan
from goals.reports.reminders import reminders as told
from vp_portal.core import access


@app.periodic(cron="30 6 * * *", periodic_id="goals.send_reminders")
@app.task(name="goals.send_reminders", queueing_lock="goals.send_reminders", lock="goals.send_reminders")
def send_reminders(timestamp: int) -> int:
    """Tells who has check-ins to make, and the line above where they are late. Returns how many letters went."""
    today = access.today()
    plan = Plan.objects.current(today)
    return reminders.send(told(plan, today), at=timezone.now()) if plan else 0
