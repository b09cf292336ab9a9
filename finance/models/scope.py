"""Which rows of the ledger a user may see. One rule for postings, cells and rollups."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from finance.choices import Sensitivity
from finance.models.concerned import NOBODYS, Concerned, concerned
from services.access import owned_cost_objects
from vp_portal.core.access import Role, has_role, signed_in
from vp_portal.core.periods import Period

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from services.models import CostObject
    from vp_portal.core.models import User

#: Matches no row, where an empty condition would match all.
NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Sight:
    """What a user may see of the ledger on a day, looked up once.

    `everything`: also what is sensitive. `wide`: all that is open. `concerned`: the cost centres of own units.
    `cost_objects`: those that the user answers for; only the open part of their cost is seen.
    """

    everything: bool = False
    wide: bool = False
    concerned: Concerned = NOBODYS
    cost_objects: "QuerySet[CostObject, Any] | tuple[()]" = ()


def sight(user: "User | AnonymousUser", on: dt.date) -> Sight:
    """Up to four small queries once a request, none for controllers.

    Controllers see everything. Management and administrators see all that is open. A line manager sees the cost
    centres of own units: those they have now and, sensitive accounts included, what was booked while a cost centre
    belonged to them. Whoever answers for a cost object sees the open part of its cost. Others see nothing.
    """
    if not signed_in(user):
        return Sight()
    known: dict[dt.date, Sight] = user.__dict__.setdefault("_sights", {})  # lives with the request's user
    if on not in known:
        known[on] = _sight(user, on)
    return known[on]


def _sight(user: "User", on: dt.date) -> Sight:
    if sees_everything(user):
        return Sight(everything=True)
    wide = has_role(user, Role.MANAGEMENT, Role.ADMINISTRATOR)
    objects = () if wide else owned_cost_objects(user, on).values("pk")
    return Sight(wide=wide, concerned=concerned(user, on), cost_objects=objects)


def sees_everything(user: "User | AnonymousUser") -> bool:
    """Whether no row is left out, so that a page need not say so."""
    return has_role(user, Role.CONTROLLER)


def gets_sums(user: "User | AnonymousUser") -> bool:
    """Whether the user gets others' sensitive cost as published sums per unit and month."""
    return has_role(user, Role.MANAGEMENT, Role.ADMINISTRATOR) and not sees_everything(user)


@dataclass(frozen=True)
class Paths:
    """The way from a kind of row to its period, cost centre, sensitivity and cost object."""

    period: str
    cost_centre: str
    sensitivity: str
    cost_object: str


ROLLUP = Paths("period", "cost_centre", "sensitivity", "cost_object")


def ledger_scope(user: "User | AnonymousUser", on: dt.date, at: Paths) -> Q:
    """A condition on rows that have a cost object of their own. Postings have none: see `PostingQuerySet`."""
    seen = sight(user, on)
    if seen.everything:
        return Q()
    open_ = Q(**{at.sensitivity: Sensitivity.OPEN})
    if not seen.wide:
        mine = Q(**{f"{at.cost_centre}__in": seen.concerned.now}) | Q(**{f"{at.cost_object}__in": seen.cost_objects})
        open_ &= mine
    return open_ | in_stretches(at.period, at.cost_centre, seen.concerned.stretches)


def in_stretches(period: str, lookup: str, stretches: Mapping[tuple[Period, Period], frozenset[int]]) -> Q:
    """Rows whose `lookup` is among the keys of a stretch of periods, ends included, and whose period lies in it."""
    condition = NOTHING
    for (first, last), keys in stretches.items():
        condition |= Q(**{f"{lookup}__in": keys, f"{period}__gte": first, f"{period}__lte": last})
    return condition
