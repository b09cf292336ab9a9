"""The plan owner's and the reader's overviews: how the plan stands, what is late, what is missing."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from goals.models import Plan
from goals.reports import ResultRow
from goals.reports.gaps import Gap, GapKind
from services.choices import CostObjectKind
from services.models import CostObject, Person
from vp_portal.overview.reports import links, plan_state
from vp_portal.overview.reports.plan_state import FocusState, LateOwner, Said
from vp_portal.overview.reports.results import Standing, worst_first


@dataclass(frozen=True)
class GapGroup:
    """The gaps of one kind."""

    label: str
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class PlanPage:
    """`plan` is None before one is imported."""

    plan: Plan | None
    standing: Standing
    focus: tuple[FocusState, ...]
    late: tuple[LateOwner, ...]
    late_count: int
    said: tuple[Said, ...]
    gap_groups: tuple[GapGroup, ...]
    gap_count: int
    gaps_url: str
    rows: tuple[ResultRow, ...]

    def owned_by(self, person: Person | None) -> list[ResultRow]:
        """The results that the person is responsible for, the worst first."""
        return worst_first(row for row in self.rows if person and row.owner_code == person.code)


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
    return PlanPage(
        plan=plan,
        standing=state.standing,
        focus=state.focus,
        late=tuple(plan_state.late_by_owner(state.rows)),
        late_count=sum(row.is_late for row in state.rows),
        said=tuple(plan_state.latest_said(plan, on)),
        gap_groups=_grouped(state.gaps),
        gap_count=len(state.gaps),
        gaps_url=links.plan(view="gaps"),
        rows=state.rows,
    )


def _grouped(gaps: Sequence[Gap]) -> tuple[GapGroup, ...]:
    by_kind = {kind: tuple(gap for gap in gaps if gap.kind == kind) for kind in GapKind}
    return tuple(GapGroup(str(kind.label), found) for kind, found in by_kind.items() if found)


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
