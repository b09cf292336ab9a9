"""Keeps the totals that pages about the whole department read: made from a run's sums, period by period."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

_FORGET = """
    DELETE FROM finance_costtotal
    WHERE run_id = %(run)s AND (%(periods)s::integer[] IS NULL OR period = ANY(%(periods)s::integer[]))
"""
# One for each of TotalBy. Kinds of groups stay apart, and what has a home from what has none.
_ADD_UP = """
    INSERT INTO finance_costtotal (run_id, "by", period, cost_object_id, account_group_id, cost_centre_id,
                                   is_distribution, sensitivity, amount, absolute, row_count)
    SELECT %(run)s, t."by", t.period, t.cost_object_id, t.account_group_id, t.cost_centre_id, t.is_distribution,
           t.sensitivity, t.amount, t.absolute, t.row_count
    FROM (
        WITH part AS MATERIALIZED (
            SELECT u.period, u.cost_object_id, u.account_group_id, u.cost_centre_id, u.is_distribution, u.sensitivity,
                   u.amount, u.row_count, g.kind
            FROM finance_costrollup u LEFT JOIN finance_accountgroup g ON g.id = u.account_group_id
            WHERE u.run_id = %(run)s
                AND (%(periods)s::integer[] IS NULL OR u.period = ANY(%(periods)s::integer[]))
        )
        SELECT 'account_group' AS "by", period, min(cost_object_id) AS cost_object_id, account_group_id,
               NULL::bigint AS cost_centre_id, is_distribution, sensitivity, sum(amount) AS amount,
               sum(abs(amount)) AS absolute, sum(row_count) AS row_count
        FROM part
        GROUP BY period, cost_object_id IS NULL, account_group_id, is_distribution, sensitivity
        UNION ALL
        SELECT 'cost_centre', period, min(cost_object_id), min(account_group_id), cost_centre_id, is_distribution,
               sensitivity, sum(amount), sum(abs(amount)), sum(row_count)
        FROM part
        GROUP BY period, cost_object_id IS NULL, kind, cost_centre_id, is_distribution, sensitivity
        UNION ALL
        SELECT 'cost_object', period, cost_object_id, min(account_group_id), NULL, is_distribution, sensitivity,
               sum(amount), sum(abs(amount)), sum(row_count)
        FROM part
        GROUP BY period, cost_object_id, kind, is_distribution, sensitivity
    ) t
    ORDER BY t."by", t.period
"""
_BROKEN = """
    SELECT count(*) FROM (
        SELECT "by" FROM finance_costtotal WHERE run_id = %(run)s GROUP BY "by"
        HAVING sum(amount) <> %(amount)s OR sum(row_count) <> %(rows)s
    ) broken
"""


def add_up(run: int, periods: Sequence[int] | None = None) -> None:
    """The totals of a run anew, of all periods or of some."""
    values = {"run": run, "periods": None if periods is None else [int(period) for period in periods]}
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, values)
        cursor.execute(_ADD_UP, values)


def broken(cursor: Any, run: int, amount: Any, rows: int) -> int:
    """How many of the ways to add up don't come to the ledger's amount and rows."""
    cursor.execute(_BROKEN, {"run": run, "amount": amount, "rows": rows})
    return int(cursor.fetchone()[0])
