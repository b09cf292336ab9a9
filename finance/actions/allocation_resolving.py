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
    _share_out(cursor, sql.FIRST_PIECES)
    cursor.execute("SELECT EXISTS (SELECT FROM alloc_rule WHERE method = 'direct_cost')")
    if cursor.fetchone()[0]:
        execute(cursor, base)
        _share_out(cursor, sql.PROPORTIONAL_PIECES)
    passing = _passing_on(cursor)
    for rule in passing:
        execute(cursor, sql.PASSED_PIECES, {"rule": rule})
        _share_out(cursor, "alloc_piece", sql.TAKE_AWAY)
    if passing:
        execute(cursor, sql.COUNT_AGAIN)


def _share_out(cursor: Any, pieces: str, *between: str) -> None:
    """Shares out the pieces, a table's name or a query, by their weights. `between` is run when these are known."""
    for script in (sql.WEIGHTS.format(pieces=pieces), *between, sql.SHARE_OUT.format(pieces=pieces)):
        execute(cursor, script)


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
