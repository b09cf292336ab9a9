"""How parts make a whole. Pure: statuses, shares and days in, a figure that lists its parts out.

Progress is the mean of the parts by weight; a part that nobody has reported on counts as 0 per cent, a cancelled one
not at all. Status is that of the weakest part. Expected progress is linear from start to due date.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from goals.choices import STATUS_ORDER, Status


@dataclass(frozen=True)
class Part:
    """One part of a figure. `counts_as` is None for a cancelled part, which counts nowhere.

    `progress` is None where nobody has reported, `expected` where there is no due date.
    """

    number: str
    text: str
    url: str
    weight: Decimal
    status: Status
    counts_as: Status | None
    progress: int | None
    expected: int | None


@dataclass(frozen=True)
class RollUp:
    """A rolled-up figure and the parts that explain it. None is "no data", never 0."""

    status: Status | None
    progress: int | None
    expected: int | None
    deviation: int | None
    parts: tuple[Part, ...]

    @property
    def weakest(self) -> tuple[Part, ...]:
        """The parts that give the status."""
        return tuple(part for part in self.parts if self.status and part.counts_as == self.status)


def roll_up(parts: Iterable[Part]) -> RollUp:
    every = tuple(parts)
    counted = [part for part in every if part.counts_as is not None]
    reported = any(part.progress is not None for part in counted)
    due = [part for part in counted if part.expected is not None]
    return RollUp(
        status=weakest([part.counts_as for part in counted if part.counts_as]),
        progress=_mean([(part.progress or 0, part.weight) for part in counted]) if reported else None,
        expected=_mean([(part.expected or 0, part.weight) for part in due]),
        # On the same parts, so that a part without a due date doesn't show as a lead.
        deviation=_mean([((part.progress or 0) - (part.expected or 0), part.weight) for part in due])
        if reported
        else None,
        parts=every,
    )


def weakest(statuses: Sequence[Status]) -> Status | None:
    return max(statuses, key=STATUS_ORDER.index, default=None)


def counts_as(status: Status, starts_on: dt.date, on: dt.date) -> Status | None:
    """The status's place in the order: not started is on plan until the start, then watched; cancelled has none."""
    if status is Status.CANCELLED:
        return None
    if status is Status.NOT_STARTED:
        return Status.ON_PLAN if on < starts_on else Status.WATCH
    return status


def expected_progress(starts_on: dt.date, due_on: dt.date | None, on: dt.date) -> int | None:
    """Per cent that should be reached at the end of a day; None without a due date."""
    if due_on is None:
        return None
    if on >= due_on:
        return 100
    if on <= starts_on:
        return 0
    return _rounded(Decimal((on - starts_on).days) / (due_on - starts_on).days * 100)


def _mean(values: Sequence[tuple[int, Decimal]]) -> int | None:
    weight = sum((weight for _, weight in values), Decimal(0))
    return _rounded(sum((value * weight for value, weight in values), Decimal(0)) / weight) if weight else None


def _rounded(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))
