"""Killed in the middle: nothing or all, and nothing to repair. The moments are random with a fixed seed.

`CRASHES=200 pytest …` tries more moments than the suite does.
"""

import contextlib
import os
import random
import signal
import time

import pytest
from django.db import connection

from finance.actions import originals
from finance.models import AllocationLine, CodeString, CostRollup, ImportBatch, LedgerCell, Posting
from tests.database import as_owner
from tests.finance.actions.test_imports import partitions
from tests.finance.booking_process import bookers, wait_until_gone
from tests.finance.ledger_files import ROWS, book, default_source, write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("partitions_go")]
CRASHES = int(os.environ.get("CRASHES", "8"))
COUNT = 20_000


@pytest.fixture
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def large(tmp_path):
    """A file that takes a moment to book."""
    rows = (f"2024{n % 12 + 1:02};{5000 + n % 90};;{1100 + n % 40};P{n % 30};{n};;Rad;{n},25" for n in range(COUNT))
    return write(tmp_path, *rows, name="stor.csv")


@pytest.fixture
def before(tmp_path, media):
    default_source()
    book(write(tmp_path, *ROWS, name="liten.csv"))
    return stored()


def stored() -> dict[str, int]:
    models = (Posting, ImportBatch, LedgerCell, CodeString, CostRollup, AllocationLine)
    return {model.__name__: model.objects.count() for model in models} | {"partitions": partitions()}


def other_backends(cursor, action="count(*)"):
    cursor.execute(
        f"SELECT {action} FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    return cursor.fetchone()


def wait_until_alone() -> None:
    with connection.cursor() as cursor:
        deadline = time.monotonic() + 20
        while other_backends(cursor)[0]:
            assert time.monotonic() < deadline, "the server still works for a dead process"
            time.sleep(0.02)


def moments(seconds: float):
    """Random ones within a booking that takes so long."""
    source = random.Random(4711)
    return [source.uniform(0, seconds) for _number in range(CRASHES)]


def how_long(run, path) -> float:
    """Seconds for the whole file, which is tried without being stored."""
    started = time.monotonic()
    assert run.answer(run.start(path, dry_run=True))["status"] == "dry_run"
    return 2 * (time.monotonic() - started)


def nothing_or_all(before) -> bool:
    """Whether all was booked; else nothing was."""
    now = stored()
    if now == before:
        return False
    assert now["Posting"] == before["Posting"] + COUNT
    assert now["ImportBatch"] == before["ImportBatch"] + 1
    return True


def finish(run, path, before, media) -> None:
    """The file can be booked afterwards, and no unfinished copies are left."""
    if stored() == before:
        assert run.answer(run.start(path))["status"] == "booked"
    assert nothing_or_all(before)
    names = {f"ledger/{path.name}" for path in originals.folder().iterdir()}
    assert names == set(ImportBatch.objects.values_list("stored_file", flat=True))


def test_a_killed_booking_leaves_nothing_or_all(before, large, media):
    with bookers(media) as run:
        for moment in moments(how_long(run, large)):
            pid = run.start(large)
            time.sleep(moment)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            wait_until_gone(pid)
            wait_until_alone()
            if nothing_or_all(before):
                break
        finish(run, large, before, media)


def test_a_booking_whose_server_process_dies_leaves_nothing_or_all(before, large, media):
    with bookers(media) as run:
        for moment in moments(how_long(run, large)):
            pid = run.start(large)
            time.sleep(moment)
            with as_owner(), connection.cursor() as cursor:
                other_backends(cursor, "count(pg_terminate_backend(pid))")
            status = run.answer(pid)["status"]
            assert status in {"OperationalError", "InterfaceError", "booked", "AdminShutdown"}
            wait_until_alone()
            if nothing_or_all(before):
                break
        finish(run, large, before, media)
