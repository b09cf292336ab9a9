"""Keeps the totals that pages about the whole department read: made from a run's sums, period by period."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from finance.models.total import TOTAL_COLUMNS, TOTALS

_FORGET = """
    DELETE FROM finance_costtotal
    WHERE run_id = %(run)s AND (%(periods)s::integer[] IS NULL OR period = ANY(%(periods)s::integer[]))
"""
_OF_RUN = """
    SELECT * FROM finance_costrollup
    WHERE run_id = %(run)s AND (%(periods)s::integer[] IS NULL OR period = ANY(%(periods)s::integer[]))
"""
_ADD_UP = f"""
    INSERT INTO finance_costtotal ({TOTAL_COLUMNS})
    SELECT {TOTAL_COLUMNS} FROM ({TOTALS.format(sums=_OF_RUN)}) t ORDER BY t."by", t.period
"""  # noqa: S608  # our own texts
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
