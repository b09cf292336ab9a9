"""Expected results as rows: the claim that stands at the end of a day, and what was to be expected."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from goals.choices import STATUS_BADGE, Status
from goals.models import ExpectedResult
from goals.occasions import Occasion
from goals.reports import due, evidence
from goals.reports.evidence import Evidence
from goals.reports.facts import Facts, load
from goals.reports.rollup import Health, Limits, Part, RollUp, counts_as, expected_progress, health, roll_up
from vp_portal.core.badges import Badge
from vp_portal.core.hashing import hashed_once

DONE = frozenset({Status.ACHIEVED, Status.CANCELLED})


@hashed_once
@dataclass(frozen=True)
class ResultRow:
    """One result as known at the end of a day. Without a check-in it counts as not started, progress unknown.

    A result with parts and no check-in of its own has their rolled-up figures; `rolled_up` then explains them.
    `is_late`: its check-in is late. `is_overdue`: its due date has passed and it isn't done.
    """

    pk: int
    number: str
    text: str
    level: int
    owner: str
    owner_code: str
    unit: str
    unit_id: int | None
    unit_code: str
    weight: Decimal
    status_code: Status
    counts_as: Status | None
    progress: int | None
    expected: int | None
    occasion: Occasion | None
    checked_on: dt.date | None
    age_days: int | None
    comment: str
    due_on: dt.date | None
    due_occasion: Occasion | None
    deadline: dt.date | None
    is_late: bool
    is_overdue: bool
    has_begun: bool
    rolled_up: RollUp | None
    limits: Limits
    url: str
    evidence: Evidence | None = None

    @property
    def contradicted(self) -> bool:
        """Whether the claim differs from the evidence, once the result has begun and somebody has claimed anything."""
        claims = self.checked_on is not None or self.rolled_up is not None
        return claims and self.has_begun and evidence.differ(self.counts_as, self.evidence)

    @property
    def claims_too_much(self) -> bool:
        found = self.evidence.status if self.evidence else None
        return bool(self.counts_as and found and evidence.is_better(self.counts_as, found))

    @property
    def status(self) -> Badge:
        return STATUS_BADGE[self.status_code]

    @property
    def icon(self) -> str:
        return self.status.icon

    @property
    def tone(self) -> str:
        return self.status.tone

    @property
    def deviation(self) -> int | None:
        """Progress less expected, in percentage points."""
        return None if self.progress is None or self.expected is None else self.progress - self.expected

    @property
    def health(self) -> Health | None:
        """Progress against the expected; for one that sums up its parts, theirs."""
        if self.status_code is Status.CANCELLED:
            return None
        return self.rolled_up.health if self.rolled_up else health(self.progress, self.expected, self.limits)

    @cached_property
    def part(self) -> Part:
        return Part(
            self.number,
            self.text,
            self.url,
            self.weight,
            self.status_code,
            self.counts_as,
            self.progress,
            self.expected,
        )


def results_with_status(results: "QuerySet[ExpectedResult]", on: dt.date) -> list[ResultRow]:
    """The results as known at the end of a day, in the plan's order. One query: results with parts."""
    chosen = results.in_force(on).order_by()  # type: ignore[attr-defined]  # our manager's
    keys = chosen.values("pk")
    with_parts = ExpectedResult.objects.filter(Q(pk__in=keys) | Q(parent__in=keys)).in_force(on)
    found = load(with_parts, on, chosen=chosen)
    return [row for row, _parts in rows_of([facts for facts in found if facts.is_chosen], found, on)]


def rows_of(
    results: Iterable[Facts], parts: Iterable[Facts], on: dt.date
) -> list[tuple[ResultRow, tuple[ResultRow, ...]]]:
    """Each result's row with those of its parts, out of what `load` gave. No queries."""
    below: dict[int | None, list[ResultRow]] = defaultdict(list)
    for part in parts:
        below[part.parent_id].append(_row(part, (), on))
    found = ((facts, tuple(below.get(facts.pk, ()))) for facts in results)
    return [(_row(facts, own, on), own) for facts, own in found]


@lru_cache(maxsize=4096)
def _row(facts: Facts, below: tuple[ResultRow, ...], on: dt.date) -> ResultRow:
    """The same row for the same facts, so that what is made of it can be kept too."""
    claim = _claim(facts, below, on)
    rules, said = facts.terms.rules, facts.said
    missing = _missing(facts, claim, on)
    deadline = rules.deadline(missing) if missing else None
    checked = timezone.localdate(said.made_at) if said else None
    return ResultRow(
        pk=facts.pk,
        number=facts.number,
        text=facts.text,
        level=facts.number.count(".") - 1,
        owner=facts.owner or "",
        owner_code=facts.owner_code or "",
        unit=facts.unit or "",
        unit_id=facts.unit_id,
        unit_code=facts.unit_code or "",
        weight=facts.weight,
        status_code=claim.status,
        counts_as=counts_as(claim.status, facts.starts, on),
        progress=claim.progress,
        expected=claim.expected,
        occasion=said.occasion if said else None,
        checked_on=checked,
        age_days=(on - checked).days if checked else None,
        comment=said.comment if said else "",
        due_on=facts.due_on,
        due_occasion=missing,
        deadline=deadline,
        is_late=deadline is not None and on > deadline,
        is_overdue=facts.due_on is not None and facts.due_on < on and claim.status not in DONE,
        has_begun=facts.starts <= on,
        rolled_up=claim.rolled_up,
        limits=Limits(rules.on_plan_from, rules.watch_from),
        url=reverse("goals:result", args=[facts.number]),
        evidence=facts.evidence or evidence.together(row.evidence for row in below),
    )


class _Claim(NamedTuple):
    """What is said of a result, by its lead or by its parts together."""

    status: Status
    progress: int | None
    expected: int | None
    rolled_up: RollUp | None


def _claim(facts: Facts, below: tuple[ResultRow, ...], on: dt.date) -> _Claim:
    said, rolled = facts.said, None
    if below and said is None:
        rules = facts.terms.rules
        limits = Limits(rules.on_plan_from, rules.watch_from)
        rolled = roll_up((row.part for row in below), facts.roll_up, limits)
    status = Status(said.status) if said else (rolled and rolled.status) or Status.NOT_STARTED
    if rolled and rolled.status is None:
        status = Status.CANCELLED
    expected = None if status is Status.CANCELLED else expected_progress(facts.starts, facts.due_on, on)
    return _Claim(
        status,
        progress=said.progress if said else rolled.progress if rolled else None,
        expected=rolled.expected if rolled and facts.due_on is None else expected,
        rolled_up=rolled,
    )


def _missing(facts: Facts, claim: _Claim, on: dt.date) -> Occasion | None:
    """The occasion that lacks its check-in. What only sums up its parts, or is done, has none to make."""
    if claim.rolled_up or claim.status in DONE:
        return None
    reported = facts.said.occasion if facts.said else None
    return due.missing(facts.terms.rules, facts.terms, facts.starts, reported, on, monthly=facts.monthly)
