"""Workbooks: sheets, epochs, number cells, formulas."""

import datetime as dt
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter

from finance.choices import ColumnRole, ReadingAspect
from finance.importing.problems import Refusal
from finance.importing.understanding import ReadingChoices
from tests.factories.finance import ProfileFactory
from tests.finance.ledger_variants import Read, make_ods, make_xlsx, understood

pytestmark = pytest.mark.django_db
HEADER = ("Period", "Konto", "Kst", "Datum", "Belopp")


def one_row(amount, make=make_xlsx, **cells):
    row = {"Period": "202503", "Konto": "5010", "Kst": "11", "Datum": "", "Belopp": amount, **cells}
    return lambda folder: make(folder / "bok", [HEADER, [row[name] for name in HEADER]])


@pytest.mark.parametrize("make", [make_xlsx, make_ods])
@pytest.mark.parametrize("number", ["0.30000000000000004", "1234.1", "-0.01", "123456789.99", "100"])
def test_a_number_is_what_the_program_shows(tmp_path, make, number):
    read = Read(one_row(Decimal(number), make)(tmp_path))
    assert read.amounts == [Decimal(f"{float(number):.15g}").quantize(Decimal("0.01"))]


def test_more_than_two_decimals_are_left_for_booking_to_refuse(tmp_path):
    assert Read(one_row(Decimal("10.005"))(tmp_path)).of(ColumnRole.AMOUNT) == ["10,005"]


def test_a_number_of_three_decimals_is_no_thousand(tmp_path):
    read = Read(one_row(Decimal("1.234"))(tmp_path))
    assert (read.of(ColumnRole.AMOUNT), read.layout.decimal_mark) == (["1,234"], ",")


def test_number_cells_follow_the_mark_of_the_text_cells(tmp_path):
    rows = [("202503", "5010", "1", "", Decimal("2.5")), ("202503", "5010", "1", "", "1,234.50")]
    assert Read(make_xlsx(tmp_path / "bok", [HEADER, *rows])).total == Decimal("1237.00")


def test_codes_that_are_numbers_lose_their_decimals_and_texts_keep_their_zeros(tmp_path):
    read = Read(one_row(Decimal(1), Konto=Decimal(46362), Kst="0040")(tmp_path))
    assert (read.of(ColumnRole.ACCOUNT), read.of(ColumnRole.COST_CENTRE)) == (["46362"], ["0040"])


@pytest.mark.parametrize("epoch", [False, True])
def test_a_date_is_the_same_day_in_both_epochs(tmp_path, epoch):
    with xlsxwriter.Workbook(tmp_path / "bok", {"date_1904": epoch}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["202503", "5010", "1"])
        sheet.write_datetime(1, 3, dt.datetime(2025, 3, 14), book.add_format({"num_format": "yyyy-mm-dd"}))  # noqa: DTZ001
        sheet.write_number(1, 4, 5)
    assert Read(tmp_path / "bok").of(ColumnRole.DATE) == ["2025-03-14"]


def test_rows_keep_their_number_under_merged_titles_and_blank_columns(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "bok") as book:
        sheet = book.add_worksheet()
        sheet.merge_range(2, 1, 2, 5, "Huvudbok mars 2025")
        sheet.write_row(5, 1, HEADER)
        sheet.write_row(6, 1, ["202503", "5010", "1", "", 5])
        sheet.write_row(8, 1, ["202503", "5010", "1", "", 7])
    read = Read(tmp_path / "bok")
    assert [(row[ColumnRole.LINE], row[ColumnRole.AMOUNT]) for row in read.rows] == [(7, "5"), (9, "7")]


def two_sheets(path, *, hidden=""):
    book = openpyxl.Workbook()
    for name in ("Mars", "April"):
        sheet = book.create_sheet(name)
        sheet.append(HEADER)
        sheet.append(["202503", "5010", name, "", 5])
        sheet.sheet_state = "hidden" if name == hidden else "visible"
    del book["Sheet"]
    book.save(path)
    return path


def test_of_several_sheets_somebody_has_to_choose(tmp_path):
    path = two_sheets(tmp_path / "bok.xlsx")
    seen = understood(path)
    assert seen.problem is not None
    assert seen.finding(ReadingAspect.SHEET).alternatives == (("Mars", "Mars"), ("April", "April"))
    assert Read(path, ReadingChoices(sheet="April")).of(ColumnRole.COST_CENTRE) == ["April"]


def test_a_hidden_sheet_is_offered_and_never_taken(tmp_path):
    path = two_sheets(tmp_path / "bok.xlsx", hidden="April")
    read = Read(path)
    assert read.of(ColumnRole.COST_CENTRE) == ["Mars"]
    assert read.understanding.finding(ReadingAspect.SHEET).alternatives[1] == ("April", "April (dolt)")
    assert Read(path, ReadingChoices(sheet="April")).of(ColumnRole.COST_CENTRE) == ["April"]


def test_a_sheet_that_does_not_exist_is_told(tmp_path):
    seen = understood(two_sheets(tmp_path / "bok.xlsx"), ReadingChoices(sheet="Maj"))
    assert "Maj" in seen.problem.errors[0].reason


def test_a_profile_names_the_sheet(tmp_path):
    columns = {"Period": "period", "Konto": "account", "Kst": "cost_centre", "Datum": "date", "Belopp": "amount"}
    read = Read(two_sheets(tmp_path / "bok.xlsx"), profile=ProfileFactory(columns=columns, sheet="April"))
    assert read.of(ColumnRole.COST_CENTRE) == ["April"]


def with_formula(path, column: str, formula: str = "=1+1"):
    book = openpyxl.Workbook()
    book.active.append([*HEADER, "Notering", "Slut"])
    book.active.append(["202503", "5010", "1", "", 5, "", "x"])
    book.active[f"{column}2"] = formula
    book.save(path)
    return path


@pytest.mark.parametrize(("column", "name"), [("E", "Belopp"), ("C", "Kst")])
def test_a_formula_without_a_value_is_refused_by_its_cell(tmp_path, column, name):
    with pytest.raises(Refusal, match="utan sparat värde") as refused:
        Read(with_formula(tmp_path / "bok.xlsx", column))
    error = refused.value.errors[0]
    assert (error.line, error.column, error.value) == (2, name, "=1+1")


def test_a_formula_in_a_column_that_is_not_read_is_no_matter(tmp_path):
    assert Read(with_formula(tmp_path / "bok.xlsx", "F")).total == 5


def test_an_error_cell_is_refused_and_not_read_as_empty(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "bok") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["202503", "5010", "", "", 5])
        sheet.write_formula(1, 2, "=NA()", None, "#N/A")
    with pytest.raises(Refusal, match="felvärde"):
        Read(tmp_path / "bok")


def test_a_formula_without_a_value_in_an_ods_is_refused(tmp_path):
    names = 'table:formula="of:=1+1"'
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{v}</text:p></table:table-cell>' for v in HEADER[:4]
    )
    extra = f"<table:table-row>{cells}<table:table-cell {names}/></table:table-row>"
    path = make_ods(tmp_path / "bok", [HEADER, ["202503", "5010", "1", "", Decimal(5)]], extra=extra)
    with pytest.raises(Refusal, match="utan sparat värde") as refused:
        Read(path)
    assert refused.value.errors[0].line == 3
