from decimal import Decimal

import pytest

from finance.importing.problems import Refusal, ValueProblem
from finance.importing.sie import Reader
from finance.importing.sie_posts import Objects, split

HEAD = ["#FLAGGA 0", "#SIETYP 4", "#RAR 0 20240701 20250630", "#KONTO 5010 Lokalhyra", '#DIM 1 "Resultatenhet"']
VOUCHER = ["#VER A 1 20240815 Hyra", "{", "#TRANS 5010 {1 Nord} 100.00", "#TRANS 1930 {} -100.00", "}"]


def read(*lines: str) -> tuple[Reader, list]:
    reader = Reader([*HEAD, *lines], "cp437")
    return reader, list(reader.vouchers())


def voucher(*rows: str, head: str = "#VER A 1 20240815 Hyra") -> list[str]:
    return [head, "{", *rows, "}"]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ('A 1 20240815 "Hyra mars"', ["A", "1", "20240815", "Hyra mars"]),
        ("A\t1\t\tx", ["A", "1", "x"]),
        (r'"en \"citerad\" text" 2', ['en "citerad" text', "2"]),
        ('5010 {1 Nord 6 "00 1"} 5.00', ["5010", Objects(("1", "Nord", "6", "00 1")), "5.00"]),
        ('5010 {} ""', ["5010", Objects(), ""]),
        (r'"C:\Program\SPCS"', [r"C:\Program\SPCS"]),
    ],
)
def test_a_line_is_split_into_its_fields(text, fields):
    assert split(text) == fields


@pytest.mark.parametrize("text", ['"öppet', "{1 Nord", 'a "b'])
def test_a_quote_or_brace_that_does_not_end_is_told(text):
    with pytest.raises(ValueProblem):
        split(text)


def test_a_voucher_has_its_rows_with_lines_and_objects():
    _reader, (found,) = read(*VOUCHER)
    assert [(row.line, row.account, row.objects, row.amount) for row in found.rows] == [
        (8, "5010", ("1", "Nord"), Decimal("100.00")),
        (9, "1930", (), Decimal("-100.00")),
    ]


def test_labels_may_be_written_in_any_case():
    _reader, found = read(*[line.replace("#VER", "#ver").replace("#TRANS", "#Trans") for line in VOUCHER])
    assert len(found) == 1


def test_unknown_labels_and_trailing_fields_are_passed_over():
    reader, found = read(
        "#NYTT x y", *voucher("#TRANS 5010 {} 5 20240815 text 1 sign mer", "#TRANS 1930 {} -5", "#X 1")
    )
    assert (len(found), reader.errors) == (1, [])


def test_a_voucher_that_does_not_sum_to_zero_is_named():
    reader, found = read(*voucher("#TRANS 5010 {} 5.00", "#TRANS 1930 {} -4.00", head="#VER B 77 20240815"))
    assert not found
    assert [(error.line, error.value) for error in reader.errors] == [(6, "B 77")]
    assert "1.00" in reader.errors[0].reason


def test_an_added_line_counts_once_with_the_line_that_repeats_it():
    _reader, (found,) = read(*voucher("#RTRANS 5010 {} 5.00", "#TRANS 5010 {} 5.00", "#TRANS 1930 {} -5.00"))
    assert [row.amount for row in found.rows] == [Decimal("5.00"), Decimal("-5.00")]


def test_an_added_line_that_nothing_repeats_counts_once():
    _reader, (found,) = read(*voucher("#TRANS 1930 {} -5.00", "#RTRANS 5010 {} 5.00"))
    assert sum(row.amount for row in found.rows) == 0


def test_a_removed_line_is_not_booked():
    reader, (found,) = read(*voucher("#BTRANS 5010 {} 9.00", "#TRANS 5010 {} 5.00", "#TRANS 1930 {} -5.00"))
    assert len(found.rows) == 2
    assert reader.skipped == [(8, "borttagen rad (#BTRANS)")]


def test_a_voucher_without_lines_is_passed_over():
    reader, found = read(*voucher())
    assert (found, reader.errors, len(reader.skipped)) == ([], [], 1)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (voucher(head="#VER A 1 20240230"), "inget datum"),
        (voucher(head="#VER A 1 2024-08-15"), "inget datum"),
        (voucher(head="#VER A 1 20240630"), "utanför räkenskapsåret"),
        (voucher("#TRANS 5010 {} 1,00"), "siffergrupperna"),
        (voucher("#TRANS 5010 {} 1.005"), "två decimaler"),
        (voucher("#TRANS 5010 {1} 1.00"), "dimension utan objekt"),
        (["#TRANS 5010 {} 1.00"], "utanför en verifikation"),
        (VOUCHER[:-1], "tar aldrig slut"),
        ([*VOUCHER[:-1], *VOUCHER], "tar aldrig slut"),
        (["#UB 0 1930 x"], "inget belopp"),
    ],
)
def test_what_is_wrong_is_told(lines, reason):
    reader, _found = read(*lines)
    assert any(reason in error.reason for error in reader.errors)


@pytest.mark.parametrize(
    ("balances", "wrong"),
    [
        (["#IB 0 1930 500.00", "#UB 0 1930 400.00", "#RES 0 5010 100.00"], []),
        (["#IB 0 1930 500.00", "#UB 0 1930 500.00"], ["1930"]),
        (["#RES 0 5010 99.00"], ["5010"]),
        (["#UB -1 1930 7.00", "#RES -1 5010 7.00"], []),
    ],
)
def test_balances_are_checked_against_the_vouchers(balances, wrong):
    reader, _found = read(*balances, *VOUCHER)
    reader.check_balances()
    assert [error.value for error in reader.errors] == wrong


def test_a_checksum_that_agrees_is_silent():
    # CRC-32 of "#FNAMNEx #1" + "#KONTO1915Kassa": spaces inside a field count, separators and quotes don't.
    import zlib

    stated = zlib.crc32(b'#FNAMNEx "1"#KONTO1915Kassa')
    for number in (stated, stated - (1 << 32)):
        reader = Reader(["#KSUMMA", r'#FNAMN "Ex \"1\""', "#KONTO  1915 Kassa", f"#KSUMMA {number}"], "cp437")
        assert list(reader.vouchers()) == []


@pytest.mark.parametrize(("lines", "reason"), [(["#KSUMMA 1"], "stämmer inte"), ([], "avklippt")])
def test_a_checksum_that_disagrees_or_is_missing_refuses_the_file(lines, reason):
    with pytest.raises(Refusal, match=reason):
        list(Reader(["#KSUMMA", "#FNAMN x", *lines], "cp437").vouchers())
