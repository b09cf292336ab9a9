"""A second file for a source's period: refused, in the place of the first, or beside it."""

import datetime as dt
from decimal import Decimal

import pytest

from finance.actions import allocation, imports, undo
from finance.choices import WhenBooked
from finance.models import AllocationLine, AllocationRun, CostRollup, ImportBatch, Posting, SupersededPosting
from tests.factories.finance import RuleFactory, SourceFactory
from tests.factories.services import ServiceFactory
from tests.finance.actions.test_imports import stored
from tests.finance.ledger_files import AT, ROWS, book, write

pytestmark = pytest.mark.django_db
LATER = AT + dt.timedelta(days=1)
CORRECTED = (ROWS[0].replace("1000,00", "900,00"), *ROWS[1:])


@pytest.fixture
def first(tmp_path):
    book(write(tmp_path, *ROWS))
    return ImportBatch.objects.get()


def again(tmp_path, *rows, how=WhenBooked.REPLACE, **options):
    return book(write(tmp_path, *rows, name="rättad.csv"), when_booked=how, at=LATER, **options)


def in_force():
    return sum(CostRollup.objects.in_force().values_list("amount", flat=True))


def test_without_a_choice_the_second_file_is_refused_and_names_the_first(first, tmp_path):
    before = stored()
    result = again(tmp_path, *CORRECTED, how=WhenBooked.REFUSE)
    assert (result.status, stored()) == ("refused", before)
    assert f"importomgång {first.pk}, huvudbok.csv" in result.errors[0].reason


def test_another_period_or_another_source_is_not_in_the_way(first, tmp_path):
    assert again(tmp_path, ROWS[0].replace("202503", "202505"), how=WhenBooked.REFUSE).status == "booked"
    other = SourceFactory(chart=first.source.chart)
    assert again(tmp_path, *CORRECTED, how=WhenBooked.REFUSE, source=other).status == "booked"


def test_a_replaced_batch_is_kept_and_knows_by_which(first, tmp_path):
    result = again(tmp_path, *CORRECTED)
    first.refresh_from_db()
    assert (result.status, result.replaced) == ("booked", [first.pk])
    assert (first.ended_at, first.replaced_by_id) == (LATER, result.batch)
    assert SupersededPosting.objects.filter(batch=first).count() == 3
    assert set(Posting.objects.values_list("batch", flat=True)) == {result.batch}


def test_the_sums_are_those_of_the_new_file(first, tmp_path):
    again(tmp_path, *CORRECTED)
    assert in_force() == Decimal("2900.25")
    assert AllocationRun.objects.count() == 1


def test_the_rules_of_the_run_hold_for_what_replaces(first, tmp_path):
    RuleFactory(cost_object=ServiceFactory(), conditions=[("account", "exact", "5730")])
    run = allocation.run(by=None, at=AT)
    result = again(tmp_path, *CORRECTED)
    lines = AllocationLine.objects.filter(cell__batch=result.batch, run=run)
    assert sum(lines.values_list("amount", flat=True)) == Decimal("2000.25")


def test_added_rows_count_beside_the_first(first, tmp_path):
    assert again(tmp_path, *CORRECTED, how=WhenBooked.ADD).status == "booked"
    assert in_force() == Decimal("5900.50")


def test_a_batch_with_more_periods_than_the_file_is_not_replaced(first, tmp_path):
    result = again(tmp_path, CORRECTED[0])
    assert result.status == "refused"
    assert "2025-04" in result.errors[0].reason or "202504" in result.errors[0].reason


def test_several_batches_are_replaced_by_one_file(first, tmp_path):
    again(tmp_path, ROWS[0], how=WhenBooked.ADD)
    result = book(write(tmp_path, *CORRECTED, name="allt.csv"), when_booked=WhenBooked.REPLACE, at=LATER)
    assert len(result.replaced) == 2
    assert in_force() == Decimal("2900.25")


def test_a_preview_says_what_would_be_replaced_and_changes_nothing(first, tmp_path):
    result = again(tmp_path, *CORRECTED, dry_run=True)
    assert (result.status, result.replaced) == ("dry_run", [first.pk])
    assert ImportBatch.objects.in_force().get() == first


def test_a_failure_at_the_last_step_leaves_the_old_batch_in_force(first, tmp_path, monkeypatch):
    before = stored()
    monkeypatch.setattr(imports.undo, "move_out", lambda batch: (_ for _ in ()).throw(undo.Busy))
    assert again(tmp_path, *CORRECTED).status == "refused"
    assert (stored(), ImportBatch.objects.in_force().get()) == (before, first)
