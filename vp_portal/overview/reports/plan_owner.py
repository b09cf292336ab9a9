"""The plan owner's and the reader's overviews: how the plan stands, what is late, what is missing."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q

from goals.models import Plan, PlanSection
from goals.reports import ResultRow
from services.choices import CostObjectKind
from services.models import CostObject
from vp_portal.overview.reports import plan_state
from vp_portal.overview.reports.plan_state import FocusState, LateOwner, Said
from vp_portal.overview.reports.results import Standing


@dataclass(frozen=True)
class PlanPage:
    """`plan` is None before one is imported. `unwritten` are sections without text."""

    plan: Plan | None
    standing: Standing
    focus: tuple[FocusState, ...]
    late: tuple[LateOwner, ...]
    late_count: int
    said: tuple[Said, ...]
    without_owner: tuple[ResultRow, ...]
    without_due: tuple[ResultRow, ...]
    unwritten: tuple[PlanSection, ...]

    @property
    def without_goal(self) -> list[FocusState]:
        return [area for area in self.focus if area.lacks_goal]

    @property
    def gaps(self) -> int:
        return len(self.without_goal) + len(self.without_owner) + len(self.without_due) + len(self.unwritten)


@dataclass(frozen=True)
class KindCount:
    """How many of a kind the catalogue holds today, and how many of them nobody answers for."""

    label: str
    kind: str
    count: int
    without_owner: int


def page(on: dt.date) -> PlanPage:
    plan = Plan.objects.current(on)
    state = plan_state.plan_state(plan, on)
    rows = state.rows
    return PlanPage(
        plan=plan,
        standing=state.standing,
        focus=state.focus,
        late=tuple(plan_state.late_by_owner(rows)),
        late_count=sum(row.is_late for row in rows),
        said=tuple(plan_state.latest_said(plan, on)),
        without_owner=tuple(row for row in rows if not row.owner),
        without_due=tuple(row for row in rows if row.due_on is None),
        unwritten=tuple(PlanSection.objects.filter(plan=plan).unwritten()),
    )


def catalogue_counts(on: dt.date) -> list[KindCount]:
    """Active objects per kind, in the order of the choices. One query."""
    counts = {
        row["kind"]: row
        for row in CostObject.objects.active(on)
        .order_by()
        .values("kind")
        .annotate(n=Count("pk"), lacking=Count("pk", filter=Q(owner__isnull=True)))
    }
    return [
        KindCount(str(kind.label), kind.value, counts[kind]["n"], counts[kind]["lacking"])
        for kind in CostObjectKind
        if kind in counts
    ]
