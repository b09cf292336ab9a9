"""The rules over the ledger, against a calculation in plain Python."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance.actions import allocation, allocation_store
from finance.models import (
    AllocationLine,
    AllocationRule,
    AllocationRun,
    BareCell,
    CostRollup,
    CostTotal,
    LedgerCell,
    SpanTotal,
)
from tests.factories.core import UserFactory
from tests.factories.finance import (
    AccountFactory,
    AccountGroupFactory,
    BatchFactory,
    CellFactory,
    ChartFactory,
    CodeStringFactory,
    CostCentreFactory,
    LedgerProjectFactory,
    RuleFactory,
)
from tests.factories.services import ServiceFactory

pytestmark = pytest.mark.django_db
AT = dt.datetime(2025, 9, 10, 8, 0, tzinfo=dt.UTC)
LATER = AT + dt.timedelta(hours=1)


def reached(run) -> dict[tuple[int, int], int]:
    """Cell → cost object of each line."""
    return {line.cell_id: line.cost_object_id for line in AllocationLine.objects.filter(run=run)}


def cell(account: str = "5010", centre: str = "1100", project: str | None = None, period: int = 202503, **kwargs):
    group = kwargs.pop("group", None) or AccountGroupFactory()
    string = CodeStringFactory(
        account=AccountFactory(code=account, group=group),
        cost_centre=CostCentreFactory(code=centre),
        project=LedgerProjectFactory(code=project) if project else None,
    )
    return CellFactory(code_string=string, period=period, **kwargs)


@pytest.mark.parametrize(
    ("condition", "hit"),
    [
        (("account", "exact", "5010"), True),
        (("account", "exact", "501"), False),
        (("account", "prefix", "501"), True),
        (("account", "prefix", "502"), False),
        (("account", "range", "50", "51"), True),
        (("account", "range", "5011", "5999"), False),
        (("account", "range", "50100", "50199"), False),
        (("project", "empty"), True),
        (("cost_centre", "empty"), False),
        (("cost_centre", "range", "11", "11"), True),
    ],
)
def test_a_condition_decides_by_the_first_characters_of_a_code(condition, hit):
    cell(account="5010", centre="1100")
    RuleFactory(cost_object=ServiceFactory(), conditions=[condition])
    assert bool(reached(allocation.run(by=None, at=AT))) is hit


def test_conditions_on_one_part_are_alternatives_and_on_several_all_must_hold():
    both, one = cell("5010", "1100"), cell("5010", "2200")
    conditions = [("account", "exact", "5730"), ("account", "exact", "5010"), ("cost_centre", "prefix", "11")]
    service = ServiceFactory()
    RuleFactory(cost_object=service, conditions=conditions)
    assert reached(allocation.run(by=None, at=AT)) == {both.pk: service.pk}
    assert one.pk


def test_the_lowest_priority_number_wins():
    row, first, second = cell(), ServiceFactory(), ServiceFactory()
    RuleFactory(priority=20, cost_object=second, conditions=[("account", "exact", "5010")])
    RuleFactory(priority=10, cost_object=first, conditions=[("account", "prefix", "5")])
    assert reached(allocation.run(by=None, at=AT)) == {row.pk: first.pk}


def test_a_rule_holds_only_in_its_periods():
    string = cell(period=202501).code_string
    later = CellFactory(code_string=string, period=202504)
    early, late = ServiceFactory(), ServiceFactory()
    RuleFactory(priority=1, cost_object=early, last_period=202503, conditions=[("account", "prefix", "5")])
    RuleFactory(priority=2, cost_object=late, first_period=202503, conditions=[("account", "prefix", "5")])
    owners = reached(allocation.run(by=None, at=AT))
    assert (owners[later.pk], len(owners), set(owners.values())) == (late.pk, 2, {early.pk, late.pk})


def test_a_rule_of_another_chart_reaches_nothing():
    cell()
    RuleFactory(chart=ChartFactory(), cost_object=ServiceFactory(), conditions=[("account", "prefix", "5")])
    assert not reached(allocation.run(by=None, at=AT))


@pytest.mark.parametrize("half_made", ["no conditions", "no cost object", "not active"])
def test_a_half_made_rule_reaches_nothing(half_made):
    cell()
    RuleFactory(
        is_active=half_made != "not active",
        cost_object=None if half_made == "no cost object" else ServiceFactory(),
        conditions=[] if half_made == "no conditions" else [("account", "prefix", "5")],
    )
    assert not reached(allocation.run(by=None, at=AT))


def test_a_batch_that_has_ended_is_left_out():
    cell(batch=BatchFactory(ended_at=AT))
    run = allocation.run(by=None, at=AT)
    assert not CostRollup.objects.filter(run=run).exists()


def test_a_new_run_takes_over_at_one_instant_and_the_old_one_stays():
    user = UserFactory()
    cell()
    old, new = allocation.run(by=None, at=AT), allocation.run(by=user, at=LATER)
    old.refresh_from_db()
    assert (old.in_force_to, new.in_force_from, new.made_by) == (LATER, LATER, user)
    assert list(AllocationRun.objects.in_force()) == [new]
    assert CostRollup.objects.filter(run=old).count() == 1


def test_the_first_batch_makes_the_first_run():
    row = cell()
    run = allocation.extend(row.batch)
    assert (run.made_at, run.in_force_to) == (row.batch.booked_at, None)


def test_a_later_batch_changes_only_its_own_sums():
    first = cell(amount=Decimal(100))
    run = allocation.run(by=None, at=AT)
    allocation.extend(CellFactory(code_string=first.code_string, amount=Decimal("-30.50")).batch)
    assert [(r.amount, r.row_count) for r in CostRollup.objects.filter(run=run)] == [(Decimal("69.50"), 2)]


def test_sums_are_kept_apart_by_what_they_are_shown_by():
    group = AccountGroupFactory()
    cell("5010", group=group), cell("5020", "1200", group=group)
    allocation.run(by=None, at=AT)
    assert CostRollup.objects.in_force().count() == 2


def test_what_does_not_add_up_is_an_error_and_no_run(monkeypatch):
    cell()
    wrong = allocation_store.ROLLUP.replace("sum(row_count) AS", "sum(row_count) + 1 AS")
    monkeypatch.setattr(allocation_store, "ROLLUP", wrong)
    with pytest.raises(allocation.NotConserved):
        allocation.run(by=None, at=AT)
    assert not AllocationRun.objects.exists()


ACCOUNTS, CENTRES = ("4011", "5010", "5011", "573"), ("11", "1100", "22")
CONDITION = st.one_of(
    st.tuples(st.just("account"), st.just("exact"), st.sampled_from(ACCOUNTS)),
    st.tuples(st.just("account"), st.just("prefix"), st.sampled_from(["4", "5", "50"])),
    st.tuples(st.just("account"), st.just("range"), st.sampled_from(["40", "50"]), st.sampled_from(["50", "57"])),
    st.tuples(st.just("cost_centre"), st.just("exact"), st.sampled_from(CENTRES)),
    st.tuples(st.just("cost_centre"), st.just("prefix"), st.sampled_from(["1", "11"])),
    st.tuples(st.just("project"), st.just("empty")),
)
PERIODS = st.sampled_from([202412, 202501, 202502, 202513])
RULE = st.tuples(st.lists(CONDITION, max_size=4, unique=True), st.none() | PERIODS, st.none() | PERIODS)
CELL = st.tuples(
    st.sampled_from(ACCOUNTS), st.sampled_from(CENTRES), PERIODS, st.decimals(min_value=-1000, max_value=1000, places=2)
)


def _holds(condition, codes) -> bool:
    part, operator, *bounds = condition
    code = codes[part]
    match operator:
        case "exact":
            return code == bounds[0]
        case "prefix":
            return code.startswith(bounds[0])
        case "empty":
            return code == ""
    return len(code) >= len(bounds[0]) and bounds[0] <= code[: len(bounds[0])] <= bounds[1]


def _winner(rules, account, centre, period):
    """The index of the rule that gets the cell, or None: the rule's own words in plain Python."""
    codes = {"account": account, "cost_centre": centre, "project": ""}
    for index, (conditions, first, last) in enumerate(rules):
        parts = {condition[0] for condition in conditions}
        if not parts or not (first or period) <= period <= (last or period):
            continue
        if all(any(_holds(c, codes) for c in conditions if c[0] == part) for part in parts):
            return index
    return None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rules=st.lists(RULE.filter(lambda r: (r[1] or 0) <= (r[2] or 999999)), max_size=4),
    cells=st.lists(CELL, max_size=8, unique_by=lambda c: c[:3]),
)
def test_any_rules_send_any_cells_where_plain_python_does_and_nothing_is_lost(rules, cells, world):
    services, strings = world
    LedgerCell.objects.all().delete()
    AllocationRule.objects.all().delete()
    for index, (conditions, first, last) in enumerate(rules):
        RuleFactory(
            priority=index, cost_object=services[index], conditions=conditions, first_period=first, last_period=last
        )
    expected = {}
    for account, centre, period, amount in cells:
        made = CellFactory(code_string=strings[account, centre], period=period, amount=amount, batch=world.batch)
        index = _winner(rules, account, centre, period)
        expected[made.pk] = None if index is None else services[index].pk
    run = allocation.run(by=None, at=AT)
    assert reached(run) == {pk: owner for pk, owner in expected.items() if owner}
    assert sum(CostRollup.objects.filter(run=run).values_list("amount", flat=True)) == sum(c[3] for c in cells)
    CostRollup.objects.all().delete()
    BareCell.objects.all().delete()
    CostTotal.objects.all().delete()
    SpanTotal.objects.all().delete()
    AllocationLine.objects.all().delete()
    AllocationRun.objects.all().delete()


class _World(tuple):
    batch = None


@pytest.fixture
def world(db):
    group = AccountGroupFactory()
    accounts = {code: AccountFactory(code=code, group=group) for code in ACCOUNTS}
    centres = {code: CostCentreFactory(code=code) for code in CENTRES}
    strings = {
        (a, c): CodeStringFactory(account=accounts[a], cost_centre=centres[c]) for a in ACCOUNTS for c in CENTRES
    }
    made = _World(([ServiceFactory() for _ in range(4)], strings))
    made.batch = BatchFactory()
    return made
