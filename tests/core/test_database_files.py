"""Files that no table owns: here another's table that isn't stored yet, which looks the same from outside."""

import psycopg
import pytest
from django.db import connection

from vp_portal.core.database_files import ownerless_bytes

pytestmark = pytest.mark.django_db
ROWS = "CREATE TABLE vp_test_unstored AS SELECT repeat('x', 1000) AS text FROM generate_series(1, 5000)"
#: What the rows above take at least.
BYTES = 5_000_000


@pytest.fixture
def other():
    """Another connection to the same database, whose transaction is broken off in the end."""
    connection.ensure_connection()
    own = connection.connection.info
    with psycopg.connect(host=own.host, port=own.port, dbname=own.dbname, user=own.user, password=own.password) as made:
        yield made
        made.rollback()


def test_what_no_table_owns_is_counted(other):
    before = ownerless_bytes()
    other.execute(ROWS)
    assert ownerless_bytes() - before >= BYTES


def test_what_tables_own_is_not():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        assert ownerless_bytes() < BYTES < cursor.fetchone()[0]
