"""Which sums a page shows to a user, and what is left out of them."""

import datetime as dt

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from finance.models import CostCentre, CostRollup
from finance.models.rollup import IS_COST, CostRollupQuerySet
from finance.models.scope import sight
from finance.reports import checks
from services.models import CostObject, OrgUnit
from vp_portal.core.models import User
from vp_portal.overview.reports.costs import Span

#: What a page is about: the keys of cost centres, or any condition on its rows.
Within = Q | frozenset[int]


def sums_of(within: Within, user: User | AnonymousUser, on: dt.date) -> CostRollupQuerySet:
    """The rollups within a scope that the user may see."""
    rollups: CostRollupQuerySet = CostRollup.objects.visible_to(user, on).in_force()
    if isinstance(within, frozenset):
        return rollups.on_centres(within)
    return rollups.filter(within) if within else rollups


def condition(within: Within) -> Q:
    return Q(cost_centre__in=within) if isinstance(within, frozenset) else within


def centres_of(units: "list[int] | set[int]", on: dt.date) -> frozenset[int]:
    """The keys of the units' cost centres on a day. One query."""
    found = CostCentre.objects.of_units(OrgUnit.objects.filter(pk__in=units), on)
    return frozenset(found.order_by().values_list("pk", flat=True))


def left_out(within: Within, span: Span, user: User | AnonymousUser, on: dt.date, *, is_own: bool) -> checks.LeftOut:
    """What the sums of a page leave out of the cost in the scope, this year and last; see `checks.left_out`."""
    return checks.left_out(user, on, condition(within) & IS_COST, when=span.this_q | span.last_q, is_own=is_own)


def may_see_cost_of(cost_object: CostObject, user: User | AnonymousUser, on: dt.date) -> bool:
    """Whether the user may see the whole cost of a cost object, salaries aside."""
    seen = sight(user, on)
    return seen.everything or seen.wide or cost_object.pk in seen.cost_objects
