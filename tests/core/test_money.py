from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vp_portal.core.money import ORE, scaled, split

amounts = st.integers(-(10**13), 10**13).map(lambda ore: ore * ORE)
weights = st.lists(st.decimals(0, 100, places=4), min_size=1, max_size=12).filter(lambda ws: sum(ws) > 0)


@given(amounts, weights)
def test_parts_add_up_to_the_whole(amount, shares):
    assert sum(split(amount, shares)) == amount


@given(amounts, weights)
def test_each_part_is_within_an_ore_of_its_exact_share(amount, shares):
    whole = sum(shares)
    for part, share in zip(split(amount, shares), shares, strict=True):
        assert abs(part - amount * share / whole) < ORE


@given(amounts, weights)
def test_a_credit_is_split_as_the_mirror_image_of_its_debit(amount, shares):
    assert split(-amount, shares) == [-part for part in split(amount, shares)]


def test_the_odd_ore_goes_to_the_largest_remainder():
    assert split(Decimal("0.10"), [Decimal(33), Decimal(33), Decimal(34)]) == [
        Decimal("0.03"),
        Decimal("0.03"),
        Decimal("0.04"),
    ]


@pytest.mark.parametrize("bad", [[], [Decimal(0)], [Decimal(-1), Decimal(2)]])
def test_weights_that_cannot_share_are_refused(bad):
    with pytest.raises(ValueError, match="weights"):
        split(Decimal("1.00"), bad)


def test_fractions_of_an_ore_are_refused():
    with pytest.raises(ValueError, match="öre"):
        split(Decimal("1.005"), [Decimal(1)])


@given(st.lists(amounts, min_size=1, max_size=20), st.decimals(0, 100, places=4))
def test_scaled_amounts_add_up_to_the_scaled_sum(many, factor):
    assert sum(scaled(many, factor)) == (sum(many) * factor).quantize(ORE, "ROUND_HALF_UP")


@given(st.lists(amounts, min_size=1, max_size=20))
def test_scaled_by_one_is_the_same(many):
    assert scaled(many, Decimal(1)) == many


@pytest.mark.parametrize("many", [[], [Decimal("0.00")], [Decimal("0.00")] * 3])
def test_nothing_scaled_is_nothing(many):
    assert scaled(many, Decimal(2)) == many
