"""Locks on files, which the kernel lets go of however their holder ends."""

import fcntl
from pathlib import Path
from typing import IO


def try_exclusive(path: Path) -> IO[str] | None:
    """The lock, held until it is closed; None when someone else holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def exclusive(path: Path) -> IO[str]:
    """The lock, after waiting for whoever holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a")
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def shared(path: Path) -> IO[str]:
    """A lock that many can hold at once, but not beside an exclusive one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a")
    fcntl.flock(file, fcntl.LOCK_SH)
    return file
