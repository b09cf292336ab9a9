"""The rules over the ledger: which cell goes to which cost object.

Rules are resolved against code strings, once per combination and stretch of periods, never against postings.
The lowest priority number that matches wins. A rule without conditions or without a cost object reaches nothing:
a half-made rule must not take everything.
"""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from finance.actions import classes
from finance.actions.locks import hold_ledger
from finance.models import AllocationRun, ImportBatch, LedgerCell
from vp_portal.core import audit
from vp_portal.core.choices import AuditEvent
from vp_portal.core.periods import Period

if TYPE_CHECKING:
    from vp_portal.core.models import User


class NotConserved(Exception):  # noqa: N818  # the name says what has happened
    """The parts do not add up to the ledger. Nothing of the run is kept."""


# The cells to allocate, and the parts of the code strings among them.
_SCOPE = """
    CREATE TEMP TABLE alloc_cell ON COMMIT DROP AS
    SELECT c.id, c.period, c.code_string_id, c.amount, c.row_count
    FROM finance_ledgercell c JOIN finance_importbatch b ON b.id = c.batch_id
    WHERE b.ended_at IS NULL AND (%(batch)s::bigint IS NULL OR b.id = %(batch)s)
        AND c.period BETWEEN %(first)s AND %(last)s;
    ANALYZE alloc_cell;
    CREATE TEMP TABLE alloc_part ON COMMIT DROP AS
    SELECT s.id, a.chart_id, p.part, p.code
    FROM finance_codestring s
    JOIN finance_account a ON a.id = s.account_id
    LEFT JOIN finance_costcentre cc ON cc.id = s.cost_centre_id
    LEFT JOIN finance_ledgerproject lp ON lp.id = s.project_id
    LEFT JOIN finance_activitycode ac ON ac.id = s.activity_id
    LEFT JOIN finance_funder f ON f.id = s.funder_id
    CROSS JOIN LATERAL (VALUES ('account', a.code), ('cost_centre', coalesce(cc.code, '')),
        ('project', coalesce(lp.code, '')), ('activity', coalesce(ac.code, '')), ('funder', coalesce(f.code, ''))
    ) p (part, code)
    WHERE s.id IN (SELECT code_string_id FROM alloc_cell);
    ANALYZE alloc_part
"""
# Which codes each rule's conditions hold for, and how many code strings have the code.
_MATCHES = """
    CREATE TEMP TABLE alloc_match ON COMMIT DROP AS
    WITH known AS MATERIALIZED (SELECT part, code, count(*) AS strings FROM alloc_part GROUP BY part, code)
    SELECT c.rule_id, k.part, k.code, k.strings
    FROM known k JOIN finance_rulecondition c ON c.operator = 'exact' AND c.part = k.part AND c.low = k.code
    UNION
    SELECT c.rule_id, k.part, k.code, k.strings
    FROM known k JOIN finance_rulecondition c ON c.operator <> 'exact' AND c.part = k.part AND CASE c.operator
        WHEN 'prefix' THEN starts_with(k.code, c.low)
        WHEN 'range' THEN length(k.code) >= length(c.low)
            AND left(k.code, length(c.low)) COLLATE "C" BETWEEN c.low AND c.high
        WHEN 'empty' THEN k.code = ''
    END;
    ANALYZE alloc_match
"""
# A rule starts from the part that fewest code strings have; only those are asked about its other parts.
_HITS = """
    CREATE TEMP TABLE alloc_hit ON COMMIT DROP AS
    WITH rule AS (
        SELECT r.id, r.priority, r.chart_id,
               coalesce(r.first_period, 0) AS first, coalesce(r.last_period, 999999) AS last,
               (SELECT count(DISTINCT part) FROM finance_rulecondition WHERE rule_id = r.id) AS parts
        FROM finance_allocationrule r
        WHERE r.is_active AND EXISTS (SELECT FROM finance_allocationshare WHERE rule_id = r.id)
    ), narrowest AS (
        SELECT DISTINCT ON (rule_id) rule_id, part
        FROM (SELECT rule_id, part, sum(strings) AS strings FROM alloc_match GROUP BY rule_id, part) m
        ORDER BY rule_id, strings
    ), candidate AS MATERIALIZED (
        SELECT p.id, r.id AS rule_id, r.priority, r.first, r.last, r.parts
        FROM narrowest n
        JOIN rule r ON r.id = n.rule_id
        JOIN alloc_match m ON m.rule_id = n.rule_id AND m.part = n.part
        JOIN alloc_part p ON p.part = m.part AND p.code = m.code
        WHERE r.chart_id IS NULL OR r.chart_id = p.chart_id
    )
    SELECT c.id AS code_string_id, c.rule_id, c.priority, c.first, c.last
    FROM candidate c
    JOIN alloc_part p ON p.id = c.id
    JOIN alloc_match m ON m.rule_id = c.rule_id AND m.part = p.part AND m.code = p.code
    GROUP BY c.id, c.rule_id, c.priority, c.first, c.last, c.parts
    HAVING count(*) = c.parts;
    ANALYZE alloc_hit
"""
# Between two bounds of any rule's validity nothing changes: one winner per code string and stretch is enough.
_WINNERS = """
    CREATE TEMP TABLE alloc_winner ON COMMIT DROP AS
    WITH bound AS (SELECT first AS start FROM alloc_hit UNION SELECT last + 1 FROM alloc_hit),
    stretch AS (SELECT start, lead(start, 1, 1000000) OVER (ORDER BY start) AS next FROM bound)
    SELECT DISTINCT ON (h.code_string_id, s.start) h.code_string_id, s.start, s.next, h.rule_id
    FROM alloc_hit h JOIN stretch s ON s.start >= h.first AND s.start <= h.last
    ORDER BY h.code_string_id, s.start, h.priority;
    ANALYZE alloc_winner
"""
_LINES = """
    INSERT INTO finance_allocationline (run_id, cell_id, rule_id, cost_object_id, amount)
    SELECT %(run)s, c.id, w.rule_id, s.cost_object_id, c.amount
    FROM alloc_cell c
    JOIN alloc_winner w ON w.code_string_id = c.code_string_id AND c.period >= w.start AND c.period < w.next
    JOIN finance_allocationshare s ON s.rule_id = w.rule_id
"""
_ROLLUP = """
    INSERT INTO finance_costrollup AS old (run_id, period, cost_object_id, account_group_id, cost_centre_id,
                                           is_distribution, sensitivity, amount, row_count)
    SELECT %(run)s, c.period, l.cost_object_id, a.group_id, s.cost_centre_id, a.is_distribution, a.sensitivity,
           sum(coalesce(l.amount, c.amount)), sum(c.row_count)
    FROM alloc_cell c
    JOIN finance_codestring s ON s.id = c.code_string_id
    JOIN finance_account a ON a.id = s.account_id
    LEFT JOIN finance_allocationline l ON l.cell_id = c.id AND l.run_id = %(run)s
    GROUP BY c.period, l.cost_object_id, a.group_id, s.cost_centre_id, a.is_distribution, a.sensitivity
    ON CONFLICT ON CONSTRAINT finance_costrollup_once
    DO UPDATE SET amount = old.amount + excluded.amount, row_count = old.row_count + excluded.row_count
"""
_CLEAR = """
    DROP TABLE IF EXISTS pg_temp.alloc_cell, pg_temp.alloc_part, pg_temp.alloc_match, pg_temp.alloc_hit,
                         pg_temp.alloc_winner
"""

