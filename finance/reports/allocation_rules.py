"""The rules in their order, with what each has in the run in force. Amounts are in the ledger's signs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Prefetch

from finance.models import AllocationLine, AllocationRule, AllocationRun, AllocationShare, EmptyBase, PassedOn

PAGE_SIZE = 50


@dataclass(frozen=True)
class RuleRow:
    """`cells` and `amount` are what came by the rule; for one that passes on, what it passed on."""

    rule: AllocationRule
    cells: int
    amount: Decimal

    @property
    def state(self) -> str:
        """`draft`, `suggested` (a draft that somebody proposes), `idle` (used, reaches nothing) or `used`."""
        if not self.rule.is_active:
            return "suggested" if self.rule.suggested_by_id else "draft"
        return "used" if self.cells else "idle"


@dataclass(frozen=True)
class RulesPage:
    """`page` tells where among the pages; `rows` are its rules; `counts` has how many there are of each state."""

    page: Page
    rows: Sequence[RuleRow]
    counts: dict[str, int]


#: What the page can be narrowed to.
STATES = ("", "used", "idle", "draft")


def rules_page(state: str, number: str | None) -> RulesPage:
    """Eight queries. `state` is one of STATES: all, used, idle or drafts and suggestions together."""
    reached = set(_reached())
    known = list(AllocationRule.objects.order_by("priority").values_list("pk", "is_active"))
    groups: dict[str, list[int]] = {"": [pk for pk, _active in known]}
    groups["used"] = [pk for pk, active in known if active and pk in reached]
    groups["idle"] = [pk for pk, active in known if active and pk not in reached]
    groups["draft"] = [pk for pk, active in known if not active]
    page = Paginator(groups[state], PAGE_SIZE).get_page(number)
    return RulesPage(page, _rows(list(page.object_list)), {name: len(keys) for name, keys in groups.items()})


def _reached() -> Iterable[int]:
    """Rules that something came by, in the run in force."""
    run = AllocationRun.objects.in_force()
    yield from AllocationLine.objects.filter(run__in=run).order_by().values_list("rule", flat=True).distinct()
    yield from PassedOn.objects.filter(run__in=run).order_by().values_list("rule", flat=True).distinct()


def _rows(keys: Sequence[int]) -> list[RuleRow]:
    shares = Prefetch("shares", AllocationShare.objects.select_related("cost_object"))
    rules = AllocationRule.objects.filter(pk__in=keys).order_by("priority")
    rules = rules.select_related("driver", "passes_on", "suggested_by", "chart").prefetch_related("conditions", shares)
    sums = sums_of(keys)
    return [RuleRow(rule, *sums.get(rule.pk, (0, Decimal("0.00")))) for rule in rules]


def sums_of(keys: Iterable[int]) -> dict[int, tuple[int, Decimal]]:
    """Rule → the cells and the amount that came by it in the run in force, of batches that count. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, {"rules": list(keys)})
        return {rule: (cells, amount) for rule, cells, amount in cursor.fetchall()}


_SUMS = """
    SELECT l.rule_id, count(DISTINCT l.cell_id), sum(l.amount) FROM (
        SELECT run_id, cell_id, rule_id, amount FROM finance_allocationline WHERE rule_id = ANY(%(rules)s)
        UNION ALL SELECT run_id, cell_id, rule_id, amount FROM finance_passedon WHERE rule_id = ANY(%(rules)s)
    ) l
    JOIN finance_allocationrun r ON r.id = l.run_id AND r.in_force_from IS NOT NULL AND r.in_force_to IS NULL
    JOIN finance_ledgercell c ON c.id = l.cell_id
    JOIN finance_importbatch b ON b.id = c.batch_id AND b.ended_at IS NULL
    GROUP BY l.rule_id
"""


def empty_bases() -> list[EmptyBase]:
    """Where rules of the run in force had nothing to share out by."""
    rows = EmptyBase.objects.filter(run__in=AllocationRun.objects.in_force())
    return list(rows.select_related("rule").order_by("rule__priority", "period"))
