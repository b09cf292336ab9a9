import pytest
from django.db import OperationalError
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job

from finance import tasks
from finance.actions import imports, uploads
from finance.actions.background import ALLOCATE, BOOK, allocation_is_under_way, request_allocation
from finance.actions.upload_choices import Decisions
from finance.choices import UploadState
from finance.models import AllocationRun
from tests.factories.core import UserFactory
from tests.finance.ledger_files import AT
from tests.finance.uploaded import previewed

pytestmark = pytest.mark.django_db


def test_a_run_that_was_asked_for_waits_in_the_queue_with_who_asked():
    user = UserFactory()
    assert not allocation_is_under_way()
    assert request_allocation(by=user)
    job = ProcrastinateJob.objects.get(task_name=ALLOCATE)
    assert (job.args, job.status) == ({"user_id": user.pk}, "todo")
    assert allocation_is_under_way()


def test_a_second_wish_while_one_waits_adds_nothing():
    user = UserFactory()
    request_allocation(by=user)
    assert not request_allocation(by=user)
    assert ProcrastinateJob.objects.filter(task_name=ALLOCATE).count() == 1


def test_the_job_runs_the_rules_in_the_name_of_who_asked():
    user = UserFactory()
    run = tasks.allocate(user_id=user.pk)
    assert AllocationRun.objects.in_force().get() == AllocationRun.objects.get(pk=run, made_by=user)


def test_the_job_runs_also_when_nobody_asked():
    assert AllocationRun.objects.get(pk=tasks.allocate()).made_by is None


def test_a_lost_database_leaves_the_upload_as_it_was_and_the_job_is_tried_again(monkeypatch, settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path
    upload = previewed()
    assert uploads.confirm(upload, Decisions(create_codes=True), by=upload.uploaded_by, at=AT)
    lost = OperationalError("server closed the connection unexpectedly")
    monkeypatch.setattr(imports, "book_file", lambda *args, **options: (_ for _ in ()).throw(lost))
    with pytest.raises(OperationalError):
        tasks.book_upload(upload_id=upload.pk)
    upload.refresh_from_db()
    assert upload.state == UploadState.BOOKING
    job = Job(id=1, queue="q", lock=None, queueing_lock=None, task_name=BOOK, attempts=0)
    assert tasks.book_upload.get_retry_exception(lost, job)
    assert tasks.book_upload.get_retry_exception(ValueError(), job) is None
