"""Jobs of the background worker."""

from django.utils import timezone
from procrastinate.contrib.django import app

from finance.actions import allocation
from finance.actions.background import ALLOCATE
from vp_portal.core.models import User


@app.task(name=ALLOCATE)
def allocate(*, user_id: int | None = None) -> int:
    """Runs the allocation rules over the whole ledger. Returns the run's id."""
    by = User.objects.filter(pk=user_id).first() if user_id else None
    return allocation.run(by=by, at=timezone.now()).pk
