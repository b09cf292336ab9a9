"""What waits for somebody among the money: one query, because each person's first page asks it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import BigIntegerField, CharField, Count, DateTimeField, F, Min, Q, Value
from django.db.models.functions import Cast

from finance.choices import ApprovalLevel, BudgetState
from finance.models import BudgetApproval, FundingProposal, PostingFlag
from finance.models.scope import sees_everything, sight
from finance.reports.by_hand import hands
from services.access import managed_units
from vp_portal.core.access import Role, has_role
from vp_portal.core.models import User

_BLANK = Value("", CharField())


@dataclass(frozen=True)
class ToApprove:
    """A budget or forecast that somebody answers for, by a day. `parts`: so many units of theirs are asked."""

    key: int
    name: str
    due: dt.date
    parts: int


@dataclass(frozen=True)
class Proposal:
    """A model of funding that somebody proposed, for a controller to decide."""

    code: str
    name: str
    made_on: dt.date


@dataclass(frozen=True)
class Waiting:
    """Open flags with the oldest one's day, hands that have lost their row, and what is to be decided or approved."""

    flags: int = 0
    oldest: dt.date | None = None
    lost: int = 0
    proposals: Sequence[Proposal] = field(default_factory=tuple)
    approvals: Sequence[ToApprove] = field(default_factory=tuple)


def waiting(user: User | AnonymousUser, on: dt.date) -> Waiting:
    """Of what the user may see, and is asked to approve. One query for all."""
    open_flags, lost = PostingFlag.objects.visible_to(user, on).open(), hands(user, on, lost=True)
    arms = [_counted(open_flags, "flags"), _counted(lost, "lost"), _asked(to_approve(user, on))]
    if has_role(user, Role.CONTROLLER):
        arms.append(_proposed(FundingProposal.objects.waiting()))
    found = [row for row in arms[0].union(*arms[1:], all=True) if row[4]]  # nothing counted is a row, too
    of_kind = {kind: [row[1:] for row in found if row[0] == kind] for kind in ("flags", "lost", "approve", "fund")}
    flagged, oldest = next(((rows, since.date()) for *_rest, rows, since in of_kind["flags"]), (0, None))
    return Waiting(
        flags=flagged,
        oldest=oldest,
        lost=sum(rows for *_rest, rows, _since in of_kind["lost"]),
        approvals=sorted(
            (ToApprove(key, name, since.date(), rows) for key, _code, name, rows, since in of_kind["approve"]),
            key=lambda each: (each.due, each.name),
        ),
        proposals=sorted(
            (Proposal(code, name, since.date()) for _key, code, name, _rows, since in of_kind["fund"]),
            key=lambda each: (each.made_on, each.name),
        ),
    )


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
    return _values(found.select_related(None), kind, Value(0, BigIntegerField()), _BLANK, _BLANK, Min("made_at"))


def _asked(found: Any) -> Any:
    return _values(found, "approve", F("version"), _BLANK, F("version__name"), Min(Cast("due", DateTimeField())))


def _proposed(found: Any) -> Any:
    code, name = F("cost_object__code"), F("cost_object__name")
    return _values(found, "fund", Value(0, BigIntegerField()), code, name, Min("made_at"))


def _values(found: Any, kind: str, key: Any, code: Any, about: Any, since: Any) -> Any:
    """Of one kind: kind, key, code, name, how many and since when."""
    named = found.order_by().annotate(kind=Value(kind, CharField()), key=key, code_=code, about=about)
    grouped = named.values("kind", "key", "code_", "about").annotate(rows=Count("pk"), since=since)
    return grouped.values_list("kind", "key", "code_", "about", "rows", "since")
