"""The totals hold what the sums hold, for whoever may read them, through bookings, withdrawals and new runs."""

import pytest
from django.db.models import Sum

from finance.choices import Sensitivity, TotalBy
from finance.models import CostRollup, CostTotal
from services.models import CostObject
from tests.conftest import TODAY
from tests.factories.core import UserFactory
from tests.factories.finance import CostCentreFactory, RollupFactory, RunFactory
from tests.factories.services import PersonFactory, ServiceFactory, UnitFactory
from vp_portal.core.access import Role

pytestmark = pytest.mark.django_db


def seen_by(**account):
    return CostRollup.objects.visible_to(UserFactory(**account), TODAY).in_force()


@pytest.fixture
def run():
    return RunFactory()


@pytest.mark.parametrize("by", TotalBy)
def test_the_totals_hold_what_the_sums_hold(run, by):
    RollupFactory(run=run, amount=100, sensitivity=Sensitivity.SENSITIVE)
    RollupFactory(run=run, amount=-30)
    sums = CostRollup.objects.values_list(by, "period", "sensitivity").annotate(total=Sum("amount"))
    totals = CostTotal.objects.filter(by=by).values_list(by, "period", "sensitivity").annotate(total=Sum("amount"))
    assert sorted(sums) == sorted(totals)


def test_a_credit_does_not_hide_what_it_meets_in_a_total(run):
    first = RollupFactory(run=run, amount=100)
    RollupFactory(run=run, amount=-100, account_group=first.account_group)
    total = CostTotal.objects.get(by=TotalBy.ACCOUNT_GROUP)
    assert (total.amount, total.absolute) == (0, 200)


def test_a_controller_reads_the_totals_and_a_reader_does_not(run):
    assert seen_by(role=Role.CONTROLLER).coarse("cost_centre").model is CostTotal
    assert seen_by(role=Role.READER).coarse("cost_centre").model is CostRollup


def test_management_reads_totals_of_what_is_open(run):
    RollupFactory(run=run, amount=100, sensitivity=Sensitivity.SENSITIVE)
    RollupFactory(run=run, amount=7)
    (total,) = seen_by(role=Role.MANAGEMENT).coarse("account_group")
    assert total.amount == 7


def test_who_manages_a_unit_too_reads_totals_by_cost_centre_alone(run):
    user = UserFactory(role=Role.MANAGEMENT)
    unit = UnitFactory(manager=PersonFactory(user=user))
    RollupFactory(run=run, cost_centre=CostCentreFactory(unit=unit))
    seen = CostRollup.objects.visible_to(user, TODAY).in_force()
    assert seen.coarse("account_group").model is CostRollup
    assert seen.coarse("cost_centre").model is CostTotal


def test_a_question_about_two_things_or_with_another_filter_is_put_to_the_sums(run):
    seen = seen_by(role=Role.CONTROLLER)
    assert seen.coarse("cost_centre", "account_group__code").model is CostRollup
    assert seen.filter(amount__gt=0).coarse("cost_centre").model is CostRollup
    assert seen.costs().coarse("cost_centre__code").model is CostTotal


def test_a_managers_parts_are_what_they_see(run):
    user = UserFactory()
    person = PersonFactory(user=user)
    own, other = CostCentreFactory(unit=UnitFactory(manager=person)), CostCentreFactory()
    service = CostObject.objects.get(pk=ServiceFactory(cost_owner=person).pk)
    for centre in (own, other):
        for sensitivity in Sensitivity.OPEN, Sensitivity.SENSITIVE:
            RollupFactory(run=run, cost_centre=centre, amount=100, sensitivity=sensitivity)
            RollupFactory(run=run, cost_centre=centre, amount=7, sensitivity=sensitivity, cost_object=service)
    seen = CostRollup.objects.visible_to(user, TODAY).in_force()
    parts = seen.parts("cost_centre")
    assert [part.model for part in parts] == [CostTotal, CostRollup]
    assert sum(row.amount for part in parts for row in part) == sum(row.amount for row in seen) == 221


def test_own_cost_centres_are_read_out_of_their_totals_and_others_are_not(run):
    user = UserFactory()
    own, other = CostCentreFactory(unit=UnitFactory(manager=PersonFactory(user=user))), CostCentreFactory()
    for centre in own, other:
        RollupFactory(run=run, cost_centre=centre, amount=100)
    seen = CostRollup.objects.visible_to(user, TODAY).in_force()
    assert [row.amount for row in seen.on_centres({own.pk}).coarse()] == [100]
    assert seen.on_centres({own.pk}).coarse().model is CostTotal
    assert seen.on_centres({own.pk, other.pk}).coarse().model is CostRollup
    assert seen.on_centres({own.pk}).coarse("account_group").model is CostRollup
