"""The plan in a few figures: how its focus areas stand, what is late, what was said last."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from goals.choices import STATUS_ICON, STATUS_TONE, Status
from goals.models import CheckIn, FocusArea, Plan
from goals.reports import ResultRow
from vp_portal.core.badges import Badge
from vp_portal.overview.reports import links
from vp_portal.overview.reports.results import Standing, Stood

FEED = 8


@dataclass(frozen=True)
class FocusState:
    """A focus area with how its results stand. `lacks_goal` is a gap of the plan."""

    number: str
    name: str
    url: str
    standing: Standing
    late: int
    lacks_goal: bool


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


def focus_states(plan: Plan | None, stood: Stood) -> list[FocusState]:
    """Per focus area of the plan, out of its results' rows. Three queries."""
    states = []
    for area in FocusArea.objects.filter(plan=plan).prefetch_related("goals", "results").order_by("number"):
        numbers = {result.number for result in area.results.all()}
        states.append(
            FocusState(
                number=area.number,
                name=area.name,
                url=links.plan(focus=area.number),
                standing=stood.among(numbers),
                late=sum(row.is_late for row in stood.rows if row.number in numbers),
                lacks_goal=not area.goals.all(),
            )
        )
    return states


def late_by_owner(rows: Iterable[ResultRow]) -> list[LateOwner]:
    """Who has check-ins to make, the one with most first."""
    owners: dict[str, list[str]] = {}
    for row in rows:
        if row.is_late:
            owners.setdefault(row.owner, []).append(row.number)
    listed = sorted(owners.items(), key=lambda item: (-len(item[1]), not item[0], item[0]))
    return [LateOwner(name, tuple(numbers), links.plan(late=1)) for name, numbers in listed]


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
            day=row.made_at.date(),
            by=str(row.made_by or ""),
            number=row.result.number,
            text=row.result.text,
            status=Badge(Status(row.status).label, STATUS_TONE[Status(row.status)], STATUS_ICON[Status(row.status)]),  # type: ignore[arg-type]  # the tones of choices are Tones
            progress=row.progress,
            comment=row.comment,
            url=reverse("goals:result", args=[row.result.number]),
        )
        for row in rows
    ]
