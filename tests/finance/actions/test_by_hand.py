"""Single postings given a home by hand: before every rule, signed, taken back, and not lost with their batch."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from finance.actions import allocation, by_hand, flags, periods, undo
from finance.actions.rule_effect import Sums, effect
from finance.choices import AllocationMethod, CodePart, MatchOperator, RowPart
from finance.models import AllocationLine, AllocationRun, CellSlice, CostRollup, HandAssignment, Posting, PostingFlag
from services.models import CostObject
from tests.factories.core import UserFactory
from tests.factories.finance import RuleFactory
from tests.factories.services import CostOwnerFactory, ServiceFactory
from tests.finance.ledger_world import AT, World
from vp_portal.core.periods import Period

pytestmark = pytest.mark.django_db
LATER = AT + dt.timedelta(days=1)
#: A priority after those of all other rules.
LAST = 1_000_000


def a_service(code):
    return CostObject.objects.get(pk=ServiceFactory(code=code, name=code).pk)


@pytest.fixture
def world(db):
    """Two rows that share a cell, one on text "Molnlagring", and one alone."""
    world = World()
    world.cloud = world.post(world.licences, world.mine, 202503, "100.00", text="Molnlagring", supplier_name="Nord")
    world.plain = world.post(world.licences, world.mine, 202503, "0.10", text="Annat")
    world.alone = world.post(world.licences, world.other, 202504, "-40.00")
    world.batch.row_count, world.batch.total = 3, Decimal("60.10")
    world.batch.save()
    world.target, world.user = a_service("HAND"), UserFactory()
    world.allocate()
    return world


def homes(row):
    found = Posting.objects.filter(pk=row.pk).with_homes().get()
    return found.homes


def amounts():
    """Cost object's code → what it has, in the lines and in the sums."""
    lines, sums = {}, {}
    for code, amount in AllocationLine.objects.in_force().values_list("cost_object__code", "amount"):
        lines[code] = lines.get(code, 0) + amount
    for code, amount in CostRollup.objects.in_force().values_list("cost_object__code", "amount"):
        sums[code] = sums.get(code, 0) + amount
    assert lines == {code: amount for code, amount in sums.items() if code}
    return lines


def assign(world, *rows, target=None):
    return by_hand.assign(rows, target or world.target, reason="Hör hit", by=world.user, at=LATER)


def take_out(batch):
    """As `undo`, but for the partition, which the batches of factories don't have to themselves."""
    undo.end(batch, by=None, at=LATER, reason="")
    allocation.withdraw(batch)


def test_by_hand_goes_before_the_rules_and_the_rest_of_the_cell_stays(world):
    assign(world, world.cloud)
    assert amounts() == {"HAND": Decimal("100.00"), "TJ1": Decimal("-39.90")}
    assert (homes(world.cloud), homes(world.plain)) == (["HAND"], ["E-post"])


def test_rows_are_seen_and_drilled_by_where_they_went(world):
    assign(world, world.cloud)
    assert list(Posting.objects.allocated_to(world.target.pk)) == [world.cloud]
    assert set(Posting.objects.allocated_to(world.service.pk)) == {world.plain, world.alone}
    assert set(Posting.objects.visible_to(world.owner.user, AT.date())) == {world.plain, world.alone}


def test_what_is_said_of_a_row_is_seen_by_who_owns_where_it_went(world):
    assign(world, world.cloud)
    taker = CostOwnerFactory(cost_object=world.target, person__user=UserFactory()).person.user
    for row in (world.cloud, world.plain, world.alone):
        flags.flag(row, PostingFlag(wrong="Fel", to_cost_centre=world.other), by=world.user, at=LATER)
    seen = {
        user: set(PostingFlag.objects.visible_to(user, AT.date()).values_list("posting", flat=True))
        for user in (world.owner.user, taker, world.user)
    }
    assert seen[world.owner.user] == {world.plain.pk, world.alone.pk}
    assert (seen[taker], seen[world.user]) == ({world.cloud.pk}, set())
    assert [one.posting for one in HandAssignment.objects.visible_to(taker, AT.date())] == [world.cloud.pk]


def test_a_whole_cell_can_be_given(world):
    assign(world, world.cloud, world.plain)
    assert amounts() == {"HAND": Decimal("100.10"), "TJ1": Decimal("-40.00")}


