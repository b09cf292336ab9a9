"""A batch's postings: inserted into a table without indexes, then indexed, checked and attached as a partition."""

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from finance.choices import CODE_ROLES, ColumnRole
from finance.importing.groups import LENGTHS, NO_TUNING, TUNING, Reading
from finance.models import ImportBatch

# Numbered by line, above all numbers in use: one step of the sequence for the whole batch.
_LAST_LINE = "SELECT max(line) FROM ledger_staging"
_NUMBERS = """
    SELECT first, setval('finance_posting_id_seq', first + %s)
    FROM (SELECT nextval('finance_posting_id_seq') AS first OFFSET 0) n
"""
# Made from the query itself, with the columns of finance_posting: an INSERT asks each row about its constraints, which
# cost a fourth of it. They are added afterwards, in one pass. Texts fit: the survey has measured them.
_FILL = """
    CREATE TABLE {part} AS
    SELECT ({first} + s.line)::bigint AS id, {batch}::bigint AS batch_id, s.line, p.value AS period, c.code_string_id,
           c.counterparty_id, ({amount})::numeric(14,2) AS amount, {date} AS posted_on, {texts}
    FROM ledger_staging s
    JOIN ledger_code c ON {same_code}
    JOIN ledger_period p ON p.raw = {period}
    {joins}
"""
# Attaching finds the indexes and the checks, so that it builds nothing; it checks the foreign keys in one pass.
# Keys made here beforehand would be swapped for the parent's, under a lock that readers of the codes wait for.
# 7 500 rows are sample enough for a table of one batch.
_INDEX = """
    SET LOCAL maintenance_work_mem = '256MB';
    ALTER TABLE {part} {required}, ADD CONSTRAINT only_its_batch CHECK (batch_id = {batch}),
        ADD CONSTRAINT finance_posting_period_form CHECK (period BETWEEN 190000 AND 299913 AND period % 100 <= 13);
    ALTER TABLE {part} ADD PRIMARY KEY (batch_id, id);
    CREATE INDEX ON {part} (period);
    CREATE INDEX ON {part} (code_string_id, period);
    SET LOCAL default_statistics_target = 25;
    ANALYZE {part} (batch_id, id, line, period, code_string_id, counterparty_id, amount, posted_on);
    SET LOCAL default_statistics_target TO DEFAULT
"""
_ATTACH = """
    ALTER TABLE finance_posting ATTACH PARTITION {part} FOR VALUES IN ({batch});
    ALTER TABLE {part} DROP CONSTRAINT only_its_batch;
    SET LOCAL maintenance_work_mem TO DEFAULT
"""
_CELLS = """
    INSERT INTO finance_ledgercell (batch_id, period, code_string_id, amount, row_count)
    SELECT {batch}, g.period, c.code_string_id, sum(g.amount), sum(g.rows)
    FROM ledger_group g JOIN ledger_code c USING ({raws})
    GROUP BY g.period, c.code_string_id ORDER BY g.period, c.code_string_id;
    INSERT INTO finance_ledgersum (batch_id, period, account_id, amount, row_count)
    SELECT c.batch_id, c.period, s.account_id, sum(c.amount), sum(c.row_count)
    FROM finance_ledgercell c JOIN finance_codestring s ON s.id = c.code_string_id
    WHERE c.batch_id = {batch}
    GROUP BY c.batch_id, c.period, s.account_id ORDER BY c.period, s.account_id
"""
_TEXTS = (
    ColumnRole.VOUCHER_SERIES,
    ColumnRole.VOUCHER_NO,
    ColumnRole.SUPPLIER_NO,
    ColumnRole.SUPPLIER_NAME,
    ColumnRole.TEXT,
)
_REQUIRED = ("id", "batch_id", "line", "period", "code_string_id", "amount", *(role.value for role in _TEXTS))


def name_of(batch: ImportBatch) -> str:
    return f"finance_posting_b{batch.pk}"


def _run(cursor: CursorWrapper, script: str, names: dict[str, sql.Composable]) -> None:
    for statement in script.split(";"):
        cursor.execute(sql.SQL(statement).format(**names))


def _text(reading: Reading, role: ColumnRole) -> sql.Composable:
    return sql.SQL("{}::varchar({}) AS {}").format(
        reading.trimmed(role), sql.Literal(LENGTHS[role]), sql.Identifier(role.value)
    )


def _fill(batch: ImportBatch, reading: Reading, first: int) -> sql.Composable:
    """The table's making from the staged rows. Codes that the file lacks need no comparison."""
    codes = [role for role in CODE_ROLES if reading.has(role)]
    has_date = reading.has(ColumnRole.DATE)
    date = sql.SQL("JOIN ledger_date d ON d.raw = {}").format(reading.raw(ColumnRole.DATE))
    return sql.SQL(_FILL).format(
        part=sql.Identifier(name_of(batch)),
        first=sql.Literal(first),
        batch=sql.Literal(batch.pk),
        amount=reading.amount,
        date=sql.SQL("d.value" if has_date else "NULL::date"),
        texts=sql.SQL(", ").join(_text(reading, role) for role in _TEXTS),
        same_code=sql.SQL(" AND ").join(
            sql.SQL("c.{} = {}").format(sql.Identifier(f"raw_{role.value}"), reading.raw(role)) for role in codes
        ),
        period=reading.period_text,
        joins=sql.SQL(" ").join([*([date] if has_date else []), reading.joins]),
    )


def fill(batch: ImportBatch, reading: Reading) -> int:
    """The staged rows as a table of their own, without indexes, and the batch's cells. Returns how many rows."""
    names: dict[str, sql.Composable] = {
        "part": sql.Identifier(name_of(batch)),
        "batch": sql.Literal(batch.pk),
        "raws": sql.SQL(", ").join(sql.Identifier(f"raw_{role.value}") for role in CODE_ROLES),
    }
    with connection.cursor() as cursor:
        cursor.execute(_LAST_LINE)
        cursor.execute(_NUMBERS, cursor.fetchone())
        first, _last = cursor.fetchone()
        cursor.execute(TUNING)
        cursor.execute(_fill(batch, reading, first))
        rows = cursor.rowcount
        cursor.execute(NO_TUNING)
        _run(cursor, _CELLS, names)
    return int(rows)


def attach(batch: ImportBatch) -> None:
    """Indexes the batch's table and makes it a part of the ledger."""
    names: dict[str, sql.Composable] = {
        "part": sql.Identifier(name_of(batch)),
        "batch": sql.Literal(batch.pk),
        "required": sql.SQL(", ").join(
            sql.SQL("ALTER COLUMN {} SET NOT NULL").format(sql.Identifier(name)) for name in _REQUIRED
        ),
    }
    with connection.cursor() as cursor:
        # Checks that still wait would stand in the way of the new table's keys.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        _run(cursor, _INDEX, names)
        _run(cursor, _ATTACH, names)


_MOVE_OUT = """
    ALTER TABLE finance_posting DETACH PARTITION {part};
    ALTER TABLE {part} ADD CONSTRAINT only_its_batch CHECK (batch_id = {batch});
    ALTER TABLE finance_supersededposting ATTACH PARTITION {part} FOR VALUES IN ({batch});
    ALTER TABLE {part} DROP CONSTRAINT only_its_batch;
"""


def supersede(batch: ImportBatch) -> None:
    """Moves the batch's postings, whole and as they are, to those that no longer count."""
    names = {"part": sql.Identifier(name_of(batch)), "batch": sql.Literal(batch.pk)}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(sql.SQL(_MOVE_OUT).format(**names))
