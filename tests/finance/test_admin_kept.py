"""The history of what is written on the portal's own pages: who reads it, also when the rows are gone."""

from decimal import Decimal

import pytest
from django.contrib import admin

from finance.actions import budgets, flags
from finance.admin.kept import WholeSight
from finance.choices import FlagState
from finance.models import AllocationRule, BudgetLine, BudgetVersion, PostingFlag
from tests.core.registers import address
from tests.factories.core import AdminUserFactory, UserFactory
from tests.factories.finance import BudgetLineFactory, PostingFlagFactory, RuleFactory
from tests.finance.ledger_world import AT
from vp_portal.core.access import Role

pytestmark = pytest.mark.django_db
KEPT = [model for model, register in admin.site._registry.items() if isinstance(register, WholeSight)]


@pytest.fixture
def controller(client):
    user = AdminUserFactory(role=Role.CONTROLLER, first_name="Kim", last_name="Ek")
    client.force_login(user)
    return user


def test_what_changed_in_a_flag_is_read_with_who_and_why(client, controller):
    made = PostingFlagFactory()
    flags.end(made, FlagState.REJECTED, answer="Rätt som den är", by=controller, at=AT)
    page = client.get(address(PostingFlag, "history", made.pk)).content.decode()
    for words in ("Kim Ek", "Rätt som den är", "avvisad"):
        assert words in page


def test_a_budget_that_was_thrown_away_is_found_with_its_lines(client, controller):
    line = BudgetLineFactory(version__name="Kastad budget", amount=Decimal("4711.00"))
    version, pk, name = line.version, line.version.pk, line.account_group.name
    budgets.discard(version, by=controller)
    assert "Kastad budget" in client.get(address(BudgetVersion, "deleted")).content.decode()
    assert "Kim Ek" in client.get(address(BudgetVersion, "history", pk)).content.decode()
    assert client.get(address(BudgetLine, "deleted")).status_code == 200
    history = client.get(address(BudgetLine, "history", line.pk))
    assert history.status_code == 200
    row = client.get(address(BudgetLine, "simple_history", line.pk, BudgetLine.history.earliest().pk)).content.decode()
    assert "4711" in row.replace("\xa0", "").replace(" ", "")
    assert name in row


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.__name__)
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.MANAGEMENT])
def test_only_who_sees_every_row_reads_them(client, model, role):
    """Whatever the rights of the role: what is budgeted on an account group may be somebody's pay."""
    client.force_login(AdminUserFactory(role=role) if role == Role.ADMINISTRATOR else UserFactory(role=role))
    for page in ("changelist", "deleted"):
        assert client.get(address(model, page)).status_code == 403


def test_a_rule_is_still_taken_away_with_its_parts(client):
    client.force_login(AdminUserFactory(role=Role.ADMINISTRATOR))
    rule = RuleFactory()
    assert client.post(address(AllocationRule, "delete", rule.pk), {"post": "yes"}).status_code == 302
    assert not AllocationRule.objects.filter(pk=rule.pk).exists()
