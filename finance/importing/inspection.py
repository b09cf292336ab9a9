"""What the cleaned rows would do to the ledger, as plain data to keep. Reads the tables of `cleaning`; changes nothing.

Amounts come out as text with two decimals, so that they can be stored as JSON.
"""

from decimal import Decimal
from typing import Any

from django.db import connection
from psycopg import sql

from finance.choices import ColumnRole
from finance.importing.codes import GROUP_OF_CODE
from finance.importing.groups import Reading
from finance.importing.signs import cost_rows
from finance.models import ImportSource
from vp_portal.core.periods import Period

#: So many lines of each kind are kept to be shown; all are counted.
SHOWN = 50

_SUMS = """
    DROP TABLE IF EXISTS pg_temp.ledger_sum, pg_temp.ledger_account;
    CREATE TEMP TABLE ledger_sum ON COMMIT DROP AS
    SELECT period, account, cost_centre, sum(rows) AS rows, sum(amount) AS amount
    FROM ledger_group GROUP BY period, account, cost_centre;
    ANALYZE ledger_sum;
    CREATE TEMP TABLE ledger_account ON COMMIT DROP AS
    SELECT u.code, coalesce(a.group_id, {group}) AS group_id, coalesce(a.name, '') AS name
    FROM (SELECT DISTINCT account AS code FROM ledger_sum) u
    LEFT JOIN finance_account a ON a.code = u.code AND a.chart_id = {chart};
    ANALYZE ledger_account;
"""
_GONE = "DROP TABLE IF EXISTS pg_temp.ledger_sum, pg_temp.ledger_account, pg_temp.ledger_usual"

