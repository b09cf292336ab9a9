"""Processes that book, for tests that kill them or let them race.

Run as a module it reads orders, one JSON object a line, and forks a process for each: so each is ready at once.
"""

import contextlib
import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection


class Bookers:
    """Starts bookings in processes of their own, in the test's database."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._answers: dict[int, dict[str, Any]] = {}

    def start(self, path: Path, **order: Any) -> int:
        """Its process id. `pause`: seconds between the check for what is booked and the booking; `lock=False` leaves
        the ledger's lock out; other names are options of `book_file`."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"path": str(path), **order}) + "\n")
        self._process.stdin.flush()
        return int(self._read("started")["pid"])

    def answer(self, pid: int) -> dict[str, Any]:
        """What the process said when it was done."""
        while pid not in self._answers:
            self._read("done")
        return self._answers[pid]

    def _read(self, kind: str) -> dict[str, Any]:
        assert self._process.stdout
        while line := self._process.stdout.readline():
            message = json.loads(line)
            if "status" in message:
                self._answers[message["pid"]] = message
            if ("status" in message) == (kind == "done"):
                return message
        raise AssertionError("the process that starts bookings has ended")


@contextlib.contextmanager
def bookers(media: Path) -> Iterator[Bookers]:
    from tests.database import environment  # not in the process that is started: Django is not set up there yet

    variables = environment(str(connection.settings_dict["NAME"])) | {"BOOKERS_MEDIA": str(media)}
    command = [sys.executable, "-m", "tests.finance.booking_process"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=variables) as process:
        try:
            yield Bookers(process)
        finally:
            assert process.stdin
            process.stdin.close()


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)
    raise AssertionError("the process is still there")


def _say(**message: Any) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _book(path: str, *, pause: float = 0, lock: bool = True, **options: Any) -> None:
    from finance.actions import allocation, imports, overlap

    in_the_way = overlap.in_the_way

    def slowly(*args: Any) -> Any:
        found = in_the_way(*args)
        time.sleep(pause)
        return found

    overlap.in_the_way = slowly
    if not lock:
        imports.hold_ledger = allocation.hold_ledger = lambda: None
    try:
        at = dt.datetime(2025, 9, 10, 8, 0, tzinfo=dt.UTC)
        result = imports.book_file(path, create_codes=True, at=at, **options)
        reasons = [error.reason for error in result.errors]
        _say(pid=os.getpid(), status=result.status, reasons=reasons)
    except Exception as error:  # noqa: BLE001  # told to the test
        _say(pid=os.getpid(), status=type(error).__name__, reasons=[str(error)])


def main() -> None:
    import django

    django.setup()
    from django.conf import settings

    settings.MEDIA_ROOT = os.environ["BOOKERS_MEDIA"]
    from finance.actions import imports  # noqa: F401  # before the first fork

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _book(**order)
            os._exit(0)
        _say(pid=pid)


if __name__ == "__main__":
    main()
