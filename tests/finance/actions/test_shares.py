"""A rule's cost shared out: to the öre, by every method, and passed on step by step."""

import datetime as dt
from decimal import Decimal

import pytest

from finance.actions import allocation, cascades
from finance.models import (
    AllocationLine,
    AllocationRule,
    AllocationRun,
    CostRollup,
    EmptyBase,
    PassedOn,
    SupersededLine,
)
from services.models import CostObject
from tests.factories.finance import (
    AccountFactory,
    AccountGroupFactory,
    CellFactory,
    CodeStringFactory,
    ConsumerFactory,
    CostCentreFactory,
    DriverFactory,
    DriverValueFactory,
    PeriodLockFactory,
    RuleFactory,
    SensitiveRangeFactory,
)
from tests.factories.services import ServiceFactory
from vp_portal.core.periods import Period

pytestmark = pytest.mark.django_db
AT = dt.datetime(2025, 9, 10, 8, 0, tzinfo=dt.UTC)
LATER = AT + dt.timedelta(hours=1)
FIVE = [("account", "prefix", "5")]


@pytest.fixture
def three(db):
    return [CostObject.objects.get(pk=ServiceFactory(code=f"T{n}").pk) for n in range(3)]


def cell(account="5010", **kwargs):
    group = kwargs.pop("group", None) or AccountGroupFactory()
    string = CodeStringFactory(account=AccountFactory(code=account, group=group), cost_centre=CostCentreFactory())
    return CellFactory(code_string=string, **kwargs)


def sent(run=None):
    """Code of cost object → sum of lines, of the run in force when none is named."""
    run = run or AllocationRun.objects.in_force().get()
    found = {}
    for code, amount in AllocationLine.objects.filter(run=run).values_list("cost_object__code", "amount"):
        found[code] = found.get(code, 0) + amount
    return found


def money(**amounts):
    return {code: Decimal(amount) for code, amount in amounts.items()}


@pytest.mark.parametrize(
    ("amount", "parts"),
    [
        ("100.00", {"T0": "33.34", "T1": "33.33", "T2": "33.33"}),
        ("-100.00", {"T0": "-33.34", "T1": "-33.33", "T2": "-33.33"}),
        ("0.02", {"T0": "0.01", "T1": "0.01", "T2": "0.00"}),
        ("0.00", {"T0": "0.00", "T1": "0.00", "T2": "0.00"}),
    ],
)
def test_even_parts_differ_by_an_ore_at_most(three, amount, parts):
    cell(amount=Decimal(amount))
    RuleFactory(method="even", shares=dict.fromkeys(three), conditions=FIVE)
    allocation.run(by=None, at=AT)
    assert sent() == money(**parts)


def test_fixed_shares_go_by_four_decimals(three):
    cell(amount=Decimal("1000000.00"))
    shares = dict(zip(three, map(Decimal, ("33.3333", "66.6666", "0.0001")), strict=True))
    RuleFactory(shares=shares, conditions=FIVE)
    allocation.run(by=None, at=AT)
    assert sent() == money(T0="333333.00", T1="666666.00", T2="1.00")


def test_a_driver_weighs_by_the_value_that_holds_in_the_period(three):
    cell(amount=Decimal(100), period=202503)
    users = DriverFactory()
    for target, value in zip(three, (10, 30, 0), strict=True):
        DriverValueFactory(driver=users, cost_object=target, period=Period(202501), value=value)
    DriverValueFactory(driver=users, cost_object=three[2], period=Period(202504), value=500)
    RuleFactory(method="driver", driver=users, shares=dict.fromkeys(three), conditions=FIVE)
    allocation.run(by=None, at=AT)
    assert sent() == money(T0="25.00", T1="75.00")


def test_consumers_weigh_together_where_no_whole_is_given(three):
    cell(amount=Decimal(100), period=202503)
    users = DriverFactory()
    DriverValueFactory(driver=users, cost_object=three[0], period=Period(202501), value=10)
    for consumer, value in ((ConsumerFactory(), 10), (ConsumerFactory(), 20)):
        DriverValueFactory(driver=users, cost_object=three[0], consumer=consumer, period=Period(202501), value=5)
        DriverValueFactory(driver=users, cost_object=three[1], consumer=consumer, period=Period(202501), value=99)
        DriverValueFactory(driver=users, cost_object=three[1], consumer=consumer, period=Period(202502), value=value)
    RuleFactory(method="driver", driver=users, shares=dict.fromkeys(three), conditions=FIVE)
    allocation.run(by=None, at=AT)
    assert sent() == money(T0="25.00", T1="75.00")


