from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.importing.planned import Codes, as_text, records_of_file, records_of_text, understood
from finance.importing.problems import Refusal
from vp_portal.core.periods import MONTHS
from vp_portal.core.spreadsheets import write_xlsx

CODES = Codes({"11320": 1, "01": 2}, {"TJ1": 7}, {"it": 3, "state.it": 3, "personal": 4})
SHORT = [name[:3] for name in MONTHS]


def read(text, year=2025):
    return understood(records_of_text(text), year, CODES)


def test_twelve_columns_of_months():
    found = read("kst\tkontogrupp\t" + "\t".join(SHORT) + "\n11320\tit\t" + "\t".join(["1 000,50"] * 12))
    assert found.is_sound
    assert found.rows == {("cost_centre", 1, 3): [Decimal("1000.50")] * 12}


def test_a_period_and_an_amount_a_line():
    found = read("Kostnadsbärare;Kontogrupp;Period;Belopp\nTJ1;it;202503;100\nTJ1;it;2025-04;-25,5")
    months = found.rows["cost_object", 7, 3]
    assert (months[2], months[3], sum(months)) == (Decimal(100), Decimal("-25.50"), Decimal("74.50"))


def test_an_amount_for_the_year_is_spread_to_the_ore():
    months = read("kst\tkontogrupp\tbelopp\n01\tstate.it\t100,00").rows["cost_centre", 2, 3]
    assert sum(months) == Decimal("100.00")
    assert set(months) == {Decimal("8.33"), Decimal("8.34")}


def test_codes_keep_their_leading_zeros():
    assert ("cost_centre", 2, 3) in read("kst\tkontogrupp\tbelopp\n01\tit\t1").rows


def test_unknown_codes_are_told_with_count_sum_and_first_line():
    found = read("kst\tkontogrupp\tbelopp\n99\tit\t10\n99\tit\t5,50\n11320\tnytt\t1")
    assert not found.is_sound
    assert [(u.kind, u.code, u.count, u.sum, u.line) for u in found.unknown] == [
        ("cost_centre", "99", 2, Decimal("15.50"), 2),
        ("group", "nytt", 1, Decimal("1.00"), 4),
    ]


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        ("11320\tit\t202501\tabc", "belopp", "abc", "inget belopp"),
        ("11320\tit\t202501\t1,234", "belopp", "1,234", "mer än två decimaler"),
        ("11320\tit\t202501\t#REF!", "belopp", "#REF!", "felvärde från ett kalkylark"),
        ("11320\tit\t202613\t1", "period", "202613", "inte en vanlig månad"),
        ("11320\tit\t202601\t1", "period", "202601", "perioden ligger inte i 2025"),
        ("11320\tit\tmarsch\t1", "period", "marsch", "ingen period, skriv ÅÅÅÅMM"),
        ("11320\t\t202501\t1", "kontogrupp", "", "kontogrupp saknas"),
        ("\tit\t202501\t1", "kst", "", "kod saknas"),
    ],
)
def test_what_is_wrong_is_told_by_line_column_and_value(row, column, value, reason):
    found = read(f"kst\tkontogrupp\tperiod\tbelopp\n11320\tit\t202502\t2,50\n{row}")
    assert [(e.line, e.column, e.value, e.reason) for e in found.errors] == [(3, column, value, reason)]
    assert not found.is_sound


def test_the_same_row_twice_is_refused():
    found = read("kst\tkontogrupp\tbelopp\n11320\tit\t1\n11320\tstate.it\t2")
    assert [e.reason for e in found.errors] == ["raden finns redan på rad 2"]


def test_a_row_is_of_a_cost_centre_or_of_a_cost_object():
    found = read("kst\tkostnadsbärare\tkontogrupp\tbelopp\n11320\tTJ1\tit\t1")
    assert "inte båda" in found.errors[0].reason


def test_a_sum_is_held_against_its_months():
    found = read("kst\tkontogrupp\tjan\tfeb\tsumma\n11320\tit\t1\t2\t4")
    assert found.errors[0].reason == "månaderna blir tillsammans 3,00"


def test_a_last_row_of_sums_is_passed_over():
    assert read("kst\tkontogrupp\tbelopp\n11320\tit\t5\nSumma\t\t5").is_sound


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Rubrikraden saknas"),
        ("a\tb\n1\t2", "Rubrikraden saknas"),
        ("kst\tkontogrupp\n11320\tit", "Belopp saknas"),
        ("kst\tkontogrupp\tjan\tjanuari\n", "flera kolumner"),
        ("kst\tkontogrupp\tbelopp\n", "inga rader"),
        ("kst\tkontogrupp\tbelopp\n" + "11320\tit\t1\n" * 60_001, "60000"),
    ],
)
def test_a_table_without_what_it_needs_is_refused(text, reason):
    with pytest.raises(Refusal, match=reason):
        read(text)


def test_more_combinations_than_a_budget_has_are_refused():
    codes = Codes({f"{number}": number for number in range(5001)}, {}, {"it": 3})
    text = "kst\tkontogrupp\tbelopp\n" + "".join(f"{number}\tit\t1\n" for number in range(5001))
    with pytest.raises(Refusal, match="5001 kombinationer"):
        understood(records_of_text(text), 2025, codes)


def test_a_large_budget_may_have_a_line_for_each_month():
    codes = Codes({f"{number}": number for number in range(1000)}, {}, {"it": 3})
    lines = [f"{number};it;2025{month:02};1,50" for number in range(1000) for month in range(1, 13)]
    found = understood(records_of_text("\n".join(["kst;kontogrupp;period;belopp", *lines])), 2025, codes)
    assert found.is_sound
    assert {sum(months) for months in found.rows.values()} == {Decimal("18.00")}


def test_a_workbook_and_a_text_file_say_the_same(tmp_path):
    columns, row = ["kst", "kontogrupp", "belopp"], ["11320", "it", Decimal("1234.56")]
    book, text = tmp_path / "a.xlsx", tmp_path / "a.csv"
    book.write_bytes(write_xlsx(columns, [row]))
    text.write_bytes("kst;kontogrupp;belopp\r\n11320;it;1234,56\r\n".encode("cp1252"))
    found = [understood(records_of_file(path), 2025, CODES).rows for path in (book, text)]
    assert found[0] == found[1] != {}


def test_a_file_that_is_no_table_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"%PDF-1.4")
    with pytest.raises(Refusal, match="PDF"):
        records_of_file(path)


AMOUNTS = st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=12, max_size=12)


@given(AMOUNTS)
def test_what_is_written_is_read_back(months):
    found = read(as_text([(("11320", "", "state.it"), months)]))
    assert found.rows == {("cost_centre", 1, 3): [month + 0 for month in months]}


@given(st.text(max_size=300))
def test_any_text_is_understood_or_refused(text):
    for table in (text, f"kst\tkontogrupp\tbelopp\n{text}", f"kst\tkontogrupp\tbelopp\n11320\tit\t{text}"):
        with suppress(Refusal):
            read(table)
