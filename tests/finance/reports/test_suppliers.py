"""The cost by supplier. January–July 2025 of the small ledger is asked for."""

from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance.actions import by_hand as by_hand_actions
from finance.actions import supplier_sums, undo
from finance.choices import FlowKind, Sensitivity
from finance.models import AllocationLine, AllocationRule, Posting, SupplierSum
from finance.reports import checks, suppliers
from finance.reports.selection import NONE, Codes, Selection
from services.models import CostObject
from tests.conftest import TODAY
from tests.factories.finance import RuleFactory, SensitiveRangeFactory
from tests.factories.services import ServiceFactory
from tests.finance.ledger_world import AT, World
from vp_portal.core.access import Role
from vp_portal.core.periods import Period

pytestmark = pytest.mark.django_db
CHOSEN = Selection(TODAY, Period(202501), Period(202507))
ORE = Decimal("0.01")


def cut(user, chosen: Selection = CHOSEN) -> dict[str, Decimal]:
    """Supplier → this year's cost, as the table has it."""
    parts = suppliers.parts(user, checks.seen_by(user, TODAY), chosen, FlowKind.COST)
    return {part.code: part.amount.this for part in parts}


def by_hand(rows) -> dict[str, Decimal]:
    """The same out of rows, in plain Python."""
    found: dict[str, Decimal] = {}
    for row in rows:
        account = row.code_string.account
        if account.group.kind != "cost" or account.is_distribution or not CHOSEN.first <= row.period <= CHOSEN.last:
            continue
        named = account.sensitivity == Sensitivity.OPEN and (row.supplier_no or row.supplier_name)
        code = (f"no:{row.supplier_no}" if row.supplier_no else f"name:{row.supplier_name}") if named else NONE
        found[code] = found.get(code, Decimal(0)) + row.amount
    return {code: amount for code, amount in found.items() if amount}


@pytest.fixture
def controller(world):
    return world.users[Role.CONTROLLER]


def test_the_sums_are_those_of_the_rows(world, controller):
    world.post(world.licences, world.mine, 202506, "70.00", supplier_no="7", supplier_name="Sju AB")
    world.post(world.licences, world.other, 202506, "30.00", supplier_no="7", supplier_name="SJU AB (publ)")
    world.allocate()
    found = {code: amount for code, amount in cut(controller).items() if amount}
    assert found == by_hand(Posting.objects.select_related("code_string__account__group"))
    assert found["no:7"] == Decimal("100.00")


def test_a_supplier_has_the_name_that_most_money_has(world, controller):
    world.post(world.licences, world.mine, 202506, "70.00", supplier_no="7", supplier_name="Sju AB")
    world.post(world.licences, world.other, 202506, "30.00", supplier_no="7", supplier_name="Nio AB")
    world.allocate()
    parts = suppliers.parts(controller, checks.seen_by(controller, TODAY), CHOSEN, FlowKind.COST)
    assert next(part.name for part in parts if part.code == "no:7") == "Sju AB"


def test_what_the_worker_has_added_up_gives_the_same_as_the_rows_themselves(world, controller):
    before = cut(controller)
    assert supplier_sums.sum_waiting(at=AT) == 1
    assert SupplierSum.objects.exists()
    assert cut(controller) == before


def test_a_batch_is_added_up_once(world):
    supplier_sums.sum_waiting(at=AT)
    count = SupplierSum.objects.count()
    supplier_sums.sum_batch(world.batch.pk, at=AT)
    assert supplier_sums.sum_waiting(at=AT) == 0
    assert SupplierSum.objects.count() == count


@pytest.mark.parametrize("is_summed", [True, False])
def test_a_batch_that_has_ended_counts_no_more(world, controller, is_summed):
    extra = world.new_batch()
    world.post(world.licences, world.mine, 202505, "10.00", batch=extra, supplier_no="99")
    world.allocate()
    if is_summed:
        supplier_sums.sum_waiting(at=AT)
    assert cut(controller)["no:99"] == Decimal("10.00")
    undo.end(extra, by=controller, at=AT, reason="fel fil")
    world.allocate()
    assert "no:99" not in cut(controller)


def test_rows_on_an_account_that_becomes_sensitive_lose_their_supplier_at_once(world, controller):
    supplier_sums.sum_waiting(at=AT)
    SensitiveRangeFactory(chart=world.licences.chart, low="5721", high="5721")
    world.allocate()
    assert {code for code, amount in cut(controller).items() if amount} == {NONE}


def test_management_gets_no_supplier_of_a_sensitive_account(world):
    world.post(world.salaries, world.mine, 202506, "70.00", supplier_name="Anna Andersson")
    world.allocate()
    assert "name:Anna Andersson" not in cut(world.users[Role.MANAGEMENT])


def test_a_line_manager_gets_the_suppliers_of_own_cost_centres(world):
    found = cut(world.manager.user)
    assert found["name:Nordmoln AB"] == Decimal("400.10")
    assert "name:Annat AB" not in found


def test_a_reader_gets_none(world):
    assert cut(world.users[Role.READER]) == {NONE: Decimal("0.00")}


def split(world: World, one: str) -> None:
    """The licences go to the service, a part of them to another."""
    AllocationRule.objects.update(is_active=False)
    other = Decimal(100) - Decimal(one)
    RuleFactory(
        shares={world.service: Decimal(one), ServiceFactory(code="TJ2"): other},
        conditions=[("account", "prefix", "57")],
    )
    world.allocate()


