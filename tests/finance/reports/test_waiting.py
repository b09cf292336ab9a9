"""What waits for somebody: budgets and forecasts to approve, whose turn it is."""

import datetime as dt

import pytest

from finance.choices import ApprovalLevel, Approved
from finance.reports.waiting import waiting
from tests.conftest import TODAY
from tests.factories.core import UserFactory
from tests.factories.services import PersonFactory, UnitFactory, UnitParentFactory
from tests.finance.actions.test_approvals import Case
from vp_portal.overview.reports import tasks

LATER = TODAY + dt.timedelta(days=3)


@pytest.fixture
def case(db):
    return Case()


def names(user, on=TODAY):
    return [asked.name for asked in waiting(user, on).approvals]


def test_the_units_manager_is_asked_first(case):
    assert names(case.manager) == [case.version.name]
    assert (names(case.controller), names(case.management)) == ([], [])


def test_the_controller_when_the_units_have_answered(case):
    case.answer(ApprovalLevel.UNIT, case.manager)
    assert names(case.manager) == []
    assert names(case.controller) == [case.version.name]


def test_the_controller_when_the_units_day_has_passed(case):
    assert names(case.controller, LATER) == [case.version.name]


def test_management_last(case):
    case.answer(ApprovalLevel.UNIT, case.manager)
    case.answer(ApprovalLevel.CONTROLLER, case.controller)
    assert names(case.management) == [case.version.name]
    assert names(case.controller) == []


def test_what_is_sent_back_waits_for_nobody(case):
    case.answer(ApprovalLevel.UNIT, case.manager, said=Approved.NO, comment="För högt")
    assert names(case.manager) == []


def test_another_units_manager_is_not_asked(case):
    other = PersonFactory(user=UserFactory())
    UnitFactory(manager=other)
    assert names(other.user) == []


def test_the_manager_of_the_unit_above_is_asked_too(case):
    boss = PersonFactory(user=UserFactory())
    top = UnitFactory(manager=boss)
    UnitParentFactory(unit=case.unit, parent=top)
    assert names(boss.user) == [case.version.name]


def test_all_of_it_is_one_query(case, django_assert_num_queries):
    waiting(case.manager, TODAY)  # who manages what is kept for the request
    with django_assert_num_queries(1):
        waiting(case.manager, TODAY)


@pytest.mark.parametrize(("on", "tone"), [(TODAY, "watch"), (LATER, "risk")])
def test_it_is_a_task_that_leads_to_the_version(case, on, tone):
    (task,) = tasks.for_money(waiting(case.manager, on), on)
    assert task.text == f"{case.version.name} väntar på ditt godkännande"
    assert (task.url, task.tone) == (f"/finance/budgets/{case.version.pk}/", tone)


def test_each_meets_it_on_the_first_page(case, client, today):
    case.answer(ApprovalLevel.UNIT, case.manager)
    case.answer(ApprovalLevel.CONTROLLER, case.controller)
    client.force_login(case.management)
    assert "väntar på ditt godkännande" in client.get("/").content.decode()
