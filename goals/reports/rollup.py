"""How parts make a whole. Pure: statuses, shares and days in, a figure that lists its parts out.

Progress is the mean of the parts by weight, or that of the weakest part: the parent chooses. A part that nobody has
reported on counts as 0 per cent, a cancelled one not at all. Status is that of the weakest part. Expected progress is
linear from start to due date. Health is progress in per cent of the expected, at most 100 for each part.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from goals.choices import STATUS_BADGE, STATUS_ORDER, RollUpMethod, Status
from vp_portal.core.badges import Badge
from vp_portal.core.hashing import hashed_once

FULL = Decimal(100)


@dataclass(frozen=True)
class Limits:
    """From how many per cent of the expected progress something is on plan, and from how many it is watched."""

    on_plan: int = 95
    watch: int = 85

    def status(self, health: Decimal | None) -> Status | None:
        if health is None:
            return None
        return Status.ON_PLAN if health >= self.on_plan else Status.WATCH if health >= self.watch else Status.RISK


@dataclass(frozen=True)
class Health:
    """Progress against the expected: `percent` at most 100, and where that puts it."""

    percent: Decimal
    status: Status

    @property
    def badge(self) -> Badge:
        return STATUS_BADGE[self.status]


def health(progress: int | None, expected: int | None, limits: Limits) -> Health | None:
    """None without a report or a due date. Where nothing is expected yet, all is well."""
    if progress is None or expected is None:
        return None
    return _health(min(FULL, Decimal(progress) * 100 / expected) if expected else FULL, limits)


def _health(percent: Decimal | None, limits: Limits) -> Health | None:
    """In hundredths of a per cent: what a division leaves below that puts nothing before or after another."""
    percent = None if percent is None else percent.quantize(Decimal("0.01"), ROUND_HALF_UP)
    status = limits.status(percent)
    return Health(percent, status) if percent is not None and status else None


@hashed_once
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

    def health(self, limits: Limits) -> Health | None:
        """As `health`, but what nobody has reported on has reached nothing."""
        return None if self.expected is None else health(self.progress or 0, self.expected, limits)


@hashed_once
@dataclass(frozen=True)
class RollUp:
    """A rolled-up figure and the parts that explain it. None is "no data", never 0."""

    status: Status | None
    progress: int | None
    expected: int | None
    deviation: int | None
    parts: tuple[Part, ...]
    method: RollUpMethod = RollUpMethod.MEAN
    health: Health | None = None
    limits: Limits = Limits()

    @property
    def explained(self) -> list[tuple[Part, Health | None]]:
        """Each part with its own health."""
        return [(part, part.health(self.limits) if part.counts_as else None) for part in self.parts]

    @property
    def by_weakest(self) -> bool:
        return self.method == RollUpMethod.WEAKEST

    @property
    def weakest(self) -> tuple[Part, ...]:
        """The parts that give the status."""
        return tuple(part for part in self.parts if self.status and part.counts_as == self.status)


def roll_up(
    parts: Iterable[Part], method: RollUpMethod | str = RollUpMethod.MEAN, limits: Limits | None = None
) -> RollUp:
    every, limits, method = tuple(parts), limits or Limits(), RollUpMethod(method)
    counted = [part for part in every if part.counts_as is not None]
    reported = any(part.progress is not None for part in counted)
    chosen = [_weakest_part(counted, limits)] if counted and method == RollUpMethod.WEAKEST else counted
    due = [part for part in chosen if part.expected is not None]
    healths = [(found.percent, part.weight) for part in due if (found := part.health(limits))]
    even = method == RollUpMethod.WEAKEST  # One part alone: its weight, which may be none, says nothing.
    return RollUp(
        status=weakest([part.counts_as for part in counted if part.counts_as]),
        progress=_rounded_mean([(part.progress or 0, part.weight) for part in chosen], even) if reported else None,
        expected=_rounded_mean([(part.expected or 0, part.weight) for part in due], even),
        # On the same parts, so that a part without a due date doesn't show as a lead.
        deviation=_rounded_mean([((part.progress or 0) - (part.expected or 0), part.weight) for part in due], even)
        if reported
        else None,
        parts=every,
        method=method,
        health=_health(_mean(healths, even), limits) if reported else None,
        limits=limits,
    )


def _weakest_part(counted: Sequence[Part], limits: Limits) -> Part:
    """The one with the poorest health; without due dates, with the least progress."""

    def place(part: Part) -> tuple[Decimal, int]:
        found = part.health(limits)
        return (found.percent if found else FULL, part.progress or 0)

    return min(counted, key=place)


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


def _mean(values: Sequence[tuple[int | Decimal, Decimal]], even: bool = False) -> Decimal | None:  # noqa: FBT002  # private
    """By weight, or `even`; None where there is nothing to divide by."""
    weighed = [(value, Decimal(1) if even else weight) for value, weight in values]
    total = sum((weight for _, weight in weighed), Decimal(0))
    return sum((value * weight for value, weight in weighed), Decimal(0)) / total if total else None


def _rounded_mean(values: Sequence[tuple[int, Decimal]], even: bool) -> int | None:
    found = _mean(values, even)
    return None if found is None else _rounded(found)


def _rounded(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))
