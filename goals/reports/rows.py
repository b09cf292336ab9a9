"""Expected results as rows: the claim that stands at the end of a day, and what was to be expected."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from goals.choices import STATUS_BADGE, Status
from goals.models import CheckIn, ExpectedResult, FollowUpRules, Plan
from goals.numbering import in_order
from goals.occasions import Occasion
from goals.reports import due, evidence
from goals.reports.evidence import Evidence
from goals.reports.rollup import Health, Limits, Part, RollUp, counts_as, expected_progress, health, roll_up
from vp_portal.core.badges import Badge

DONE = frozenset({Status.ACHIEVED, Status.CANCELLED})


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
    """The results as known at the end of a day, in the plan's order. Two queries: results with parts, check-ins."""
    chosen = results.in_force(on).order_by()  # type: ignore[attr-defined]  # our manager's
    keys = chosen.values("pk")
    found = load(
        ExpectedResult.objects.filter(Q(pk__in=keys) | Q(parent__in=keys))
        .in_force(on)
        .annotate(is_chosen=Exists(chosen.filter(pk=OuterRef("pk")))),
        on,
    )
    own = [result for result in found if result.is_chosen]  # type: ignore[attr-defined]
    return [row for row, _children in rows_of(own, found, on)]


def load(results: "QuerySet[ExpectedResult]", on: dt.date, plan: Plan | None = None) -> list[ExpectedResult]:
    """With what a row needs. One query. `plan`: where they all belong to one that is known already."""
    with_rules = [] if plan else ["plan__follow_up"]
    known = results.with_latest_check_in(on).annotate(measured=evidence.annotation(on))  # type: ignore[attr-defined]
    found = list(known.select_related("owner", "unit", *with_rules))
    plans = {plan.pk: plan} if plan else {}
    for result in found:  # One row of the database is one object, whose rules are then looked up once.
        result.plan = plans.get(result.plan_id) or plans.setdefault(result.plan_id, result.plan)
    return sorted(found, key=lambda result: in_order(result.number))


def rows_of(
    results: Iterable[ExpectedResult], parts: Iterable[ExpectedResult], on: dt.date
) -> list[tuple[ResultRow, list[ResultRow]]]:
    """Each result's row with those of its parts, out of what `load` gave. One query."""
    results, parts = list(results), list(parts)
    ids = [result.latest_id for result in [*results, *parts] if result.latest_id]  # type: ignore[attr-defined]
    said = CheckIn.objects.in_bulk(ids)
    below: dict[int | None, list[ResultRow]] = defaultdict(list)
    for part in parts:
        below[part.parent_id].append(_row(part, said.get(part.latest_id), [], on))  # type: ignore[attr-defined]
    return [
        (_row(result, said.get(result.latest_id), below[result.pk], on), below[result.pk])  # type: ignore[attr-defined]
        for result in results
    ]


def _row(result: ExpectedResult, said: CheckIn | None, below: list[ResultRow], on: dt.date) -> ResultRow:
    start, rules = result.starts, FollowUpRules.of(result.plan)
    limits = Limits(rules.on_plan_from, rules.watch_from)
    rolled = roll_up((row.part for row in below), result.roll_up, limits) if below and said is None else None
    status = Status(said.status) if said else (rolled and rolled.status) or Status.NOT_STARTED
    if rolled and rolled.status is None:
        status = Status.CANCELLED
    expected = None if status is Status.CANCELLED else expected_progress(start, result.due_on, on)
    reported = said.occasion if said else None
    missing = (
        None
        if rolled or status in DONE
        else due.missing(rules, result.plan, start, reported, on, monthly=result.monthly)
    )
    deadline = rules.deadline(missing) if missing else None
    checked = timezone.localdate(said.made_at) if said else None
    own = evidence.read(result.measured)  # type: ignore[attr-defined]  # annotated by `load`
    return ResultRow(
        pk=result.pk,
        number=result.number,
        text=result.text,
        level=result.number.count(".") - 1,
        owner=result.owner.name if result.owner else "",
        owner_code=result.owner.code if result.owner else "",
        unit=result.unit.name if result.unit else "",
        unit_id=result.unit_id,
        unit_code=result.unit.code if result.unit else "",
        weight=result.weight,
        status_code=status,
        counts_as=counts_as(status, start, on),
        progress=said.progress if said else rolled.progress if rolled else None,
        expected=rolled.expected if rolled and result.due_on is None else expected,
        occasion=reported,
        checked_on=checked,
        age_days=(on - checked).days if checked else None,
        comment=said.comment if said else "",
        due_on=result.due_on,
        due_occasion=missing,
        deadline=deadline,
        is_late=deadline is not None and on > deadline,
        is_overdue=result.due_on is not None and result.due_on < on and status not in DONE,
        has_begun=start <= on,
        rolled_up=rolled,
        limits=limits,
        url=_url(result.number),
        evidence=own or evidence.together(row.evidence for row in below),
    )


@lru_cache(maxsize=4096)
def _url(number: str) -> str:
    """Asked for by every row of every page."""
    return reverse("goals:result", args=[number])