def test_a_hand_survives_the_next_run(world):
    assign(world, world.cloud)
    allocation.run(by=None, at=LATER)
    assert homes(world.cloud) == ["HAND"]


def test_the_latest_hand_holds(world):
    assign(world, world.cloud)
    assign(world, world.cloud, target=a_service("NY"))
    assert homes(world.cloud) == ["NY"]
    assert HandAssignment.objects.count() == 2


def test_what_is_taken_back_follows_the_rules_again(world):
    assign(world, world.cloud)
    by_hand.take_back(world.cloud, reason="Fel", by=world.user, at=LATER)
    assert amounts() == {"TJ1": Decimal("60.10")}
    assert not CellSlice.objects.filter(run__in=AllocationRun.objects.in_force()).exists()
    assert HandAssignment.objects.count() == 2


def test_nothing_by_hand_is_nothing_to_take_back(world):
    with pytest.raises(by_hand.NothingByHand):
        by_hand.take_back(world.cloud, reason="Fel", by=world.user, at=LATER)


def test_a_locked_period_keeps_its_run(world):
    assign(world, world.cloud)
    periods.lock(Period(202503), by=world.user, at=LATER, reason="Bokslut")
    with pytest.raises(periods.LockedPeriod):
        assign(world, world.plain)
    old = AllocationRun.objects.in_force().get()
    run = allocation.run(by=None, at=LATER)
    assert run.kept == {"202503": old.pk}
    assert homes(world.cloud) == ["HAND"]
    assert CellSlice.objects.filter(run=run).get().postings.get().posting == world.cloud.pk


def test_a_period_that_a_run_took_over_keeps_its_rules_when_a_hand_is_laid_on_it(world):
    allocation.run(by=None, at=LATER, first=Period(202504), last=Period(202504))
    world.service.cost_rules = None
    RuleFactory(cost_object=world.target, priority=1, conditions=[(CodePart.ACCOUNT, MatchOperator.PREFIX, "57")])
    allocation.run(by=None, at=LATER, first=Period(202504), last=Period(202504))
    assign(world, world.cloud)
    assert homes(world.plain) == ["E-post"]


def test_a_hand_without_a_row_is_told_and_renewed(world):
    made = assign(world, world.cloud)[0]
    take_out(world.batch)
    lost = HandAssignment.objects.in_force().select_related("batch").get()
    assert (lost, lost.has_row) == (made, False)
    world.batch = world.new_batch()
    again = world.post(
        world.licences,
        world.mine,
        202503,
        "100.00",
        text="Molnlagring",
        supplier_name="Nord",
        voucher_no=world.cloud.voucher_no,
    )
    world.allocate()
    assert homes(again) == ["E-post"]
    renewed = by_hand.renew(lost, by=world.user, at=LATER)
    assert (homes(again), renewed.renews) == (["HAND"], lost)
    assert list(HandAssignment.objects.in_force()) == [renewed]


def test_a_row_that_is_not_there_again_can_only_be_let_go(world):
    assign(world, world.cloud)
    take_out(world.batch)
    lost = HandAssignment.objects.in_force().get()
    with pytest.raises(by_hand.RowGone):
        by_hand.renew(lost, by=world.user, at=LATER)
    by_hand.let_go(lost, reason="Borta", by=world.user, at=LATER)
    assert not HandAssignment.objects.in_force().exists()


def test_a_rule_on_text_takes_the_rows_that_say_so(world):
    conditions = [(CodePart.ACCOUNT, MatchOperator.PREFIX, "57"), (RowPart.TEXT, MatchOperator.CONTAINS, "molnLAGR")]
    RuleFactory(cost_object=world.target, priority=1, conditions=conditions)
    allocation.run(by=None, at=LATER)
    assert (homes(world.cloud), homes(world.plain)) == (["HAND"], ["E-post"])


def test_a_rule_on_text_alone_reaches_every_code(world):
    RuleFactory(cost_object=world.target, priority=1, conditions=[(RowPart.SUPPLIER, MatchOperator.EXACT, "nord")])
    allocation.run(by=None, at=LATER)
    assert homes(world.cloud) == ["HAND"]


def test_a_rule_on_text_after_the_others_gets_what_they_leave(world):
    RuleFactory(cost_object=world.target, priority=LAST, conditions=[(RowPart.TEXT, MatchOperator.CONTAINS, "moln")])
    allocation.run(by=None, at=LATER)
    assert homes(world.cloud) == ["E-post"]


