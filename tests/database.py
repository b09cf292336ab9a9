"""The tests' database roles: databases are made and emptied by the owner, and used by the application's role."""

import copy
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.backends.postgresql.operations import DatabaseOperations

from vp_portal.core import database_roles

#: The application's role where DATABASE_URL is the owner's own. It can't sign in; the owner takes it on.
STAND_IN = "vp_portal_tests_app"
_flush = DatabaseOperations.execute_sql_flush


def use_owner() -> None:
    """Connections of this process are the owner's, until `become_application`."""
    settings.DATABASES["default"].update(copy.deepcopy(settings.DATABASE_OWNER))


def become_application() -> bool:
    """From now on, statements run with the rights of the application's role. False where no role can be had."""
    role = database_roles.application_role()
    if role == database_roles.current_role() and not _make(role := STAND_IN):
        return False
    database_roles.set_rights(role)
    connection.settings_dict["OPTIONS"]["assume_role"] = role
    connection.close()
    DatabaseOperations.execute_sql_flush = _flush_as_owner  # type: ignore[method-assign]
    return True


def become_owner() -> None:
    connection.settings_dict["OPTIONS"].pop("assume_role", None)
    connection.close()
    DatabaseOperations.execute_sql_flush = _flush  # type: ignore[method-assign]


@contextmanager
def as_owner() -> Iterator[None]:
    """For what only the owner may: changing history or the audit log."""
    role = connection.settings_dict["OPTIONS"].get("assume_role")
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
    yield
    if role:
        with connection.cursor() as cursor:
            cursor.execute(f'SET ROLE "{role}"')


def seal() -> None:
    """Seals what the test has recorded, as its commit would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def environment(name: str) -> dict[str, str]:
    """For a process of the portal's own, on another database of the same server."""
    urls = {"DATABASE_URL": settings.DATABASE_APPLICATION, "DATABASE_OWNER_URL": settings.DATABASE_OWNER}
    return {**os.environ, **{variable: _url(server, name) for variable, server in urls.items()}}


def _url(server: dict[str, Any], name: str) -> str:
    secret = f":{quote(server['PASSWORD'], safe='')}" if server["PASSWORD"] else ""
    host = quote(server["HOST"], safe="")
    port = f":{server['PORT']}" if server["PORT"] else ""
    return f"postgres://{server['USER']}{secret}@{host}{port}/{name}"


def _flush_as_owner(operations: Any, statements: list[str]) -> None:
    """Nobody but the owner empties tables. The role is back when the flush's transaction ends."""
    _flush(operations, ["SET LOCAL ROLE NONE", *statements])


def _make(role: str) -> bool:
    """Makes the stand-in and lets the owner take it on. Another run may do so at the same time."""
    with connection.cursor() as cursor:
        for statement in (f'CREATE ROLE "{role}" NOLOGIN', f'GRANT "{role}" TO CURRENT_USER'):
            with suppress(DatabaseError):
                cursor.execute(statement)
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = %s AND pg_has_role(oid, 'MEMBER')", [role])
        return cursor.fetchone() is not None
