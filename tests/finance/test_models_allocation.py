"""Rules, shares, runs, cells and sums."""

from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from finance.choices import CodePart, MatchOperator
from finance.models import (
    AllocationLine,
    AllocationRun,
    AllocationShare,
    CostRollup,
    DriverValue,
    LedgerCell,
    RuleCondition,
)
from tests.factories.finance import (
    BOOKED_AT,
    CellFactory,
    DriverValueFactory,
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


def test_a_cost_object_stands_once_in_a_rule():
    share = ShareFactory()
    again = AllocationShare(rule=share.rule, cost_object=share.cost_object, share=None)
    expected = ("finance_allocationshare_cost_object_once", ["Kostnadsbäraren står redan i regeln."])
    assert refused(again) == expected


@pytest.mark.parametrize("part", ["0", "-1", "100.0001"])
def test_a_share_is_a_part(part):
    row = ShareFactory()
    row.share = Decimal(part)
    assert refused(row) == ("finance_allocationshare_is_a_part", ["En andel är över 0 och högst 100 procent."])


@contextmanager
def refused_as_not_whole():
    """The database asks when the transaction ends."""
    with transaction.atomic():
        yield
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            connection.check_constraints()
        transaction.set_rollback(True)
    assert caught.value.__cause__.diag.constraint_name == "finance_allocationrule_shares_are_whole"


@pytest.mark.parametrize("parts", [["99.99"], ["60", "40.0001"], ["50", None]])
def test_the_database_refuses_fixed_shares_that_are_not_the_whole(parts):
    with refused_as_not_whole():
        RuleFactory(shares={ServiceFactory(): part and Decimal(part) for part in parts})


def test_the_database_refuses_a_share_that_is_taken_away():
    rule = RuleFactory(shares={ServiceFactory(): Decimal(40), ServiceFactory(): Decimal(60)})
    with refused_as_not_whole():
        rule.shares.first().delete()


def test_the_database_refuses_a_method_that_the_shares_do_not_fit():
    rule = RuleFactory(shares={ServiceFactory(): None, ServiceFactory(): None}, method="even")
    with refused_as_not_whole():
        rule.method = "fixed"
        rule.save()


def test_shares_may_change_together():
    rule = RuleFactory(shares={ServiceFactory(): Decimal(40), ServiceFactory(): Decimal(60)})
    with transaction.atomic():
        for share in rule.shares.all():
            share.share = Decimal(50)
            share.save()
        connection.check_constraints()


def test_the_value_of_a_driver_holds_until_the_next():
    first = DriverValueFactory(period=Period(202501), value=10)
    second = DriverValueFactory(driver=first.driver, cost_object=first.cost_object, period=Period(202504), value=20)
    assert [DriverValue.objects.in_period(Period(p)).first() for p in (202412, 202503, 202504)] == [None, first, second]


def test_a_scenario_never_counts():
    expected = "finance_allocationrun_scenario_never_counts"
    assert refused_by(AllocationRun(made_at=BOOKED_AT, in_force_from=BOOKED_AT, scenario="Prov")) == expected


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
    values = {
        "run": line.run,
        "cell": line.cell,
        "period": line.period,
        "rule": line.rule,
        "cost_object": line.cost_object,
    }
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
