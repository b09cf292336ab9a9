"""The table of `ledger-formats`, and what must hold for any amount."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.importing.amounts import find_mark, parse_amount
from finance.importing.problems import ValueProblem

ORE = st.decimals(min_value=Decimal("-99999999999.99"), max_value=Decimal("99999999999.99"), places=2)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        *((f"1{space}234,50", "1234.50") for space in " \u00a0\u202f\u2009\u2007'"),
        ("1.234,50", "1234.50"),
        ("12.345.678,9", "12345678.90"),
        *((f"{minus}1 234,50", "-1234.50") for minus in "-\u2212\u2013\u2010\u2011"),
        ("(1 234,50)", "-1234.50"),
        ("1 234,50-", "-1234.50"),
        ("1 234,50\u2212", "-1234.50"),
        ("1 234,50 kr", "1234.50"),
        ("1234,50 SEK", "1234.50"),
        ("-1234,5 kr", "-1234.50"),
        ("(5,00 kr)", "-5.00"),
        ("1 234:-", "1234.00"),
        ("1 234,-", "1234.00"),
        ("10,000", "10.00"),
        (",50", "0.50"),
        ("-0,00", "0.00"),
        ("+5", "5.00"),
    ],
)
def test_an_amount_with_decimal_comma_is_read(raw, expected):
    assert str(parse_amount(raw, ",")) == expected


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "belopp saknas"),
        ("--5,00", "dubbelt tecken"),
        ("-(5,00)", "dubbelt tecken"),
        ("(-5,00)", "dubbelt tecken"),
        ("-5,00-", "dubbelt tecken"),
        ("?1 234,50", "förlorat"),
        ("10,005", "mer än två decimaler"),
        ("1,23E+05", "exponent"),
        ("12 34,50", "siffergrupperna"),
        ("1 234 56,00", "siffergrupperna"),
        ("1 234.567,00", "siffergrupperna"),
        ("12.50", "siffergrupperna"),
        ("#####", "kalkylark"),
        ("#VÄRDEFEL!", "kalkylark"),
        ("tolv", "inget belopp"),
        ("١٢", "inget belopp"),
        ("1000000000000,00", "för stort"),
        ("9" * 60, "för stort"),
    ],
)
def test_an_amount_that_can_not_be_trusted_is_an_error(raw, reason):
    with pytest.raises(ValueProblem, match=reason):
        parse_amount(raw, ",")


def test_a_profile_with_a_dot_reads_three_decimals_that_are_zeros():
    assert parse_amount("1000.000", ".") == Decimal("1000.00")


def test_a_scale_is_applied_before_the_decimals_are_counted():
    assert parse_amount("0,12345678", ",", Decimal(1_000_000)) == Decimal("123456.78")


def test_without_a_known_mark_a_dot_is_ambiguous():
    with pytest.raises(ValueProblem, match="tvetydigt"):
        parse_amount("1.234", None)


def test_without_a_known_mark_whole_amounts_are_read():
    assert parse_amount("1 234", None) == Decimal(1234)


@pytest.mark.parametrize(
    ("values", "mark"),
    [
        (["12,50", "1.234"], ","),
        (["12.50", "1,234"], "."),
        (["1.234,00"], ","),
        (["1.234.567"], ","),
        (["1234.567"], "."),
        (["100", "-3"], ","),
        (["1.234"], None),
        (["1,5", "1.5"], None),
        (["1,2.3,4"], None),
        (["1 234,-", "5:-"], ","),
    ],
)
def test_the_mark_is_found_only_when_the_column_leaves_no_doubt(values, mark):
    assert find_mark(values) == mark


@given(ORE, st.sampled_from([" ", "\u00a0", ".", "'", ""]), st.sampled_from(["{}", "{} kr", "{}:-", "  {} "]))
def test_any_amount_written_with_groups_comes_back_to_the_ore(amount, group, frame):
    if frame == "{}:-":
        amount = amount.to_integral_value()
    text = f"{abs(amount):,.2f}".replace(",", "G").replace(".", ",").replace("G", group)
    text = text.removesuffix(",00") if frame == "{}:-" else text
    assert parse_amount(frame.format(("-" if amount < 0 else "") + text), ",") == amount


@given(ORE)
def test_a_minus_in_any_place_means_the_same(amount):
    text = f"{abs(amount):.2f}"
    sign = amount < 0
    forms = [f"-{text}", f"{text}-", f"({text})", f"\u2212{text}"] if sign else [text, f"+{text}"]
    assert {parse_amount(form, ".") for form in forms} == {amount}


@given(st.text(max_size=20))
def test_any_text_is_an_amount_with_two_decimals_or_a_problem(raw):
    for mark in (",", ".", None):
        try:
            amount = parse_amount(raw, mark)
        except ValueProblem:
            continue
        assert amount.as_tuple().exponent == -2
