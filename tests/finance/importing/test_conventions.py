"""Amounts as files mean them: what is written in any convention comes back to the öre."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.choices import SCALE_FACTOR, ColumnRole, DebitCredit, Scale
from finance.importing.conventions import amount_reader, column_mark, written
from finance.importing.layout import Layout, Record
from finance.importing.problems import ValueProblem
from tests.finance.ledger_variants import STYLES

ORE = st.decimals(min_value=Decimal("-9999999999.99"), max_value=Decimal("9999999999.99"), places=2)


def layout(**options) -> Layout:
    return Layout(";", ("Belopp", "DK"), 1, {ColumnRole.AMOUNT: 0}, None, **{"file_mark": ",", **options})


@given(ORE, st.sampled_from(Scale.values), st.booleans())
def test_any_amount_in_any_scale_and_sign_comes_back(amount, scale, is_flipped):
    factor = SCALE_FACTOR[Scale(scale)]
    text = f"{(-amount if is_flipped else amount) / factor:f}".replace(".", ",")
    assert amount_reader(layout(scale=factor, is_flipped=is_flipped))(text, []) == amount


@given(ORE)
def test_any_amount_as_debit_or_credit_comes_back(amount):
    text, side = f"{abs(amount)}".replace(".", ","), "K" if amount < 0 else "D"
    assert amount_reader(layout(debit_credit=DebitCredit.SUFFIX))(f"{text} {side}", []) == amount
    by_column = layout(debit_credit=DebitCredit.COLUMN, debit_credit_place=1)
    assert amount_reader(by_column)(text, [text, side]) == amount


@given(ORE, st.sampled_from(sorted(STYLES)))
def test_any_amount_in_any_style_comes_back(amount, style):
    mark = "." if style in ("plain dot", "English") else ","
    text = STYLES[style](str(amount))
    # Groups by comma or dot need a mark; all else is read with it too.
    assert amount_reader(layout(file_mark=mark))(text, []) == amount


@given(ORE)
def test_what_is_written_is_plain(amount):
    assert Decimal(written(amount)) == amount
    assert not set(written(amount)) - set("-.0123456789")


@pytest.mark.parametrize("text", ["5,00", "K", "5,00 X", ""])
def test_an_amount_without_a_side_is_an_error(text):
    with pytest.raises(ValueProblem):
        amount_reader(layout(debit_credit=DebitCredit.SUFFIX))(text, [])


@pytest.mark.parametrize(("values", "mark"), [(["1.234", "5,5 K"], ","), (["1.234 K"], None), (["7 D"], ",")])
def test_the_mark_of_a_column_is_found_beside_d_and_k(values, mark):
    records = [Record(number, number, [value]) for number, value in enumerate(values)]
    assert column_mark(records, layout(debit_credit=DebitCredit.SUFFIX)) == mark
