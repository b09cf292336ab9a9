"""What is understood of a file, with the evidence, and what a choice changes."""

from decimal import Decimal

import pytest

from finance.choices import ColumnRole, ReadingAspect
from finance.importing.problems import Refusal
from finance.importing.understanding import ReadingChoices
from tests.factories.finance import AccountFactory, CostCentreFactory, ProfileFactory
from tests.finance.ledger_variants import Read, understood

pytestmark = pytest.mark.django_db
COLUMNS = {"Period": "period", "Konto": "account", "Kst": "cost_centre", "Belopp": "amount"}


def write(folder, *lines: str, encoding="utf-8"):
    path = folder / "fil.csv"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def ledger(folder, *rows: str, header="Period;Konto;Kst;Belopp"):
    return write(folder, header, *rows)


def test_every_finding_has_evidence_and_its_value_among_the_alternatives(tmp_path):
    seen = understood(ledger(tmp_path, "202503;5010;11;1 234,50", "202503;5010;11;-5,00"))
    for finding in seen.findings:
        assert finding.evidence
        assert not finding.alternatives or finding.value in dict(finding.alternatives) or not finding.is_certain
    assert "1 av de första 2 beloppen är negativa" in seen.finding(ReadingAspect.SIGN).evidence


def test_title_rows_stand_above_the_header(tmp_path):
    seen = understood(write(tmp_path, "Huvudbok;;;", "", "Period;Konto;Kst;Belopp", "202503;5010;11;5,00"))
    assert seen.finding(ReadingAspect.HEADER_ROW).value == "3"


def test_the_header_row_may_be_chosen(tmp_path):
    path = write(tmp_path, "Period;Konto;Kst;Belopp", "Period;Konto;Kst;Belopp", "202503;5010;11;5,00")
    assert Read(path, ReadingChoices(header_row=2)).layout.lines == 2


def test_a_file_without_header_is_read_by_places(tmp_path):
    path = write(tmp_path, "202503;5010;5,00", "202503;5020;6,00")
    columns = {0: "period", 1: "account", 2: "amount"}
    assert Read(path, ReadingChoices(header_row=0, columns=columns)).total == Decimal("11.00")


def test_columns_without_a_known_name_are_suggested_by_their_content(tmp_path):
    for code in ("5010", "5020"):
        AccountFactory(code=code)
    CostCentreFactory(code="A1")
    path = write(tmp_path, "x;y;z;n;w", "202503;5010;A1;5,00;2025-03-01", "202503;5020;A1;-6,50;2025-03-02")
    columns = understood(path).columns
    assert [column.suggested for column in columns] == [
        ColumnRole.PERIOD,
        ColumnRole.ACCOUNT,
        ColumnRole.COST_CENTRE,
        ColumnRole.AMOUNT,
        ColumnRole.DATE,
    ]
    assert "2 av 2" in columns[1].evidence
    assert "202503" in columns[0].evidence


def test_suggestions_are_not_used_until_chosen(tmp_path):
    path = write(tmp_path, "x;y;n", "202503;5010;5,00", "202503;5020;6,00")
    seen = understood(path)
    assert "rubrikrad" in seen.problem.errors[0].reason
    chosen = {column.place: column.suggested.value for column in seen.columns}
    assert Read(path, ReadingChoices(header_row=1, columns=chosen)).total == Decimal("11.00")


def test_of_two_amount_columns_one_may_be_chosen(tmp_path):
    path = ledger(tmp_path, "202503;5010;5,00;7,00", header="Period;Konto;Belopp;Utfall")
    assert "Flera kolumner" in understood(path).problem.errors[0].reason
    assert Read(path, ReadingChoices(columns={3: "amount"})).total == Decimal("7.00")


@pytest.mark.parametrize(
    ("choices", "amount"),
    [
        ({"scale": "ore"}, "12.34"),
        ({"scale": "tkr"}, "1234000.00"),
        ({"scale": "mkr"}, "1234000000.00"),
        ({"sign": "flipped"}, "-1234.00"),
        ({"scale": "tkr", "sign": "flipped"}, "-1234000.00"),
        ({"decimal_mark": "."}, "1234.00"),
    ],
)
def test_scale_sign_and_mark_as_chosen(tmp_path, choices, amount):
    assert Read(ledger(tmp_path, "202503;5010;11;1234"), ReadingChoices(**choices)).amounts == [Decimal(amount)]


def test_decimals_are_counted_after_the_scale(tmp_path):
    read = Read(
        ledger(tmp_path, "202503;5010;11;0,12345678", "202503;5010;11;0,123456789"), ReadingChoices(scale="mkr")
    )
    assert read.amounts[0] == Decimal("123456.78")
    assert [(e.line, e.column, e.value) for e in read.findings.errors] == [(3, "Belopp", "0,123456789")]


def test_a_scaled_column_proves_its_mark_by_all_its_rows(tmp_path):
    rows = ["202503;5010;11;1.234"] * 3000 + ["202503;5010;11;1.234,5"]
    assert Read(ledger(tmp_path, *rows), ReadingChoices(scale="tkr")).amounts[-1] == Decimal("1234500.00")


