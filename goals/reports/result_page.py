"""A result's page: the claim now against what was to be expected, its course over the tertials, every check-in."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from goals.choices import REVIEW_BADGE, STATUS_BADGE, Confidence, Review, Status
from goals.models import CheckIn, ExpectedResult
from goals.models.check_in import LATEST_FIRST
from goals.occasions import Occasion
from goals.reports.facts import load
from goals.reports.measures import Measure, measures
from goals.reports.rollup import expected_progress
from goals.reports.rows import ResultRow, rows_of
from services.models import CostObject
from vp_portal.core import charts, formatting
from vp_portal.core.as_known import end_of
from vp_portal.core.badges import Badge


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
    review: Badge | None
    review_text: str


@dataclass(frozen=True)
class ResultPage:
    result: ExpectedResult
    row: ResultRow
    parts: tuple[ResultRow, ...]
    latest: CheckIn | None
    entries: tuple[Entry, ...]
    chart: charts.Chart
    measures: tuple[Measure, ...]
    cost_objects: tuple[CostObject, ...]
    reported: frozenset[Occasion]

    @property
    def confidence(self) -> str:
        return str(Confidence(self.latest.confidence).label) if self.latest else ""

    @property
    def waits_for_review(self) -> bool:
        return self.latest is not None and self.latest.review == Review.WAITING

    @property
    def is_returned(self) -> bool:
        return self.latest is not None and self.latest.review == Review.RETURNED


def result_page(result: ExpectedResult, on: dt.date) -> ResultPage:
    """Everything about one result as known at the end of a day. Six queries."""
    parts_now = ExpectedResult.objects.filter(parent=result.pk).in_force(on)
    family = load(ExpectedResult.objects.filter(pk=result.pk) | parts_now, on)
    rows = rows_of([each for each in family if each.pk == result.pk], [e for e in family if e.pk != result.pk], on)
    row, parts = rows[0]
    known = CheckIn.objects.made_by_end_of(on).filter(result=result).select_related("made_by", "reviewed_by")
    said = list(known.order_by(*LATEST_FIRST))
    stands = {check_in.occasion: check_in for check_in in reversed(said)}
    corrected = {check_in.corrects_id for check_in in said}
    return ResultPage(
        result=result,
        row=row,
        parts=parts,
        latest=said[0] if said else None,
        entries=tuple(_entry(result, each, stands[each.occasion] != each, each.pk in corrected, on) for each in said),
        chart=charts.line(
            _("Framsteg per månad") if result.monthly else _("Framsteg per tertial"),
            _points(result, stands, on),
            fmt=formatting.percent,
        ),
        measures=tuple(measures(result, on)),
        cost_objects=tuple(result.cost_objects.order_by("kind", "name")),
        reported=frozenset(stands),
    )


def first_day_after(number: str, day: dt.date) -> dt.date | None:
    """The first day after another that a result with that number was known; None for never."""
    known = ExpectedResult.history.filter(number=number, history_date__gte=end_of(day)).exclude(history_type="-")
    first = known.aggregate(first=Min("history_date"))["first"]
    return timezone.localdate(first) if first else None


def _entry(result: ExpectedResult, check_in: CheckIn, superseded: bool, corrected: bool, on: dt.date) -> Entry:
    day = timezone.localdate(check_in.made_at)
    title = _("Avstämning %(occasion)s") % {"occasion": check_in.occasion.label}
    if corrected:
        title = _("%(title)s, rättad sedan") % {"title": title}
    elif superseded:
        title = _("%(title)s, ersatt av en senare") % {"title": title}
    return Entry(
        day=day,
        when=formatting.short_date(day, on),
        by=str(check_in.made_by or _("Okänd")),
        title=title,
        status=STATUS_BADGE[Status(check_in.status)],
        progress=check_in.progress,
        expected=expected_progress(result.starts, result.due_on, day),
        text=check_in.comment,
        blocked=check_in.blocked_by,
        help_needed=check_in.help_needed,
        review=REVIEW_BADGE.get(check_in.review_on(on)),
        review_text=_reviewed(check_in, on),
    )


def _reviewed(check_in: CheckIn, on: dt.date) -> str:
    """Who has reviewed it, when, and what was said."""
    if check_in.review_on(on) == Review.WAITING or check_in.reviewed_at is None:
        return ""
    day = formatting.short_date(timezone.localdate(check_in.reviewed_at), on)
    who = _("%(who)s, %(day)s") % {"who": check_in.reviewed_by or _("Okänd"), "day": day}
    return f"{who}: {check_in.review_comment}" if check_in.review_comment else who


def _points(result: ExpectedResult, stands: dict[Occasion, CheckIn], on: dt.date) -> list[charts.Series]:
    """From the first occasion with a check-in to the day's own; none before there is one."""
    occasions = []
    current, first = Occasion.of(on, monthly=result.monthly), min(stands, default=None)
    each = first and Occasion.of(first.last_day, monthly=result.monthly)
    while each and each <= current:
        occasions.append(each)
        each = each.shift(1)
    at_end = {place.last_day: stands[place].progress for place in sorted(stands)}
    done = [(place, at_end.get(place.last_day)) for place in occasions]
    expected = [(p, expected_progress(result.starts, result.due_on, min(p.last_day, on))) for p in occasions]
    series = [_series(_("Framsteg"), done, "1")]
    return [*series, _series(_("Väntat"), expected, "target")] if result.due_on else series


def _series(name: str, values: list[tuple[Occasion, int | None]], look: str) -> charts.Series:
    """The year stands on the axis where it begins, so that the labels fit a narrow screen."""
    points = [
        charts.Point(_axis_label(each, place), value, name=each.label) for place, (each, value) in enumerate(values)
    ]
    return charts.Series(name, points, look)


def _axis_label(occasion: Occasion, place: int) -> str:
    if occasion.month:
        return formatting.month_label(occasion.month)
    starts_year = place == 0 or occasion.tertial.number == 1
    return formatting.tertial(occasion.tertial) if starts_year else f"T{occasion.tertial.number}"
