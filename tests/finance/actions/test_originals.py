import hashlib

import pytest
from django.db import OperationalError
from psycopg.errors import DiskFull

from finance.actions import allocation, originals, undo
from finance.importing import partition
from finance.models import ImportBatch
from tests.finance.ledger_files import AT, ROWS, book, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"


def names():
    return sorted(path.name for path in originals.folder().iterdir())


def test_the_file_is_kept_byte_for_byte_under_its_hash(tmp_path):
    path = write(tmp_path, *ROWS, encoding="cp1252")
    book(path)
    batch = ImportBatch.objects.get()
    kept = originals.path_of(batch)
    assert kept.read_bytes() == path.read_bytes()
    assert kept.name == batch.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_batch_from_before_files_were_kept_has_none():
    assert originals.path_of(ImportBatch()) is None


def test_a_refused_file_or_a_preview_leaves_no_copy(tmp_path):
    book(write(tmp_path, "202503;5010;;1100;;4;;;12 34,00"))
    book(write(tmp_path, *ROWS), dry_run=True)
    assert not originals.folder().exists() or names() == []


def fail(batch):
    raise allocation.NotConserved


def test_a_failed_booking_takes_its_file_away(tmp_path, monkeypatch):
    monkeypatch.setattr(partition, "attach", fail)
    with pytest.raises(allocation.NotConserved):
        book(write(tmp_path, *ROWS))
    assert names() == []


def test_a_failed_booking_leaves_the_file_of_an_earlier_batch(tmp_path, monkeypatch):
    path = write(tmp_path, *ROWS)
    book(path)
    batch = ImportBatch.objects.get()
    undo.undo(batch, by=None, at=AT)
    monkeypatch.setattr(partition, "attach", fail)
    with pytest.raises(allocation.NotConserved):
        book(path)
    assert originals.path_of(batch).read_bytes() == path.read_bytes()


def test_a_booking_that_lost_its_connection_leaves_the_file_to_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(partition, "attach", fail)
    monkeypatch.setattr(originals, "_is_connected", lambda: False)
    with pytest.raises(allocation.NotConserved):
        book(write(tmp_path, *ROWS))
    assert len(names()) == 1


def test_what_a_crash_left_goes_with_the_next_booking(tmp_path):
    originals.folder().mkdir(parents=True)
    (originals.folder() / ("0" * 64)).write_bytes(b"x")
    (originals.folder() / "halv.part").write_bytes(b"x")
    book(write(tmp_path, *ROWS[:2]))
    assert names() == [ImportBatch.objects.get().sha256]


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(originals, "_copy", lambda source, target: "0" * 64)
    result = book(write(tmp_path, *ROWS))
    assert (result.status, names()) == ("refused", [])
    assert "ändrades" in result.errors[0].reason


def test_a_full_disk_for_files_refuses_with_the_reason(tmp_path, monkeypatch):
    def full(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(originals, "_copy", full)
    result = book(write(tmp_path, *ROWS))
    assert (result.status, names()) == ("refused", [])
    assert "No space left" in result.errors[0].reason


def test_a_full_disk_of_the_database_refuses_with_the_reason(tmp_path, monkeypatch):
    def full(batch):
        raise OperationalError from DiskFull()

    monkeypatch.setattr(partition, "attach", full)
    result = book(write(tmp_path, *ROWS))
    assert (result.status, ImportBatch.objects.count(), names()) == ("refused", 0, [])
    assert "disk är full" in result.errors[0].reason
