import datetime as dt
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from psycopg.errors import LockNotAvailable

from finance.actions import undo as undoing
from finance.actions.undo import AlreadyEnded, Busy, undo
from finance.importing import partition
from finance.models import AllocationRun, CostRollup, ImportBatch, LedgerCell, Posting, SupersededPosting
from tests.factories.core import UserFactory
from tests.finance.ledger_files import AT, ROWS, book, write

pytestmark = pytest.mark.django_db
LATER = AT + dt.timedelta(days=1)


@pytest.fixture
def batches(tmp_path):
    """Two booked files of 3 and 2 rows."""
    for rows in (ROWS, ROWS[:2]):
        book(write(tmp_path, *rows))
    return ImportBatch.objects.order_by("pk")


def test_the_rows_move_whole_to_those_that_no_longer_count(batches):
    before = list(Posting.objects.filter(batch=batches[0]).order_by("id").values())
    undo(batches[0], by=None, at=LATER)
    assert list(SupersededPosting.objects.order_by("id").values()) == before
    assert set(Posting.objects.values_list("batch", flat=True)) == {batches[1].pk}


def test_what_is_left_adds_up_in_the_run_in_force(batches):
    undo(batches[0], by=None, at=LATER)
    assert AllocationRun.objects.count() == 1
    assert sum(CostRollup.objects.in_force().values_list("amount", flat=True)) == Decimal("3500.50")


def test_the_cells_stay_and_the_batch_says_until_when_it_counted(batches):
    user = UserFactory()
    undo(batches[0], by=user, at=LATER, reason="Fel fil")
    batch = batches[0]
    latest = batch.history.latest()
    assert batch.ended_at == LATER
    assert LedgerCell.objects.filter(batch=batch).count() == 3
    assert (latest.history_user, latest.history_change_reason) == (user, "Fel fil")


def test_the_same_file_can_be_booked_again_afterwards(batches, tmp_path):
    undo(batches[0], by=None, at=LATER)
    assert book(write(tmp_path, *ROWS)).status == "booked"


def test_a_batch_is_taken_out_once(batches):
    undo(batches[0], by=None, at=LATER)
    with pytest.raises(AlreadyEnded):
        undo(batches[0], by=None, at=LATER)


def test_a_failure_on_the_way_changes_nothing(batches, monkeypatch):
    monkeypatch.setattr(undoing.allocation, "withdraw", lambda batch: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        undo(batches[0], by=None, at=LATER)
    assert ImportBatch.objects.in_force().count() == 2
    assert (Posting.objects.count(), SupersededPosting.objects.count()) == (5, 0)


def test_a_ledger_in_use_is_tried_again_and_then_given_up(batches, monkeypatch):
    tries = []

    def locked(batch):
        tries.append(batch)
        raise OperationalError from LockNotAvailable()

    monkeypatch.setattr(partition, "supersede", locked)
    monkeypatch.setattr(undoing.time, "sleep", lambda seconds: None)
    with pytest.raises(Busy):
        undo(batches[0], by=None, at=LATER)
    assert len(tries) == 5


def test_the_command_says_what_was_taken_out(batches, capsys):
    call_command("undo_import", str(batches[0].pk), reason="Fel fil")
    assert "Uttagen: importomgång" in capsys.readouterr().out
    assert ImportBatch.objects.in_force().count() == 1


def test_the_command_refuses_what_is_not_there_or_taken_out_already(batches):
    call_command("undo_import", str(batches[0].pk))
    for number, words in ((batches[0].pk, "redan uttagen"), (0, "ingen importomgång")):
        with pytest.raises(CommandError, match=words):
            call_command("undo_import", str(number))
