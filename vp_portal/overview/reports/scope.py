"""Which sums a page shows to a user, and what is left out of them."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q

from finance.models import CostCentre, CostRollup
from finance.models.allocation import CostRollupQuerySet
from finance.models.scope import sees_everything
from services.access import owned_cost_objects
from services.models import CostObject, OrgUnit
from vp_portal.core.access import Role, has_role
from vp_portal.core.models import User
from vp_portal.overview.reports.costs import Span


@dataclass(frozen=True)
class LeftOut:
    """What a page's sums leave out of what is booked: rows the user may not see."""

    salaries: bool = False
    other: bool = False
    everything: bool = False


def sums_of(scope: Q, user: User | AnonymousUser, on: dt.date) -> CostRollupQuerySet:
    """The rollups within a scope that the user may see."""
    rollups: CostRollupQuerySet = CostRollup.objects.visible_to(user, on).in_force().filter(scope)
    return rollups


def centres_of(units: "list[int] | set[int]", on: dt.date) -> Q:
    """The rows on the cost centres of the units on a day."""
    return Q(cost_centre__in=CostCentre.objects.of_units(OrgUnit.objects.filter(pk__in=units), on).values("pk"))


def left_out(scope: Q, seen: CostRollupQuerySet, span: Span, user: User | AnonymousUser) -> LeftOut:
    """Holds what the user sees against what is booked in the same scope and months. One query, none for those who
    see everything."""
    if sees_everything(user):
        return LeftOut()
    visible, salary = Q(pk__in=seen.values("pk")), Q(account_group__is_sensitive=True)
    booked = CostRollup.objects.in_force().costs().filter(scope).filter(span.this_q | span.last_q)
    counts = booked.aggregate(
        visible=Count("pk", filter=visible),
        salaries=Count("pk", filter=salary & ~visible),
        other=Count("pk", filter=~salary & ~visible),
    )
    hidden = counts["salaries"] + counts["other"]
    return LeftOut(counts["salaries"] > 0, counts["other"] > 0, hidden > 0 and not counts["visible"])


def may_see_cost_of(cost_object: CostObject, user: User | AnonymousUser, on: dt.date) -> bool:
    """Whether the user may see the whole cost of a cost object, salaries aside."""
    wide = has_role(user, Role.CONTROLLER, Role.MANAGEMENT, Role.ADMINISTRATOR)
    return wide or owned_cost_objects(user, on).filter(pk=cost_object.pk).exists()
