"""What the database's files take on the server's disk beyond what its tables own."""

from django.db import connection

# Temporary files of queries lie elsewhere. The catalogues that all databases share do too.
_OWNERLESS = """
    SELECT pg_database_size(current_database()) - coalesce(sum(pg_relation_size(oid, fork)), 0)
    FROM pg_class, unnest(ARRAY['main', 'fsm', 'vm', 'init']) fork
    WHERE relkind IN ('r', 'i', 't', 'm', 'S') AND NOT relisshared
"""


def ownerless_bytes() -> int:
    """Bytes in files that no table owns: what others are about to store, and what a server left that was killed
    meanwhile. PostgreSQL never clears the latter away. One query; a few hundred kB are always there."""
    with connection.cursor() as cursor:
        cursor.execute(_OWNERLESS)
        return max(int(cursor.fetchone()[0]), 0)
