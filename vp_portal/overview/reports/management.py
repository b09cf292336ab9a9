"""Management's overview: the department's cost by unit, how the plan stands, and what is at risk."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from finance.models import CostCentreUnit
from finance.models.rollup import CostRollupQuerySet
from finance.reports.checks import LeftOut
from finance.reports.economy import Compared
from finance.reports.waiting import waiting
from goals.choices import Status
from goals.models import Plan
from goals.reports import ResultRow
from services.models import OrgUnit
from vp_portal.core import charts, small_charts
from vp_portal.core.models import User
from vp_portal.overview.reports import costs, links, plan_state, results, scope, tasks, unallocated, units
from vp_portal.overview.reports.costs import CompareRow, Span
from vp_portal.overview.reports.plan_state import FocusState
from vp_portal.overview.reports.results import Standing
from vp_portal.overview.reports.staff_cost import StaffCost, staff_cost


@dataclass(frozen=True)
class ManagementPage:
    """`span` is None when nothing is booked; the sums are then empty."""

    span: Span | None
    total: Compared
    url: str
    spark: small_charts.Sparkline | None
    chart: charts.Chart | None
    by_unit: tuple[CompareRow, ...]
    staff: StaffCost | None
    left_out: LeftOut
    homeless: unallocated.Unallocated | None
    homeless_url: str
    standing: Standing
    focus: tuple[FocusState, ...]
    at_risk: tuple[ResultRow, ...]
    todo: tuple[tasks.Task, ...]


def page(user: User | AnonymousUser, span: Span | None, on: dt.date) -> ManagementPage:
    state = plan_state.plan_state(Plan.objects.current(on), on)
    common: dict[str, Any] = {
        "standing": state.standing,
        "focus": state.focus,
        "at_risk": tuple(
            results.worst_first(row for row in state.rows if row.status_code in {Status.RISK, Status.WATCH})
        ),
        "todo": tasks.in_order(tasks.for_money(waiting(user, on), on)),
    }
    if span is None:
        return ManagementPage(None, Compared(), "", None, None, (), None, LeftOut(), None, "", **common)
    roots = units.tree(OrgUnit.objects.all(), on)
    seen = scope.sums_of(Q(), user, on)
    by_month = costs.by_month(seen, span)
    return ManagementPage(
        span=span,
        total=costs.total_of(by_month, span),
        url=links.economy(span.first, span.last),
        spark=costs.cost_spark(by_month, span),
        chart=costs.month_chart(by_month, span, links.economy, _("Kostnad per månad")),
        by_unit=tuple(by_unit(roots, seen, span, on)),
        staff=staff_cost(units.flat(roots), user, span, on),
        left_out=scope.left_out(Q(), span, user, on, is_own=False),
        homeless=unallocated.unallocated(by_month, span, on),
        homeless_url=links.postings(span.first, span.last, unallocated=1),
        **common,
    )


def by_unit(roots: list[units.Node], rollups: CostRollupQuerySet, span: Span, on: dt.date) -> list[CompareRow]:
    """Per unit below the top, those under it included; the top's own cost centres and those of no unit are rows of
    their own. Two queries."""
    listed = list(roots[0].children) if len(roots) == 1 and roots[0].children else roots
    place = {pk: node for node in listed for pk in node.ids}
    unit_of = dict(CostCentreUnit.objects.on(on).values_list("cost_centre_id", "unit_id"))
    sums: dict[units.Node | None, Compared] = {node: Compared() for node in listed}
    own = next((root for root in roots if root not in listed), None)
    for key, cost in costs.sums_by(rollups, span, "cost_centre"):
        unit = unit_of.get(key["cost_centre"])
        node = place.get(unit) or (own if own and unit == own.pk else None) if unit else None
        sums[node] = sums.get(node, Compared()) + cost
    return costs.with_bars([(_unit_fields(node, own, span), cost) for node, cost in sums.items()])


def _unit_fields(node: units.Node | None, own: units.Node | None, span: Span) -> dict[str, Any]:
    if node is None:
        return {"code": "", "name": ""}
    name = _("%(unit)s, gemensamt") % {"unit": node.name} if node is own else node.name
    return {
        "code": node.code,
        "name": name,
        "kind": node.manager,
        "url": reverse("overview:unit", args=[node.code]),
        **costs.linked(links.economy, span, unit=node.code, own="on" if node is own else ""),
    }
