import csv
import datetime as dt
import io
import re
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.payloads import payloads
from vp_portal.core.spreadsheets import (
    MAX_ROWS,
    UnreadableFileError,
    guarded,
    read_csv,
    read_xlsx,
    unguarded,
    write_csv,
    write_xlsx,
)

HEADERS = ["kod", "namn", "belopp", "datum"]
ROW = ["0012", "Ås & Öl", Decimal("-1234.50"), dt.date(2025, 3, 31)]


def test_csv_is_what_swedish_excel_opens():
    data = write_csv(HEADERS, [ROW])
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig") == "kod;namn;belopp;datum\r\n0012;Ås & Öl;-1234,50;2025-03-31\r\n"


#: What stands before the first sign that a spreadsheet could run.
RUNS = re.compile(r"[\s'\"\u200b\ufeff\0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n\0]")


@pytest.mark.parametrize("text", [*payloads("formulas"), "+46", "-x", "\tx", "\rx"])
def test_no_text_becomes_a_formula_in_csv(text):
    data = write_csv(["a", text], [[text, "b"], ["c", text]]).decode("utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(data, newline=""), delimiter=";") for cell in line]
    assert len(cells) == 6
    assert [cell for cell in cells if RUNS.match(cell) and not cell.startswith("'")] == []
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["12 000", "kr - öre", "a=b", "anna@example.org", "– streck", "'citat'", ""])
def test_other_text_is_left_as_it_is(text):
    assert guarded(text) == text


@given(st.text("'\" =+-@\t\r\n\0\uff1dax", max_size=8))
def test_a_guard_is_taken_away_exactly(text):
    assert unguarded(guarded(text)) == text
    assert guarded(text) == text or guarded(text) == f"'{text}"


def test_negative_amounts_stay_numbers():
    assert b"\r\n-5,00\r\n" in write_csv(["a"], [[Decimal("-5.00")]])


@pytest.mark.parametrize("text", [*payloads("formulas"), "+46", "@x", "http://exempel.se", "0012", "{=1}"])
def test_xlsx_text_stays_text(text):
    cell = openpyxl.load_workbook(io.BytesIO(write_xlsx(["a"], [[text]]))).active["A2"]
    assert cell.data_type in ("s", "inlineStr")
    assert cell.hyperlink is None
    assert cell.quotePrefix or not RUNS.match(text)


def test_xlsx_text_comes_back_as_it_was():
    assert read_xlsx(write_xlsx(["a"], [["=1+1"], ["0012"], ["{=1}"]])) == (["a"], [["=1+1"], ["0012"], ["{=1}"]])


def test_xlsx_keeps_numbers_and_dates():
    assert read_xlsx(write_xlsx(HEADERS, [ROW]))[1] == [["0012", "Ås & Öl", "-1234.5", "2025-03-31"]]


@pytest.mark.parametrize(
    "data",
    [
        "kod;namn\r\n1;Ås\r\n".encode("utf-8-sig"),
        "kod;namn\n1;Ås".encode(),
        "kod;namn\r\n1;Ås\r\n;\r\n".encode("cp1252"),
        "kod\tnamn\n1\tÅs\n".encode(),
        "kod,namn\n1,Ås\n".encode(),
    ],
    ids=["bom", "utf-8", "windows", "tabs", "commas"],
)
def test_reads_what_excel_saves(data):
    assert read_csv(data) == (["kod", "namn"], [["1", "Ås"]])


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "kolumnrubriker"),
        (b"a;b\r\n1;2\r\n1;2;3\r\n", "Rad 3"),
        (b"a;b\r\n1\r\n", "Rad 2"),
        (b'a;b\r\n"1;2', "CSV"),
        (b"a\n" + b"1\n" * (MAX_ROWS + 1), "10001 rader"),
    ],
)
def test_says_why_a_csv_cannot_be_read(data, text):
    with pytest.raises(UnreadableFileError, match=text):
        read_csv(data)


def test_says_when_a_file_is_no_workbook():
    with pytest.raises(UnreadableFileError, match="XLSX"):
        read_xlsx(b"kod;namn")


@given(st.lists(st.tuples(st.text("abåäö=+-@'\";,\n 0", min_size=1).map(str.strip), st.just("x")), max_size=5))
def test_csv_comes_back_as_it_went_out(rows):
    expected = [list(row) for row in rows]
    assert read_csv(write_csv(["a", "b"], rows))[1] == expected
