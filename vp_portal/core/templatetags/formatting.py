"""`core.formatting` as template filters, loaded everywhere."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import template

from vp_portal.core import formatting as f

register = template.Library()


def _add(name: str, write: Callable[..., str]) -> None:
    """A filter that takes what a template lacks ('') for missing, as None."""

    @wraps(write)  # Django reads the number of arguments from it
    def apply(value: Any, *argument: Any) -> str:
        return write(None if value == "" else value, *argument)

    register.filter(name, apply)


# Kronor, with the unit
_add("kr", f.kr)
_add("kr_ore", f.kr_ore)
_add("tkr", f.tkr)
_add("mkr", f.mkr)
_add("short_kr", f.short_kr)
_add("signed_kr", lambda v: f.kr(v, signed=True))
_add("signed_kr_ore", lambda v: f.kr_ore(v, signed=True))
_add("signed_tkr", lambda v: f.tkr(v, signed=True))
_add("signed_mkr", lambda v: f.mkr(v, signed=True))

# Kronor without it, for tables that have the unit in the head
_add("in_ore", lambda v: f.number(v, 2))
_add("in_tkr", lambda v: f.number(v, divisor=1000))
_add("in_mkr", lambda v: f.number(v, 2, divisor=1_000_000))
_add("signed_in_ore", lambda v: f.number(v, 2, signed=True))
_add("signed_in_tkr", lambda v: f.number(v, divisor=1000, signed=True))
_add("signed_in_mkr", lambda v: f.number(v, 2, divisor=1_000_000, signed=True))

# In a unit that the reader chose
_add("in_money", lambda v, unit: unit.write(v))
_add("signed_in_money", lambda v, unit: unit.write(v, signed=True))

# Numbers and parts; the argument is the number of decimals
_add("number", lambda v, decimals=0: f.number(v, decimals))
_add("signed_number", lambda v, decimals=0: f.number(v, decimals, signed=True))
_add("percent", lambda v, decimals=0: f.percent(v, decimals))
_add("signed_percent", lambda v, decimals=1: f.percent(v, decimals, signed=True))
_add("share", lambda v, decimals=0: f.share(v, decimals))
_add("signed_share", lambda v, decimals=1: f.share(v, decimals, signed=True))

# Days and periods; `age` and `short_date` take today
_add("iso_date", f.iso_date)
_add("iso_time", f.iso_time)
_add("short_date", f.short_date)
_add("age", f.age)
_add("days", f.days)
_add("file_size", f.file_size)
_add("period", f.period)
_add("period_name", f.period_name)
_add("tertial", f.tertial)
