"""What the application's database role may do with each table, set by the role that owns them.

Every table of the database gets its rights here, so that a model's are right from the migration that makes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from psycopg import sql

#: Ordinary tables; those that are only added to; those that the database or migrations write.
CHANGED: tuple[str, ...] = ("SELECT", "INSERT", "UPDATE", "DELETE")
ADDED_TO: tuple[str, ...] = ("SELECT", "INSERT")
READ: tuple[str, ...] = ("SELECT",)
#: Written by migrations alone.
_OWNERS_TABLES = ("django_migrations",)

_TABLES = """
    SELECT c.relname, pg_get_userbyid(c.relowner) FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relname
"""
_PARTITIONS = """
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = %s::regclass AND pg_get_userbyid(c.relowner) <> %s
"""
_SEQUENCES = """
    SELECT DISTINCT s.relname, t.relname FROM pg_class s
    JOIN pg_depend d ON d.objid = s.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
    JOIN pg_class t ON t.oid = d.refobjid
    WHERE s.relnamespace = current_schema()::regnamespace AND s.relkind = 'S' AND t.relname = ANY(%s)
"""


@dataclass(frozen=True)
class Rights:
    """What the application's role gets on one table."""

    table: str
    verbs: tuple[str, ...]
    owns: bool = False
    may_point_to: bool = False


def application_role() -> str:
    """The name of the role that the portal runs as."""
    return str(settings.DATABASE_APPLICATION["USER"])


def current_role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


def wanted(tables: list[str]) -> Iterator[Rights]:
    """Each table's rights, from the model behind it; a table that no model knows is an ordinary one."""
    known = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    owned = [model for model in known.values() if getattr(model, "owned_by_application", False)]
    pointed_to = {field.related_model._meta.db_table for model in owned for field in _links(model)}
    for table in tables:
        model = known.get(table)
        verbs = READ if table in _OWNERS_TABLES else CHANGED
        if model is not None and (_is_history(model) or hasattr(model, "database_rights")):
            verbs = getattr(model, "database_rights", ADDED_TO)
        yield Rights(table, verbs, owns=model in owned, may_point_to=table in pointed_to)


def _links(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.local_fields if field.is_relation]


def _is_history(model: type[models.Model]) -> bool:
    """A table of simple_history's, those of links between many included."""
    return hasattr(model, "history_object") or hasattr(model, "m2m_history_id")


def set_rights(role: str) -> int:
    """Gives the role exactly what it needs, in one transaction; how many tables. Run as the owner of the tables."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TABLES)
        owners = dict(cursor.fetchall())
        _run(cursor, "GRANT USAGE, CREATE ON SCHEMA {schema} TO {role}", role=role, schema=_schema(cursor))
        found = list(wanted(list(owners)))
        for rights in found:
            if rights.owns:
                _give(cursor, rights.table, role, is_theirs=owners[rights.table] == role)
                continue
            verbs = rights.verbs + ("REFERENCES",) * rights.may_point_to
            _run(cursor, "REVOKE ALL ON {table} FROM {role}", role=role, table=rights.table)
            given = sql.SQL("GRANT {} ON {{table}} TO {{role}}").format(sql.SQL(", ").join(map(sql.SQL, verbs)))
            _run(cursor, given.as_string(), role=role, table=rights.table)
        _set_sequences(cursor, {rights.table: rights.verbs == CHANGED for rights in found if not rights.owns}, role)
    return len(owners)


def _set_sequences(cursor: Any, is_changed: dict[str, bool], role: str) -> None:
    """Those of ordinary tables may be set too, which reading a file of rows with keys of their own does."""
    cursor.execute(_SEQUENCES, [list(is_changed)])
    for sequence, table in cursor.fetchall():
        _run(cursor, "REVOKE ALL ON SEQUENCE {table} FROM {role}", role=role, table=sequence)
        if is_changed[table]:
            _run(cursor, "GRANT ALL ON SEQUENCE {table} TO {role}", role=role, table=sequence)


def _give(cursor: Any, table: str, role: str, *, is_theirs: bool) -> None:
    """Makes the role the owner of a partitioned table and its partitions; its own sequence follows."""
    if not is_theirs:
        _run(cursor, "ALTER TABLE {table} OWNER TO {role}", role=role, table=table)
    cursor.execute(_PARTITIONS, [table, role])
    for (partition,) in cursor.fetchall():
        _run(cursor, "ALTER TABLE {table} OWNER TO {role}", role=role, table=partition)


def _schema(cursor: Any) -> str:
    cursor.execute("SELECT current_schema()")
    return str(cursor.fetchone()[0])


def _run(cursor: Any, statement: str, **names: str) -> None:
    identifiers = {key: sql.Identifier(name) for key, name in names.items()}
    cursor.execute(sql.SQL(statement).format(**identifiers))


def after_migrating(**options: Any) -> None:
    """Hook on Django's signal. `flush` sends it too, without a plan, and changes no table."""
    role = application_role()
    if "plan" in options and role and options.get("using") == connection.alias and role != current_role():
        set_rights(role)
