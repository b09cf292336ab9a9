"""A database that lives as long as a benchmark, on the server that the settings name."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from tests import header_names
from tests.database import use_owner


@contextmanager
def throwaway() -> Iterator[str]:
    """Migrated, and empty but for header names; made and used by the owner's role. Yields its address for other
    processes; the connection points there meanwhile."""
    use_owner()
    connection.close()
    own = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"{own}_benchmark_{os.getpid()}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    header_names.fill()
    try:
        yield url()
    finally:
        connection.creation.destroy_test_db(own, verbosity=0)


@contextmanager
def media_in(folder: Path) -> Iterator[None]:
    """Keeps original files in the folder meanwhile."""
    own = settings.MEDIA_ROOT
    settings.MEDIA_ROOT = str(folder / "media")
    try:
        yield
    finally:
        settings.MEDIA_ROOT = own


def url() -> str:
    """The connection's database as a DATABASE_URL."""
    db = connection.settings_dict
    secret = f":{quote(db['PASSWORD'], safe='')}" if db["PASSWORD"] else ""
    who = f"{quote(db['USER'], safe='')}{secret}@" if db["USER"] else ""
    port = f":{db['PORT']}" if db["PORT"] else ""
    return f"postgres://{who}{quote(db['HOST'] or '', safe='')}{port}/{quote(str(db['NAME']), safe='')}"
