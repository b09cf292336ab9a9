"""Giving single postings a home by hand, taking it back, and renewing it when their batch has been replaced."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from finance.actions import allocation, periods
from finance.actions.locks import hold_ledger
from finance.actions.twins import twins_of
from finance.models import HandAssignment, Posting
from services.models import CostObject
from vp_portal.core import audit
from vp_portal.core.choices import AuditEvent
from vp_portal.core.periods import Period

if TYPE_CHECKING:
    from vp_portal.core.models import User


class RowGone(Exception):  # noqa: N818  # the name says what is the matter
    """No row that counts is the same as the one that was assigned, or it has a home by hand already."""


class NothingByHand(Exception):  # noqa: N818  # as above
    """The posting has no home by hand to take back."""


@transaction.atomic
def assign(
    rows: Sequence[Posting], cost_object: CostObject, *, reason: str, by: "User", at: dt.datetime
) -> list[HandAssignment]:
    """Gives the postings to a cost object, before every rule. The run in force follows at once.

    Raises periods.LockedPeriod: a locked period keeps its run.
    """
    return _say(rows, cost_object, reason=reason, by=by, at=at)


def take_back(row: Posting, *, reason: str, by: "User", at: dt.datetime) -> HandAssignment:
    """Lets the rules decide again. Raises NothingByHand, or periods.LockedPeriod."""
    return take_back_all([row], reason=reason, by=by, at=at)[0]


@transaction.atomic
def take_back_all(rows: Sequence[Posting], *, reason: str, by: "User", at: dt.datetime) -> list[HandAssignment]:
    """As `take_back`, of those of the rows that have a home by hand. Raises NothingByHand where none has."""
    hold_ledger()
    said = HandAssignment.objects.in_force().filter(posting__in=[row.pk for row in rows])
    held = set(said.values_list("posting", flat=True))
    if not held:
        raise NothingByHand
    return _say([row for row in rows if row.pk in held], None, reason=reason, by=by, at=at)


@transaction.atomic
def let_go(lost: HandAssignment, *, reason: str, by: "User", at: dt.datetime) -> HandAssignment:
    """Takes back one whose row no longer counts: it moves no figure. Raises NothingByHand."""
    hold_ledger()
    if not HandAssignment.objects.in_force().filter(pk=lost.pk, batch__ended_at__isnull=False).exists():
        raise NothingByHand
    made = _next(lost, None, reason, by, at)
    _store([made])
    return made


@transaction.atomic
def renew(lost: HandAssignment, *, by: "User", at: dt.datetime) -> HandAssignment:
    """Gives the same row of the batch that replaced the old one the same home. Raises RowGone, or LockedPeriod."""
    hold_ledger()
    twin = next(iter(twins_of(lost)), None)
    if lost.cost_object is None or twin is None:
        raise RowGone
    _store([_next(lost, None, lost.reason, by, at)])
    return _say([twin], lost.cost_object, reason=lost.reason, by=by, at=at, renews=lost)[0]


def _say(
    rows: Iterable[Posting],
    cost_object: CostObject | None,
    *,
    reason: str,
    by: "User",
    at: dt.datetime,
    renews: HandAssignment | None = None,
) -> list[HandAssignment]:
    rows = list(rows)
    hold_ledger()
    touched = sorted({Period(row.period) for row in rows})
    periods.check_open(touched, by=None, reason="")
    said = {"cost_object": cost_object, "reason": reason, "made_by": by, "made_at": at, "renews": renews}
    made = [
        HandAssignment(
            batch_id=row.batch_id,
            posting=row.pk,
            period=row.period,
            code_string_id=row.code_string_id,
            amount=row.amount,
            **said,
        )
        for row in rows
    ]
    _store(made)
    allocation.follow_hands(touched, at)
    return made


def _next(
    old: HandAssignment, cost_object: CostObject | None, reason: str, by: "User", at: dt.datetime
) -> HandAssignment:
    """What is said after the old one of the same posting."""
    return HandAssignment(
        batch_id=old.batch_id,
        posting=old.posting,
        period=old.period,
        code_string_id=old.code_string_id,
        amount=old.amount,
        cost_object=cost_object,
        reason=reason,
        made_by=by,
        made_at=at,
    )


def _store(made: list[HandAssignment]) -> None:
    """One statement however many they are. All say the same, so the first one's words are checked."""
    if not made:
        return
    first = made[0]
    first.clean_fields(exclude=["batch", "code_string", "made_by", "renews"])
    HandAssignment.objects.bulk_create(made)
    given = first.cost_object.code if first.cost_object else ""
    batches = sorted({row.batch_id for row in made})
    audit.record(AuditEvent.BY_HAND, user=first.made_by, target=first, batch=batches, cost_object=given, rows=len(made))
