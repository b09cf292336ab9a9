"""Files that are sent, straight to disk."""

import hashlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import SkipFile
from django.test import RequestFactory

from vp_portal.core.uploads import DiskUploadHandler


def send(handler: DiskUploadHandler, **files: bytes):
    """Parses a form with the files, as a view does when it first looks at it."""
    given = {name: SimpleUploadedFile(f"../../{name}.csv", content) for name, content in files.items()}
    request = RequestFactory().post("/", {**given, "word": "x"})
    request.upload_handlers = [handler]
    return request.POST


def test_a_file_lies_on_disk_under_a_random_name_with_its_size_and_hash(tmp_path: Path):
    handler, content = DiskUploadHandler(tmp_path / "new", most=100), b"a;b\r\n"
    assert send(handler, ledger=content)["word"] == "x"
    (stored,) = handler.take()
    assert (stored.name, stored.size, stored.sha256) == ("ledger.csv", 5, hashlib.sha256(content).hexdigest())
    assert stored.path.read_bytes() == content
    assert stored.path.parent == tmp_path / "new"
    assert "ledger" not in stored.path.name


def test_a_file_that_is_too_large_is_refused_and_gone_while_others_stay(tmp_path: Path):
    handler = DiskUploadHandler(tmp_path, most=10)
    send(handler, large=b"x" * 11, small=b"x" * 10)
    assert [file.name for file in handler.stored] == ["small.csv"]
    assert [(file.name, file.reason) for file in handler.refused] == [("large.csv", "too_large")]
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"x" * 10]


def test_an_empty_file_is_stored_as_such(tmp_path: Path):
    handler = DiskUploadHandler(tmp_path, most=10)
    send(handler, empty=b"")
    assert [file.size for file in handler.take()] == [0]


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    class Full:
        def write(self, data: bytes) -> int:
            raise OSError(28, "No space left on device")

        def close(self) -> None:
            pass

    handler = DiskUploadHandler(tmp_path, most=10)
    opened = Path.open

    def open_full(path: Path, mode: str = "r"):
        opened(path, mode).close()
        return Full()

    monkeypatch.setattr(Path, "open", open_full)
    send(handler, ledger=b"abc")
    assert [file.reason for file in handler.refused] == ["disk"]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    handler = DiskUploadHandler(tmp_path / "file" / "below", most=10)
    send(handler, ledger=b"abc")
    assert [file.reason for file in handler.refused] == ["disk"]


def test_nothing_is_let_in_when_all_is_refused(tmp_path: Path):
    handler = DiskUploadHandler(tmp_path, most=10)
    handler.refuse_all = "disk"
    send(handler, one=b"a", two=b"b")
    assert len(handler.refused) == 2
    assert list(tmp_path.iterdir()) == []


def test_what_nobody_took_is_discarded(tmp_path: Path):
    handler = DiskUploadHandler(tmp_path, most=10)
    send(handler, one=b"a")
    handler.discard()
    assert list(tmp_path.iterdir()) == []


def test_a_sender_who_goes_away_leaves_nothing(tmp_path: Path):
    handler = DiskUploadHandler(tmp_path, most=10)
    handler.new_file("files", "a.csv", "text/csv", None)
    handler.receive_data_chunk(b"abc", 0)
    handler.upload_interrupted()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_grows_past_the_limit_stops_there(tmp_path: Path):
    handler = DiskUploadHandler(tmp_path, most=10)
    handler.new_file("files", "a.csv", "text/csv", None)
    handler.receive_data_chunk(b"x" * 10, 0)
    with pytest.raises(SkipFile):
        handler.receive_data_chunk(b"x", 10)
