"""A budget's totals hold what its lines hold, for who sees all of them, through every change."""

from decimal import Decimal

import pytest
from django.db.models import Sum
from django.urls import reverse

from finance.actions import budgets
from finance.actions.budgets import LineKey
from finance.choices import AccountKind, TotalBy
from finance.models import BudgetLine, BudgetTotal, CostRollup, CostTotal
from tests.conftest import TODAY
from tests.factories.core import AdminUserFactory, UserFactory
from tests.factories.finance import (
    AccountGroupFactory,
    BudgetFactory,
    BudgetLineFactory,
    CostCentreFactory,
    RollupFactory,
    RunFactory,
)
from tests.factories.services import PersonFactory, ServiceFactory, UnitFactory
from vp_portal.core.access import Role
from vp_portal.core.periods import Period

pytestmark = pytest.mark.django_db
JANUARY, MAY = Period(202501), Period(202505)


@pytest.fixture
def version():
    """Two groups of a kind and one of another, on two cost centres and a cost object."""
    made = BudgetFactory()
    groups = [AccountGroupFactory(), AccountGroupFactory(), AccountGroupFactory(kind=AccountKind.INCOME)]
    for centre in CostCentreFactory(), CostCentreFactory():
        for group in groups:
            BudgetLineFactory(version=made, cost_centre=centre, account_group=group, period=JANUARY, amount=7)
    for group in groups:
        where = {"cost_centre": None, "cost_object_id": ServiceFactory().pk}
        BudgetLineFactory(version=made, account_group=group, period=MAY, amount=-3, **where)
    return made


def sums(rows, by, cut):
    asked = (by, "period", "account_group__kind")
    found = rows.filter(**{f"{cut}__isnull": False}).order_by().values_list(*asked).annotate(total=Sum("amount"))
    return sorted(row for row in found if row[-1])


def agree(version):
    cuts = [(by, by) for by in (TotalBy.COST_CENTRE, TotalBy.COST_OBJECT)]
    cuts += [(TotalBy.ACCOUNT_GROUP, cut) for cut in ("cost_centre", "cost_object")]
    return all(sums(version.lines, by, cut) == sums(version.totals.filter(by=by), by, cut) for by, cut in cuts)


def test_the_totals_hold_what_the_lines_hold(version):
    assert agree(version)
    assert version.totals.filter(by=TotalBy.COST_CENTRE).count() == 4  # the two groups of a kind are one


def test_they_follow_what_is_changed_and_taken_away(version):
    line = version.lines.per_centre().first()
    assert line is not None
    key = LineKey(Period(line.period), line.cost_centre_id, None, line.account_group_id)
    budgets.set_lines(version, {key: Decimal("12.34")}, by=None, reason="ändrad")
    assert agree(version)
    budgets.set_lines(version, {key: Decimal("0.00")}, by=None, reason="borttagen", whole=True)
    assert agree(version)
    budgets.discard(version, by=None)
    assert not BudgetTotal.objects.exists()


def test_another_versions_totals_stay(version):
    other = BudgetLineFactory().version
    kept = list(other.totals.values_list("pk", flat=True))
    budgets.set_lines(version, {}, by=None, reason="tom", whole=True)
    assert list(other.totals.values_list("pk", flat=True)) == kept


def test_who_sees_every_line_reads_the_totals_and_others_their_lines(version):
    manager = UserFactory()
    UnitFactory(manager=PersonFactory(user=manager))
    for user in manager, UserFactory(role=Role.MANAGEMENT), UserFactory(role=Role.READER):
        assert BudgetLine.objects.visible_to(user, TODAY).coarse("cost_centre").model is BudgetLine
    seen = BudgetLine.objects.visible_to(UserFactory(role=Role.CONTROLLER), TODAY)
    assert seen.coarse("cost_centre").model is BudgetTotal
    assert seen.coarse("cost_centre", "account_group").model is BudgetLine
    assert seen.filter(amount__gt=0).coarse("cost_centre").model is BudgetLine


def test_a_group_that_becomes_another_kind_takes_its_amounts_along(version, client):
    run, centre = RunFactory(), CostCentreFactory()
    groups = [AccountGroupFactory(), AccountGroupFactory()]
    for group in groups:
        RollupFactory(run=run, cost_centre=centre, account_group=group, amount=100)
        BudgetLineFactory(version=version, cost_centre=centre, account_group=group, amount=50)
    client.force_login(AdminUserFactory(role=Role.CONTROLLER))
    moved = groups[1]
    fields = {"chart": moved.chart_id, "code": moved.code, "name": moved.name, "position": moved.position}
    inline = {"ranges-TOTAL_FORMS": 0, "ranges-INITIAL_FORMS": 0}
    address = reverse("admin:finance_accountgroup_change", args=[moved.pk])
    assert client.post(address, {**fields, **inline, "kind": AccountKind.OTHER}).status_code == 302
    seen = CostRollup.objects.visible_to(UserFactory(role=Role.CONTROLLER), TODAY).in_force().costs()
    totals = seen.coarse("cost_centre")
    assert totals.model is CostTotal
    assert totals.filter(cost_centre=centre).aggregate(total=Sum("amount"))["total"] == 100
    planned = version.totals.filter(by=TotalBy.COST_CENTRE, cost_centre=centre)
    assert planned.costs().aggregate(total=Sum("amount"))["total"] == 50
