"""The cost of something against last year or a plan, with what is left out of it: a section that several pages show."""

import datetime as dt
from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from finance.reports.checks import LeftOut
from finance.reports.economy import Compared
from vp_portal.core import charts
from vp_portal.core.models import User
from vp_portal.overview.reports import breakdowns, costs, scope
from vp_portal.overview.reports.costs import CompareRow, Link, Span
from vp_portal.overview.reports.planned import PlannedCosts
from vp_portal.overview.reports.scope import Within


@dataclass(frozen=True)
class CostSection:
    """`span` is None when nothing is booked at all. `is_hidden`: the user may see none of what there is."""

    span: Span | None
    total: Compared
    chart: charts.Chart | None
    groups: tuple[CompareRow, ...]
    centres: tuple[CompareRow, ...]
    objects: tuple[CompareRow, ...]
    left_out: LeftOut
    is_hidden: bool
    url: str = ""
    plan: PlannedCosts | None = None
    centres_total: Compared = field(default_factory=Compared)
    objects_total: Compared = field(default_factory=Compared)
    centres_planned: bool = False
    objects_planned: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.groups


NOTHING = CostSection(None, Compared(), None, (), (), (), LeftOut(), is_hidden=False)


def cost_section(
    within: Within,
    user: User | AnonymousUser,
    span: Span | None,
    on: dt.date,
    *,
    link: Link,
    may_see_all: bool,
    per_object: bool = False,
    wanted: PlannedCosts | None = None,
) -> CostSection:
    """Sums of the rollups in `within` that the user may see; `may_see_all` is that right in words, for an empty page.

    `wanted` stands in the place of last year, except where its cut has no answer. Six to eight queries, one
    more for a plan, none when nothing is booked.
    """
    if span is None:
        return NOTHING
    seen = scope.sums_of(within, user, on)
    by_month = costs.by_month(seen, span)
    of_centres = wanted if wanted and wanted.cut == "cost_centre" else None
    of_objects = wanted if wanted and wanted.cut == "cost_object" else None
    groups = tuple(breakdowns.by_account_group(seen, span, link, wanted))
    centres = breakdowns.by_cost_centre(seen, span, link, of_centres)
    objects = breakdowns.by_cost_object(seen, span, link, of_objects) if per_object else []
    return CostSection(
        span=span,
        total=costs.total_of(by_month, span, wanted.total(span) if wanted else None),
        chart=costs.month_chart(by_month, span, link, _("Kostnad per månad"), wanted.series if wanted else None),
        groups=groups,
        centres=tuple(centres),
        centres_total=costs.sum_of(centres),
        objects=tuple(objects),
        objects_total=costs.sum_of(objects),
        left_out=scope.left_out(within, span, user, on, is_own=may_see_all),
        is_hidden=not may_see_all and not groups,
        url=link(span.first, span.last),
        plan=wanted,
        centres_planned=of_centres is not None,
        objects_planned=of_objects is not None,
    )