_LEDGER_TOTAL = """
    SELECT coalesce(sum(c.amount), 0), coalesce(sum(c.row_count), 0)
    FROM finance_ledgercell c JOIN finance_importbatch b ON b.id = c.batch_id WHERE b.ended_at IS NULL
"""
_ROLLUP_TOTAL = "SELECT coalesce(sum(amount), 0), coalesce(sum(row_count), 0) FROM finance_costrollup WHERE run_id = %s"
_BROKEN_CELLS = """
    SELECT count(*) FROM (
        SELECT l.cell_id FROM finance_allocationline l JOIN alloc_cell c ON c.id = l.cell_id
        WHERE l.run_id = %s GROUP BY l.cell_id, c.amount HAVING sum(l.amount) <> c.amount
    ) broken
"""


#: After every period.
_NO_END = 999_999


def _resolve(
    run: AllocationRun, batch: ImportBatch | None, steps: Sequence[str] = (), stretch: tuple[int, int] = (0, _NO_END)
) -> None:
    """Lines and sums of a run, for one batch or for all that count, in a stretch of periods; or some steps only."""
    values = {"run": run.pk, "batch": batch.pk if batch else None, "first": stretch[0], "last": stretch[1]}
    with connection.cursor() as cursor:
        for script in (_CLEAR, _SCOPE, *(steps or (_MATCHES, _HITS, _WINNERS, _LINES, _ROLLUP))):
            for statement in script.split(";"):
                cursor.execute(statement, values)
        _check(run)
        cursor.execute(_CLEAR)


def _check(run: AllocationRun) -> None:
    """Raises NotConserved unless the run's sums are the ledger's and each cell's lines are the cell."""
    with connection.cursor() as cursor:
        cursor.execute(_LEDGER_TOTAL)
        ledger = cursor.fetchone()
        cursor.execute(_ROLLUP_TOTAL, [run.pk])
        rollup = cursor.fetchone()
        cursor.execute(_BROKEN_CELLS, [run.pk])
        broken = cursor.fetchone()[0]
    if ledger != rollup or broken:
        raise NotConserved(f"ledger {ledger}, run {run.pk} {rollup}, cells that don't add up: {broken}")


