from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.actions import budgets
from finance.actions.budgets import LineKey, NotADraftError
from finance.models import BudgetLine, BudgetVersion
from tests.factories.core import UserFactory
from tests.factories.finance import AccountGroupFactory, BudgetFactory, BudgetLineFactory, CostCentreFactory
from vp_portal.core.periods import Period

ZERO = Decimal("0.00")


@pytest.fixture
def controller(db):
    return UserFactory()


def key(centre, group, month=1, year=2025):
    return LineKey(Period(year * 100 + month), centre.pk, None, group.pk)


def amounts_of(version):
    return {(line.period, line.amount) for line in version.lines.exclude(amount=0)}


def test_lines_are_set_and_their_change_is_kept(controller):
    version, centre, group = BudgetFactory(), CostCentreFactory(), AccountGroupFactory()
    budgets.set_lines(version, {key(centre, group): Decimal("10.00")}, by=controller, reason="Första")
    changed = budgets.set_lines(version, {key(centre, group): Decimal("12.50")}, by=controller, reason="Andra")
    assert changed == budgets.Changed(changed=1)
    line = version.lines.get()
    kept = [(row.amount, row.history_user_id, row.history_change_reason) for row in line.history.all()]
    assert kept == [(Decimal("12.50"), controller.pk, "Andra"), (Decimal("10.00"), controller.pk, "Första")]


def test_other_rows_are_left_alone_unless_the_whole_is_replaced(controller):
    version, centre, group = BudgetFactory(), CostCentreFactory(), AccountGroupFactory()
    other = BudgetLineFactory(version=version, amount=Decimal("99.00"))
    budgets.set_lines(version, {key(centre, group): Decimal(1)}, by=controller, reason="x")
    assert BudgetLine.objects.get(pk=other.pk).amount == Decimal("99.00")
    changed = budgets.set_lines(version, {key(centre, group): Decimal(1)}, by=controller, reason="x", whole=True)
    assert changed == budgets.Changed(removed=1, same=1)
    assert BudgetLine.objects.get(pk=other.pk).amount == ZERO


def test_the_months_of_a_row_are_set_together(controller):
    version, centre, group = BudgetFactory(), CostCentreFactory(), AccountGroupFactory()
    budgets.set_lines(
        version, {key(centre, group, 1): Decimal(1), key(centre, group, 2): Decimal(2)}, by=None, reason=""
    )
    budgets.set_lines(version, {key(centre, group, 3): Decimal(3)}, by=None, reason="")
    assert amounts_of(version) == {(Period(202503), Decimal(3))}


@pytest.mark.parametrize("state", ["submitted", "decided"])
def test_only_a_draft_is_changed(controller, state):
    version, centre, group = BudgetFactory(state=state), CostCentreFactory(), AccountGroupFactory()
    with pytest.raises(NotADraftError):
        budgets.set_lines(version, {key(centre, group): Decimal(1)}, by=controller, reason="")
    with pytest.raises(NotADraftError):
        budgets.discard(version, by=controller)
    assert not version.lines.exists()


def test_a_version_is_copied_with_a_factor(controller):
    source, target = BudgetFactory(), BudgetFactory(year=2026)
    BudgetLineFactory(version=source, period=Period(202505), amount=Decimal("100.00"))
    budgets.copy(target, source, Decimal("1.03"), by=controller)
    assert amounts_of(target) == {(Period(202605), Decimal("103.00"))}
    assert target.history.latest().origin == f"Kopierad från {source} × 1,03"


def test_an_outcome_is_copied_both_per_centre_and_per_object(world):
    version = BudgetFactory(year=2026)
    budgets.copy(version, 2025, Decimal(1), by=None)
    costs = version.lines.costs()
    assert sum(line.amount for line in costs.per_centre()) == Decimal("2000.10")
    assert sum(line.amount for line in costs.per_object()) == Decimal("1300.10")
    assert not version.lines.filter(period=Period(202600)).exists()


def test_a_draft_is_taken_away_and_its_history_stays(controller):
    version = BudgetLineFactory().version
    pk = version.pk
    budgets.discard(version, by=controller)
    assert not BudgetVersion.objects.filter(pk=pk).exists()
    assert BudgetVersion.history.filter(id=pk, history_type="-", history_user_id=controller.pk).exists()


KEYS = st.builds(
    LineKey,
    st.integers(1, 12).map(lambda month: Period(202500 + month)),
    st.integers(1, 4),
    st.none(),
    st.integers(1, 4),
)
ROWS = st.dictionaries(KEYS, st.decimals(-(10**9), 10**9, places=2), min_size=1, max_size=40)


@given(ROWS, st.decimals(0, 10, places=4))
def test_a_copy_adds_up_to_the_sum_times_the_factor(rows, factor):
    whole = sum(rows.values())
    found = budgets.moved(list(rows.items()), 2027, factor)
    assert sum(found.values()) == (whole * factor).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    assert {place.period.year for place in found} == {2027}
    assert all(
        abs(found[old._replace(period=Period(old.period + 200))] - amount * factor) <= 1 for old, amount in rows.items()
    )


@given(ROWS, st.decimals(0, 10, places=4), st.randoms())
def test_a_copy_is_the_same_in_any_order(rows, factor, random):
    mixed = list(rows.items())
    random.shuffle(mixed)
    assert budgets.moved(mixed, 2026, factor) == budgets.moved(list(rows.items()), 2026, factor)
