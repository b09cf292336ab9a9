"""What the tests of the trial share: places on disk, and processes as the machine sees them."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vp_portal.trial.place import PROJECT, Place

# Runs a place's server until standard input ends; prints the database's address.
HOLD_SERVER = """
import sys
from pathlib import Path
from vp_portal.trial.environment import shared_server
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
        place.forget_everything()
        shutil.rmtree(folder)


def start_holder(place: Place, python: str, **options: object) -> subprocess.Popen[str]:
    """A process that runs the place's server, and its address in `.url`."""
    holder = subprocess.Popen(
        [python, "-c", HOLD_SERVER, str(place.var)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )
    return holder


def processes() -> dict[int, tuple[int, str]]:
    """Number → (parent, command) of all that run; those that are dead and not yet collected don't."""
    answer = subprocess.run(["ps", "-eo", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    rows = (line.split(None, 3) for line in answer.splitlines())
    return {int(row[0]): (int(row[1]), row[3]) for row in rows if len(row) == 4 and not row[2].startswith("Z")}


def descendants(pid: int) -> set[int]:
    running = processes()
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
