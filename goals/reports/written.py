"""A measure's value in words."""

from decimal import Decimal

from vp_portal.core import formatting


def written(value: Decimal | int | None, unit: str = "") -> str:
    """A value with as many decimals as it has, two at most, and its unit."""
    if value is None:
        return formatting.MISSING
    exponent = Decimal(value).quantize(Decimal("0.01")).normalize().as_tuple().exponent
    decimals = max(-exponent, 0) if isinstance(exponent, int) else 0
    text = formatting.number(value, decimals)
    return f"{text}{formatting.NBSP}{unit}" if unit else text
