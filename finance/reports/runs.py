"""Runs of the allocation: which there are, and two of them beside each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Count, Q, Sum

from finance.models import AllocationRun, CostRollup
from finance.reports.checks import Proof
from finance.reports.economy import ZERO
from services.models import CostObject
from vp_portal.core import small_charts
from vp_portal.core.periods import Period

PAGE_SIZE = 30


def run_list(number: str | None) -> Page:
    """Newest first, with how many rules each used. Two queries; the rules themselves stay where they are."""
    runs = AllocationRun.objects.defer("rules").select_related("made_by").order_by("-made_at", "-pk")
    page = Paginator(runs.annotate(empty_count=Count("empty_bases")), PAGE_SIZE).get_page(number)
    counts = _rule_counts([run.pk for run in page.object_list])
    for run in page.object_list:
        run.rule_count = counts.get(run.pk)  # type: ignore[attr-defined]  # for the template
    return page


def _rule_counts(keys: Sequence[int]) -> dict[int, int | None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, jsonb_array_length(rules) FROM finance_allocationrun WHERE id = ANY(%s) AND rules IS NOT NULL",
            [list(keys)],
        )
        return dict(cursor.fetchall())


@dataclass(frozen=True)
class Row:
    """What a cost object (None: unallocated) has in two runs; `bar` shows the difference."""

    cost_object: CostObject | None
    one: Decimal
    other: Decimal
    bar: small_charts.DivergingBar | None = None

    @property
    def difference(self) -> Decimal:
        return self.other - self.one


@dataclass(frozen=True)
class RuleChange:
    """A rule that is in one run only, or not the same in both. Named as the later of them has it."""

    priority: int
    name: str
    kind: str  # added, removed, changed


@dataclass(frozen=True)
class Comparison:
    """Costs only, as the dashboards have them; the proof is of everything."""

    rows: Sequence[Row]
    same_count: int
    one_total: Decimal
    other_total: Decimal
    proof: Proof
    rules: Sequence[RuleChange]
    by_period: Sequence[tuple[Period, CostObject | None, Decimal, Decimal]]

    @property
    def difference(self) -> Decimal:
        return self.other_total - self.one_total


#: The largest changes per cost object and period that are shown.
SHOWN = 60


def compare(one: AllocationRun, other: AllocationRun) -> Comparison:
    """Four queries. Rows with a difference, the largest first; what is the same is counted."""
    sums = _sums(one, other)
    objects = {each.pk: each for each in CostObject.objects.filter(pk__in={key for key, *_rest in sums if key})}
    totals: dict[int | None, list[Decimal]] = {}
    for key, _period, before, after in sums:
        held = totals.setdefault(key, [ZERO, ZERO])
        held[0], held[1] = held[0] + before, held[1] + after
    rows = [Row(objects.get(key) if key else None, held[0], held[1]) for key, held in totals.items()]
    changed = sorted((row for row in rows if row.difference), key=lambda row: -abs(row.difference))
    bars = small_charts.diverging([row.difference for row in changed])
    periods = [(p, objects.get(key) if key else None, b, a) for key, p, b, a in sums if b != a]
    return Comparison(
        rows=[Row(r.cost_object, r.one, r.other, bar) for r, bar in zip(changed, bars, strict=True)],
        same_count=len(rows) - len(changed),
        one_total=sum((row.one for row in rows), ZERO),
        other_total=sum((row.other for row in rows), ZERO),
        proof=_proof(one, other),
        rules=_rule_changes(one, other),
        by_period=sorted(periods, key=lambda row: -abs(row[3] - row[2]))[:SHOWN],
    )


def _sums(one: AllocationRun, other: AllocationRun) -> list[tuple[int | None, Period, Decimal, Decimal]]:
    rows = CostRollup.objects.filter(run__in=[one.pk, other.pk]).costs().order_by()
    return [
        (key, Period(period), before, after)
        for key, period, before, after in rows.values_list("cost_object", "period").annotate(
            before=Sum("amount", filter=Q(run=one.pk), default=ZERO),
            after=Sum("amount", filter=Q(run=other.pk), default=ZERO),
        )
    ]


def _proof(one: AllocationRun, other: AllocationRun) -> Proof:
    """Everything, whatever its kind: two runs of the same ledger have the same sum."""
    sums = dict(
        CostRollup.objects.filter(run__in=[one.pk, other.pk]).order_by().values_list("run").annotate(Sum("amount"))
    )
    return Proof(sums.get(other.pk, ZERO), sums.get(one.pk, ZERO))


def _rule_changes(one: AllocationRun, other: AllocationRun) -> list[RuleChange]:
    before = {rule["id"]: rule for rule in one.rules or ()}
    after = {rule["id"]: rule for rule in other.rules or ()}
    found = []
    for key in before.keys() | after.keys():
        was, now = before.get(key), after.get(key)
        if was != now and one.rules is not None and other.rules is not None:
            kind = "added" if was is None else "removed" if now is None else "changed"
            shown = now or was or {}
            found.append(RuleChange(shown["priority"], shown["name"], kind))
    return sorted(found, key=lambda change: change.priority)