#: The source's cells that count now, with the codes that the file has too.
_LEDGER = """
    SELECT c.period, a.code AS account, a.group_id, a.name, coalesce(k.code, '') AS cost_centre,
           c.amount, c.row_count AS rows
    FROM finance_ledgercell c
    JOIN finance_importbatch b ON b.id = c.batch_id AND b.ended_at IS NULL AND b.source_id = %(source)s
    JOIN finance_codestring s ON s.id = c.code_string_id
    JOIN finance_account a ON a.id = s.account_id
    LEFT JOIN finance_costcentre k ON k.id = s.cost_centre_id
"""
_BY_GROUP = f"""
    WITH parts AS (
        SELECT g.group_id, sum(s.amount) AS amount, sum(s.amount) FILTER (WHERE s.period = %(latest)s) AS latest,
               sum(s.amount) FILTER (WHERE s.period = %(previous)s) AS previous, sum(s.rows) AS rows
        FROM ledger_sum s JOIN ledger_account g ON g.code = s.account GROUP BY 1
        UNION ALL
        SELECT l.group_id, 0, 0, sum(l.amount), 0 FROM ({_LEDGER}) l
        WHERE l.period = %(previous)s AND NOT %(in_file)s GROUP BY 1
    )
    SELECT coalesce(g.name, ''), coalesce(g.kind, ''), sum(p.amount), coalesce(sum(p.latest), 0),
           coalesce(sum(p.previous), 0), sum(p.rows)::int
    FROM parts p LEFT JOIN finance_accountgroup g ON g.id = p.group_id
    GROUP BY g.id, g.name, g.kind, g.position ORDER BY g.position NULLS LAST, g.name
"""  # noqa: S608  # made of constants
_BY_CENTRE = f"""
    WITH parts AS (
        SELECT s.cost_centre AS code, sum(s.amount) AS amount,
               sum(s.amount) FILTER (WHERE s.period = %(latest)s) AS latest,
               sum(s.amount) FILTER (WHERE s.period = %(previous)s) AS previous, sum(s.rows) AS rows
        FROM ledger_sum s GROUP BY 1
        UNION ALL
        SELECT l.cost_centre, 0, 0, sum(l.amount), 0 FROM ({_LEDGER}) l
        WHERE l.period = %(previous)s AND NOT %(in_file)s GROUP BY 1
    )
    SELECT p.code, coalesce(k.name, ''), sum(p.amount), coalesce(sum(p.latest), 0), coalesce(sum(p.previous), 0),
           sum(p.rows)::int, count(*) OVER ()
    FROM parts p LEFT JOIN finance_costcentre k ON k.code = p.code
    GROUP BY p.code, k.name
    ORDER BY abs(coalesce(sum(p.latest), 0) - coalesce(sum(p.previous), 0)) DESC, p.code LIMIT %(shown)s
"""  # noqa: S608  # as above
_BEFORE = """
    SELECT b.id, b.file_name, to_char(b.booked_at AT TIME ZONE %(zone)s, 'YYYY-MM-DD HH24:MI'),
           coalesce(nullif(btrim(u.first_name || ' ' || u.last_name), ''), u.username, ''),
           array_agg(DISTINCT c.period ORDER BY c.period), sum(c.row_count)::int, sum(c.amount),
           bool_or(c.period NOT IN (SELECT period FROM ledger_sum))
    FROM finance_importbatch b
    JOIN finance_ledgercell c ON c.batch_id = b.id
    LEFT JOIN core_user u ON u.id = b.booked_by_id
    WHERE b.ended_at IS NULL AND b.source_id = %(source)s
      AND EXISTS (SELECT FROM finance_ledgercell x WHERE x.batch_id = b.id
                  AND x.period IN (SELECT DISTINCT period FROM ledger_sum))
    GROUP BY b.id, u.id ORDER BY b.id
"""
_COMPARED = f"""
    WITH was AS (
        SELECT period, account, cost_centre, max(name) AS name, sum(rows)::int AS rows, sum(amount) AS amount
        FROM ({_LEDGER}) l WHERE period IN (SELECT DISTINCT period FROM ledger_sum) GROUP BY 1, 2, 3
    ), compared AS (
        SELECT CASE WHEN was.rows IS NULL THEN 'new' WHEN n.rows IS NULL THEN 'gone'
                    WHEN n.amount <> was.amount OR n.rows <> was.rows THEN 'changed' ELSE 'same' END AS kind,
               coalesce(n.period, was.period) AS period, coalesce(n.account, was.account) AS account,
               coalesce(g.name, was.name, '') AS name, coalesce(n.cost_centre, was.cost_centre) AS cost_centre,
               coalesce(was.amount, 0) AS was, coalesce(n.amount, 0) AS now
        FROM (SELECT * FROM ledger_sum WHERE period IN (SELECT period FROM was)) n
        FULL JOIN was ON (was.period, was.account, was.cost_centre) = (n.period, n.account, n.cost_centre)
        LEFT JOIN ledger_account g ON g.code = n.account
    ), numbered AS (
        SELECT *, row_number() OVER (PARTITION BY kind ORDER BY abs(now - was) DESC, period, account, cost_centre) AS n,
               count(*) OVER (PARTITION BY kind) AS count, sum(now - was) OVER (PARTITION BY kind) AS difference
        FROM compared
    )
    SELECT kind, count, difference, period, account, name, cost_centre, was, now FROM numbered
    WHERE n <= CASE WHEN kind = 'same' THEN 1 ELSE %(shown)s END ORDER BY kind, n
"""  # noqa: S608  # as above
_FAR_DATES = """
    SELECT period, month, sum(rows)::int, min(line), sum(sum(rows)) OVER ()::int
    FROM (
        SELECT p.value AS period, to_char(d.value, 'YYYY-MM') AS month, count(*) AS rows, min(s.line) AS line
        FROM ledger_staging s
        JOIN ledger_period p ON p.raw = {period}
        JOIN ledger_date d ON d.raw = {date} AND d.value IS NOT NULL
        GROUP BY 1, 2
    ) found
    WHERE abs((left(month, 4)::int * 12 + right(month, 2)::int)
              - (period / 100 * 12 + least(greatest(period % 100, 1), 12))) >= {far}
    GROUP BY period, month ORDER BY 3 DESC, 1, 2 LIMIT {shown}
"""
_USUAL = f"""
    DROP TABLE IF EXISTS pg_temp.ledger_usual;
    CREATE TEMP TABLE ledger_usual ON COMMIT DROP AS
    SELECT l.account, sum(abs(l.amount)) / sum(l.rows) AS size FROM ({_LEDGER}) l
    WHERE l.period BETWEEN %(year_before)s AND %(before)s AND l.account IN (SELECT code FROM ledger_account)
    GROUP BY 1 HAVING sum(l.rows) >= %(enough)s
"""  # noqa: S608  # as above
_LARGE = """
    SELECT line, account, left(text, 80), amount, round(size, 2), count(*) OVER ()
    FROM (
        SELECT s.line, {account} AS account, {text} AS text, {amount} AS amount, u.size
        FROM ledger_staging s {joins}
        JOIN ledger_usual u ON u.account = {account}
        OFFSET 0  -- else the amount is read once for each condition
    ) rows
    WHERE abs(amount) >= greatest(size * {times}, {some_size})
    ORDER BY abs(amount) DESC, line LIMIT {shown}
"""


