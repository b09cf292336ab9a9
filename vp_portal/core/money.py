"""Whole amounts and their parts. No float, nothing lost."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

ORE = Decimal("0.01")


def split(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Parts of `amount` in proportion to `weights`, rounded to the öre by the largest remainder.

    The parts add up to the amount. Ties go to the first part; a negative amount is split as its mirror image.
    Raises ValueError when the weights are negative or add up to nothing, or the amount has fractions of an öre.
    """
    whole = sum(weights, Decimal(0))
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be positive and add up to something")
    if amount != amount.quantize(ORE):
        raise ValueError("the amount has fractions of an öre")
    sign = -1 if amount < 0 else 1
    ore = int(abs(amount) / ORE)
    exact = [ore * weight / whole for weight in weights]
    parts = [int(part.to_integral_value(ROUND_FLOOR)) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: ore - sum(parts)]:
        parts[i] += 1
    return [sign * part * ORE for part in parts]


def scaled(amounts: Sequence[Decimal], factor: Decimal) -> list[Decimal]:
    """Each amount times the factor. The result adds up to the sum times the factor, rounded half up to the öre.

    Amounts above and below zero are parted by the largest remainder, each among themselves.
    """
    if not factor:
        return [Decimal("0.00") for _amount in amounts]
    above = [max(amount, Decimal(0)) for amount in amounts]
    below = [max(-amount, Decimal(0)) for amount in amounts]
    whole = (sum(amounts, Decimal(0)) * factor).quantize(ORE, ROUND_HALF_UP)
    first = (sum(above, Decimal(0)) * factor).quantize(ORE, ROUND_HALF_UP)
    if not any(below):
        return split(whole, above) if any(above) else [Decimal("0.00") for _amount in amounts]
    if not any(above):
        return [part + 0 for part in split(whole, below)]
    parts = zip(split(first, above), split(first - whole, below), strict=True)
    return [up - down for up, down in parts]