def of_service(world: World) -> Selection:
    codes = Codes(("TJ1",), (world.service.pk,))
    return Selection(TODAY, CHOSEN.first, CHOSEN.last, cost_objects=codes)


@pytest.mark.parametrize("is_summed", [True, False])
def test_a_cost_owner_gets_each_suppliers_part(world, is_summed):
    split(world, "33.3333")
    if is_summed:
        supplier_sums.sum_waiting(at=AT)
    found = cut(world.owner.user)
    assert abs(found["name:Nordmoln AB"] - Decimal("400.10") / 3) < ORE
    assert found[NONE] == 0


def test_a_chosen_cost_object_gets_its_part_whoever_looks(world, controller):
    split(world, "60")
    assert cut(controller, of_service(world)) == cut(world.owner.user)


def test_cost_without_a_home_has_its_own_suppliers(world, controller):
    world.post(world.salaries, world.mine, 202506, "70.00")
    AllocationRule.objects.update(is_active=False)
    world.allocate()
    chosen = Selection(TODAY, CHOSEN.first, CHOSEN.last, cost_objects=Codes((NONE,), (None,)))
    assert cut(controller, chosen)["name:Nordmoln AB"] == Decimal("400.10")


def divided(world: World) -> None:
    """One cell of four rows: one by hand, one by a rule on its text, two that the other rules share out."""
    rows = {
        name: world.post(world.licences, world.mine, 202506, amount, supplier_name=name, text=text)
        for name, amount, text in (
            ("Hand AB", "100.00", ""),
            ("Ord AB", "50.00", "molnlagring"),
            ("Rest AB", "30.03", ""),
            ("Annan AB", "-10.00", ""),
        )
    }
    world.hand = ServiceFactory(code="HAND")
    world.said = ServiceFactory(code="ORD")
    RuleFactory(cost_object=world.said, priority=1, conditions=[("text", "contains", "moln")])
    split(world, "60")
    AllocationRule.objects.filter(shares__cost_object=world.said.pk).update(is_active=True)
    world.allocate()
    target = CostObject.objects.get(pk=world.hand.pk)
    by_hand_actions.assign([rows["Hand AB"]], target, reason="Hör hit", by=world.manager.user, at=AT)


def of_object(service) -> Selection:
    codes = Codes((service.code,), (service.pk,))
    return Selection(TODAY, Period(202506), Period(202506), cost_objects=codes)


@pytest.mark.parametrize("is_summed", [True, False])
def test_of_a_divided_cell_each_cost_object_gets_the_suppliers_of_its_own_rows(world, controller, is_summed):
    divided(world)
    if is_summed:
        supplier_sums.sum_waiting(at=AT)
    found = {
        code: {k: v for k, v in cut(controller, of_object(each)).items() if v}
        for code, each in (
            ("HAND", world.hand),
            ("ORD", world.said),
            ("TJ1", world.service),
        )
    }
    assert found == {
        "HAND": {"name:Hand AB": Decimal("100.00")},
        "ORD": {"name:Ord AB": Decimal("50.00")},
        "TJ1": {"name:Rest AB": Decimal("18.02"), "name:Annan AB": Decimal("-6.00")},
    }


def test_a_divided_cell_is_whole_for_who_sees_all_of_it(world, controller):
    divided(world)
    june = Selection(TODAY, Period(202506), Period(202506))
    found = {code: amount for code, amount in cut(controller, june).items() if amount}
    assert found == {
        "name:Hand AB": Decimal("100.00"),
        "name:Ord AB": Decimal("50.00"),
        "name:Rest AB": Decimal("30.03"),
        "name:Annan AB": Decimal("-10.00"),
    }


def test_the_rows_of_a_supplier_tell_what_of_them_the_chosen_cost_object_has(world, controller, see):
    split(world, "60")
    page = see(controller, "/finance/", by="supplier", cost_object="TJ1").context["page"]
    part = next(part for part in page.table.parts if part.code == "name:Nordmoln AB")
    rows = see(controller, part.url)
    assert (rows.context["page"].total, rows.context["page"].part) == (Decimal("400.10"), part.amount.this)
    assert "varav 240,06" in rows.content.decode().replace("\xa0", " ")


@given(
    amounts=st.lists(st.tuples(st.integers(-10_000, 10_000), st.sampled_from("ABC")), min_size=1, max_size=8),
    share=st.decimals(Decimal("0.0001"), Decimal("99.9999"), places=4),
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_pieces_of_a_cell_are_its_part_to_the_ore(world, amounts, share):
    """All rows have a supplier, so that nothing may be left over."""
    whole = {name: sum(Decimal(ore) / 100 for ore, other in amounts if other == name) for _ore, name in amounts}
    if not sum(whole.values()):
        return
    before = transaction.savepoint()
    batch = world.new_batch()
    for ore, name in amounts:
        world.post(world.licences, world.other, 202506, str(Decimal(ore) / 100), batch=batch, supplier_name=name)
    split(world, str(share))
    found = cut(world.owner.user, Selection(TODAY, Period(202506), Period(202506)))
    lines = AllocationLine.objects.in_force().filter(cell__batch=batch, cost_object=world.service.pk)
    part = sum(lines.values_list("amount", flat=True))
    transaction.savepoint_rollback(before)
    assert found[NONE] == 0
    exact = {name: amount * part / sum(whole.values()) for name, amount in whole.items()}
    assert all(abs(found[f"name:{name}"] - amount) <= ORE for name, amount in exact.items())
