"""What waits for somebody among the money: one query, because each person's first page asks it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import BigIntegerField, CharField, Count, DateTimeField, F, Min, Q, Value
from django.db.models.functions import Cast

from finance.choices import ApprovalLevel, BudgetState
from finance.models import BudgetApproval, PostingFlag
from finance.models.scope import sees_everything, sight
from finance.reports.by_hand import hands
from services.access import managed_units
from vp_portal.core.access import Role, has_role
from vp_portal.core.models import User


@dataclass(frozen=True)
class ToApprove:
    """A budget or forecast that somebody answers for, by a day. `parts`: so many units of theirs are asked."""

    key: int
    name: str
    due: dt.date
    parts: int


@dataclass(frozen=True)
class Waiting:
    """Open flags with the oldest one's day, hands that have lost their row, and what is to be approved."""

    flags: int = 0
    oldest: dt.date | None = None
    lost: int = 0
    approvals: Sequence[ToApprove] = field(default_factory=tuple)


def waiting(user: User | AnonymousUser, on: dt.date) -> Waiting:
    """Of what the user may see, and is asked to approve. One query for all."""
    open_flags, lost = PostingFlag.objects.visible_to(user, on).open(), hands(user, on, lost=True)
    arms = [_counted(open_flags, "flags"), _counted(lost, "lost"), _asked(to_approve(user, on))]
    found = [row for row in arms[0].union(*arms[1:], all=True) if row[3]]  # nothing counted is a row, too
    counts = {kind: (count, since.date()) for kind, _key, _name, count, since in found}
    approvals = [
        ToApprove(key, name, since.date(), count) for kind, key, name, count, since in found if kind == "approve"
    ]
    flagged, oldest = counts.get("flags", (0, None))
    lost_count, _day = counts.get("lost", (0, None))
    return Waiting(flagged, oldest, lost_count, sorted(approvals, key=lambda each: (each.due, each.name)))


def to_approve(user: User | AnonymousUser, on: dt.date) -> Any:
    """The levels whose turn it is, and that are the user's to answer. No query of its own but for a controller who
    manages a unit.

    Units are asked first; a controller when they have answered or their day has passed, management last.
    """
    asked = BudgetApproval.objects.waiting().filter(version__state=BudgetState.SUBMITTED)
    mine = Q(level=ApprovalLevel.UNIT, unit__in=_managed(user, on))
    if has_role(user, Role.CONTROLLER):
        early = asked.filter(level=ApprovalLevel.UNIT, due__gte=on)
        mine |= Q(level=ApprovalLevel.CONTROLLER) & ~Q(version__in=early.values("version"))
    if has_role(user, Role.MANAGEMENT):
        below = asked.filter(level=ApprovalLevel.CONTROLLER)
        mine |= Q(level=ApprovalLevel.MANAGEMENT) & ~Q(version__in=below.values("version"))
    return asked.filter(mine)


def _managed(user: User | AnonymousUser, on: dt.date) -> Any:
    """As `managed_units`, out of what is known of the user already."""
    if sees_everything(user):
        return managed_units(user, on).values("pk")
    return [unit for unit, days in sight(user, on).concerned.units if on in days]


def _counted(found: Any, kind: str) -> Any:
    grouped = (
        found.select_related(None)
        .order_by()
        .annotate(kind=Value(kind, CharField()), key=Value(0, BigIntegerField()), about=Value("", CharField()))
    )
    return _values(grouped, Min("made_at"))


def _asked(found: Any) -> Any:
    named = found.order_by().annotate(kind=Value("approve", CharField()), key=F("version"), about=F("version__name"))
    return _values(named, Min(Cast("due", DateTimeField())))


def _values(found: Any, since: Any) -> Any:
    columns = ("kind", "key", "about", "rows", "since")
    return found.values("kind", "key", "about").annotate(rows=Count("pk"), since=since).values_list(*columns)
