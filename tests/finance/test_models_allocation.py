"""Rules, shares, runs, cells and sums."""

import pytest

from finance.choices import CodePart, MatchOperator
from finance.models import AllocationLine, AllocationRun, AllocationShare, CostRollup, LedgerCell, RuleCondition
from services.models import CostObject
from tests.factories.finance import (
    BOOKED_AT,
    CellFactory,
    LineFactory,
    RollupFactory,
    RuleFactory,
    RunFactory,
    ShareFactory,
)
from tests.factories.services import ServiceFactory
from tests.models import refused, refused_by, refused_in_words
from vp_portal.core.periods import Period

pytestmark = pytest.mark.django_db

SHAPE = "Ange ett värde, för ”ligger i” två i ordning, för ”är tomt” inget."


@pytest.mark.parametrize(
    ("operator", "low", "high"),
    [
        (MatchOperator.EXACT, "", ""),
        (MatchOperator.EXACT, "1010", "1020"),
        (MatchOperator.PREFIX, "", ""),
        (MatchOperator.PREFIX, "5", "6"),
        (MatchOperator.RANGE, "", "59"),
        (MatchOperator.RANGE, "59", "50"),
        (MatchOperator.EMPTY, "50", ""),
        (MatchOperator.EMPTY, "", "50"),
    ],
)
def test_a_condition_has_the_values_that_its_operator_needs(operator, low, high):
    row = RuleCondition(rule=RuleFactory(), part=CodePart.ACCOUNT, operator=operator, low=low, high=high)
    name, texts = refused(row)
    assert name == "finance_rulecondition_values_fit_operator"
    assert SHAPE in texts or "Från och till ska ha lika många tecken." in texts


@pytest.mark.parametrize(
    ("operator", "low", "high"),
    [
        (MatchOperator.EXACT, "1010", ""),
        (MatchOperator.PREFIX, "5", ""),
        (MatchOperator.RANGE, "50", "59"),
        (MatchOperator.EMPTY, "", ""),
    ],
)
def test_a_condition_of_each_shape_is_stored(operator, low, high):
    row = RuleCondition(rule=RuleFactory(), part=CodePart.PROJECT, operator=operator, low=low, high=high)
    row.full_clean()
    row.save()


def test_bounds_of_a_range_have_one_length():
    row = RuleCondition(rule=RuleFactory(), part=CodePart.ACCOUNT, operator=MatchOperator.RANGE, low="50", high="599")
    assert refused_in_words(row) == ["Från och till ska ha lika många tecken."]


def test_an_unknown_part_is_refused():
    row = RuleCondition(rule=RuleFactory(), part="motpart", operator=MatchOperator.EXACT, low="1")
    assert refused(row)[0] == "finance_rulecondition_part_known"


def test_a_rule_ends_after_it_begins():
    row = RuleFactory(first_period=Period(202503))
    row.last_period = Period(202502)
    assert refused(row) == (
        "finance_allocationrule_periods_in_order",
        ["Sista perioden får inte ligga före den första."],
    )


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [(None, None, True), (202503, None, True), (202504, None, False), (None, 202503, True), (None, 202502, False)],
)
def test_a_rule_holds_in_its_periods(first, last, holds):
    assert RuleFactory.build(first_period=first, last_period=last).holds_in(Period(202503)) is holds


def test_a_rule_has_one_cost_object():
    share = ShareFactory()
    other = AllocationShare(rule=share.rule, cost_object=CostObject.objects.get(pk=ServiceFactory().pk))
    assert refused(other) == ("finance_allocationshare_one_per_rule", ["Regeln har redan en kostnadsbärare."])


def test_the_cost_object_gets_the_whole():
    row = ShareFactory()
    row.share = 50
    assert refused(row) == ("finance_allocationshare_is_whole", ["Andelarna ska bli 100,0000 procent."])


def test_one_run_counts_at_a_time():
    RunFactory()
    assert refused_by(AllocationRun(made_at=BOOKED_AT, in_force_from=BOOKED_AT)) == "finance_allocationrun_one_in_force"
    RunFactory(in_force_from=None)
    RunFactory(in_force_to=BOOKED_AT)
    assert AllocationRun.objects.in_force().count() == 1


def test_a_cell_is_stored_once_and_has_rows_and_a_period():
    cell = CellFactory()
    values = {"batch": cell.batch, "code_string": cell.code_string, "amount": 1}
    assert refused_by(LedgerCell(**values, period=cell.period, row_count=1)) == "finance_ledgercell_once"
    assert refused_by(LedgerCell(**values, period=Period(202504), row_count=0)) == "finance_ledgercell_has_rows"
    assert refused_by(LedgerCell(**values, period=42, row_count=1)) == "finance_ledgercell_period_form"


def test_a_run_sends_a_cell_to_a_cost_object_once():
    line = LineFactory()
    values = {"run": line.run, "cell": line.cell, "rule": line.rule, "cost_object": line.cost_object}
    assert refused_by(AllocationLine(**values, amount=1)) == "finance_allocationline_once"


def test_a_sum_is_stored_once_also_when_unallocated():
    row = RollupFactory()
    again = CostRollup(
        run=row.run,
        period=row.period,
        account_group=row.account_group,
        cost_centre=row.cost_centre,
        amount=1,
        row_count=1,
    )
    assert refused_by(again) == "finance_costrollup_once"
