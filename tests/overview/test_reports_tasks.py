"""What lacks a model of its funding where the one who answers for it and the controller meet it."""

import pytest

from tests.factories.core import UserFactory
from tests.factories.finance import FundingShareFactory
from tests.factories.services import PersonFactory, ServiceFactory, UnitFactory
from vp_portal.core.access import Role
from vp_portal.overview.reports import tasks

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
WORDS = "E-post saknar finansieringsmodell"


@pytest.fixture
def manager():
    person = PersonFactory(user=UserFactory())
    UnitFactory(manager=person)
    return person


@pytest.fixture
def service(manager):
    return ServiceFactory(code="TJ1", name="E-post", owner=manager, cost_owner=manager)


def test_what_lacks_a_model_is_a_task_with_a_link(manager, service, today):
    (task,) = tasks.for_objects(manager.user, today)
    assert (task.text, task.url) == (WORDS, "/finance/funding/object/TJ1/")


def test_with_a_model_there_is_no_task(manager, service, today):
    FundingShareFactory(cost_object=service.cost_object)
    assert tasks.for_objects(manager.user, today) == []


def test_what_is_retired_needs_none(manager, today):
    ServiceFactory(owner=manager, cost_owner=manager, lifecycle="retired")
    assert tasks.for_objects(manager.user, today) == []


def test_many_are_told_in_one_line(manager, today):
    for _n in range(5):
        ServiceFactory(owner=manager, cost_owner=manager)
    found = tasks.for_objects(manager.user, today)
    assert (len(found), found[-1].url) == (4, "/finance/funding/?show=missing")
    assert found[-1].text.startswith("2 till")


def test_the_manager_meets_it_on_the_overview(client, manager, service):
    client.force_login(manager.user)
    assert WORDS in client.get("/").content.decode()


def test_the_controller_is_told_how_many(client, service, book):
    book(202507, "100", service)
    client.force_login(UserFactory(role=Role.CONTROLLER))
    shown = client.get("/").content.decode()
    assert 'href="/finance/funding/?show=missing"' in shown
