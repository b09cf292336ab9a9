"""The controller's overview: are the figures fresh, do they add up, and what lacks a home."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from finance.models import AllocationRule, AllocationRun, CostCentre, CostCentreUnit, CostRollup, ImportBatch
from finance.reports import checks
from finance.reports.economy import Compared
from finance.reports.funding import without_model
from finance.reports.waiting import waiting
from services.models import CostObject
from vp_portal.core import charts, small_charts
from vp_portal.core.models import User
from vp_portal.overview.reports import breakdowns, costs, links, scope, tasks, unallocated
from vp_portal.overview.reports.costs import CompareRow, Span

IMPORTS = 6


@dataclass(frozen=True)
class Imported:
    """One file that was booked; `is_in_force` is false when it has been taken out since."""

    file_name: str
    source: str
    booked_at: dt.datetime
    by: str
    rows: int
    total: Decimal
    is_in_force: bool
    url: str


@dataclass(frozen=True)
class ControllerPage:
    """`span` is None when nothing is booked; the sums are then empty. `strays`: cost centres that no unit has.
    `unfunded`: how many areas, services and FO have no model of their funding."""

    span: Span | None
    total: Compared
    url: str
    spark: small_charts.Sparkline | None
    chart: charts.Chart | None
    homeless: unallocated.Unallocated | None
    homeless_url: str
    centres: tuple[unallocated.CentreWithout, ...]
    strays: tuple[CostCentre, ...]
    unfunded: int
    groups: tuple[CompareRow, ...]
    imports: tuple[Imported, ...]
    proof: checks.Proof
    run: AllocationRun | None
    rules: int
    todo: tuple[tasks.Task, ...]


def page(user: User | AnonymousUser, span: Span | None, on: dt.date) -> ControllerPage:
    """About twelve queries."""
    run = AllocationRun.objects.in_force().select_related("made_by").first()
    common: dict[str, Any] = {
        "imports": _imports(),
        "proof": checks.whole_proof(),
        "run": run,
        "rules": AllocationRule.objects.in_order().count(),
        "todo": tasks.in_order(tasks.for_money(waiting(user, on), on)),
    }
    if span is None:
        return ControllerPage(None, Compared(), "", None, None, None, "", (), (), 0, (), **common)
    seen = scope.sums_of(Q(), user, on)
    by_month = costs.by_month(seen, span)
    return ControllerPage(
        span=span,
        total=costs.total_of(by_month, span),
        url=links.economy(span.first, span.last),
        spark=costs.cost_spark(by_month, span),
        chart=costs.month_chart(by_month, span, links.economy, _("Kostnad per månad")),
        homeless=unallocated.unallocated(by_month, span, on),
        homeless_url=links.postings(span.first, span.last, unallocated=1),
        centres=tuple(unallocated.by_centre(seen, span)),
        strays=tuple(_strays(span, on)),
        unfunded=without_model(CostObject.objects.all(), on).count(),
        groups=tuple(breakdowns.by_account_group(seen, span, links.postings)),
        **common,
    )


def _imports() -> tuple[Imported, ...]:
    batches = ImportBatch.objects.select_related("source", "booked_by").order_by("-booked_at", "-pk")[:IMPORTS]
    return tuple(
        Imported(
            file_name=batch.file_name,
            source=batch.source.name,
            booked_at=batch.booked_at,
            by=str(batch.booked_by or _("Systemet")),
            rows=batch.row_count,
            total=batch.total,
            is_in_force=batch.ended_at is None,
            url=reverse("finance:batch", args=[batch.pk]),
        )
        for batch in batches
    )


def _strays(span: Span, on: dt.date) -> list[CostCentre]:
    """Cost centres with cost in the year that belong to no unit on the day: no manager sees them."""
    used = CostRollup.objects.in_force().costs().filter(span.this_q, cost_centre=OuterRef("pk"))
    owned = CostCentreUnit.objects.on(on).filter(cost_centre=OuterRef("pk"))
    return list(CostCentre.objects.filter(Exists(used), ~Exists(owned)).order_by("code"))
