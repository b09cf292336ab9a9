"""A result's page: the claim now against what was to be expected, its course over the tertials, every check-in."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from goals.choices import STATUS_BADGE, Confidence, Status
from goals.models import CheckIn, ExpectedResult
from goals.reports.rollup import expected_progress
from goals.reports.rows import ResultRow, begins, load, rows_of
from services.models import CostObject
from vp_portal.core import charts, formatting
from vp_portal.core.badges import Badge
from vp_portal.core.periods import Tertial


@dataclass(frozen=True)
class Entry:
    """One check-in of the timeline, as `_components/timeline.html` takes it. `expected` is that of its own day."""

    day: dt.date
    when: str
    by: str
    title: str
    status: Badge
    progress: int
    expected: int | None
    text: str
    blocked: str
    help_needed: str


@dataclass(frozen=True)
class ResultPage:
    result: ExpectedResult
    row: ResultRow
    parts: tuple[ResultRow, ...]
    latest: CheckIn | None
    entries: tuple[Entry, ...]
    chart: charts.Chart
    cost_objects: tuple[CostObject, ...]
    reported: frozenset[Tertial]

    @property
    def confidence(self) -> str:
        return str(Confidence(self.latest.confidence).label) if self.latest else ""


def result_page(result: ExpectedResult, on: dt.date) -> ResultPage:
    """Everything about one result as known at the end of a day. Five queries."""
    family = load(ExpectedResult.objects.filter(pk=result.pk) | ExpectedResult.objects.filter(parent=result.pk), on)
    rows = rows_of([each for each in family if each.pk == result.pk], [e for e in family if e.pk != result.pk], on)
    row, parts = rows[0]
    known = CheckIn.objects.made_by_end_of(on).filter(result=result).select_related("made_by")
    said = list(known.order_by("-tertial", "-made_at", "-pk"))
    stands = {check_in.tertial: check_in for check_in in reversed(said)}
    return ResultPage(
        result=result,
        row=row,
        parts=tuple(parts),
        latest=said[0] if said else None,
        entries=tuple(_entry(result, check_in, stands[check_in.tertial] != check_in, on) for check_in in said),
        chart=charts.line(_("Framsteg per tertial"), _points(result, stands, on), fmt=formatting.percent),
        cost_objects=tuple(result.cost_objects.order_by("kind", "name")),
        reported=frozenset(stands),
    )


def _entry(result: ExpectedResult, check_in: CheckIn, superseded: bool, on: dt.date) -> Entry:
    day = timezone.localdate(check_in.made_at)
    title = _("Avstämning %(tertial)s") % {"tertial": formatting.tertial(check_in.tertial)}
    if superseded:
        title = _("%(title)s, ersatt av en senare") % {"title": title}
    return Entry(
        day=day,
        when=formatting.short_date(day, on),
        by=str(check_in.made_by or _("Okänd")),
        title=title,
        status=STATUS_BADGE[Status(check_in.status)],
        progress=check_in.progress,
        expected=expected_progress(begins(result), result.due_on, day),
        text=check_in.comment,
        blocked=check_in.blocked_by,
        help_needed=check_in.help_needed,
    )


def _points(result: ExpectedResult, stands: dict[Tertial, CheckIn], on: dt.date) -> list[charts.Series]:
    """From the first tertial with a check-in to the day's own; none before there is one."""
    tertials = []
    each = min(stands, default=None)
    while each and each <= Tertial.of(on):
        tertials.append(each)
        each = each.shift(1)
    start = begins(result)
    done = [(t, stands[t].progress if t in stands else None) for t in tertials]
    expected = [(t, expected_progress(start, result.due_on, min(t.last_day, on))) for t in tertials]
    series = [_series(_("Framsteg"), done, "1")]
    return [*series, _series(_("Väntat"), expected, "target")] if result.due_on else series


def _series(name: str, values: list[tuple[Tertial, int | None]], look: str) -> charts.Series:
    """The year stands on the axis where it begins, so that the labels fit a narrow screen."""
    points = [
        charts.Point(
            formatting.tertial(tertial) if place == 0 or tertial.number == 1 else f"T{tertial.number}",
            value,
            name=formatting.tertial(tertial),
        )
        for place, (tertial, value) in enumerate(values)
    ]
    return charts.Series(name, points, look)
