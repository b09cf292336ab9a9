"""Check-ins that are to be made."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from goals.models import ExpectedResult
from goals.occasions import Occasion
from goals.reports.rows import ResultRow, results_with_status


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


def due_check_ins(results: "QuerySet[ExpectedResult]", on: dt.date) -> list[DueCheckIn]:
    """The results whose check-in is missing for the latest finished tertial (or the current, when it has opened),
    the latest first. Done results and those that only sum up their parts have none to make."""
    due_rows = [
        DueCheckIn(row, row.due_occasion, row.deadline, max((on - row.deadline).days, 0))
        for row in results_with_status(results, on)
        if row.due_occasion and row.deadline
    ]
    return sorted(due_rows, key=lambda item: -item.days_late)
