import datetime as dt
from contextlib import nullcontext
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from goals import computed
from goals.actions import snapshots
from goals.choices import Direction
from goals.computed import Definition, Outcome, ratio
from goals.models import IndicatorSnapshot
from goals.models.snapshot import SnapshotImmutable
from goals.tasks import snapshot_indicators
from tests import database
from tests.conftest import TODAY
from tests.factories.goals import ComputedIndicatorFactory, ExpectedResultFactory, IndicatorSnapshotFactory

pytestmark = pytest.mark.django_db
AT = dt.datetime(2025, 9, 15, 21, 50, tzinfo=dt.UTC)


@pytest.fixture
def define(monkeypatch):
    """`define("X1", outcome)` registers a definition that computes that, for the test."""
    monkeypatch.setattr(computed, "_DEFINITIONS", {})

    def define(code, outcome, version=1):
        def compute(on):
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        computed.register(Definition(code, code, "%", Direction.UP, "Text.", compute, version=version))

    return define


def indicator(code="X1", **values):
    return ComputedIndicatorFactory(code=code, **values)


def take(row, as_of=TODAY):
    plan = row.plan or row.result.plan
    return snapshots.take(plan, as_of, at=AT)


def test_the_value_is_stored_with_what_it_is_made_of_and_its_status(define):
    define("X1", ratio(7, 8, net=(3, 4)), version=3)
    row = indicator(target=90, tolerance=5)
    assert take(row).stored == 1
    kept = row.snapshots.get()
    assert (kept.as_of, kept.code, kept.definition_version) == (TODAY, "X1", 3)
    assert (kept.value, kept.numerator, kept.denominator, kept.net) == (Decimal("87.5"), 7, 8, 75)
    assert kept.status == "watch"


def test_no_data_is_stored_as_no_data(define):
    define("X1", ratio(0, 0))
    row = indicator()
    take(row)
    kept = row.snapshots.get()
    assert (kept.value, kept.status, kept.denominator) == (None, "", 0)


def test_the_same_day_again_leaves_what_is_stored(define):
    define("X1", ratio(1, 2))
    row = indicator()
    take(row)
    define("X1", ratio(2, 2))
    again = take(row)
    assert (again.stored, again.kept, row.snapshots.get().value) == (0, 1, 50)


def test_a_definition_that_fails_leaves_the_others(define, caplog):
    define("X1", ZeroDivisionError("oj"))
    define("X2", ratio(1, 2))
    broken = indicator()
    other = indicator("X2", result=broken.result)
    taken = take(broken)
    assert (taken.stored, taken.failed) == (1, ("X1",))
    assert other.snapshots.exists()
    assert "measure X1 as of 2025-09-15" in caplog.text


def test_a_code_that_is_not_defined_is_told_and_stores_nothing(define):
    row = indicator("X9")
    assert take(row) == snapshots.Taken(undefined=("X9",))


@pytest.mark.parametrize("dropped", ["measure", "result"])
def test_what_is_no_longer_measured_is_left_out(define, dropped):
    define("X1", ratio(1, 2))
    row = indicator(retired_on=TODAY if dropped == "measure" else None)
    if dropped == "result":
        row.result.retired_on = TODAY
        row.result.save()
    assert take(row).stored == 0


def test_the_evening_stores_the_day_and_a_tertials_end_that_was_missed(define):
    define("X1", ratio(1, 2))
    row = indicator()
    moment = dt.datetime(2025, 9, 15, 21, 50, tzinfo=dt.UTC)
    assert snapshot_indicators(int(moment.timestamp())) == 1
    assert set(row.snapshots.values_list("as_of", flat=True)) == {dt.date(2025, 8, 31), TODAY}
    assert snapshot_indicators(int(moment.timestamp())) == 0


def test_nothing_is_stored_before_the_plan_began(define):
    define("X1", ratio(1, 2))
    row = indicator()
    snapshots.take_due(row.result.plan, dt.date(2025, 2, 1), at=AT)
    assert [each.as_of for each in row.snapshots.all()] == [dt.date(2025, 2, 1)]


def test_the_job_without_a_plan_does_nothing():
    assert snapshot_indicators(int(AT.timestamp())) == 0


def test_the_command_stores_a_day_and_says_how_many(define, today, capsys):
    define("X1", Outcome(Decimal(5)))
    row = indicator()
    call_command("snapshot_indicators", as_of="2025-06-30")
    call_command("snapshot_indicators")
    assert {each.as_of for each in row.snapshots.all()} == {dt.date(2025, 6, 30), TODAY}
    assert "2025-06-30: 1 sparade, 0 fanns redan." in capsys.readouterr().out


@pytest.mark.parametrize(("day", "why"), [("2025-09-16", "inte kommit"), ("igår", "inget datum")])
def test_the_command_refuses_a_day_that_cannot_be(today, day, why):
    ExpectedResultFactory()
    with pytest.raises(CommandError, match=why):
        call_command("snapshot_indicators", as_of=day)


def test_the_command_fails_where_a_measure_does(define, today):
    define("X1", ZeroDivisionError("oj"))
    indicator()
    with pytest.raises(CommandError, match="X1"):
        call_command("snapshot_indicators")


@pytest.mark.parametrize(
    "statement", ["UPDATE goals_indicatorsnapshot SET value = 1", "DELETE FROM goals_indicatorsnapshot"]
)
@pytest.mark.parametrize("role", ["application", "owner"])
def test_the_database_refuses_to_change_it_whoever_asks(role, statement):
    kept = IndicatorSnapshotFactory()
    with (
        database.as_owner() if role == "owner" else nullcontext(),
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert IndicatorSnapshot.objects.get().value == kept.value


@pytest.mark.parametrize(
    "change",
    [
        lambda kept: kept.save(),
        lambda kept: kept.delete(),
        lambda kept: IndicatorSnapshot.objects.all().delete(),
        lambda kept: IndicatorSnapshot.objects.update(value=1),
    ],
)
def test_the_code_has_no_way_to_change_it_either(change):
    kept = IndicatorSnapshotFactory()
    with pytest.raises(SnapshotImmutable):
        change(kept)
