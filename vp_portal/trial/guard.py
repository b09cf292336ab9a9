"""A process that outlives a trial by a moment and stops what the trial left behind.

Run as a script. Standard input says what to watch, a line each:
`watch PID SIGNAL PATIENCE`, `forget PID`, `folder PATH`. Each process leads a session of its own.
When the input ends the trial has ended, however it ended: the watched are stopped, last started first.
"""

import contextlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterable


def alive(pid: int) -> bool:
    """Whether anything is left of the session's process group."""
    try:
        os.killpg(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def stop(pid: int, number: int, patience: float) -> None:
    """Asks the process to end, and after `patience` seconds ends its whole group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)
    deadline = time.monotonic() + patience
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def follow(lines: Iterable[str]) -> None:
    watched: dict[int, tuple[int, float]] = {}
    folders: list[str] = []
    for line in lines:
        word, _, rest = line.rstrip("\n").partition(" ")
        if word == "watch":
            pid, number, patience = rest.split(" ")
            watched[int(pid)] = int(number), float(patience)
        elif word == "forget":
            watched.pop(int(rest), None)
        elif word == "folder":
            folders.append(rest)
    for watched_pid in reversed(watched):
        stop(watched_pid, *watched[watched_pid])
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    follow(sys.stdin)
