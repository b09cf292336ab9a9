import datetime as dt
from decimal import Decimal

import pytest

from goals.choices import Status
from goals.models import ExpectedResult
from goals.reports import results_with_status
from goals.reports.evidence import Evidence, Proof, differ, of
from tests.conftest import TODAY
from tests.factories.goals import (
    CheckInFactory,
    ComputedIndicatorFactory,
    ExpectedResultFactory,
    IndicatorFactory,
    IndicatorReadingFactory,
    IndicatorSnapshotFactory,
)

ON_PLAN, WATCH, RISK, ACHIEVED = Status.ON_PLAN, Status.WATCH, Status.RISK, Status.ACHIEVED


def proof(status, code="I05"):
    return Proof(code, "Mått", "%", status, Decimal(1), TODAY)


def test_the_weakest_measure_is_the_evidence():
    found = of([proof(ON_PLAN, "I05"), proof(RISK, "I12"), proof(None, "I15")])
    assert (found.status, found.weakest.code) == (RISK, "I12")


def test_measures_without_data_are_no_evidence():
    assert of([proof(None)]) == Evidence(None, (proof(None),))
    assert of([]) is None


@pytest.mark.parametrize("claim", [ACHIEVED, ON_PLAN, WATCH, RISK])
@pytest.mark.parametrize("status", [ACHIEVED, ON_PLAN, WATCH, RISK])
def test_a_step_apart_differs_but_a_reached_target_supports_on_plan(claim, status):
    agree = claim == status or (claim, status) == (ON_PLAN, ACHIEVED)
    assert differ(claim, of([proof(status)])) is not agree


@pytest.mark.parametrize("evidence", [None, Evidence(None, ())])
def test_nothing_differs_from_no_evidence(evidence):
    assert not differ(ON_PLAN, evidence)
    assert not differ(None, of([proof(RISK)]))


@pytest.fixture
def result(db):
    return ExpectedResultFactory()


def row(on=TODAY):
    return results_with_status(ExpectedResult.objects.filter(parent=None), on)[0]


def measured(result, status, **values):
    return IndicatorSnapshotFactory(indicator=ComputedIndicatorFactory(result=result), status=status, **values)


def test_a_claim_that_its_measure_does_not_bear_out_is_contradicted(result):
    CheckInFactory(result=result, status=ON_PLAN)
    measured(result, RISK)
    found = row()
    assert (found.contradicted, found.claims_too_much) == (True, True)
    assert (found.evidence.weakest.value, found.evidence.weakest.as_of) == (Decimal(70), dt.date(2025, 9, 1))


def test_a_claim_poorer_than_its_measure_differs_as_well(result):
    CheckInFactory(result=result, status=RISK)
    measured(result, ACHIEVED)
    assert (row().contradicted, row().claims_too_much) == (True, False)


@pytest.mark.parametrize("kind", ["no check-in", "cancelled", "not begun"])
def test_without_a_claim_that_counts_there_is_nothing_to_contradict(result, kind):
    measured(result, RISK)
    if kind == "cancelled":
        CheckInFactory(result=result, status=Status.CANCELLED)
    if kind == "not begun":
        ExpectedResult.objects.update(starts_on=dt.date(2025, 10, 1))
        CheckInFactory(result=result, status=Status.NOT_STARTED)
    assert not row().contradicted


def test_the_latest_snapshot_known_on_the_day_counts(result):
    CheckInFactory(result=result, status=ON_PLAN)
    first = measured(result, RISK)
    later = {"as_of": TODAY, "made_at": dt.datetime(2025, 9, 15, 21, tzinfo=dt.UTC)}
    IndicatorSnapshotFactory(indicator=first.indicator, status=ACHIEVED, **later)
    assert not row().contradicted
    assert row(dt.date(2025, 9, 14)).contradicted
    assert row(dt.date(2025, 8, 31)).evidence.status is None


def test_what_is_stored_afterwards_for_a_past_day_was_not_known_then(result):
    CheckInFactory(result=result)
    measured(result, RISK, as_of=dt.date(2025, 6, 30), made_at=dt.datetime(2025, 9, 1, tzinfo=dt.UTC))
    assert row(dt.date(2025, 7, 1)).evidence.status is None
    assert row().evidence.status == RISK


def test_what_is_read_off_by_hand_is_no_evidence(result):
    IndicatorReadingFactory(indicator=IndicatorFactory(result=result), value=1)
    assert row().evidence is None


def test_a_measure_that_is_no_longer_taken_is_no_evidence(result):
    found = measured(result, RISK).indicator
    type(found).objects.update(retired_on=TODAY)
    assert row().evidence is None


def test_a_result_that_sums_up_its_parts_has_the_weakest_evidence_of_theirs(result):
    parts = [ExpectedResultFactory(parent=result) for _ in range(2)]
    for part, status in zip(parts, (ON_PLAN, RISK), strict=True):
        CheckInFactory(result=part, status=ON_PLAN)
        measured(part, status)
    assert (row().evidence.status, row().contradicted) == (RISK, True)


def test_rows_with_evidence_take_one_query(result, django_assert_num_queries):
    CheckInFactory(result=result)
    measured(result, RISK)
    with django_assert_num_queries(1):
        results_with_status(ExpectedResult.objects.all(), TODAY)
