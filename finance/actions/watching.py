"""A folder of ledger files: each is booked once it is whole, and moved aside with its result."""

import fcntl
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from finance.actions.results import BookingResult

PROCESSED, REFUSED = "processed", "refused"
_LOCK = ".watching"
#: What programs call a file that they are still writing.
_UNFINISHED = (".part", ".filepart", ".tmp", ".crdownload", ".swp")


class WatchedAlready(Exception):  # noqa: N818  # the name says what is the matter
    """Another process watches the folder."""


@contextmanager
def only_watcher(folder: Path) -> Iterator[None]:
    """Keeps a second watcher out for as long as this process lives. Raises WatchedAlready."""
    with (folder / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WatchedAlready from None
        yield


@dataclass
class Folder:
    """Look again and again: a file that has not changed since the last look is whole."""

    path: Path
    _seen: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def whole(self) -> list[Path]:
        """The files to book, by name."""
        now = {path: _mark(path) for path in self.path.iterdir() if _is_ledger(path)}
        whole = [path for path, mark in now.items() if self._seen.get(path) == mark]
        self._seen = now
        return sorted(whole)

    def book(self, path: Path, book: Callable[[Path], BookingResult]) -> Path:
        """Books a file and moves it. Returns where it is now, the result beside it under the same name and `.json`.

        What `book` raises leaves the file where it was.
        """
        result = book(path)
        target = self.path / (PROCESSED if result.is_accepted else REFUSED)
        target.mkdir(exist_ok=True)
        moved = _free(target / path.name)
        report = moved.with_name(moved.name + ".json")
        report.write_text(json.dumps(result.as_json(), ensure_ascii=False, indent=1) + "\n")
        path.rename(moved)
        self._seen.pop(path, None)
        return moved


def _is_ledger(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".") and not path.name.lower().endswith(_UNFINISHED)


def _mark(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return 0, 0
    return stat.st_size, stat.st_mtime_ns


def _free(path: Path) -> Path:
    """The path, or with a number when a file of an earlier night has its name."""
    number, free = 1, path
    while free.exists() or free.with_name(free.name + ".json").exists():
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free
