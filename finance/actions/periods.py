"""Locked periods: what is booked in them stays, unless an administrator says why not."""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from finance.actions.locks import hold_ledger
from finance.models import PeriodLock
from vp_portal.core import audit
from vp_portal.core.access import Role, has_role
from vp_portal.core.choices import AuditEvent
from vp_portal.core.periods import Period

if TYPE_CHECKING:
    from vp_portal.core.models import User


class ReasonMissing(Exception):  # noqa: N818  # the name says what is the matter
    """A period is locked or opened for a reason."""


class AlreadySo(Exception):  # noqa: N818  # as above
    """The period is locked already, or is not locked."""


class LockedPeriod(Exception):  # noqa: N818  # as above
    """The message says which periods are locked, since when and why."""


@transaction.atomic
def lock(period: Period, *, by: "User | None", at: dt.datetime, reason: str) -> PeriodLock:
    """Raises ReasonMissing, or AlreadySo. Waits for a booking that is under way."""
    hold_ledger()
    if not reason.strip():
        raise ReasonMissing
    if PeriodLock.objects.in_force().filter(period=period).exists():
        raise AlreadySo
    made = PeriodLock(period=period, locked_by=by, locked_at=at, reason=reason.strip())
    _save(made, by, reason)
    audit.record(AuditEvent.PERIOD_LOCK, user=by, target=str(int(period)), locked=True)
    return made


@transaction.atomic
def unlock(period: Period, *, by: "User | None", at: dt.datetime, reason: str) -> PeriodLock:
    """Raises ReasonMissing, or AlreadySo."""
    hold_ledger()
    if not reason.strip():
        raise ReasonMissing
    held = PeriodLock.objects.in_force().filter(period=period).first()
    if held is None:
        raise AlreadySo
    held.opened_by, held.opened_at, held.opened_reason = by, at, reason.strip()
    _save(held, by, reason)
    audit.record(AuditEvent.PERIOD_LOCK, user=by, target=str(int(period)), locked=False)
    return held


def _save(row: PeriodLock, by: "User | None", reason: str) -> None:
    row._history_user, row._change_reason = by, reason.strip()  # type: ignore[attr-defined]  # read by simple_history
    row.save()


def check_open(periods: Iterable[Period], *, by: "User | None", reason: str) -> None:
    """Raises LockedPeriod when one of the periods is locked, unless an administrator gives a reason."""
    locks = list(PeriodLock.objects.in_force().filter(period__in=list(periods)).order_by("period"))
    if not locks or (by is not None and reason.strip() and has_role(by, Role.ADMINISTRATOR)):
        return
    listed = ", ".join(f"{held.period} ({held.locked_at:%Y-%m-%d}: {held.reason})" for held in locks)
    message = _("Låst period: %(periods)s. Bara en administratör kan ändra i den, och med en orsak.")
    raise LockedPeriod(message % {"periods": listed})