def _rows(query: str | sql.Composable, values: dict[str, Any] | None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def _plain(row: tuple[Any, ...]) -> list[Any]:
    return [f"{value:.2f}" if isinstance(value, Decimal) else value for value in row]


def _far_dates(source: ImportSource, reading: Reading) -> list[list[Any]]:
    if not reading.has(ColumnRole.DATE):
        return []
    query = sql.SQL(_FAR_DATES).format(
        period=reading.period_text,
        date=reading.raw(ColumnRole.DATE),
        far=sql.Literal(source.far_months),
        shown=sql.Literal(SHOWN),
    )
    return [_plain(row) for row in _rows(query, None)]


def _large_amounts(source: ImportSource, reading: Reading, values: dict[str, Any]) -> list[list[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(_USUAL, values)
        cursor.execute("SELECT count(*) FROM ledger_usual")
        if not cursor.fetchone()[0]:
            return []
    query = sql.SQL(_LARGE).format(
        account=reading.trimmed(ColumnRole.ACCOUNT),
        text=reading.trimmed(ColumnRole.TEXT),
        amount=reading.amount,
        joins=reading.joins,
        times=sql.Literal(source.large_times),
        some_size=sql.Literal(source.large_from),
        shown=sql.Literal(SHOWN),
    )
    return [_plain(row) for row in _rows(query, None)]


def inspect(source: ImportSource, reading: Reading, *, zone: str) -> dict[str, Any]:
    """Everything that the preview shows beside the result of the dry run. `zone` is that of the moments shown."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(_SUMS).format(chart=sql.Literal(source.chart_id), group=_group_of(source)),
        )
    periods = [period for (period,) in _rows("SELECT DISTINCT period FROM ledger_sum ORDER BY 1", {})]
    latest = max((p for p in periods if not Period(p).is_special), default=periods[-1])
    previous = Period(latest).shift(-1)
    first = Period(periods[0])
    values = {
        "source": source.pk,
        "latest": latest,
        "previous": int(previous),
        "in_file": int(previous) in periods,
        "year_before": int(first.shift(-12)),
        "before": int(first.shift(-1)),
        "shown": SHOWN,
        "enough": source.large_rows,
        "zone": zone,
    }
    found = {
        "periods": periods,
        "latest": latest,
        "previous": int(previous),
        "groups": [_plain(row) for row in _rows(_BY_GROUP, values)],
        "centres": [_plain(row) for row in _rows(_BY_CENTRE, values)],
        "before": [_plain(row) for row in _rows(_BEFORE, values)],
        "cost_signs": [*cost_rows(source), source.most_negative],
        "far_dates": _far_dates(source, reading),
        "large": _large_amounts(source, reading, values),
        "large_times": source.large_times,
    }
    found["compared"] = [_plain(row) for row in _rows(_COMPARED, values)] if found["before"] else []
    with connection.cursor() as cursor:
        cursor.execute(_GONE)
    return found


def _group_of(source: ImportSource) -> sql.Composable:
    """The group that an unknown account will get, from the chart's ranges."""
    return sql.SQL(GROUP_OF_CODE % {"chart": "{chart}"}).format(chart=sql.Literal(source.chart_id))