@pytest.mark.parametrize(("text", "amount"), [("5,00 D", "5.00"), ("1 234,50K", "-1234.50"), ("7 k", "-7.00")])
def test_d_and_k_behind_an_amount_when_it_is_said(tmp_path, text, amount):
    path = ledger(tmp_path, f"202503;5010;11;{text}")
    assert Read(path, ReadingChoices(debit_credit="suffix")).amounts == [Decimal(amount)]


def test_d_and_k_mean_nothing_until_it_is_said(tmp_path):
    finding = understood(ledger(tmp_path, "202503;5010;11;5,00 K")).finding(ReadingAspect.DEBIT_CREDIT)
    assert not finding.is_certain


def test_an_amount_without_d_or_k_is_an_error_when_they_are_said(tmp_path):
    read = Read(ledger(tmp_path, "202503;5010;11;5,00"), ReadingChoices(debit_credit="suffix"))
    assert [error.reason for error in read.findings.errors] == ["varken D eller K"]


def test_d_and_k_in_a_column_of_their_own(tmp_path):
    path = ledger(tmp_path, "202503;5010;5,00;D", "202503;5010;6,00;K", header="Period;Konto;Belopp;DK")
    assert Read(path, ReadingChoices(columns={3: "debit_credit"})).amounts == [Decimal("5.00"), Decimal("-6.00")]


def test_sum_rows_follow_the_conventions(tmp_path):
    path = ledger(tmp_path, "202503;5010;11;5", "Summa;;;5")
    (row,) = Read(path, ReadingChoices(scale="tkr", sign="flipped")).findings.sums
    assert row.amount == "-5000.00"


def test_a_profile_says_how_to_read(tmp_path):
    profile = ProfileFactory(columns=COLUMNS, scale="tkr", sign="flipped", separator="semicolon")
    read = Read(ledger(tmp_path, "202503;5010;11;1,5"))
    assert (read.layout.profile, read.total) == (profile, Decimal("-1500.00"))


def test_a_choice_goes_before_the_profile(tmp_path):
    ProfileFactory(columns=COLUMNS, scale="tkr")
    assert Read(ledger(tmp_path, "202503;5010;11;1,5"), ReadingChoices(scale="kr")).total == Decimal("1.50")


def test_a_profile_that_almost_fits_is_suggested_and_tells_what_drifted(tmp_path):
    profile = ProfileFactory(columns={**COLUMNS, "Notering": ""})
    seen = understood(ledger(tmp_path, "202503;5010;11;5;x", header="Period;Konto;Kostnadsställe;Belopp;Extra"))
    assert (seen.profile, seen.suggested_profile) == (None, profile)
    assert seen.drift == ("”Kostnadsställe” var ”Kst”.", "”Notering” saknas.", "”Extra” är ny.")


def test_a_profile_that_is_chosen_finds_its_renamed_columns(tmp_path):
    profile = ProfileFactory(columns=COLUMNS)
    path = ledger(tmp_path, "202503;5010;11;5,00", header="Period;Konto;Kostnadsställe;Belopp")
    read = Read(path, profile=profile)
    assert read.of(ColumnRole.COST_CENTRE) == ["11"]
    assert read.understanding.drift == ("”Kostnadsställe” var ”Kst”.",)


def test_a_profile_of_another_kind_of_file_is_not_suggested(tmp_path):
    ProfileFactory(columns={"A": "account", "B": "amount", "C": "period"})
    assert understood(ledger(tmp_path, "202503;5010;11;5")).suggested_profile is None


def test_doubt_about_the_encoding_is_asked_and_a_choice_answers(tmp_path):
    path = write(tmp_path, "Period;Konto;Text;Belopp", "202503;5010;“Hyra”;5,00", encoding="cp1252")
    seen = understood(path)
    assert [question.name for question in seen.questions][:1] == [ReadingAspect.ENCODING]
    with pytest.raises(Refusal, match="Teckenkodningen"):
        Read(path)
    assert Read(path, ReadingChoices(encoding="cp1252")).of(ColumnRole.TEXT) == ["“Hyra”"]


def test_a_profile_that_fits_answers_for_the_encoding(tmp_path):
    ProfileFactory(
        columns={"Period": "period", "Konto": "account", "Text": "text", "Belopp": "amount"}, encoding="cp1252"
    )
    path = write(tmp_path, "Period;Konto;Text;Belopp", "202503;5010;“Hyra”;5,00", encoding="cp1252")
    assert Read(path).of(ColumnRole.TEXT) == ["“Hyra”"]


def test_choices_survive_json():
    choices = ReadingChoices(header_row=0, columns={2: "amount", 3: ""}, scale="tkr", dimensions={"20": "activity"})
    assert ReadingChoices.from_json(choices.as_json()) == choices
    assert ReadingChoices().as_json() == {}


def test_a_file_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(Refusal, match="finns inte"):
        understood(tmp_path / "saknas.csv")


def test_understanding_makes_as_many_queries_for_many_rows_as_for_one(tmp_path, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for rows in (1, 30):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            understood(ledger(tmp_path, *["202503;5010;11;5,00"] * rows))
        counts.append(len(queries))
    assert counts[0] == counts[1]
