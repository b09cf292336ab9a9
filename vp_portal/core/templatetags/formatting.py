"""`core.formatting` as template filters, loaded everywhere."""

from django import template

from vp_portal.core import formatting as f

register = template.Library()

for _name in (
    "kr", "kr_ore", "tkr", "mkr", "short_kr", "iso_date", "iso_time", "short_date", "period", "period_name", "tertial", "days", "age",
):  # fmt: skip
    register.filter(_name, getattr(f, _name))


@register.filter
def signed_kr(value: f.Number | None) -> str:
    return f.kr(value, signed=True)


@register.filter
def signed_tkr(value: f.Number | None) -> str:
    return f.tkr(value, signed=True)


@register.filter
def signed_mkr(value: f.Number | None) -> str:
    return f.mkr(value, signed=True)


@register.filter
def number(value: f.Number | None, decimals: int = 0) -> str:
    return f.number(value, decimals)


@register.filter
def signed_number(value: f.Number | None, decimals: int = 0) -> str:
    return f.number(value, decimals, signed=True)


@register.filter
def in_tkr(value: f.Number | None) -> str:
    """Thousands of kronor without the unit, for tables that have it in the head."""
    return f.number(value, divisor=1000)


@register.filter
def signed_in_tkr(value: f.Number | None) -> str:
    return f.number(value, divisor=1000, signed=True)


@register.filter
def in_mkr(value: f.Number | None) -> str:
    """Millions of kronor with two decimals, without the unit."""
    return f.number(value, 2, divisor=1_000_000)


@register.filter
def signed_in_mkr(value: f.Number | None) -> str:
    return f.number(value, 2, divisor=1_000_000, signed=True)


@register.filter
def percent(value: f.Number | None, decimals: int = 0) -> str:
    return f.percent(value, decimals)


@register.filter
def signed_percent(value: f.Number | None, decimals: int = 1) -> str:
    return f.percent(value, decimals, signed=True)


@register.filter
def share(value: f.Number | None, decimals: int = 0) -> str:
    return f.share(value, decimals)


@register.filter
def signed_share(value: f.Number | None, decimals: int = 1) -> str:
    return f.share(value, decimals, signed=True)
