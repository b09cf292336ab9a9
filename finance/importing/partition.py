"""A batch's postings: inserted into a table without indexes, then indexed, checked and attached as a partition."""

from django.db import connection
from psycopg import sql

from finance.models import ImportBatch

# Attaching finds the indexes and the check, so that it builds nothing; it checks the foreign keys in one pass.
# Keys made here beforehand would be swapped for the parent's, under a lock that readers of the codes wait for.
_FILL = """
    CREATE TABLE {part} (LIKE finance_posting INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
    SET LOCAL enable_nestloop = off;
    SET LOCAL jit = off;
    INSERT INTO {part} (batch_id, line, period, code_string_id, counterparty_id, amount, posted_on,
                        voucher_series, voucher_no, supplier_no, supplier_name, text)
    SELECT {batch}, r.line, r.period, c.code_string_id, c.counterparty_id, r.amount, r.posted_on,
           r.voucher_series, r.voucher_no, r.supplier_no, r.supplier_name, r.text
    FROM ledger_clean r
    JOIN ledger_code c USING (account, cost_centre, project, activity, funder, counterparty)
    ORDER BY r.line;
    SET LOCAL enable_nestloop TO DEFAULT;
    SET LOCAL jit TO DEFAULT;
"""
_ATTACH = """
    ALTER TABLE {part} ADD PRIMARY KEY (batch_id, id);
    CREATE INDEX ON {part} (period, code_string_id) INCLUDE (amount);
    CREATE INDEX ON {part} (code_string_id, period) INCLUDE (amount);
    ANALYZE {part};
    ALTER TABLE {part} ADD CONSTRAINT only_its_batch CHECK (batch_id = {batch});
    ALTER TABLE finance_posting ATTACH PARTITION {part} FOR VALUES IN ({batch});
    ALTER TABLE {part} DROP CONSTRAINT only_its_batch;
"""
_CELLS = """
    INSERT INTO finance_ledgercell (batch_id, period, code_string_id, amount, row_count)
    SELECT {batch}, period, code_string_id, sum(amount), count(*) FROM {part} GROUP BY period, code_string_id
    ORDER BY period, code_string_id
"""


def name_of(batch: ImportBatch) -> str:
    return f"finance_posting_b{batch.pk}"


def book(batch: ImportBatch) -> int:
    """The cleaned rows as the batch's postings and cells, in the order of the file. Returns how many rows."""
    names = {"part": sql.Identifier(name_of(batch)), "batch": sql.Literal(batch.pk)}
    with connection.cursor() as cursor:
        # Checks that still wait would stand in the way of the new table's keys.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        for script in (_FILL, _ATTACH, _CELLS):
            cursor.execute(sql.SQL(script).format(**names))
        cursor.execute(sql.SQL("SELECT count(*) FROM {part}").format(**names))
        return int(cursor.fetchone()[0])


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
