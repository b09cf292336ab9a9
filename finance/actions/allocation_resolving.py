"""The statements of a resolving in their order: what the rules make of the cells, in temporary tables."""

from collections import defaultdict
from typing import Any

from finance.actions import allocation_slices as slices
from finance.actions import allocation_sql as sql
from finance.actions import cascades


def execute(cursor: Any, script: str, values: dict[str, Any] | None = None) -> None:
    """The statements of a script: all at once where they take no values, else one by one."""
    if "%" not in script:
        cursor.execute(script)
        return
    for statement in script.split(";"):
        if statement.strip():
            cursor.execute(statement, values or {})


def resolve(cursor: Any, base: str = sql.BASE) -> None:
    """What `alloc_rule` and its two tables make of `alloc_cell`, into `alloc_line`. Raises cascades.CircleError."""
    for script in (slices.WORDING, sql.PARTS, sql.MATCHES, sql.HITS, slices.REACH, sql.WINNERS):
        execute(cursor, script)
    _divide(cursor)
    for script in (sql.FIRST_PIECES, sql.WEIGHTS, sql.SHARE_OUT):
        execute(cursor, script)
    cursor.execute("SELECT EXISTS (SELECT FROM alloc_rule WHERE method = 'direct_cost')")
    if cursor.fetchone()[0]:
        for script in (base, sql.PROPORTIONAL_PIECES, sql.WEIGHTS, sql.SHARE_OUT):
            execute(cursor, script)
    for rule in _passing_on(cursor):
        for script in (sql.PASSED_PIECES, sql.WEIGHTS, sql.TAKE_AWAY, sql.SHARE_OUT):
            execute(cursor, script, {"rule": rule})


def _divide(cursor: Any) -> None:
    """Takes out of the cells what is given by hand or reached by what the postings say. No posting is read without."""
    cursor.execute("SELECT EXISTS (SELECT FROM alloc_reach), EXISTS (SELECT FROM finance_handassignment)")
    worded, by_hand = cursor.fetchone()
    if worded:
        execute(cursor, slices.SAID)
    if worded or by_hand:
        for script in (slices.MARKS, slices.SLICES, slices.APART, slices.WON):
            execute(cursor, script)


def _passing_on(cursor: Any) -> list[int]:
    """The rules that pass on, in the order they have to be asked."""
    cursor.execute(
        "SELECT r.passes_on_id, r.id, s.cost_object_id FROM alloc_rule r JOIN alloc_share s ON s.rule_id = r.id"
        " WHERE r.passes_on_id IS NOT NULL ORDER BY r.priority"
    )
    passes: dict[int, set[int]] = defaultdict(set)
    rules: dict[int, dict[int, None]] = defaultdict(dict)
    for source, rule, target in cursor.fetchall():
        passes[source].add(target)
        rules[source][rule] = None
    return [rule for source in cascades.in_order(passes) for rule in rules[source]]
