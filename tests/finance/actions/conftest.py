import pytest
from django.db import connection

from tests.database import as_owner

PARTS = """
    SELECT relname, pg_get_userbyid(relowner) = current_user FROM pg_class
    WHERE relname ~ '^finance_posting_b[0-9]+$' AND relkind = 'r'
"""


@pytest.fixture
def partitions_go(transactional_db):
    """Emptying the tables leaves the parts that bookings made: other tests count them."""
    yield
    with connection.cursor() as cursor:
        cursor.execute(PARTS)
        found = cursor.fetchall()
        for name in [name for name, is_ours in found if is_ours]:
            cursor.execute(f"DROP TABLE {name}")
    with as_owner(), connection.cursor() as cursor:  # Made by a process that signed in as the owner.
        for name in [name for name, is_ours in found if not is_ours]:
            cursor.execute(f"DROP TABLE {name}")
