"""When check-ins were and are to be made: of each result and occasion, whether it was made, in time or late, or not."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet, TextChoices
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from goals.choices import Status
from goals.models import CheckIn, ExpectedResult, FollowUpRules, Plan
from goals.numbering import in_order
from goals.occasions import Occasion
from goals.reports import due
from goals.reports.rows import DONE
from vp_portal.core.badges import Badge, Tone
from vp_portal.core.periods import Period, Tertial, months

#: Occasions before the day's own that are shown, and after it.
BEFORE, AFTER = 3, 1


class Turn(TextChoices):
    """How it stands with one check-in."""

    SUBMITTED = "submitted", _("Gjord")
    LATE = "late", _("Gjord för sent")
    DUE = "due", _("Att göra")
    OVERDUE = "overdue", _("Sen")
    MISSED = "missed", _("Utebliven")
    COMING = "coming", _("Kommer")
    NONE = "none", _("Ska inte göras")


_LOOKS: dict[Turn, tuple[Tone, str]] = {
    Turn.SUBMITTED: ("ok", "✓"),
    Turn.LATE: ("watch", "◐"),
    Turn.DUE: ("info", "●"),
    Turn.OVERDUE: ("risk", "▲"),
    Turn.MISSED: ("risk", "✕"),
    Turn.COMING: ("muted", "○"),
}
BADGE = {turn: Badge(turn.label, *look) for turn, look in _LOOKS.items()}


@dataclass(frozen=True)
class Column:
    """An occasion with its last day."""

    occasion: Occasion
    deadline: dt.date

    @property
    def label(self) -> str:
        return self.occasion.label


@dataclass(frozen=True)
class Cell:
    turn: Turn
    made_on: dt.date | None

    @property
    def badge(self) -> Badge | None:
        """None where nothing is to be made."""
        return BADGE.get(self.turn)


@dataclass(frozen=True)
class CalendarRow:
    number: str
    text: str
    url: str
    owner: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Calendar:
    """The results that are followed up alike, with their latest occasions and the next."""

    monthly: bool
    columns: tuple[Column, ...]
    rows: tuple[CalendarRow, ...]

    def count(self, turn: Turn) -> int:
        return sum(cell.turn == turn for row in self.rows for cell in row.cells)


def calendars(plan: Plan, on: dt.date, tertial: Tertial | None = None) -> list[Calendar]:
    """Those followed up every tertial, then every month; none of a kind: no calendar of it. Two queries.

    `tertial`: only its own occasions, instead of those around the day. What the plan has dropped is left out.
    """
    rules = FollowUpRules.of(plan)
    results = list(ExpectedResult.objects.filter(plan=plan).in_force(on).select_related("owner"))
    results.sort(key=lambda result: in_order(result.number))
    made = _made(ExpectedResult.objects.filter(plan=plan), on)
    parents = {result.parent_id for result in results}
    found = []
    for monthly in (False, True):
        alike = [each for each in results if each.monthly == monthly]
        if alike:
            occasions = _of_tertial(tertial, monthly=monthly) if tertial else _around(on, monthly=monthly)
            found.append(_calendar(plan, rules, alike, made, parents, occasions, on))
    return found


def _around(on: dt.date, *, monthly: bool) -> list[Occasion]:
    current = Occasion.of(on, monthly=monthly)
    return [current.shift(step) for step in range(-BEFORE, AFTER + 1)]


def _of_tertial(tertial: Tertial, *, monthly: bool) -> list[Occasion]:
    if not monthly:
        return [Occasion(tertial)]
    return [Occasion(tertial, month) for month in months(Period.of(tertial.first_day), Period.of(tertial.last_day))]


def _made(results: "QuerySet[ExpectedResult]", on: dt.date) -> dict[int, list[CheckIn]]:
    """Check-ins by result, in the order they were made. One query."""
    found: dict[int, list[CheckIn]] = {}
    for check_in in CheckIn.objects.made_by_end_of(on).filter(result__in=results).order_by("made_at", "pk"):
        found.setdefault(check_in.result_id, []).append(check_in)
    return found


def _calendar(
    plan: Plan,
    rules: FollowUpRules,
    results: list[ExpectedResult],
    made: dict[int, list[CheckIn]],
    parents: set[int | None],
    occasions: list[Occasion],
    on: dt.date,
) -> Calendar:
    columns = tuple(
        Column(each, rules.deadline(each))
        for each in occasions
        if plan.first_year <= each.tertial.year <= plan.last_year
    )
    rows = []
    for result in results:
        result.plan = plan
        own = made.get(result.pk, [])
        sums_up = result.pk in parents and not own
        cells = tuple(_cell(rules, result, own, column, on, sums_up=sums_up) for column in columns)
        url = reverse("goals:result", args=[result.number])
        rows.append(CalendarRow(result.number, result.text, url, result.owner.name if result.owner else "", cells))
    return Calendar(results[0].monthly, columns, tuple(rows))


def _cell(
    rules: FollowUpRules, result: ExpectedResult, own: list[CheckIn], column: Column, on: dt.date, *, sums_up: bool
) -> Cell:
    """The first check-in of an occasion tells whether it was in time; a correction is no delay."""
    occasion = column.occasion
    first = next((each for each in own if each.occasion.last_day == occasion.last_day), None)
    if first:
        day = timezone.localdate(first.made_at)
        return Cell(Turn.SUBMITTED if day <= column.deadline else Turn.LATE, day)
    if sums_up or not due.is_within(result.plan, result.starts, occasion) or _was_done(own, occasion):
        return Cell(Turn.NONE, None)
    return Cell(_not_made(rules, column, on), None)


def _was_done(own: Iterable[CheckIn], occasion: Occasion) -> bool:
    before = [each for each in own if each.occasion < occasion]
    return bool(before) and Status(max(before, key=lambda each: each.occasion).status) in DONE


def _not_made(rules: FollowUpRules, column: Column, on: dt.date) -> Turn:
    """Late until the next occasion is over; then it is too late."""
    if on < rules.opens(column.occasion):
        return Turn.COMING
    if on <= column.deadline:
        return Turn.DUE
    return Turn.OVERDUE if on <= column.occasion.shift(1).last_day else Turn.MISSED
