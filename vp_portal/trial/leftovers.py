"""Files that a killed server has left: of tables made by a transaction that never ended, so that nothing owns them.

PostgreSQL clears temporary tables away after a crash, and not these: a file of a million rows leaves some hundred
megabytes. What is owned is read by a server that nobody else can reach; when it has ended, the rest is removed.
"""

import re
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

#: Runs a statement alone in a database: (statement, database).
Alone = Callable[[str, str], "CompletedProcess[str]"]

#: The server's own tables have numbers below this, and no transaction of ours makes such.
FIRST_NUMBER = 16384
DATABASES = "SELECT 'found ' || string_agg(oid || '=' || datname, '/') AS answer FROM pg_database WHERE datallowconn\n"
OWNED = "SELECT 'found ' || string_agg(pg_relation_filenode(oid)::text, '/') AS answer FROM pg_class\n"
_ANSWER = re.compile(r'answer = "found ([^"]*)"')
_FILE = re.compile(r"(\d+)(_fsm|_vm|_init)?(\.\d+)?")


def remove(data: Path, alone: Alone) -> list[Path] | None:
    """Removes the files that nothing owns, in each database of the server whose folder is `data`. It must not run.
    Returns what was removed, or None when the server couldn't be asked: then nothing is."""
    databases = _ask(alone, DATABASES, "template1")
    if databases is None:
        return None
    found: list[Path] = []
    for oid, name in (text.split("=", 1) for text in databases):
        owned = _ask(alone, OWNED, name)
        if owned is None:
            return None
        found += orphans(data / "base" / oid, {int(number) for number in owned})
    for path in found:
        path.unlink()
    return found


def orphans(folder: Path, owned: set[int]) -> list[Path]:
    """The files of tables in a database's folder whose number isn't `owned`."""
    numbered = ((path, _FILE.fullmatch(path.name)) for path in sorted(folder.iterdir()))
    return [path for path, match in numbered if match and FIRST_NUMBER <= int(match[1]) not in owned]


def _ask(alone: Alone, statement: str, database: str) -> list[str] | None:
    done = alone(statement, database)
    answer = _ANSWER.search(done.stdout)
    return answer[1].split("/") if answer and not done.returncode else None
