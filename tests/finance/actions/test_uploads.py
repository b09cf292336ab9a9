"""A file's way to the ledger, step by step."""

import datetime as dt
import os
from decimal import Decimal
from pathlib import Path

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from finance import tasks
from finance.actions import background, imports, upload_files, uploads
from finance.actions.undo import undo
from finance.actions.upload_choices import Choices, Decisions
from finance.choices import UploadState
from finance.models import Account, CostCentre, ImportBatch, Posting, Upload
from tests.factories.core import UserFactory
from tests.factories.finance import AccountFactory
from tests.finance.ledger_files import AT, HEADER, ROWS, book, default_source, write
from tests.finance.ledger_variants import make_xlsx
from tests.finance.uploaded import content, previewed, received, stored

pytestmark = pytest.mark.django_db

LATER = AT + dt.timedelta(days=15)
CREATE = Decisions(create_codes=True)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path / "uploads"
    settings.MEDIA_ROOT = tmp_path


def files() -> list[Path]:
    return sorted(path for path in upload_files.folder().iterdir() if path.is_file())


def booked(upload: Upload, decisions: Decisions = CREATE) -> Upload:
    uploads.confirm(upload, decisions, by=upload.uploaded_by, at=AT)
    tasks.book_upload(upload_id=upload.pk)
    upload.refresh_from_db()
    return upload


def test_a_received_file_knows_who_sent_it_and_its_hash():
    upload = received()
    assert (upload.state, upload.file_name, upload.file_size) == (UploadState.RECEIVED, "huvudbok.csv", len(content()))
    assert upload_files.path_of(upload).read_bytes() == content()


def test_a_name_is_only_shown_never_used():
    default_source()
    file = stored(content(), name="../\x00etc/\u202epasswd" + "x" * 300)
    (upload,) = uploads.receive([file], by=UserFactory(), at=AT)
    assert len(upload.file_name) == 255
    assert upload.file_name.isprintable()
    assert upload_files.path_of(upload) == file.path


def test_a_dry_run_stores_what_it_found_and_books_nothing():
    upload = previewed()
    assert upload.state == UploadState.PREVIEWED
    assert upload.result["booking"]["rows"] == 3
    assert upload.result["content"]["groups"]
    assert not ImportBatch.objects.exists()
    assert not Account.objects.exists()


def test_a_file_with_errors_is_refused_with_them():
    upload = previewed(ROWS[0], "202503;5010;;1100;;9;2025-03-14;Fel;12 34,50")
    assert upload.state == UploadState.REFUSED
    assert [error["line"] for error in upload.result["booking"]["errors"]] == [3]


def test_a_large_file_is_previewed_in_the_background(monkeypatch):
    monkeypatch.setattr(uploads, "AT_ONCE", 10)
    upload = previewed()
    assert upload.state == UploadState.PREVIEWING
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.args, job.id) == (background.PREVIEW, {"upload_id": upload.pk}, upload.job_id)
    tasks.preview_upload(upload_id=upload.pk)
    upload.refresh_from_db()
    assert upload.state == UploadState.PREVIEWED


def test_a_small_file_that_unpacks_to_a_large_one_is_previewed_in_the_background(monkeypatch, tmp_path):
    monkeypatch.setattr(uploads, "AT_ONCE", 5_000)
    rows = [HEADER.split(";"), *[ROWS[0].split(";")] * 500]
    data = make_xlsx(tmp_path / "bok.xlsx", rows).read_bytes()
    default_source()
    (upload,) = uploads.receive([stored(data, "bok.xlsx")], by=UserFactory(), at=AT)
    uploads.start_preview(upload, at=AT)
    assert (upload.state, upload.job_id is None) == (UploadState.PREVIEWING, False)


def test_what_is_chosen_makes_an_earlier_preview_void():
    upload = previewed()
    assert uploads.choose(upload, Choices(period=202503), at=AT)
    upload.refresh_from_db()
    assert (upload.state, upload.result, Choices.of(upload).period) == (UploadState.RECEIVED, None, 202503)


def test_a_confirmed_file_is_booked_once_with_its_name_and_by_whom():
    upload = booked(previewed())
    batch = ImportBatch.objects.get()
    assert (upload.state, upload.batch) == (UploadState.BOOKED, batch)
    assert (batch.file_name, batch.booked_by, batch.total) == ("huvudbok.csv", upload.uploaded_by, Decimal("3000.25"))
    assert Posting.objects.count() == 3
    tasks.book_upload(upload_id=upload.pk)
    assert ImportBatch.objects.count() == 1


def test_confirming_twice_queues_one_job():
    upload = previewed()
    again = Upload.objects.get(pk=upload.pk)
    assert uploads.confirm(upload, CREATE, by=upload.uploaded_by, at=AT)
    assert not uploads.confirm(again, CREATE, by=UserFactory(), at=AT)
    assert ProcrastinateJob.objects.filter(task_name=background.BOOK).count() == 1


