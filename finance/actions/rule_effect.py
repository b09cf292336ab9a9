"""What a rule would do before it is used: only the cells that it could move are resolved, nothing is stored."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from finance.actions import allocation_sql as sql
from finance.actions import allocation_store as store
from finance.actions.allocation_resolving import execute, resolve
from finance.choices import CodePart
from finance.models import (
    Account,
    ActivityCode,
    AllocationRule,
    AllocationRun,
    CodeString,
    CostCentre,
    Funder,
    LedgerProject,
    PeriodLock,
)
from finance.models.rule import code_holds
from vp_portal.core.periods import Period

ZERO = Decimal("0.00")
REGISTERS: dict[str, Any] = {
    CodePart.ACCOUNT: Account,
    CodePart.COST_CENTRE: CostCentre,
    CodePart.PROJECT: LedgerProject,
    CodePart.ACTIVITY: ActivityCode,
    CodePart.FUNDER: Funder,
}


@dataclass(frozen=True)
class Sums:
    """Cells, wholly or in part, with their amount in the ledger's sign, and rows."""

    cells: int = 0
    amount: Decimal = ZERO
    rows: int = field(default=0, compare=False)

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.cells + other.cells, self.amount + other.amount, self.rows + other.rows)


@dataclass(frozen=True)
class Change:
    """A cost object's amount now and with the rule, of the cells that the rule could move. None: unallocated."""

    cost_object: int | None
    period: Period
    now: Decimal
    then: Decimal


@dataclass(frozen=True)
class Effect:
    """`taken`: rule (None: nobody's) → what it loses to this one; `lost`: rule → what this one loses to it;
    `shadowed`: rule before it in the order → what both hold for; `dead`: rules that get nothing any more."""

    hits: Sums
    gets: Sums
    has: Sums
    taken: dict[int | None, Sums]
    lost: dict[int | None, Sums]
    shadowed: dict[int, Sums]
    dead: frozenset[int]
    changes: Sequence[Change]
    empty_periods: Sequence[Period] = field(default_factory=tuple)


