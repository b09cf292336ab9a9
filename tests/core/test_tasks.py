"""Jobs whose worker was killed come back, but not for ever."""

from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from vp_portal.core.tasks import MOST_ATTEMPTS, retry_stalled_jobs

pytestmark = pytest.mark.django_db


def job_of_a_dead_worker(attempts: int) -> int:
    """A job that a worker took an hour ago, before it stopped giving signs of life."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
        )
        worker = cursor.fetchone()[0]
        job = app.configure_task("finance.allocate").defer()
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s, attempts = %s WHERE id = %s",
            [worker, attempts, job],
        )
    return job


def status_after_housekeeping(job: int) -> str:
    async_to_sync(retry_stalled_jobs.func)(SimpleNamespace(app=app), timestamp=0)
    return ProcrastinateJob.objects.get(pk=job).status


def test_a_job_of_a_dead_worker_is_put_back_in_the_queue():
    assert status_after_housekeeping(job_of_a_dead_worker(attempts=1)) == "todo"


def test_a_job_that_keeps_losing_its_worker_is_given_up(caplog):
    assert status_after_housekeeping(job_of_a_dead_worker(attempts=MOST_ATTEMPTS)) == "failed"
    assert "given up" in caplog.text


def test_a_job_whose_worker_lives_is_left_alone():
    job = job_of_a_dead_worker(attempts=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now()")
    assert status_after_housekeeping(job) == "doing"


def test_the_housekeeping_runs_every_minute():
    periodic = app.periodic_registry.periodic_tasks
    assert any(task.task.name == "core.retry_stalled_jobs" and task.cron == "* * * * *" for task in periodic.values())
