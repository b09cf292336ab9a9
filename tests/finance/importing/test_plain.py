"""Text that the server takes apart gives what the csv module gives: rows, lines, what is passed over, what is wrong."""

import itertools
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance.choices import SCALE_FACTOR, Scale
from finance.importing import plain, staging
from finance.importing.opening import open_ledger
from finance.importing.records import Findings
from finance.importing.understanding import ReadingChoices

pytestmark = pytest.mark.django_db
HEADER = "Period;Konto;Kst;Text;Belopp"
ROW = "202503;5010;1100;Hyra;1,00"


def staged():
    with connection.cursor() as cursor:
        cursor.execute("SELECT line, account, text, amount FROM ledger_staging ORDER BY line")
        return cursor.fetchall()


def both_ways(tmp_path, content: bytes, choices: ReadingChoices | None = None):
    """(rows, findings) by the fast way and by the careful one."""
    path = tmp_path / "fil.csv"
    path.write_bytes(content)
    ways = []
    for is_fast in (True, False):
        findings = Findings()
        with open_ledger(path, choices) as opened:
            if is_fast:
                assert opened.plain
                plain.copy_text(plain.Source(path, *opened.plain, lambda done: None), opened.layout, findings)
            else:
                staging.create_staging([role.value for role in opened.layout.columns])
                staging.copy_rows(list(opened.layout.columns), opened.rows(findings))
        ways.append((staged(), findings))
    return ways


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "lines",
    [
        [ROW, ROW],
        [ROW, "", ROW],
        [ROW, "", ""],
        ["", ROW, ";;;;", ROW],
        [ROW, HEADER, ROW],
        [ROW, "Summa;;;;1,00"],
        ["Totalt;;;1,00", ROW],
        [ROW + ";;", ROW],
        [ROW + ";mer", ROW],
        ["202503;5010;1100;kort", ROW],
        ["202503;A10;1100;Bokstav;1,00", ROW],
        ["202503; 5010;1100;Mellanslag;1,00", ROW],
        ["202503;;1100;Inget konto;1,00", ROW],
        ["202503;5010;1100;Bak\\slag \\N;1,00", ROW],
        ["202503;5010;1100;\\.;1,00", ROW],
        ["202503;5010;1100;Sist\\;1,00", ROW, "\\.", ROW],
        ["202503;5010;1100;\x01 och \x01;1,00", ROW],
    ],
)
def test_both_ways_agree(tmp_path, lines, end):
    (rows, findings), (careful_rows, careful) = both_ways(tmp_path, end.join(["Rubrik", HEADER, *lines]).encode())
    assert rows == careful_rows
    assert findings == careful


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_both_ways_agree_in_every_encoding(tmp_path, codec):
    (rows, _), (careful, _) = both_ways(tmp_path, f"{HEADER}\r\n202503;5010;1100;Köp åt Östen;1,00\r\n".encode(codec))
    assert rows == careful == [(2, "5010", "Köp åt Östen", "1,00")]


def test_lines_are_whole_across_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(plain, "BLOCK", 7)
    (rows, _), (careful, _) = both_ways(tmp_path, "\r\n".join([HEADER, *[ROW] * 50]).encode())
    assert rows == careful
    assert [line for line, *_rest in rows] == list(range(2, 52))


@pytest.mark.parametrize("text", ['"citat"', "\x02", "\x04"])
def test_what_the_server_could_take_otherwise_goes_the_careful_way(tmp_path, text):
    with pytest.raises(plain.NotPlain):
        both_ways(tmp_path, f"{HEADER}\n202503;5010;1100;{text};1,00\n".encode())


@pytest.mark.parametrize("below", [f"{ROW}\n{ROW}", f"{ROW}\rhalv;rad", "halv\nrad"])
def test_two_kinds_of_line_ends_go_the_careful_way(tmp_path, below):
    with pytest.raises(plain.NotPlain):
        both_ways(tmp_path, f"{HEADER}\r\n{below}\r\n".encode())


def test_many_rows_that_need_judging_go_the_careful_way(tmp_path, monkeypatch):
    monkeypatch.setattr(plain, "MOST_ODD", 2)
    rows = itertools.repeat("202503;A10;1100;Bokstav;1,00", 3)
    with pytest.raises(plain.NotPlain):
        both_ways(tmp_path, "\n".join([HEADER, *rows]).encode())


def written_in(amounts, side="") -> bytes:
    rows = (f"202503;5010;1100;Hyra;{amount}{side}" for amount in amounts)
    total = f"Summa;;;;{amounts[0]}"
    return "\r\n".join([f"{HEADER}{';DK' if side.startswith(';') else ''}", *rows, total, ""]).encode()


@pytest.mark.parametrize(
    ("options", "amounts", "side"),
    [
        ({"sign": "flipped"}, ["1234,50", "-0,05", "0,00", "-7"], ""),
        ({"scale": "ore"}, ["123450", "-5", "0"], ""),
        ({"scale": "tkr"}, ["1,2345", "-0,00001", "12,5"], ""),
        ({"scale": "mkr", "sign": "flipped"}, ["0,12345678", "-3", "-0,1"], ""),
        ({"scale": "kr", "debit_credit": "suffix"}, ["1234,50", "-1,00"], " K"),
        ({"debit_credit": "suffix", "scale": "tkr"}, ["1,2345", "2,50"], "d"),
        ({"columns": {5: "debit_credit"}}, ["1234,50", "-1,00"], ";Kredit."),
        ({"columns": {5: "debit_credit"}, "sign": "flipped"}, ["1234,50", "0,01"], "; d "),
    ],
)
def test_both_ways_give_the_same_kronor(tmp_path, options, amounts, side):
    choices = ReadingChoices(decimal_mark=",", **options)
    (rows, findings), (careful_rows, careful) = both_ways(tmp_path, written_in(amounts, side), choices)
    assert rows == careful_rows
    assert len(rows) == len(amounts)
    assert findings == careful


@pytest.mark.parametrize(
    ("options", "amount"),
    [
        ({"sign": "flipped"}, "1 234,50"),
        ({"sign": "flipped"}, "1,2345"),
        ({"scale": "ore"}, "12,50"),
        ({"scale": "tkr"}, "1,234567"),
        ({"scale": "mkr"}, "999999999,00"),
        ({"debit_credit": "suffix"}, "1234,50"),
        ({"debit_credit": "suffix"}, "1234,50 X"),
    ],
)
def test_kronor_that_the_server_can_not_tell_go_the_careful_way(tmp_path, options, amount):
    with pytest.raises(plain.NotPlain):
        both_ways(tmp_path, written_in(["1,00", amount]), ReadingChoices(decimal_mark=",", **options))


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.decimals("-1e9", "1e9", places=2), min_size=1, max_size=5),
    st.sampled_from(["ore", "kr", "tkr", "mkr"]),
    st.sampled_from(["ledger", "flipped"]),
)
def test_any_amounts_in_any_scale_are_the_same_both_ways(db, tmp_path, amounts, scale, sign):
    texts = [f"{amount / SCALE_FACTOR[Scale(scale)]:f}".replace(".", ",") for amount in amounts]
    choices = ReadingChoices(decimal_mark=",", scale=scale, sign=sign)
    try:
        (rows, _), (careful_rows, _) = both_ways(tmp_path, written_in(texts), choices)
    except plain.NotPlain:  # Öre with a decimal zero.
        assert scale == "ore"
    else:
        turn = -1 if sign == "flipped" else 1
        assert rows == careful_rows
        assert [Decimal(amount.replace(",", ".")) for *_rest, amount in rows] == [turn * amount for amount in amounts]