_SCOPE = """
    CREATE TEMP TABLE alloc_cell ON COMMIT DROP AS
    SELECT c.id, c.period, c.code_string_id, c.amount, c.row_count
    FROM finance_ledgercell c
    JOIN finance_importbatch b ON b.id = c.batch_id
    JOIN finance_codestring s ON s.id = c.code_string_id
    JOIN finance_account a ON a.id = s.account_id
    WHERE b.ended_at IS NULL AND (%(everything)s OR a.sensitivity = 0) AND NOT c.period = ANY(%(kept)s::integer[])
        AND (
            (c.code_string_id = ANY(%(strings)s::bigint[]) AND c.period BETWEEN %(first)s AND %(last)s)
            OR c.id IN (SELECT cell_id FROM finance_allocationline
                        WHERE run_id = %(run)s AND (rule_id = %(rule)s OR cost_object_id = %(source)s))
            OR c.id IN (SELECT cell_id FROM finance_passedon
                        WHERE run_id = %(run)s AND (rule_id = %(rule)s OR cost_object_id = %(source)s))
        );
    ANALYZE alloc_cell
"""
# What moves together: a cell, or what of it is one slice now and one then. `said`: the rule holds for what they say.
_ATOMS = """
    CREATE TEMP TABLE alloc_atom ON COMMIT DROP AS
    WITH marked AS (
        SELECT s.cell_id, m.posting AS posting_id, s.id AS now_slice, NULL::bigint AS then_slice, false AS said
        FROM finance_cellslice s
        JOIN finance_slicedposting m ON m.slice_id = s.id
        WHERE s.run_id = %(run)s AND s.cell_id IN (SELECT id FROM alloc_cell UNION SELECT cell_id FROM alloc_slice)
        UNION ALL
        SELECT m.cell_id, m.posting_id, NULL, s.id, false
        FROM alloc_mark m JOIN alloc_slice s ON s.cell_id = m.cell_id
            AND s.rule_id IS NOT DISTINCT FROM m.rule_id AND s.cost_object_id IS NOT DISTINCT FROM m.cost_object_id
        UNION ALL
        SELECT cell_id, posting_id, NULL, NULL, true FROM alloc_said WHERE rule_id = %(rule)s
    ), once AS (
        SELECT cell_id, posting_id, max(now_slice) AS now_slice, max(then_slice) AS then_slice, bool_or(said) AS said
        FROM marked GROUP BY cell_id, posting_id
    ), apart AS MATERIALIZED (
        SELECT o.cell_id, o.now_slice, o.then_slice, o.said, sum(p.amount) AS amount, count(*) AS rows
        FROM once o
        JOIN finance_ledgercell l ON l.id = o.cell_id
        JOIN finance_posting p ON p.batch_id = l.batch_id AND p.id = o.posting_id
        GROUP BY o.cell_id, o.now_slice, o.then_slice, o.said
    )
    SELECT * FROM apart
    UNION ALL
    SELECT l.id, NULL, NULL, false, l.amount - coalesce(a.amount, 0), l.row_count - coalesce(a.rows, 0)
    FROM finance_ledgercell l
    LEFT JOIN (SELECT cell_id, sum(amount) AS amount, sum(rows) AS rows FROM apart GROUP BY cell_id) a
        ON a.cell_id = l.id
    WHERE l.id IN (SELECT id FROM alloc_cell UNION SELECT cell_id FROM alloc_slice)
        AND l.row_count > coalesce(a.rows, 0);
    ANALYZE alloc_atom
"""
# Which rule found each in the run in force, before anything was passed on. What is given by hand no rule moves.
_MOVES = """
    WITH found AS (
        SELECT DISTINCT l.cell_id, l.slice_id, l.rule_id FROM (
            SELECT cell_id, slice_id, rule_id FROM finance_allocationline WHERE run_id = %(run)s
            UNION ALL SELECT cell_id, slice_id, rule_id FROM finance_passedon WHERE run_id = %(run)s
        ) l JOIN (SELECT DISTINCT cell_id FROM alloc_atom) c ON c.cell_id = l.cell_id
        JOIN finance_allocationrule r ON r.id = l.rule_id AND r.passes_on_id IS NULL
    )
    SELECT f.rule_id, w.rule_id, a.said OR h.rule_id IS NOT NULL, count(DISTINCT a.cell_id), sum(a.amount), sum(a.rows)
    FROM alloc_atom a
    JOIN finance_ledgercell c ON c.id = a.cell_id
    LEFT JOIN found f ON f.cell_id = a.cell_id AND f.slice_id IS NOT DISTINCT FROM a.now_slice
    LEFT JOIN alloc_won w ON w.cell_id = coalesce(a.then_slice, a.cell_id)
    LEFT JOIN alloc_hit h ON h.code_string_id = c.code_string_id AND h.rule_id = %(rule)s
        AND c.period BETWEEN h.first AND h.last
    WHERE NOT EXISTS (SELECT FROM alloc_slice s WHERE s.id = a.then_slice AND s.cost_object_id IS NOT NULL)
    GROUP BY 1, 2, 3
"""
# Of a cell's amount, what no line takes is nobody's.
_CHANGES = """
    WITH cell AS (
        SELECT id, period, amount FROM finance_ledgercell
        WHERE id IN (SELECT id FROM alloc_cell UNION SELECT cell_id FROM alloc_slice)
    ), part AS (
        SELECT l.cost_object_id, c.period, l.amount AS now, 0 AS later
        FROM finance_allocationline l JOIN cell c ON c.id = l.cell_id WHERE l.run_id = %(run)s
        UNION ALL
        SELECT l.cost_object_id, c.period, 0, l.amount FROM alloc_line l JOIN alloc_cell c ON c.id = l.cell_id
    ), both_ways AS (
        SELECT cost_object_id, period, now, later FROM part
        UNION ALL SELECT NULL, period, amount, amount FROM cell
        UNION ALL SELECT NULL, period, -now, -later FROM part
    )
    SELECT cost_object_id, period, sum(now), sum(later) FROM both_ways
    GROUP BY cost_object_id, period HAVING sum(now) <> sum(later) ORDER BY 2, 1
"""
# How many rows the rules have in the run, to be held against those that they would lose.
_HELD = """
    SELECT rule_id, sum(rows) FROM (
        SELECT DISTINCT l.rule_id, l.cell_id, l.slice_id, coalesce(s.row_count, c.row_count - (
            SELECT coalesce(sum(o.row_count), 0) FROM finance_cellslice o WHERE o.run_id = %(run)s AND o.cell_id = c.id
        )) AS rows
        FROM finance_allocationline l
        JOIN finance_ledgercell c ON c.id = l.cell_id JOIN finance_importbatch b ON b.id = c.batch_id
        LEFT JOIN finance_cellslice s ON s.id = l.slice_id
        WHERE b.ended_at IS NULL AND l.run_id = %(run)s AND l.rule_id = ANY(%(rules)s)
    ) held GROUP BY rule_id
"""