def test_a_slice_whose_rule_has_nothing_to_share_by_is_unallocated_alone(world):
    RuleFactory(
        shares={world.target: None},
        method=AllocationMethod.DIRECT_COST,
        priority=1,
        conditions=[(RowPart.TEXT, MatchOperator.CONTAINS, "moln")],
    )
    allocation.run(by=None, at=LATER)
    assert list(Posting.objects.unallocated()) == [world.cloud]
    assert amounts() == {"TJ1": Decimal("-39.90")}


def test_a_scenario_follows_hands_and_texts(world):
    assign(world, world.cloud)
    run = allocation.try_out(name="Prov", by=world.user, at=LATER)
    assert run.slices.get().cost_object == world.target
    assert homes(world.cloud) == ["HAND"]


def draft(world, priority, *conditions):
    return RuleFactory(cost_object=world.target, priority=priority, is_active=False, conditions=list(conditions))


def test_the_effect_of_a_rule_on_text_is_of_the_rows_that_say_so(world):
    """The rule before it keeps the rest of the cell, so it isn't dead."""
    found = effect(draft(world, 1, (RowPart.TEXT, MatchOperator.CONTAINS, "moln")), everything=True)
    assert (found.hits, found.gets) == (Sums(1, Decimal(100)), Sums(1, Decimal(100)))
    assert (list(found.taken.values()), found.dead) == ([Sums(1, Decimal(100))], frozenset())
    assert {(c.cost_object, c.then - c.now) for c in found.changes} == {
        (world.target.pk, Decimal(100)),
        (world.service.pk, Decimal(-100)),
    }


def test_the_effect_of_a_late_rule_on_text_tells_what_stands_before_it(world):
    found = effect(draft(world, LAST, (RowPart.TEXT, MatchOperator.CONTAINS, "moln")), everything=True)
    assert (found.hits, found.gets, found.changes) == (Sums(1, Decimal(100)), Sums(), [])
    assert list(found.shadowed.values()) == [Sums(1, Decimal(100))]


def test_a_used_rule_on_text_changes_nothing_again(world):
    rule = draft(world, 1, (RowPart.TEXT, MatchOperator.CONTAINS, "moln"))
    rule.is_active = True
    rule.save()
    allocation.run(by=None, at=LATER)
    found = effect(rule, everything=True)
    assert (found.has, found.gets, found.taken, found.changes) == (
        Sums(1, Decimal(100)),
        Sums(1, Decimal(100)),
        {},
        [],
    )


def test_no_rule_moves_what_is_given_by_hand(world):
    assign(world, world.cloud)
    found = effect(draft(world, 1, (CodePart.ACCOUNT, MatchOperator.PREFIX, "57")), everything=True)
    assert found.gets == Sums(2, Decimal("-39.90"))
    assert sum(c.then - c.now for c in found.changes if c.cost_object == world.target.pk) == Decimal("-39.90")


def test_an_import_follows_rules_on_text_and_leaves_with_its_slices(world):
    RuleFactory(cost_object=world.target, priority=1, conditions=[(RowPart.TEXT, MatchOperator.CONTAINS, "moln")])
    allocation.run(by=None, at=LATER)
    before = amounts()
    world.batch = world.new_batch()
    new = world.post(world.licences, world.mine, 202503, "7.00", text="Mer moln")
    world.post(world.licences, world.mine, 202503, "1.00", text="Annat")
    allocation.extend(world.batch)
    assert homes(new) == ["HAND"]
    assert amounts()["HAND"] == before["HAND"] + 7
    undo.end(world.batch, by=None, at=LATER, reason="")
    allocation.withdraw(world.batch)
    sums = CostRollup.objects.in_force().values_list("cost_object__code").annotate(total=Sum("amount"))
    assert {code: total for code, total in sums if total} == before


def test_no_posting_is_read_where_nobody_asks_of_postings(world):
    """Neither at a run nor at an import: the statements that read the ledger's rows aren't sent."""
    with CaptureQueriesContext(connection) as asked:
        allocation.run(by=None, at=LATER)
    reads = [query["sql"] for query in asked if "finance_posting p" in query["sql"]]
    assert all("FROM finance_cellslice" in sql for sql in reads)
