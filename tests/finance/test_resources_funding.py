"""Files of the funding: whole sets go in, or nothing does."""

import datetime as dt
from decimal import Decimal

import pytest
import tablib
from django.db.backends.postgresql.psycopg_any import DateRange

from finance import resources
from finance.models import FundingIncome, FundingShare, FundingSource
from services.models import CostObject
from tests.factories.finance import (
    AccountFactory,
    AccountGroupFactory,
    ChartFactory,
    FundingIncomeFactory,
    FundingShareFactory,
    FundingSourceFactory,
    LedgerProjectFactory,
)
from tests.factories.services import ServiceFactory

pytestmark = pytest.mark.django_db
LATER = DateRange(dt.date(2026, 1, 1), None, "[)")
HEAD = [
    *("kostnadsbärare", "projekt i redovisningen", "finansieringskälla", "andel i procent"),
    *("från och med", "till och med", "diarienummer"),
]


@pytest.fixture
def own():
    for code in ("anslag", "avgift"):
        FundingSourceFactory(code=code)
    return CostObject.objects.get(pk=ServiceFactory(code="TJ1").pk)


def read(*lines):
    data = tablib.Dataset(*[line.split(";") for line in lines], headers=HEAD)
    return resources.FundingShareResource().import_data(data, rollback_on_validation_errors=True)


def problems(result):
    return [
        text
        for row in result.invalid_rows
        for texts in [*row.field_specific_errors.values(), row.non_field_specific_errors]
        for text in texts
    ]


def held(day):
    rows = FundingShare.objects.on(day).values_list("cost_object__code", "project__code", "source__code", "share")
    return {(target or project, source): share for target, project, source, share in rows}


def test_a_file_closes_what_held_before(own):
    FundingShareFactory(cost_object=own)
    result = read("TJ1;;anslag;60;2026-01-01;;UFV 1", "TJ1;;avgift;40,00;2026-01-01;;UFV 1")
    assert not problems(result)
    assert held(dt.date(2026, 1, 1)) == {("TJ1", "anslag"): Decimal(60), ("TJ1", "avgift"): Decimal(40)}
    assert len(held(dt.date(2025, 12, 31))) == 1


@pytest.mark.parametrize(("part", "total"), [("39,99", "99,99"), ("40,01", "100,01")])
def test_what_is_not_whole_is_said_at_the_share_and_nothing_stored(own, part, total):
    FundingShareFactory(cost_object=own)
    result = read("TJ1;;anslag;60;2026-01-01;;UFV 1", f"TJ1;;avgift;{part};2026-01-01;;UFV 1")
    (row,) = result.invalid_rows
    assert (row.number, list(row.field_specific_errors)) == (2, ["andel i procent"])
    assert f"Från 2026-01-01 blir de {total}" in problems(result)[0].replace("\xa0", " ")
    assert FundingShare.objects.get().valid.upper is None


@pytest.mark.parametrize(
    ("source", "column", "words"),
    [
        ("anslag", "från och med", "Kostnadsbäraren har redan en andel från källan de dagarna."),
        ("avgift", "andel i procent", "Från 2026-01-01 blir de 200,00\u00a0%."),
    ],
)
def test_a_set_that_runs_into_a_later_one_is_refused_where_it_is_said(own, source, column, words):
    FundingShareFactory(cost_object=own, source=FundingSource.objects.get(code="anslag"), valid=LATER)
    (row,) = (found := read(f"TJ1;;{source};100;2025-06-01;;UFV 1")).invalid_rows
    assert (row.number, list(row.field_specific_errors)) == (1, [column])
    assert words in problems(found)[0]
    assert FundingShare.objects.get().valid.lower == dt.date(2026, 1, 1)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("TJ9;;anslag;100;2026-01-01;;UFV 1", "Kostnadsbärare med koden ”TJ9” finns inte."),
        ("TJ1;;skatt;100;2026-01-01;;UFV 1", "Finansieringskälla med koden ”skatt” finns inte."),
        ("TJ1;;anslag;100;;;UFV 1", "Ange från och med vilken dag det gäller."),
        ("TJ1;;anslag;100;2026-01-01;;", "Detta fält får inte vara tomt."),
        (";;anslag;100;2026-01-01;;UFV 1", "Ange en kostnadsbärare eller ett projekt, inte båda."),
        ("TJ1;;anslag;0;2026-01-01;;UFV 1", "En andel är över 0 och högst 100 procent."),
        ("TJ1;;anslag;33,333;2026-01-01;;UFV 1", "decimal"),
        ("TJ1;;anslag;NaN;2026-01-01;;UFV 1", "”NaN” är inget tal."),
    ],
)
def test_what_a_line_can_not_be_is_said(own, line, words):
    found = " ".join(problems(read(line)))
    assert words in found
    assert not FundingShare.objects.exists()


def test_a_project_is_funded_by_a_file_too(own):
    LedgerProjectFactory(code="P1")
    assert not problems(read(";P1;anslag;100;2026-01-01;2026-12-31;UFV 1"))
    assert held(dt.date(2026, 12, 31)) == {("P1", "anslag"): Decimal(100)}
    assert not held(dt.date(2027, 1, 1))


def test_what_goes_out_comes_in_again_unchanged(own):
    FundingShareFactory(cost_object=own)
    read("TJ1;;anslag;60;2026-01-01;;UFV 1", "TJ1;;avgift;40,00;2026-01-01;;UFV 1")
    data = resources.FundingShareResource().export()
    again = resources.FundingShareResource().import_data(data, rollback_on_validation_errors=True)
    assert (again.totals["skip"], again.totals["new"], again.totals["update"]) == (3, 0, 0)


def test_income_goes_out_and_in():
    chart = ChartFactory(code="state")
    group = AccountGroupFactory(chart=chart, code="anslag")
    AccountFactory(chart=chart, group=group, code="9111")
    row = FundingIncomeFactory(account_group=group, source__code="anslag")
    data = resources.FundingIncomeResource().export()
    assert list(data) == [("anslag", "state", "anslag", "")]
    data.append(("anslag", "state", "", "9111"))
    assert not resources.FundingIncomeResource().import_data(data).has_validation_errors()
    assert FundingIncome.objects.exclude(pk=row.pk).get().account.code == "9111"
