"""Check-ins that are to be made."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse

from goals.choices import Review
from goals.models import CheckIn, ExpectedResult
from goals.numbering import in_order
from goals.occasions import Occasion
from goals.reports.rows import ResultRow, results_with_status
from services.models import Person


@dataclass(frozen=True)
class DueCheckIn:
    """A result and the occasion that it lacks a check-in for. `days_late` is 0 until the deadline has passed."""

    row: ResultRow
    occasion: Occasion
    deadline: dt.date
    days_late: int

    @property
    def number(self) -> str:
        return self.row.number

    @property
    def text(self) -> str:
        return self.row.text

    @property
    def is_late(self) -> bool:
        return self.days_late > 0

    @property
    def url(self) -> str:
        """The form for the check-in."""
        return f"{self.row.url}#check-in"


@dataclass(frozen=True)
class ToAnswer:
    """A check-in that someone is to do something about: review it, or put it right when it has been returned."""

    check_in: CheckIn
    is_returned: bool

    @property
    def number(self) -> str:
        return self.check_in.result.number

    @property
    def url(self) -> str:
        """Where it is done."""
        place = f"?occasion={self.check_in.occasion}#check-in" if self.is_returned else "#review"
        return f"{reverse('goals:result', args=[self.number])}{place}"


def to_answer(results: "QuerySet[ExpectedResult]", person: Person, on: dt.date) -> list[ToAnswer]:
    """Of the check-ins that stand: those that the person is to review, and those of their own that were returned.
    One query."""
    theirs = Q(reviewer=person) | Q(owner=person) | Q(deputy=person)
    latest = results.filter(theirs).with_latest_check_in(on).values("latest_id")  # type: ignore[attr-defined]
    found = []
    for check_in in CheckIn.objects.filter(pk__in=latest).exclude(review=Review.ACKNOWLEDGED).select_related("result"):
        reviews = check_in.result.reviewer_id == person.pk
        if check_in.review == Review.RETURNED and not reviews:
            found.append(ToAnswer(check_in, is_returned=True))
        elif check_in.review == Review.WAITING and reviews and check_in.made_by_id != person.user_id:
            found.append(ToAnswer(check_in, is_returned=False))
    return sorted(found, key=lambda each: in_order(each.number))


def due_check_ins(results: "QuerySet[ExpectedResult]", on: dt.date) -> list[DueCheckIn]:
    """As `due_of`, for results that are not read yet."""
    return due_of(results_with_status(results, on), on)


def due_of(rows: Iterable[ResultRow], on: dt.date) -> list[DueCheckIn]:
    """The results whose check-in is missing for the latest finished occasion (or the current, when it has opened),
    the latest first. Done results and those that only sum up their parts have none to make. Pure."""
    due_rows = [
        DueCheckIn(row, row.due_occasion, row.deadline, max((on - row.deadline).days, 0))
        for row in rows
        if row.due_occasion and row.deadline
    ]
    return sorted(due_rows, key=lambda item: -item.days_late)
