"""Which rows of the ledger a user may see. One rule for postings, cells and rollups."""

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from finance.models.codes import CostCentre
from services.access import managed_units, owned_cost_objects
from vp_portal.core.access import Role, has_role

if TYPE_CHECKING:
    from vp_portal.core.models import User


def ledger_scope(
    user: "User | AnonymousUser", on: dt.date, *, cost_centre: str, cost_object: str | None, group: str
) -> Q:
    """A condition on rows, given the lookups to their cost centre, cost object and account group.

    Controllers see everything. Management and administrators see all but sensitive accounts. A line manager sees
    the cost centres of own units, sensitive accounts included; whoever answers for a cost object sees what was
    allocated to it, sensitive accounts excluded. Others see nothing.
    """
    if has_role(user, Role.CONTROLLER):
        return Q()
    not_sensitive = Q(**{f"{group}__isnull": True}) | Q(**{f"{group}__is_sensitive": False})
    mine = Q(**{f"{cost_centre}__in": CostCentre.objects.of_units(managed_units(user, on), on).values("pk")})
    if has_role(user, Role.MANAGEMENT, Role.ADMINISTRATOR):
        return mine | not_sensitive
    if cost_object is None:
        return mine
    return mine | (Q(**{f"{cost_object}__in": owned_cost_objects(user, on).values("pk")}) & not_sensitive)


def sees_everything(user: "User | AnonymousUser") -> bool:
    """Whether no row is left out, so that a page need not say so."""
    return has_role(user, Role.CONTROLLER)
