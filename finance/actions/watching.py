"""A folder of ledger files: each is booked once it is whole, and moved aside with its result. The files of a zip are
booked one by one."""

import fcntl
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from finance.actions.results import BOOKED, DUPLICATE, BookingResult
from finance.importing.archive import members
from finance.importing.problems import Refusal

PROCESSED, REFUSED = "processed", "refused"
_LOCK = ".watching"
#: Books a file, or the one of that name in a zip.
Book = Callable[[Path, str], BookingResult]
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

    def book(self, path: Path, book: Book) -> Path:
        """Books a file and moves it. Returns where it is now, the result beside it under the same name and `.json`.

        What `book` raises leaves the file where it was: what was booked of a zip is known again the next time.
        """
        results = {name: book(path, name) for name in _names(path)}
        target = self.path / (PROCESSED if _are_accepted(results.values()) else REFUSED)
        target.mkdir(exist_ok=True)
        moved = _free(target / path.name)
        report = moved.with_name(moved.name + ".json")
        report.write_text(json.dumps(_report(results), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        path.rename(moved)
        self._seen.pop(path, None)
        return moved


def _names(path: Path) -> list[str]:
    """The files of a zip with several; else one without a name."""
    try:
        names = members(path)
    except Refusal:  # The booking says why.
        names = []
    return names if len(names) > 1 else [""]


def _are_accepted(results: Collection[BookingResult]) -> bool:
    """Whether all are booked, some of them perhaps earlier."""
    known = [result.status == DUPLICATE for result in results if not result.is_accepted]
    return all(known) and len(known) < len(results)


def _report(results: Mapping[str, BookingResult]) -> dict[str, Any]:
    """The result of the only file; of a zip's files each under its name, and one status."""
    if list(results) == [""]:
        return results[""].as_json()
    status = BOOKED if _are_accepted(results.values()) else REFUSED
    return {"status": status, "members": {name: result.as_json() for name, result in results.items()}}


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