@transaction.atomic
def effect(rule: AllocationRule, *, everything: bool) -> Effect:
    """What the rule, used as it is stored, would change in the run in force; locked periods stay as they are.

    Without `everything` only of what is open. Shares by direct cost weigh by the sums as they are now. Raises
    cascades.CircleError.
    """
    run = AllocationRun.objects.in_force().first()
    locked = [int(period) for period in PeriodLock.objects.in_force().values_list("period", flat=True)]
    values = {
        "rule": rule.pk,
        "run": run.pk if run else 0,
        "everything": everything,
        "kept": locked if run else [],
        "strings": list(strings_of(rule)),
        "source": rule.passes_on_id or 0,
        "first": int(rule.first_period or 0),
        "last": int(rule.last_period or 999_999),
        "with": [rule.pk],
        "without": [],
    }
    with connection.cursor() as cursor:
        for script in (store.CLEAR, sql.LIVE_RULES, sql.RULES_READY, _SCOPE):
            execute(cursor, script, values)
        resolve(cursor, sql.BASE_OF_RUN)
        execute(cursor, _ATOMS, values)
        found = _read(cursor, rule, values)
        execute(cursor, store.CLEAR)
    return found


def strings_of(rule: AllocationRule) -> Iterable[int]:
    """The code strings that a rule's conditions on codes hold for: all, when it asks of the posting alone. A query for
    each part, and one."""
    parts: dict[str, Q] = {}
    asked = list(rule.conditions.all())
    conditions = [condition for condition in asked if condition.part in REGISTERS]
    for part in {condition.part for condition in conditions}:
        alternatives = [c for c in conditions if c.part == part]
        codes = REGISTERS[part].objects.values_list("pk", "code")
        keys = [pk for pk, code in codes if any(code_holds(code, c.operator, c.low, c.high) for c in alternatives)]
        parts[part] = Q(**{f"{part}__in": keys})
        if any(code_holds("", c.operator, c.low, c.high) for c in alternatives):
            parts[part] |= Q(**{f"{part}__isnull": True})
    if not asked:
        return ()
    strings = CodeString.objects.filter(*parts.values())
    if rule.chart_id:
        strings = strings.filter(account__chart=rule.chart_id)
    return strings.values_list("pk", flat=True)


def _read(cursor: Any, rule: AllocationRule, values: dict[str, Any]) -> Effect:
    cursor.execute(_MOVES, values)
    moves = [
        (now, then, hit, Sums(cells, amount, int(rows))) for now, then, hit, cells, amount, rows in cursor.fetchall()
    ]
    cursor.execute(_CHANGES, values)
    changes = [Change(target, Period(period), now, then) for target, period, now, then in cursor.fetchall()]
    cursor.execute("SELECT DISTINCT period FROM alloc_empty WHERE rule_id = %(rule)s ORDER BY 1", values)
    empty = tuple(Period(period) for (period,) in cursor.fetchall())
    own = rule.pk
    taken = _by((now, s) for now, then, _h, s in moves if then == own != now)
    lost = _by((then, s) for now, then, _h, s in moves if now == own != then)
    shadowed = _by((then, s) for _now, then, hit, s in moves if hit and then not in (own, None))
    if rule.passes_on_id:
        whole = sum((s for *_rest, s in moves), Sums())
        return Effect(whole, whole, Sums(), {}, {}, {}, frozenset(), changes, empty)
    return Effect(
        hits=sum((s for _now, _then, hit, s in moves if hit), Sums()),
        gets=sum((s for _now, then, _h, s in moves if then == own), Sums()),
        has=sum((s for now, _then, _h, s in moves if now == own), Sums()),
        taken=taken,
        lost=lost,
        shadowed={key: s for key, s in shadowed.items() if key is not None},
        dead=_dead(cursor, taken, values),
        changes=changes,
        empty_periods=empty,
    )


def _by(rows: Iterable[tuple[int | None, Sums]]) -> dict[int | None, Sums]:
    found: dict[int | None, Sums] = defaultdict(Sums)
    for key, sums in rows:
        found[key] += sums
    return dict(found)


def _dead(cursor: Any, taken: dict[int | None, Sums], values: dict[str, Any]) -> frozenset[int]:
    cursor.execute(_HELD, {**values, "rules": [key for key in taken if key]})
    return frozenset(rule for rule, rows in cursor.fetchall() if rows <= taken[rule].rows)
