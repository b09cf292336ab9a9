"""Which rows of the ledger a user may see. One rule for postings, cells and rollups."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from finance.choices import Sensitivity
from finance.models.concerned import NOBODYS, Concerned, concerned
from services.access import owned_cost_objects
from vp_portal.core.access import Role, has_role, looks_back, rights_day, signed_in

if TYPE_CHECKING:
    from vp_portal.core.models import User


@dataclass(frozen=True)
class Sight:
    """What a user may see of the ledger on a day, looked up once.

    `everything`: also what is sensitive. `wide`: all that is open. `concerned`: the cost centres of own units.
    `cost_objects`: keys of those that the user answers for; only the open part of their cost is seen.
    """

    everything: bool = False
    wide: bool = False
    concerned: Concerned = NOBODYS
    cost_objects: tuple[int, ...] = ()


def sight(user: "User | AnonymousUser", on: dt.date) -> Sight:
    """Up to four small queries once a request, none for controllers.

    Controllers see everything. Management and administrators see all that is open. A line manager sees the cost
    centres of own units: those they have now and, sensitive accounts included, what was booked while a cost centre
    belonged to them. Whoever answers for a cost object sees the open part of its cost. Others see nothing.
    """
    if not signed_in(user):
        return Sight()
    day = rights_day(user, on)
    known: dict[dt.date, Sight] = user.__dict__.setdefault("_sights", {})  # lives with the request's user
    if day not in known:
        known[day] = _sight(user, day)
    return known[day]


def _sight(user: "User", on: dt.date) -> Sight:
    if sees_everything(user):
        return Sight(everything=True)
    wide = has_role(user, Role.MANAGEMENT, Role.ADMINISTRATOR)
    objects = () if wide else tuple(owned_cost_objects(user, on).order_by("pk").values_list("pk", flat=True))
    return Sight(wide=wide, concerned=concerned(user, on), cost_objects=objects)


def sees_everything(user: "User | AnonymousUser") -> bool:
    """Whether no row is left out, so that a page need not say so."""
    return has_role(user, Role.CONTROLLER)


def gets_sums(user: "User | AnonymousUser") -> bool:
    """Whether the user gets others' sensitive cost as published sums per unit and month.

    Not while looking back: the difference between two days is what one file brought, which may be one person's pay.
    """
    wide = has_role(user, Role.MANAGEMENT, Role.ADMINISTRATOR) and not sees_everything(user)
    return wide and not looks_back(user)


@dataclass(frozen=True)
class Paths:
    """The way from a kind of row to its period, cost centre and sensitivity."""

    period: str
    cost_centre: str
    sensitivity: str


ROLLUP = Paths("period", "cost_centre", "sensitivity")
CELL = Paths("period", "code_string__cost_centre", "code_string__account__sensitivity")
LINE = Paths("period", "cell__code_string__cost_centre", "cell__code_string__account__sensitivity")
POSTING = Paths("period", "code_string__cost_centre", "code_string__account__sensitivity")


def ledger_scope(seen: Sight, at: Paths, of_own_objects: Q) -> Q:
    """What of the rows may be seen; `of_own_objects` finds those that the cost objects of `seen` have a part of."""
    if seen.everything:
        return Q()
    condition = Q(**{at.sensitivity: Sensitivity.OPEN})
    if not seen.wide:
        condition &= Q(**{f"{at.cost_centre}__in": seen.concerned.now}) | of_own_objects
    for (first, last), centres in seen.concerned.stretches.items():
        in_stretch = {f"{at.cost_centre}__in": centres, f"{at.period}__gte": first, f"{at.period}__lte": last}
        condition |= Q(**in_stretch)
    return condition
