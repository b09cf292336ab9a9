"""Accounts and sums keep the sensitivity that the chart's ranges say."""

from decimal import Decimal

import pytest

from finance.actions import allocation
from finance.choices import Sensitivity
from finance.models import Account, AllocationRun, CostRollup, SensitiveRange
from tests.conftest import TODAY
from tests.factories.core import UserFactory
from tests.factories.finance import AccountFactory, ChartFactory, SensitiveRangeFactory
from tests.finance.ledger_world import AT, booked_world
from tests.models import refused
from vp_portal.core.access import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return booked_world()


def follow(by=None) -> int:
    return allocation.follow_sensitive_ranges(by=by, at=AT)


def sums() -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for sensitivity, amount in CostRollup.objects.in_force().values_list("sensitivity", "amount"):
        found[sensitivity] = found.get(sensitivity, Decimal(0)) + amount
    return found


def test_the_sums_carry_the_sensitivity_of_their_accounts(world):
    assert sums()[Sensitivity.SENSITIVE] == Decimal("850.00")


def test_a_new_range_closes_accounts_and_sums_at_once(world):
    SensitiveRangeFactory(chart=world.licences.chart, low="57", high="57", sensitivity=Sensitivity.MORE_SENSITIVE)
    assert follow() == 2
    assert set(sums()) == {Sensitivity.OPEN, Sensitivity.SENSITIVE, Sensitivity.MORE_SENSITIVE}
    manager_of_all = UserFactory(role=Role.MANAGEMENT)
    seen = CostRollup.objects.visible_to(manager_of_all, TODAY)
    assert set(seen.values_list("account_group__code", flat=True)) == {"anslag", "interna"}


def test_the_run_and_the_whole_sum_stay(world):
    run, before = AllocationRun.objects.in_force().get(), sum(sums().values())
    SensitiveRange.objects.all().delete()
    assert follow() == 1
    assert sums() == {Sensitivity.OPEN: before}
    assert AllocationRun.objects.in_force().get() == run


def test_nothing_is_written_when_nothing_changes(world):
    before = CostRollup.objects.order_by("pk").last().pk
    assert follow() == 0
    assert CostRollup.objects.order_by("pk").last().pk == before


def test_who_changed_the_ranges_stands_in_the_accounts_history(world):
    controller = world.users[Role.CONTROLLER]
    SensitiveRange.objects.all().delete()
    follow(by=controller)
    entry = Account.objects.get(pk=world.salaries.pk).history.get(history_type="~")
    assert (entry.sensitivity, entry.history_user_id) == (Sensitivity.OPEN, controller.pk)
    assert entry.history_change_reason == "Följer kontoplanens känsliga intervall"


def test_a_range_says_nothing_about_other_charts(world):
    other = AccountFactory(group__chart=ChartFactory(code="kommun"), code="4011")
    follow()
    other.refresh_from_db()
    assert other.sensitivity == Sensitivity.OPEN


def test_where_ranges_meet_the_strictest_counts(world):
    SensitiveRangeFactory(chart=world.salaries.chart, low="401", high="401", sensitivity=Sensitivity.MORE_SENSITIVE)
    follow()
    assert Account.objects.get(pk=world.salaries.pk).sensitivity == Sensitivity.MORE_SENSITIVE


def test_a_booking_finds_accounts_that_nobody_has_looked_at(world):
    """An account made outside the admin, booked on for the first time."""
    late = AccountFactory(group=world.salaries.group, code="4012")
    batch = world.new_batch()
    world.post(late, world.mine, 202506, "70.00", batch=batch)
    allocation.extend(batch)
    assert sums()[Sensitivity.SENSITIVE] == Decimal("920.00")


def test_a_booking_mends_sums_of_ranges_that_were_changed_behind_its_back(world):
    SensitiveRangeFactory(chart=world.licences.chart, low="5721", high="5721")
    batch = world.new_batch()
    world.post(world.income, world.mine, 202506, "-1.00", batch=batch)
    allocation.extend(batch)
    assert CostRollup.objects.in_force().filter(account_group__code="it", sensitivity=Sensitivity.OPEN).count() == 1


def test_a_range_is_sensitive_or_more():
    row = SensitiveRangeFactory.build(chart=ChartFactory(), sensitivity=Sensitivity.OPEN)
    constraint, words = refused(row)
    assert constraint == "finance_sensitiverange_not_open"
    assert words


@pytest.mark.parametrize(
    ("low", "high", "constraint"),
    [("401", "4999", "finance_sensitiverange_same_length"), ("50", "40", "finance_sensitiverange_in_order")],
)
def test_a_range_has_two_ends_of_a_length_in_order(low, high, constraint):
    assert refused(SensitiveRangeFactory.build(chart=ChartFactory(), low=low, high=high))[0] == constraint
