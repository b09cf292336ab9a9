"""Who sees which sums and rows. Each test names the person."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser

from finance.choices import Sensitivity
from finance.models import CostRollup, Posting
from tests.conftest import TODAY
from tests.factories.core import UserFactory
from tests.factories.finance import (
    AccountFactory,
    AccountGroupFactory,
    CellFactory,
    CodeStringFactory,
    CostCentreFactory,
    LineFactory,
    PostingFactory,
    RollupFactory,
    RunFactory,
)
from tests.factories.services import PersonFactory, ServiceFactory, UnitFactory
from vp_portal.core.access import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """Two units with a cost centre each, a sensitive and an ordinary group, a service that an outsider answers for."""
    manager, owner = PersonFactory(user=UserFactory()), PersonFactory(user=UserFactory())
    mine, other = (CostCentreFactory(unit=UnitFactory(manager=boss)) for boss in (manager, PersonFactory()))
    staff = AccountGroupFactory()
    salaries = AccountFactory(group=staff, sensitivity=Sensitivity.SENSITIVE)
    plain = AccountFactory(group=staff)
    service = ServiceFactory(cost_owner=owner)
    run = RunFactory()
    for centre in (mine, other):
        for account in (salaries, plain):
            code_string = CodeStringFactory(account=account, cost_centre=centre)
            cell = CellFactory(code_string=code_string, period=202501, amount=Decimal("10.00"))
            PostingFactory(batch=cell.batch, code_string=code_string, period=202501, amount=Decimal("10.00"))
            LineFactory(run=run, cell=cell, cost_object=service, amount=cell.amount)
            RollupFactory(
                run=run,
                period=202501,
                cost_object=service,
                account_group=staff,
                cost_centre=centre,
                sensitivity=account.sensitivity,
            )
    return {"manager": manager.user, "owner": owner.user, "mine": mine}


def groups_and_centres(rows) -> set[tuple[bool, str]]:
    return {(row.sensitivity > 0, row.cost_centre.code) for row in rows}


def postings_seen(user) -> set[tuple[bool, str]]:
    rows = Posting.objects.visible_to(user, TODAY).select_related("code_string__account", "code_string__cost_centre")
    return {(row.code_string.account.sensitivity > 0, row.code_string.cost_centre.code) for row in rows}


def test_a_controller_sees_every_sum_and_row(world):
    controller = UserFactory(role=Role.CONTROLLER)
    assert CostRollup.objects.visible_to(controller, TODAY).count() == 4
    assert Posting.objects.visible_to(controller, TODAY).count() == 4


def test_a_line_manager_sees_own_cost_centres_with_salaries(world):
    expected = {(True, world["mine"].code), (False, world["mine"].code)}
    assert groups_and_centres(CostRollup.objects.visible_to(world["manager"], TODAY)) == expected
    assert postings_seen(world["manager"]) == expected


def test_a_cost_owner_sees_what_was_allocated_but_no_salaries(world):
    rows = CostRollup.objects.visible_to(world["owner"], TODAY)
    assert {sensitive for sensitive, _ in groups_and_centres(rows)} == {False}
    assert {sensitive for sensitive, _ in postings_seen(world["owner"])} == {False}
    assert rows.count() == len(postings_seen(world["owner"])) == 2


@pytest.mark.parametrize("role", [Role.MANAGEMENT, Role.ADMINISTRATOR])
def test_management_and_administrators_see_all_but_salaries(world, role):
    user = UserFactory(role=role)
    assert CostRollup.objects.visible_to(user, TODAY).filter(sensitivity__gt=0).count() == 0
    assert CostRollup.objects.visible_to(user, TODAY).count() == 2
    assert postings_seen(user) == groups_and_centres(CostRollup.objects.visible_to(user, TODAY))


@pytest.mark.parametrize("role", [Role.READER, Role.PLAN_OWNER])
def test_readers_and_plan_owners_see_no_money(world, role):
    user = UserFactory(role=role)
    assert not CostRollup.objects.visible_to(user, TODAY).exists()
    assert not Posting.objects.visible_to(user, TODAY).exists()


def test_nobody_sees_nothing(world):
    assert not CostRollup.objects.visible_to(AnonymousUser(), TODAY).exists()
    assert not Posting.objects.visible_to(AnonymousUser(), TODAY).exists()
