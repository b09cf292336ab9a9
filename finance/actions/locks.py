"""One booking or allocation at a time: both move the same sums."""

from django.db import connection

#: Any number, as long as nothing else in the portal locks it.
_LEDGER = 5_201_603


def hold_ledger() -> None:
    """Waits until no other transaction books or allocates, and keeps others out until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LEDGER])
