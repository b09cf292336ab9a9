"""What the tests of the trial share: places on disk, and processes as the machine sees them."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from vp_portal.trial import locks
from vp_portal.trial.environment import owner_lock
from vp_portal.trial.place import PROJECT, Place

# Runs a place's server until standard input ends; prints the database's address.
HOLD_SERVER = """
import sys
from pathlib import Path
from vp_portal.trial.environment import shared_server
from vp_portal.trial import locks
from vp_portal.trial.environment import owner_lock
from vp_portal.trial.place import Place
from vp_portal.trial.steps import Steps
with shared_server(Place(Path(sys.argv[1])), Steps()) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


@contextmanager
def reachable_place(owner: int | None = None) -> Iterator[Place]:
    """A place that every user can enter, with spaces and å in its name."""
    folder = Path(tempfile.mkdtemp(prefix="vp-test-", dir="/tmp"))
    folder.chmod(0o755)
    place = Place(folder / "en mapp på hyllan" / "var")
    place.var.mkdir(parents=True)
    if owner is not None:
        for path in (folder, place.var.parent, place.var):
            os.chown(path, owner, -1)
    try:
        yield place
    finally:
        with locks.exclusive(owner_lock(place)):  # The server's processes are gone.
            place.forget_everything()
        shutil.rmtree(folder)


@contextmanager
def program(python: str, script: str, *arguments: object, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """A process that runs the script in the project, killed at the end if it still runs."""
    command = [python, "-c", script, *(str(argument) for argument in arguments)]
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=PROJECT, **streams, **options) as parent:
        try:
            yield parent
        finally:
            parent.kill()


def start_holder(place: Place, python: str, **options: Any) -> AbstractContextManager[subprocess.Popen[str]]:
    """A process that runs the place's server, prints its address and ends when standard input does."""
    return program(python, HOLD_SERVER, place.var, **options)


def processes() -> dict[int, tuple[int, str]]:
    """Number → (parent, command) of all that run; those that are dead and not yet collected don't."""
    answer = subprocess.run(
        ["ps", "-ww", "-eo", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True
    ).stdout
    rows = (line.split(None, 3) for line in answer.splitlines())
    return {int(row[0]): (int(row[1]), row[3]) for row in rows if len(row) == 4 and not row[2].startswith("Z")}


def descendants(pid: int) -> set[int]:
    """All that the process has started, but not the `ps` that looks."""
    running = {number: row for number, row in processes().items() if not row[1].startswith("ps -ww")}
    found = {pid}
    while more := {child for child, (parent, _) in running.items() if parent in found} - found:
        found |= more
    return found - {pid}


def left_of(pids: set[int], seconds: float = 20.0) -> dict[int, str]:
    """Those of the processes that still run when the time is out."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        running = processes()
        left = {pid: running[pid][1] for pid in pids if pid in running}
        if not left:
            return {}
        time.sleep(0.1)
    return left