def test_a_job_that_was_killed_after_booking_recognises_its_batch():
    upload = booked(previewed())
    Upload.objects.filter(pk=upload.pk).update(state=UploadState.BOOKING, batch=None)
    upload_files.path_of(upload).write_bytes(content())
    tasks.book_upload(upload_id=upload.pk)
    upload.refresh_from_db()
    assert (upload.state, upload.batch) == (UploadState.BOOKED, ImportBatch.objects.get())


def test_a_file_that_another_has_booked_meanwhile_is_refused(tmp_path):
    upload = previewed()
    other = book(write(tmp_path, *ROWS))
    upload = booked(upload)
    assert (upload.state, upload.batch) == (UploadState.REFUSED, None)
    assert upload.result["booking"]["status"] == imports.DUPLICATE
    assert upload.result["booking"]["batch"] == other.batch


def test_a_booked_file_leaves_the_upload_folder():
    booked(previewed())
    assert files() == []


def test_codes_are_booked_on_others_where_that_was_chosen():
    source = default_source()
    known = AccountFactory(chart=source.chart, group=None, code="5010")
    AccountFactory(chart=source.chart, group=None, code="5730")
    upload = previewed(ROWS[0], "202503;501O;Lokalhyra;1100;;4;2025-03-14;Felskriven;5,00")
    assert [code["code"] for code in upload.result["booking"]["unknown_codes"]] == ["501O", "1100", "P1"]
    uploads.choose(upload, Choices.of(upload).with_codes({"account": {"501O": "5010"}}), at=AT)
    uploads.start_preview(upload, at=AT)
    assert [code["code"] for code in upload.result["booking"]["unknown_codes"]] == ["1100", "P1"]
    booked(upload)
    assert set(Posting.objects.values_list("code_string__account", flat=True)) == {known.pk}
    assert CostCentre.objects.count() == 1


def test_an_unexpected_error_leaves_the_file_as_failed_to_be_tried_again(monkeypatch):
    upload = previewed()
    uploads.confirm(upload, CREATE, by=upload.uploaded_by, at=AT)
    with monkeypatch.context() as patch:
        patch.setattr(imports, "book_file", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tasks.book_upload(upload_id=upload.pk)
    upload.refresh_from_db()
    assert upload.state == UploadState.FAILED
    assert uploads.start_preview(upload, at=AT)
    assert upload.state == UploadState.PREVIEWED


def test_an_unexpected_error_in_a_small_preview_is_told_on_its_page(monkeypatch):
    monkeypatch.setattr(imports, "book_file", lambda *args, **kwargs: 1 / 0)
    upload = previewed()
    upload.refresh_from_db()
    assert upload.state == UploadState.FAILED


def test_a_preview_is_outdated_when_the_sources_ledger_has_changed(tmp_path):
    upload = previewed()
    assert not uploads.is_outdated(upload)
    batch = ImportBatch.objects.get(pk=book(write(tmp_path, ROWS[0])).batch)
    assert uploads.is_outdated(upload)
    uploads.start_preview(upload, at=AT)
    undo(batch, by=None, at=AT)
    assert uploads.is_outdated(upload)


def test_a_file_that_is_given_up_is_gone_and_remembered(django_capture_on_commit_callbacks):
    upload = previewed()
    assert files()
    with django_capture_on_commit_callbacks(execute=True):
        assert uploads.abandon(upload, at=AT)
    assert files() == []
    assert Upload.objects.get().state == UploadState.ABANDONED


def test_a_file_on_its_way_is_not_given_up():
    upload = previewed()
    uploads.confirm(upload, CREATE, by=upload.uploaded_by, at=AT)
    assert not uploads.abandon(Upload.objects.get(), at=AT)


def test_what_nobody_has_touched_for_two_weeks_is_swept_away(django_capture_on_commit_callbacks):
    upload, fresh = received(), previewed(ROWS[0])
    Upload.objects.filter(pk=fresh.pk).update(changed_at=LATER)
    with django_capture_on_commit_callbacks(execute=True):
        assert uploads.sweep(at=LATER) == 1
    assert Upload.objects.get(pk=upload.pk).state == UploadState.ABANDONED
    assert files() == [upload_files.path_of(fresh)]


def test_files_that_no_upload_knows_are_swept_away_when_they_are_old():
    stray, young = stored(b"x").path, stored(b"y").path
    old = (AT - dt.timedelta(days=2)).timestamp()
    os.utime(stray, (old, old))
    os.utime(young, (AT.timestamp(), AT.timestamp()))
    assert uploads.sweep(at=AT) == 1
    assert files() == [young]


def test_progress_is_seen_while_a_job_works():
    upload = received()
    told = upload_files.ProgressFile(upload)
    told("reading", 0, 100)
    assert upload_files.progress_of(upload) == {"stage": "reading", "done": 0, "total": 100}
    told("reading", 50, 100)
    assert upload_files.progress_of(upload)["done"] == 0, "so soon nothing is written"
    told.remove()
    assert upload_files.progress_of(upload) == {}


def test_a_preview_leaves_no_progress_behind():
    upload = previewed()
    assert files() == [upload_files.path_of(upload)]
