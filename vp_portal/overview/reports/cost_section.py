"""The cost of something against last year, with what is left out of it: a section that several pages show."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils.translation import gettext as _

from finance.reports.checks import LeftOut
from finance.reports.economy import Compared
from vp_portal.core import charts
from vp_portal.core.models import User
from vp_portal.overview.reports import breakdowns, costs, scope
from vp_portal.overview.reports.costs import CompareRow, Link, Span


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

    @property
    def is_empty(self) -> bool:
        return not self.groups


NOTHING = CostSection(None, Compared(), None, (), (), (), LeftOut(), is_hidden=False)


def cost_section(
    within: Q,
    user: User | AnonymousUser,
    span: Span | None,
    on: dt.date,
    *,
    link: Link,
    may_see_all: bool,
    per_object: bool = False,
) -> CostSection:
    """Sums of the rollups in `within` that the user may see; `may_see_all` is that right in words, for an empty page.

    Six to eight queries, none when nothing is booked.
    """
    if span is None:
        return NOTHING
    seen = scope.sums_of(within, user, on)
    by_month = costs.by_month(seen, span)
    groups = tuple(breakdowns.by_account_group(seen, span, link))
    return CostSection(
        span=span,
        total=costs.total_of(by_month, span),
        chart=costs.month_chart(by_month, span, link, _("Kostnad per månad")),
        groups=groups,
        centres=tuple(breakdowns.by_cost_centre(seen, span, link)),
        objects=tuple(breakdowns.by_cost_object(seen, span, link)) if per_object else (),
        left_out=scope.left_out(within, seen, span, user, on),
        is_hidden=not may_see_all and not groups,
        url=link(span.first, span.last),
    )
