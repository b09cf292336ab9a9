"""The same sums as the dashboards show, straight out of the postings by a covering index."""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from tests.benchmarks.economy_world import World

_OF_TOTALS = """
    SELECT {what}, sum(u.amount) FILTER (WHERE u.period > %(before)s),
           sum(u.amount) FILTER (WHERE u.period < %(before)s)
    FROM {table} u JOIN finance_accountgroup g ON g.id = u.account_group_id
    WHERE u.run_id = (SELECT id FROM finance_allocationrun WHERE in_force_from IS NOT NULL AND in_force_to IS NULL)
        AND u."by" = '{by}' AND {length} AND u.period BETWEEN %(first)s AND %(last)s
        AND g.kind = 'cost' AND NOT u.is_distribution
    GROUP BY {what}
"""
_OF_POSTINGS = """
    SELECT {what}, sum(p.amount) FILTER (WHERE p.period > %(before)s),
           sum(p.amount) FILTER (WHERE p.period < %(before)s)
    FROM finance_posting p
    JOIN finance_codestring s ON s.id = p.code_string_id
    JOIN finance_account a ON a.id = s.account_id
    JOIN finance_accountgroup g ON g.id = a.group_id
    WHERE p.period BETWEEN %(first)s AND %(last)s AND g.kind = 'cost' AND NOT a.is_distribution
    GROUP BY {what}
"""
_MONTHS = {"table": "finance_costtotal", "length": "true"}
_YEARS = {"table": "finance_spantotal", "length": "u.months = 12"}
#: What is added up → the question to the totals that pages read, and to the postings.
AGGREGATES = {
    "per månad": (
        _OF_TOTALS.format(what="u.period", by="account_group", **_MONTHS),
        _OF_POSTINGS.format(what="p.period"),
    ),
    "per kontogrupp": (
        _OF_TOTALS.format(what="u.account_group_id", by="account_group", **_YEARS),
        _OF_POSTINGS.format(what="a.group_id"),
    ),
    "per kostnadsställe": (
        _OF_TOTALS.format(what="u.cost_centre_id", by="cost_centre", **_YEARS),
        _OF_POSTINGS.format(what="s.cost_centre_id"),
    ),
}


@contextmanager
def covering_index() -> Iterator[None]:
    """The index that serves the postings' sums best: all that they need is in it. The portal has none of the kind."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX benchmark_covering ON finance_posting (period, code_string_id) INCLUDE (amount)")
        cursor.execute("VACUUM (ANALYZE) finance_posting")
        yield
        cursor.execute("DROP INDEX benchmark_covering")


def milliseconds(statement: str, world: World, rounds: int) -> float:
    """The median for two years: the last and the one before, as the page of the economy shows them."""
    last = world.years[-1]
    values = {"first": (last - 1) * 100, "before": last * 100, "last": last * 100 + 99}
    times = []
    with connection.cursor() as cursor:
        for _round in range(rounds + 1):
            started = time.perf_counter()
            cursor.execute(statement, values)
            cursor.fetchall()
            times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times[1:])
