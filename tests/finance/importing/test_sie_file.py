"""A SIE file, opened as any other."""

import io

import pytest

from finance.choices import ColumnRole, ReadingAspect
from finance.importing.error_files import write_errors
from finance.importing.opening import open_ledger
from finance.importing.problems import Refusal
from finance.importing.understanding import ReadingChoices
from tests.factories.finance import ProfileFactory
from tests.finance.ledger_variants import Read, understood

pytestmark = pytest.mark.django_db
HEAD = [
    "#FLAGGA 0",
    '#PROGRAM "Ekonomi" 1.0',
    "#FORMAT PC8",
    "#SIETYP 4",
    "#RAR 0 20240701 20250630",
    "#KONTO 5010 Lokalhyra",
    "#DIM 1 Resultatenhet",
    "#DIM 6 Projekt",
    "#DIM 7 Anställd",
    "#DIM 20 Verksamhet",
    "#DIM 21 Region",
    '#OBJEKT 1 Nord "Kontor Nord"',
    "#OBJEKT 6 0001 Utbildning",
]
ROWS = [
    '#VER A 1 20240815 "Köp"',
    "{",
    '#TRANS 5010 {1 Nord 6 0001 7 9 20 V1 21 Syd} 100.00 "" Rad',
    "#TRANS 1930 {} -100.00",
    "}",
]


def sie(folder, *lines: str, head=HEAD, codec="cp437"):
    path = folder / "fil.se"
    path.write_bytes("\r\n".join([*head, *(lines or ROWS)]).encode(codec))
    return path


def test_rows_have_codes_with_names_and_the_months_period(tmp_path):
    row = Read(sie(tmp_path)).rows[0]
    expected = {
        ColumnRole.LINE: 16,
        ColumnRole.ACCOUNT: "5010",
        ColumnRole.ACCOUNT_NAME: "Lokalhyra",
        ColumnRole.COST_CENTRE: "Nord",
        ColumnRole.COST_CENTRE_NAME: "Kontor Nord",
        ColumnRole.PROJECT: "0001",
        ColumnRole.PROJECT_NAME: "Utbildning",
        ColumnRole.ACTIVITY: "V1",
        ColumnRole.PERIOD: "202408",
        ColumnRole.DATE: "2024-08-15",
        ColumnRole.VOUCHER_SERIES: "A",
        ColumnRole.VOUCHER_NO: "1",
        ColumnRole.TEXT: "Rad",
        ColumnRole.AMOUNT: "100.00",
    }
    assert {role: row[role] for role in expected} == expected


def test_a_rows_text_is_the_vouchers_when_it_has_none(tmp_path):
    assert Read(sie(tmp_path)).rows[1][ColumnRole.TEXT] == "Köp"


def test_employees_are_never_read_and_unread_dimensions_are_told(tmp_path):
    seen = understood(sie(tmp_path))
    assert [warning for warning in seen.warnings if "läses inte" in warning] == [
        "Dimension 7 (Anställd) läses inte.",
        "Dimension 21 (Region) läses inte.",
    ]


@pytest.mark.parametrize("by_profile", [False, True])
def test_a_choice_or_a_profile_says_what_a_dimension_is(tmp_path, by_profile):
    dimensions = {"21": "cost_centre"}
    profile = ProfileFactory(columns={}, dimensions=dimensions) if by_profile else None
    choices = None if by_profile else ReadingChoices(dimensions=dimensions)
    assert Read(sie(tmp_path), choices, profile=profile).rows[0][ColumnRole.COST_CENTRE] == "Syd"


def test_a_broken_fiscal_year_is_told(tmp_path):
    finding = understood(sie(tmp_path)).finding(ReadingAspect.FISCAL_YEAR)
    assert finding.value == "20240701–20250630"
    assert "brutet" in finding.evidence


def test_a_flag_that_says_already_read_warns(tmp_path):
    head = ["#FLAGGA 1", *HEAD[1:]]
    assert "#FLAGGA 1" in understood(sie(tmp_path, head=head)).warnings[0]


@pytest.mark.parametrize(("extra", "kind"), [("#UB 0 1930 -100.00", "4E"), ("", "4I")])
def test_balances_tell_4e_from_4i(tmp_path, extra, kind):
    seen = understood(sie(tmp_path, head=[*HEAD, extra]))
    assert f"SIE {kind}" in seen.finding(ReadingAspect.FORMAT).evidence


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["#VER A 9 20240815", "{", "#TRANS 5010 {} 1.00", "}"], "inte noll"),
        (["#UB 0 1930 -99.00", *ROWS], "#UB säger"),
        (["#KSUMMA", "#FNAMN x", "#KSUMMA 5"], "#KSUMMA"),
        (["#SIETYP 2"], "typ 2"),
        (["#VER A 9 20240815", "{", "#TRANS 5010 {1 A 1 B} 0.00", "}"], "två objekt"),
    ],
)
def test_a_file_that_does_not_add_up_is_refused(tmp_path, lines, reason):
    with pytest.raises(Refusal, match=reason):
        Read(sie(tmp_path, *lines))


def test_every_voucher_that_does_not_sum_to_zero_is_named(tmp_path):
    rows = [line for number in range(3) for line in (f"#VER B {number} 20240815", "{", "#TRANS 1 {} 1.00", "}")]
    with pytest.raises(Refusal) as refused:
        Read(sie(tmp_path, *rows))
    assert [error.value for error in refused.value.errors] == ["B 0", "B 1", "B 2"]


@pytest.mark.parametrize("codec", ["cp437", "utf-8", "utf-8-sig", "cp1252", "mac-roman"])
def test_swedish_letters_in_every_encoding(tmp_path, codec):
    assert Read(sie(tmp_path, codec=codec)).rows[1][ColumnRole.TEXT] == "Köp"


def test_where_the_bytes_leave_doubt_the_standard_decides(tmp_path):
    path = sie(tmp_path, *[line.replace("Köp", "Caf\u00e9") for line in ROWS], head=[h for h in HEAD if "7" not in h])
    assert Read(path).rows[1][ColumnRole.TEXT] == "Café"


def test_the_head_may_be_utf_16(tmp_path):
    assert Read(sie(tmp_path, codec="utf-16")).rows[1][ColumnRole.TEXT] == "Köp"


def test_a_profile_that_knows_the_files_dimensions_is_found_by_itself(tmp_path):
    ProfileFactory(columns={}, dimensions={"1": "cost_centre"})
    dimensions = {"1": "project", "6": "", "20": "", "21": "cost_centre"}
    fitting = ProfileFactory(columns={}, dimensions=dimensions)
    seen = understood(sie(tmp_path))
    assert seen.profile == fitting
    assert {one.number: str(one.role or "") for one in seen.dimensions} == dimensions


def test_more_errors_than_are_listed_can_all_be_written(tmp_path):
    wrong = [line for number in range(1500) for line in (f"#VER A {number} 20240815", "{", "#TRANS 5010 {} 1.00", "}")]
    out = io.StringIO()
    with open_ledger(sie(tmp_path, *wrong)) as opened:
        assert write_errors(opened, out) == 1500
    with pytest.raises(Refusal) as refused:
        Read(sie(tmp_path, *wrong))
    assert (len(refused.value.errors), refused.value.count) == (1000, 1500)
