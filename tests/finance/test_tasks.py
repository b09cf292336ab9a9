import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from finance import tasks
from finance.actions.background import ALLOCATE, allocation_is_under_way, request_allocation
from finance.models import AllocationRun
from tests.factories.core import UserFactory

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