def test_direct_cost_is_what_others_send_in_the_period(three):
    group = AccountGroupFactory()
    cell("6010", amount=Decimal(300), group=group), cell("6020", amount=Decimal(100), group=group)
    cell(amount=Decimal("1000.00"))
    RuleFactory(cost_object=three[0], conditions=[("account", "exact", "6010")])
    RuleFactory(cost_object=three[1], conditions=[("account", "exact", "6020")])
    RuleFactory(method="direct_cost", shares=dict.fromkeys(three), conditions=FIVE)
    allocation.run(by=None, at=AT)
    assert sent() == money(T0="1050.00", T1="350.00")


def test_no_share_tells_a_salary(three):
    """Direct cost that not everybody may see weighs nothing."""
    group = AccountGroupFactory()
    cell("6010", amount=Decimal(100), group=group), cell("6020", amount=Decimal(100), group=group)
    SensitiveRangeFactory(chart=group.chart, low="40", high="49")
    cell("4010", amount=Decimal(9000), group=group), cell(amount=Decimal("50.00"))
    RuleFactory(cost_object=three[0], conditions=[("account", "list", "4010,6010")])
    RuleFactory(cost_object=three[1], conditions=[("account", "exact", "6020")])
    RuleFactory(method="direct_cost", shares=dict.fromkeys(three), conditions=FIVE)
    allocation.run(by=None, at=AT)
    assert sent() == money(T0="9125.00", T1="125.00")


def test_an_empty_base_leaves_the_cost_unallocated_and_is_told(three):
    cell(amount=Decimal(100), period=202503)
    rule = RuleFactory(method="driver", driver=DriverFactory(), shares=dict.fromkeys(three), conditions=FIVE)
    allocation.run(by=None, at=AT)
    assert CostRollup.objects.in_force().unallocated().get().amount == 100
    assert [(empty.rule, int(empty.period)) for empty in EmptyBase.objects.all()] == [(rule, 202503)]


def test_cost_is_passed_on_step_by_step(three):
    row = cell(amount=Decimal("100.00"))
    first = RuleFactory(cost_object=three[0], conditions=FIVE, priority=90)
    onward = RuleFactory(passes_on=three[0], shares={three[1]: 40, three[2]: 60}, priority=20)
    RuleFactory(passes_on=three[1], cost_object=three[2], priority=10)
    allocation.run(by=None, at=AT)
    assert sent() == money(T2="100.00")
    path = PassedOn.objects.order_by("pk").values_list("cell", "cost_object__code", "rule", "amount")
    assert list(path) == [(row.pk, "T0", first.pk, Decimal(100)), (row.pk, "T1", onward.pk, Decimal(40))]


def test_what_cannot_be_passed_on_stays(three):
    cell(amount=Decimal(100))
    RuleFactory(cost_object=three[0], conditions=FIVE)
    RuleFactory(passes_on=three[0], method="driver", driver=DriverFactory(), shares=dict.fromkeys(three[1:]))
    allocation.run(by=None, at=AT)
    assert sent() == money(T0="100.00")
    assert EmptyBase.objects.count() == 1


def test_a_circle_that_came_about_anyway_stops_the_run(three):
    RuleFactory(passes_on=three[0], cost_object=three[1])
    RuleFactory(passes_on=three[1], cost_object=three[0])
    with pytest.raises(cascades.CircleError) as circle:
        allocation.run(by=None, at=AT)
    assert circle.value.path == [three[0].pk, three[1].pk, three[0].pk]
    assert not AllocationRun.objects.exists()


def test_a_row_is_counted_once_however_many_share_it(three):
    cell(amount=Decimal(100), row_count=7)
    RuleFactory(shares={three[0]: 40, three[1]: 60}, conditions=FIVE)
    allocation.run(by=None, at=AT)
    rows = CostRollup.objects.in_force().values_list("cost_object__code", "row_count")
    assert dict(rows) == {"T0": 0, "T1": 7}


