"""What a rule would do, told before it does it."""

import datetime as dt
from decimal import Decimal

import pytest

from finance.actions import allocation
from finance.actions.rule_effect import Sums, effect
from finance.models import AllocationLine, AllocationRun
from tests.factories.finance import (
    DriverFactory,
    PeriodLockFactory,
    RuleFactory,
    SensitiveRangeFactory,
)
from tests.factories.services import ServiceFactory
from tests.finance.actions.test_shares import cell
from vp_portal.core.periods import Period

pytestmark = pytest.mark.django_db
AT = dt.datetime(2025, 9, 10, 8, 0, tzinfo=dt.UTC)
FIVE = [("account", "prefix", "5")]


@pytest.fixture
def ledger(db):
    """5010 is a rule's, 5020 a narrow rule's, 6010 nobody's."""
    for account, amount in (("5010", 100), ("5020", 40), ("6010", 7)):
        cell(account, amount=Decimal(amount), period=202503)
    rules = {
        "wide": RuleFactory(name="Bred", priority=20, cost_object=ServiceFactory(), conditions=FIVE),
        "narrow": RuleFactory(priority=10, cost_object=ServiceFactory(), conditions=[("account", "exact", "5020")]),
    }
    allocation.run(by=None, at=AT)
    return rules


def draft(priority, *conditions, **kwargs):
    return RuleFactory(
        priority=priority,
        is_active=False,
        cost_object=None if "shares" in kwargs else ServiceFactory(),
        conditions=list(conditions),
        **kwargs,
    )


def test_a_rule_takes_from_rules_after_it_and_from_nobody(ledger):
    found = effect(draft(15, ("account", "list", "5010,5020,6010")), everything=True)
    assert (found.hits, found.gets) == (Sums(3, Decimal(147)), Sums(2, Decimal(107)))
    assert found.taken == {ledger["wide"].pk: Sums(1, Decimal(100)), None: Sums(1, Decimal(7))}
    assert found.shadowed == {ledger["narrow"].pk: Sums(1, Decimal(40))}
    assert found.dead == {ledger["wide"].pk}


def test_the_effect_is_told_by_cost_object_and_period(ledger):
    rule = draft(15, ("account", "exact", "6010"))
    target = rule.shares.get().cost_object_id
    changes = {(c.cost_object, int(c.period)): (c.now, c.then) for c in effect(rule, everything=True).changes}
    assert changes == {(None, 202503): (Decimal(7), Decimal(0)), (target, 202503): (Decimal(0), Decimal(7))}


def test_a_rule_behind_others_is_shadowed_and_changes_nothing(ledger):
    found = effect(draft(99, ("account", "exact", "5020")), everything=True)
    assert (found.hits.cells, found.gets.cells, found.changes) == (1, 0, [])


def test_a_rule_that_holds_for_nothing_is_dead(ledger):
    assert effect(draft(1, ("account", "exact", "9999")), everything=True).hits == Sums()


def test_what_a_changed_rule_lets_go_falls_to_the_next(ledger):
    narrow = ledger["narrow"]
    narrow.conditions.update(low="5099")
    found = effect(narrow, everything=True)
    assert found.lost == {ledger["wide"].pk: Sums(1, Decimal(40))}


def test_nothing_is_stored(ledger):
    before = list(AllocationLine.objects.values_list("pk", "amount"))
    effect(draft(1, *FIVE), everything=True)
    assert list(AllocationLine.objects.values_list("pk", "amount")) == before
    assert AllocationRun.objects.count() == 1


def test_a_locked_period_is_left_alone(ledger):
    PeriodLockFactory(period=Period(202503))
    assert effect(draft(1, *FIVE), everything=True).hits == Sums()


def test_who_may_not_see_salaries_gets_no_sum_of_them(ledger):
    salary = cell("4010", amount=Decimal(30000), period=202503)
    SensitiveRangeFactory(chart=salary.code_string.account.chart, low="40", high="49")
    allocation.run(by=None, at=AT)
    rule = draft(1, ("account", "prefix", "4"))
    assert effect(rule, everything=False).hits == Sums()
    assert effect(rule, everything=True).hits.amount == 30000


def test_an_empty_base_is_told_with_its_period(ledger):
    shares = {ServiceFactory(): None}
    rule = draft(1, ("account", "exact", "6010"), method="driver", driver=DriverFactory(), shares=shares)
    assert effect(rule, everything=True).empty_periods == (Period(202503),)


def test_passing_on_moves_what_has_come_to_its_cost_object(ledger):
    source = ledger["wide"].shares.get().cost_object
    rule = draft(5, passes_on=source)
    changes = {c.cost_object: (c.now, c.then) for c in effect(rule, everything=True).changes}
    target = rule.shares.get().cost_object_id
    assert changes == {source.pk: (Decimal(100), Decimal(0)), target: (Decimal(0), Decimal(100))}


def test_the_effect_is_what_the_next_run_does(ledger):
    rule = draft(5, *FIVE)
    foretold = {c.cost_object: c.then - c.now for c in effect(rule, everything=True).changes if c.cost_object}
    before = {line.cost_object_id: line.amount for line in AllocationLine.objects.in_force()}
    rule.is_active = True
    rule.save()
    allocation.run(by=None, at=AT)
    after = {}
    for line in AllocationLine.objects.in_force():
        after[line.cost_object_id] = after.get(line.cost_object_id, 0) + line.amount
    assert foretold == {key: after.get(key, 0) - before.get(key, 0) for key in before.keys() | after.keys()}
