import datetime as dt

import pytest

from tests.conftest import TODAY
from tests.factories.core import UserFactory
from tests.factories.goals import CheckInFactory, ExpectedResultFactory
from tests.factories.services import PersonFactory, ServiceFactory, UnitFactory
from vp_portal.core.access import Role
from vp_portal.core.periods import Tertial


@pytest.fixture
def moment(monkeypatch, today) -> dt.datetime:
    """The clock, to the minute, that a check-in is stamped with."""
    now = dt.datetime.combine(TODAY, dt.time(9, 30), dt.UTC)
    monkeypatch.setattr("goals.views.check_ins.timezone.now", lambda: now)
    return now


@pytest.fixture
def result(db, today):
    """3.1.1, led by an owner and a deputy who can sign in, with a check-in for T1 2025."""
    owner, deputy = (PersonFactory(user=UserFactory()) for _ in range(2))
    found = ExpectedResultFactory(owner=owner, deputy=deputy, unit=UnitFactory())
    found.cost_objects.add(ServiceFactory().pk)
    CheckInFactory(result=found, tertial=Tertial(2025, 1), comment="Två team saknas.", made_by=owner.user)
    return found


@pytest.fixture
def owner(client, result):
    client.force_login(result.owner.user)
    return client


@pytest.fixture
def reader(client, result):
    user = UserFactory(role=Role.READER)
    PersonFactory(user=user)
    client.force_login(user)
    return client
