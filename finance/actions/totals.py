"""Keeps the totals that pages about the whole department read: made from a run's sums, by months and by spans."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from finance.models.total import SPAN_COLUMNS, SPANS, TOTAL_COLUMNS, TOTALS
from vp_portal.core.periods import TERTIAL, YEAR, Period

# Of a run's new rows the planner knows nothing: it would sort them once for each way to add up, and takes them for a
# single one unless the run is told by a query.
_BY_HASH, _AS_BEFORE = "SET LOCAL enable_sort = off", "SET LOCAL enable_sort = on"
_FORGET = """
    DELETE FROM finance_costtotal
    WHERE run_id = %(run)s AND (%(periods)s::integer[] IS NULL OR period = ANY(%(periods)s::integer[]))
"""
_OF_RUN = """
    SELECT *, abs(amount) AS absolute FROM finance_costrollup WHERE run_id = (SELECT %(run)s::bigint)
        AND (%(periods)s::integer[] IS NULL OR period = ANY(%(periods)s::integer[]))
"""
_ADD_UP = f"""
    INSERT INTO finance_costtotal ({TOTAL_COLUMNS})
    SELECT {TOTAL_COLUMNS} FROM ({TOTALS.format(sums=_OF_RUN)}) t ORDER BY t."by", t.period
"""  # noqa: S608  # our own texts
_FORGET_SPANS = """
    DELETE FROM finance_spantotal WHERE run_id = %(run)s AND (
        %(periods)s::integer[] IS NULL OR months = 4 AND period = ANY(%(tertials)s::integer[])
        OR months = 12 AND period = ANY(%(years)s::integer[]))
"""
# Tertials are made of the sums, and years of tertials, which are a quarter of them. The planner takes `<>` for most
# rows, which it is, and BETWEEN for a few.
_TERTIALS = """
    SELECT *, abs(amount) AS absolute FROM finance_costrollup
    WHERE run_id = %(run)s AND period %% 100 <> 0 AND period %% 100 <> 13
        AND (%(periods)s::integer[] IS NULL OR period = ANY(%(of_tertials)s::integer[]))
"""
_YEARS = """
    SELECT * FROM finance_spantotal WHERE run_id = %(run)s AND "by" = '' AND months = 4
        AND (%(periods)s::integer[] IS NULL OR period - period %% 100 + 1 = ANY(%(years)s::integer[]))
"""
_ADD_UP_SPANS = [
    f"""
    INSERT INTO finance_spantotal ({SPAN_COLUMNS})
    SELECT {SPAN_COLUMNS} FROM ({SPANS.format(months=months, sums=sums)}) t ORDER BY t."by", t.period, t.cost_centre_id
    """  # noqa: S608  # our own texts
    for months, sums in ((TERTIAL, _TERTIALS), (YEAR, _YEARS))
]
_BROKEN = """
    SELECT count(*) FROM (
        SELECT "by" FROM finance_costtotal WHERE run_id = %(run)s GROUP BY "by"
        HAVING sum(amount) <> %(amount)s OR sum(row_count) <> %(rows)s
    ) broken
"""
# The spans hold each ordinary month once by tertials and once by years, in each way that they are made.
_BROKEN_SPANS = """
    WITH month AS (
        SELECT sum(amount) AS amount, sum(row_count) AS rows FROM finance_costtotal
        WHERE run_id = %(run)s AND "by" = 'account_group' AND period %% 100 BETWEEN 1 AND 12
    ), made AS (
        SELECT "by", months, sum(amount) AS amount, sum(row_count) AS rows FROM finance_spantotal
        WHERE run_id = %(run)s GROUP BY "by", months
    )
    SELECT count(*) FROM unnest(ARRAY['', 'account_group', 'cost_centre', 'cost_object']) way ("by")
    CROSS JOIN unnest(ARRAY[4, 12]) span (months) CROSS JOIN month
    LEFT JOIN made ON made."by" = way."by" AND made.months = span.months
    WHERE (made.amount, made.rows) IS DISTINCT FROM (month.amount, month.rows)
"""


def add_up(run: int, periods: Sequence[int] | None = None) -> None:
    """The totals of a run anew, of all periods or of some with the spans that they are in."""
    values = {"run": run, "periods": None if periods is None else [int(period) for period in periods]}
    values |= _spans_of([Period(period) for period in periods or ()])
    with connection.cursor() as cursor:
        cursor.execute(_BY_HASH)
        for statement in (_FORGET, _ADD_UP, _FORGET_SPANS, *_ADD_UP_SPANS):
            cursor.execute(statement, values)
        cursor.execute(_AS_BEFORE)


def _spans_of(periods: Sequence[Period]) -> dict[str, list[int]]:
    """The first months of the tertials and years that the periods are in, and all months of those tertials."""
    ordinary = [int(period) for period in periods if not period.is_special]
    tertials = sorted({period - (period % 100 - 1) % TERTIAL for period in ordinary})
    return {
        "tertials": tertials,
        "of_tertials": [first + number for first in tertials for number in range(TERTIAL)],
        "years": sorted({period - period % 100 + 1 for period in ordinary}),
    }


def broken(cursor: Any, run: int, amount: Any, rows: int) -> int:
    """How many of the ways to add up don't come to the ledger's amount and rows."""
    found = 0
    for statement in (_BROKEN, _BROKEN_SPANS):
        cursor.execute(statement, {"run": run, "amount": amount, "rows": rows})
        found += int(cursor.fetchone()[0])
    return found
