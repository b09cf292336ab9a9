"""Housekeeping: the background worker itself, and what sign-in leaves behind."""

import logging

from django.contrib.sessions.models import Session
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext
from procrastinate.jobs import Status

from vp_portal.core import access
from vp_portal.core.signin import attempts

logger = logging.getLogger(__name__)

#: A job that has lost its worker so many times is taken to be what kills it.
MOST_ATTEMPTS = 5


@app.periodic(cron="* * * * *", periodic_id="core.retry_stalled_jobs")
@app.task(
    name="core.retry_stalled_jobs", queueing_lock="core.retry_stalled_jobs", lock="core.stalled_jobs", pass_context=True
)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Puts the jobs of workers that have stopped without a word back in the queue.

    https://procrastinate.readthedocs.io/en/stable/howto/production/retry_stalled_jobs.html
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        if job.attempts < MOST_ATTEMPTS:
            await manager.retry_job(job)
            continue
        logger.error("Job %s (%s) has lost its worker %s times and is given up", job.id, job.task_name, job.attempts)
        await manager.finish_job(job, status=Status.FAILED, delete_job=False)


@app.periodic(cron="17 * * * *", periodic_id="core.tidy_sign_in")
@app.task(name="core.tidy_sign_in", queueing_lock="core.tidy_sign_in")
def tidy_sign_in(timestamp: int) -> None:
    """Removes what sign-in no longer needs: sessions that have ended, old attempts, entries of the cache."""
    Session.objects.filter(expire_date__lt=access.now()).delete()
    attempts.forget_old(access.now())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_cache WHERE expires < now()")
