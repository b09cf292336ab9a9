"""The plan in a few figures: how its focus areas stand, what is late, what was said last."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from goals.choices import STATUS_BADGE, Status
from goals.models import CheckIn, Plan
from goals.reports import ResultRow, plan_tree
from goals.reports.gaps import Gap, plan_gaps
from goals.reports.tree import AreaNode
from vp_portal.core import small_charts
from vp_portal.core.badges import Badge
from vp_portal.core.periods import Tertial
from vp_portal.overview.reports import links
from vp_portal.overview.reports.results import Standing, standing, status_parts

FEED = 8


@dataclass(frozen=True)
class FocusState:
    """A focus area with how its results on the first level stand. `lacks_goal` is a gap of the plan."""

    number: str
    name: str
    url: str
    parts: tuple[small_charts.Part, ...]
    late: int
    lacks_goal: bool


@dataclass(frozen=True)
class PlanState:
    """The plan as a whole: its rows on every level, what it lacks, how the first level stands, each focus area."""

    rows: tuple[ResultRow, ...]
    gaps: tuple[Gap, ...]
    standing: Standing
    focus: tuple[FocusState, ...]


@dataclass(frozen=True)
class LateOwner:
    """Someone with check-ins to make; without a name: results that nobody owns."""

    name: str
    numbers: tuple[str, ...]
    url: str


@dataclass(frozen=True)
class Said:
    """One check-in of the feed."""

    day: dt.date
    by: str
    number: str
    text: str
    status: Badge
    progress: int
    comment: str
    url: str


def plan_state(plan: Plan | None, on: dt.date) -> PlanState:
    """How the plan stands on a day, and against the end of the tertial before. Nine queries, none without a plan."""
    since = Tertial.of(on).shift(-1).last_day
    if plan is None:
        return PlanState((), (), standing((), (), since), ())
    tree = plan_tree(plan, on)
    first_level = [row for row in tree.rows if row.level == 1]
    return PlanState(
        rows=tuple(tree.rows),
        gaps=tuple(plan_gaps(tree)),
        standing=standing(first_level, plan_tree(plan, since).rows, since),
        focus=tuple(_focus(area) for area in tree.areas),
    )


def _focus(area: AreaNode) -> FocusState:
    nodes = [node for goal in area.goals for node in goal.results]
    return FocusState(
        number=area.number,
        name=area.name,
        url=links.plan(focus=area.number),
        parts=status_parts(node.row for node in nodes),
        late=sum(row.is_late for node in nodes for row in (node.row, *node.parts)),
        lacks_goal=area.lacks_goal,
    )


def late_by_owner(rows: Iterable[ResultRow]) -> list[LateOwner]:
    """Who has check-ins to make, the one with most first."""
    owners: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row.is_late:
            owners.setdefault((row.owner, row.owner_code), []).append(row.number)
    listed = sorted(owners.items(), key=lambda item: (-len(item[1]), not item[0][0], item[0]))
    return [LateOwner(name, tuple(numbers), links.plan(owner=code, late="on")) for (name, code), numbers in listed]


def latest_said(plan: Plan | None, on: dt.date) -> list[Said]:
    """The latest check-ins, newest first. One query."""
    rows = (
        CheckIn.objects.made_by_end_of(on)
        .filter(result__plan=plan)
        .select_related("result", "made_by")
        .order_by("-made_at", "-pk")[:FEED]
    )
    return [
        Said(
            day=timezone.localdate(row.made_at),
            by=str(row.made_by or ""),
            number=row.result.number,
            text=row.result.text,
            status=STATUS_BADGE[Status(row.status)],
            progress=row.progress,
            comment=row.comment,
            url=reverse("goals:result", args=[row.result.number]),
        )
        for row in rows
    ]