@transaction.atomic
def run(
    *, by: "User | None", at: dt.datetime, first: Period | None = None, last: Period | None = None
) -> AllocationRun:
    """Resolves all rules over the ledger. The new run is in force from `at`, the old one until then.

    With `first` or `last` only the periods from and to those, both included; the rest is taken over from the old run.
    """
    hold_ledger()
    classes.follow_ranges(by=by, at=at)
    old = AllocationRun.objects.in_force().first()
    AllocationRun.objects.in_force().update(in_force_to=at)
    made = AllocationRun.objects.create(made_by=by, made_at=at, in_force_from=at)
    stretch = (int(first or 0), int(last or _NO_END)) if old else (0, _NO_END)
    if old and stretch != (0, _NO_END):
        _take_over(made, old, stretch)
    _resolve(made, None, stretch=stretch)
    audit.record(AuditEvent.ALLOCATION, user=by, target=made)
    return made


# The cells outside a stretch of periods, with the lines that they had.
_OUTSIDE = """
    CREATE TEMP TABLE alloc_cell ON COMMIT DROP AS
    SELECT c.id, c.period, c.code_string_id, c.amount, c.row_count
    FROM finance_ledgercell c JOIN finance_importbatch b ON b.id = c.batch_id
    WHERE b.ended_at IS NULL AND c.period NOT BETWEEN %(first)s AND %(last)s;
    ANALYZE alloc_cell;
    INSERT INTO finance_allocationline (run_id, cell_id, rule_id, cost_object_id, amount)
    SELECT %(run)s, l.cell_id, l.rule_id, l.cost_object_id, l.amount
    FROM finance_allocationline l JOIN alloc_cell c ON c.id = l.cell_id WHERE l.run_id = %(old)s
"""


def _take_over(run: AllocationRun, old: AllocationRun, stretch: tuple[int, int]) -> None:
    values = {"run": run.pk, "old": old.pk, "first": stretch[0], "last": stretch[1]}
    with connection.cursor() as cursor:
        for script in (_CLEAR, _OUTSIDE, _ROLLUP):
            for statement in script.split(";"):
                cursor.execute(statement, values)


# The cells that count in some periods, for their sums to be made anew from the run's lines.
_PERIODS = """
    DELETE FROM finance_costrollup WHERE run_id = %(run)s AND period = ANY(%(periods)s);
    CREATE TEMP TABLE alloc_cell ON COMMIT DROP AS
    SELECT c.id, c.period, c.code_string_id, c.amount, c.row_count
    FROM finance_ledgercell c JOIN finance_importbatch b ON b.id = c.batch_id
    WHERE b.ended_at IS NULL AND c.period = ANY(%(periods)s);
    ANALYZE alloc_cell
"""


@transaction.atomic
def withdraw(batch: ImportBatch) -> AllocationRun | None:
    """Takes a batch that has ended out of the run in force; its lines stay for its days. None without a run.

    No rule is asked: what is left in the batch's periods is added up again as it was allocated.
    """
    hold_ledger()
    current = AllocationRun.objects.in_force().first()
    if current is None:
        return None
    periods = list(batch.cells.order_by().values_list("period", flat=True).distinct())
    values: dict[str, Any] = {"run": current.pk, "periods": [int(period) for period in periods]}
    with connection.cursor() as cursor:
        for script in (_CLEAR, _PERIODS, _ROLLUP):
            for statement in script.split(";"):
                cursor.execute(statement, values)
        _check(current)
        cursor.execute(_CLEAR)
    return current


@transaction.atomic
def extend(batch: ImportBatch) -> AllocationRun:
    """Adds a newly booked batch to the run in force; without one, makes the first."""
    hold_ledger()
    current = AllocationRun.objects.in_force().first()
    if current is None:
        return run(by=batch.booked_by, at=batch.booked_at)
    changed = classes.follow_ranges(by=batch.booked_by, at=batch.booked_at)
    _resolve(current, batch)
    if LedgerCell.objects.filter(code_string__account__in=changed).exclude(batch=batch).exists():
        _add_up_again(current)
    return current


@transaction.atomic
def follow_sensitive_ranges(*, by: "User | None", at: dt.datetime) -> int:
    """After a change of ranges or accounts: accounts and sums get the sensitivity that the ranges say, at once.

    Gives the number of accounts that changed. Waits for a booking that is under way.
    """
    hold_ledger()
    changed = classes.follow_ranges(by=by, at=at)
    current = AllocationRun.objects.in_force().first()
    if current and changed:
        _add_up_again(current)
    return len(changed)


def _add_up_again(current: AllocationRun) -> None:
    """The run's sums anew out of its lines; no rule is resolved."""
    current.rollups.all().delete()
    _resolve(current, None, [_ROLLUP])