def test_later_imports_follow_the_rules_of_the_run(three):
    row = cell(amount=Decimal(100))
    rule = RuleFactory(cost_object=three[0], conditions=FIVE)
    allocation.run(by=None, at=AT)
    rule.shares.update(cost_object=three[1])
    allocation.extend(CellFactory(code_string=row.code_string, amount=Decimal(50)).batch)
    assert sent() == money(T0="150.00")
    allocation.run(by=None, at=LATER)
    assert sent() == money(T1="150.00")


def test_a_later_import_moves_what_goes_by_direct_cost(three):
    """As a run of the whole would have it."""
    group = AccountGroupFactory()
    row = cell("6010", amount=Decimal(300), group=group)
    cell("6020", amount=Decimal(100), group=group), cell(amount=Decimal("1000.00"))
    RuleFactory(cost_object=three[0], conditions=[("account", "exact", "6010")])
    RuleFactory(cost_object=three[1], conditions=[("account", "exact", "6020")])
    RuleFactory(method="direct_cost", shares=dict.fromkeys(three), conditions=FIVE)
    allocation.run(by=None, at=AT)
    later = CellFactory(code_string=row.code_string, amount=Decimal(-200)).batch
    allocation.extend(later)
    assert sent() == money(T0="600.00", T1="600.00")
    later.ended_at = LATER
    later.save()
    allocation.withdraw(later)
    in_force = AllocationLine.objects.in_force().filter(cell__batch__ended_at=None)
    assert sum(line.amount for line in in_force if line.cost_object == three[0]) == Decimal(1050)


def test_what_lines_were_before_they_were_made_anew_is_kept(three):
    cell("6010", amount=Decimal(300)), cell(amount=Decimal("1000.00"))
    RuleFactory(cost_object=three[0], conditions=[("account", "exact", "6010")])
    RuleFactory(method="direct_cost", shares=dict.fromkeys(three), conditions=FIVE)
    allocation.run(by=None, at=AT)
    before = set(AllocationLine.objects.values_list("cell", "cost_object", "amount"))
    assert not SupersededLine.objects.exists()
    later = CellFactory(amount=Decimal(50)).batch
    allocation.extend(later)
    kept = SupersededLine.objects.filter(until=later.booked_at).exclude(cell__batch=later)
    assert set(kept.values_list("cell", "cost_object", "amount")) == before


def test_a_locked_period_keeps_its_run(three):
    row = cell(amount=Decimal(100), period=202501)
    CellFactory(code_string=row.code_string, amount=Decimal(10), period=202502, batch=row.batch)
    rule = RuleFactory(cost_object=three[0], conditions=FIVE)
    first = allocation.run(by=None, at=AT)
    PeriodLockFactory(period=Period(202501))
    rule.shares.update(cost_object=three[1])
    second = allocation.run(by=None, at=LATER)
    assert (sent(), second.kept) == (money(T0="100.00", T1="10.00"), {"202501": first.pk})


def test_a_scenario_shows_what_would_be_and_changes_nothing(three):
    cell(amount=Decimal(100))
    rule = RuleFactory(cost_object=three[0], conditions=FIVE)
    draft = RuleFactory(cost_object=three[1], conditions=FIVE, is_active=False, priority=1)
    run = allocation.run(by=None, at=AT)
    tried = allocation.try_out(name="Ny modell", by=None, at=LATER, using=[draft.pk])
    assert (sent(tried), sent(run)) == (money(T1="100.00"), money(T0="100.00"))
    without = allocation.try_out(name="Utan", by=None, at=LATER, without=[rule.pk])
    assert sent(without) == {}
    assert AllocationRun.objects.in_force().get() == run
    assert not AllocationRule.objects.get(pk=draft.pk).is_active


def test_a_run_keeps_the_rules_it_used(three):
    rule = RuleFactory(name="Licenser", shares={three[0]: 40, three[1]: 60}, conditions=FIVE)
    run = allocation.run(by=None, at=AT)
    rule.conditions.all().delete()
    run.refresh_from_db()
    (kept,) = run.rules
    assert (kept["name"], kept["conditions"][0]["low"]) == ("Licenser", "5")
    assert {share["cost_object_id"]: share["share"] for share in kept["shares"]} == {three[0].pk: 40, three[1].pk: 60}
