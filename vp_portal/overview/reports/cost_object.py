"""A service area, a service, an FO or an overhead object on one page."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from goals.models import ExpectedResult, Plan
from goals.reports import ResultRow, results_with_status
from services.choices import LIFECYCLE_TONE, CostObjectKind, Lifecycle
from services.models import Assignment, CostObject, CostOwner, MaintenanceObject, OverheadObject, Service, ServiceArea
from vp_portal.core.as_known import end_of
from vp_portal.core.badges import Badge
from vp_portal.core.models import User
from vp_portal.core.periods import Period
from vp_portal.overview.reports import changes, links, planned, scope, unit_cost
from vp_portal.overview.reports.cost_section import CostSection, cost_section
from vp_portal.overview.reports.costs import Span
from vp_portal.overview.reports.funding_section import FundingSection, funding_section

_KINDS: dict[str, Any] = {
    CostObjectKind.AREA: ServiceArea,
    CostObjectKind.SERVICE: Service,
    CostObjectKind.MAINTENANCE_OBJECT: MaintenanceObject,
    CostObjectKind.OVERHEAD: OverheadObject,
}
#: What else is read with a kind's own row.
_ALSO: dict[str, tuple[str, ...]] = {
    CostObjectKind.SERVICE: ("area",),
    CostObjectKind.MAINTENANCE_OBJECT: ("sub_portfolio",),
}
HISTORY_ROWS = 12


@dataclass(frozen=True)
class Staffed:
    """Someone's task here and the share of full time that it takes."""

    name: str
    title: str
    task: str
    share: Decimal


@dataclass(frozen=True)
class Related:
    """Another cost object that this one belongs together with."""

    code: str
    name: str
    kind: str
    lifecycle: Badge
    owner: str
    url: str


@dataclass(frozen=True)
class CostObjectPage:
    """Everything the page shows. `own` is the object as its own kind; `area` only for a service that has one."""

    own: Any
    kind: str
    lifecycle: Badge
    owner: str
    cost_owner: str
    area: Related | None
    sub_portfolio: str
    cost: CostSection
    unit_costs: unit_cost.UnitCosts | None
    funding: FundingSection
    people: tuple[Staffed, ...]
    related: tuple[Related, ...]
    related_title: str
    results: tuple[ResultRow, ...]
    history: tuple[changes.Change, ...]

    @property
    def full_time(self) -> Decimal:
        """Full-time equivalents of those with a task here."""
        return sum((person.share for person in self.people), Decimal(0)) / 100


def load(code: str, on: dt.date) -> Any:
    """The cost object as its own kind, with `cost_owner_name` as of the day. Raises CostObject.DoesNotExist."""
    kind = CostObject.objects.only("kind").get(code=code).kind
    return _KINDS[kind].objects.with_cost_owner(on).select_related("owner", *_ALSO.get(kind, ())).get(code=code)


def page(
    own: Any,
    user: User | AnonymousUser,
    span: Span | None,
    on: dt.date,
    plan: planned.Finder = planned.nothing,
    *,
    as_of: dt.date | None = None,
) -> CostObjectPage:
    """A fixed number of queries, whatever the size of the object. `as_of`: no change after that day is told."""
    related = _related(own, on)
    below = related if own.kind == CostObjectKind.AREA else []
    area = getattr(own, "area", None)
    may_see_all = scope.may_see_cost_of(own, user, on)
    return CostObjectPage(
        own=own,
        kind=own.kind_label,
        lifecycle=_badge(own),
        owner=own.owner.name if own.owner else "",
        cost_owner=own.cost_owner_name or "",
        area=_as_related(area) if area else None,
        sub_portfolio=str(getattr(own, "sub_portfolio", None) or ""),
        cost=_cost(own, below, user, span, on, plan, may_see_all=may_see_all),
        unit_costs=unit_cost.unit_costs(scope.sums_of(Q(cost_object=own.pk), user, on), own, span),
        funding=funding_section(own, user, span, on, may_see_all=may_see_all),
        people=_people(own, on),
        related=tuple(_as_related(item) for item in related),
        related_title=_related_title(own.kind),
        results=tuple(_results([own.pk, *(item.pk for item in below)], on)),
        history=_history(own, as_of),
    )


def _cost(
    own: Any,
    below: list[Any],
    user: User | AnonymousUser,
    span: Span | None,
    on: dt.date,
    plan: planned.Finder,
    *,
    may_see_all: bool,
) -> CostSection:
    """An area's cost is its own and that of its services."""

    def rows(first: Period, last: Period, **filters: object) -> str:
        return links.postings(first, last, **{"cost_object": [own.code, *(item.code for item in below)], **filters})

    here = Q(cost_object__in=[own.pk, *(item.pk for item in below)])
    return cost_section(
        here,
        user,
        span,
        on,
        link=rows,
        may_see_all=may_see_all,
        per_object=own.kind == CostObjectKind.AREA,
        wanted=plan(here, "cost_object"),
    )


def _people(own: Any, on: dt.date) -> tuple[Staffed, ...]:
    rows = (
        Assignment.objects.on(on).filter(cost_object=own.pk).select_related("person").order_by("-share", "person__name")
    )
    return tuple(Staffed(row.person.name, row.person.title, row.task, row.share) for row in rows)


def _related(own: Any, on: dt.date) -> list[Any]:
    if own.kind == CostObjectKind.SERVICE:
        items = own.maintenance_objects
    elif own.kind in (CostObjectKind.AREA, CostObjectKind.MAINTENANCE_OBJECT):
        items = own.services
    else:
        return []
    return list(items.on(on).select_related("owner").order_by("name"))


def _related_title(kind: str) -> str:
    titles = {
        CostObjectKind.AREA: _("Tjänster i området"),
        CostObjectKind.SERVICE: _("Förvaltningsobjekt"),
        CostObjectKind.MAINTENANCE_OBJECT: _("Tjänster som stöds"),
    }
    return titles.get(CostObjectKind(kind), "")


def _as_related(item: Any) -> Related:
    owner = item.owner.name if item.owner_id and "owner" in item._state.fields_cache else ""
    return Related(
        item.code, item.name, item.kind_label, _badge(item), owner, reverse("overview:cost_object", args=[item.code])
    )


def _badge(item: CostObject) -> Badge:
    lifecycle = Lifecycle(item.lifecycle)
    return Badge(lifecycle.label, LIFECYCLE_TONE[lifecycle])  # type: ignore[arg-type]  # the tones of choices are Tones


def _results(cost_objects: list[int], on: dt.date) -> list[ResultRow]:
    linked = ExpectedResult.cost_objects.through.objects.filter(costobject__in=cost_objects)
    plan = Plan.objects.current(on)
    results = ExpectedResult.objects.filter(plan=plan, pk__in=linked.values("expectedresult"))
    return list(results_with_status(results, on))


def _history(own: Any, as_of: dt.date | None) -> tuple[changes.Change, ...]:
    known = Q(history_date__lt=end_of(as_of)) if as_of else Q()
    rows = (
        own.history.filter(known)
        .select_related("history_user")
        .order_by("-history_date", "-history_id")[: HISTORY_ROWS + 1]
    )
    owners, assignments = (
        model.history.filter(known, cost_object=own.pk)
        .select_related("history_user", "person")
        .order_by("-history_date")
        for model in (CostOwner, Assignment)
    )
    return changes.newest(
        HISTORY_ROWS,
        changes.changes_of(list(rows), own.kind_label),
        changes.dated_changes(owners[:HISTORY_ROWS], _("Kostnadsägare")),
        changes.dated_changes(assignments[:HISTORY_ROWS], _("Bemanning")),
    )
