"""Raw text into a temporary table by COPY, in bounded blocks."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.db import connection
from psycopg import sql

from finance.choices import ColumnRole
from finance.importing.text import BLOCK

#: Temporary tables of one booking. They go when its transaction does, or at the next booking in the same one.
TABLES = (
    "ledger_staging",
    "ledger_amount",
    "ledger_period",
    "ledger_date",
    "ledger_clean",
    "ledger_combination",
    "ledger_part",
    "ledger_code",
)
#: Stands for NULL in the stream: no file has it, so that every text, also an empty one, arrives as it is.
_NULL = "\x01\x02\x01"
_ROLES = [role for role in ColumnRole if role is not ColumnRole.LINE]


def drop_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.SQL(", ").join(map(_temporary, TABLES))))


def _temporary(name: str) -> sql.Identifier:
    return sql.Identifier("pg_temp", name)


def create_staging() -> None:
    """One text column for each role, beside the line's number; columns that the file lacks stay empty."""
    drop_tables()
    columns = sql.SQL(", ").join(
        sql.SQL("{} text NOT NULL DEFAULT ''").format(sql.Identifier(role.value)) for role in _ROLES
    )
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("CREATE TEMP TABLE ledger_staging (line integer NOT NULL, {}) ON COMMIT DROP").format(columns)
        )


def copy_rows(roles: Sequence[ColumnRole], rows: Iterable[Sequence[object]]) -> None:
    """Rows of (line, value of each role) into the staging table. Holds a block in memory at a time."""
    names = sql.SQL(", ").join(sql.Identifier(name) for name in ("line", *(role.value for role in roles)))
    statement = sql.SQL("COPY ledger_staging ({}) FROM STDIN (FORMAT csv, NULL {})").format(names, sql.Literal(_NULL))
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            writer.writerow(row)
            if buffer.tell() > BLOCK:
                _flush(copy, buffer)
        _flush(copy, buffer)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE ledger_staging")


def _flush(copy: "object", buffer: io.StringIO) -> None:
    copy.write(buffer.getvalue())  # type: ignore[attr-defined]  # psycopg.Copy, by way of Django's cursor
    buffer.seek(0)
    buffer.truncate()


def copy_lookup(table: str, value_type: str, rows: Iterable[tuple[str, object, str]]) -> None:
    """A temporary table of raw text → value, or the reason why it has none."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "CREATE TEMP TABLE {} (raw text PRIMARY KEY, value {}, reason text NOT NULL) ON COMMIT DROP"
            ).format(sql.Identifier(table), sql.SQL(value_type))
        )
        with cursor.copy(sql.SQL("COPY {} (raw, value, reason) FROM STDIN").format(sql.Identifier(table))) as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
