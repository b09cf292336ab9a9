from decimal import Decimal

import pytest

from goals.blocks import BlockContext, made, markers
from goals.reports.tree import plan_tree
from tests.conftest import TODAY
from tests.factories.core import UserFactory
from tests.factories.finance import RollupFactory, RunFactory
from tests.factories.goals import ExpectedResultFactory
from tests.factories.services import ServiceFactory
from vp_portal.core.access import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def result(db):
    found = ExpectedResultFactory()
    service = ServiceFactory(name="Lagring")
    found.cost_objects.add(service.pk)
    RollupFactory(run=RunFactory(), period=202507, amount=Decimal("123000.00"), cost_object=service)
    return found


def shown(result, user):
    marker = next(markers("{{ kostnad 3.1 }}"))
    return made(marker, BlockContext(result.plan, plan_tree(result.plan, TODAY), TODAY, user))


def test_who_may_see_the_money_sees_what_the_area_costs(result) -> None:
    block = shown(result, UserFactory(role=Role.CONTROLLER))
    assert [[cell.text for cell in row] for row in block.rows] == [["Lagring", "123", "0"]]


@pytest.mark.parametrize("role", [Role.READER, Role.PLAN_OWNER])
def test_who_may_not_sees_no_sums(result, role) -> None:
    block = shown(result, UserFactory(role=role))
    assert block.rows == ()
    assert "123" not in str(block)


def test_a_decided_plan_has_no_sums(result) -> None:
    block = shown(result, None)
    assert (block.rows, block.note) == ((), "Kostnader visas i portalen, för den som har rätt till dem.")
