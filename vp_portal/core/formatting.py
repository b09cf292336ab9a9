"""How numbers and dates are written, for people. The only place that knows; pure, with the day as an argument.

Digits are grouped by U+00A0, the minus is U+2212, the decimal sign a comma. Halves round away from zero.
What is missing (None) is written "–". A float is refused: amounts are Decimal or int.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vp_portal.core.periods import MONTHS, Period, Tertial

NBSP = "\u00a0"
MINUS = "\u2212"
MISSING = "–"
Number = Decimal | int

_SHORT_MONTHS = ("jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec")


def number(value: Number | None, decimals: int = 0, *, signed: bool = False, divisor: int = 1) -> str:
    """`1 234 567,50`. With `signed` a value above zero carries +. What rounds to zero has no sign."""
    if value is None:
        return MISSING
    if isinstance(value, float | bool) or not isinstance(value, Decimal | int):
        raise TypeError(f"{value!r} is neither Decimal nor int")
    rounded = (Decimal(value) / divisor).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    digits = f"{abs(rounded):,.{decimals}f}".translate({ord(","): NBSP, ord("."): ","})
    if rounded < 0:
        return MINUS + digits
    return "+" + digits if signed and rounded > 0 else digits


def _with_unit(text: str, unit: str) -> str:
    return text if text == MISSING else f"{text}{NBSP}{unit}"


def kr(value: Number | None, *, signed: bool = False) -> str:
    """`1 234 567 kr`"""
    return _with_unit(number(value, signed=signed), "kr")


def kr_ore(value: Number | None, *, signed: bool = False) -> str:
    """`48 213 905,22 kr`"""
    return _with_unit(number(value, 2, signed=signed), "kr")


def tkr(value: Number | None, *, signed: bool = False) -> str:
    """`1 235 tkr`, from kronor."""
    return _with_unit(number(value, signed=signed, divisor=1000), "tkr")


def mkr(value: Number | None, *, decimals: int = 1, signed: bool = False) -> str:
    """`1,2 Mkr`, from kronor."""
    return _with_unit(number(value, decimals, signed=signed, divisor=1_000_000), "Mkr")


def short_kr(value: Number | None, *, signed: bool = False) -> str:
    """The shortest unit that keeps two or three digits: `950 kr`, `184 tkr`, `1,2 Mkr`. For headings and axes."""
    size = abs(Decimal(value or 0))
    write = kr if size < 10_000 else tkr if size < 999_500 else mkr
    return write(value, signed=signed)


@dataclass(frozen=True)
class MoneyUnit:
    """How sums of a table are written: `label` in its head, `words` in its note."""

    divisor: int
    decimals: int
    label: str
    words: str | Promise

    def write(self, value: Number | None, *, signed: bool = False) -> str:
        return number(value, self.decimals, signed=signed, divisor=self.divisor)


#: By the word of an address.
MONEY_UNITS = {
    "kr": MoneyUnit(1, 0, "kr", gettext_lazy("kronor")),
    "tkr": MoneyUnit(1000, 0, "tkr", gettext_lazy("tusental kronor")),
    "mkr": MoneyUnit(1_000_000, 2, "Mkr", gettext_lazy("miljoner kronor")),
}
USUAL_MONEY = "tkr"


def money_axis(ticks: Sequence[Number]) -> list[str]:
    """The ticks of an axis in one unit, with no more decimals than they need: `0`, `500 tkr`, `1 000 tkr`."""
    top = max((abs(Decimal(tick)) for tick in ticks), default=Decimal(0))
    unit, divisor = ("Mkr", 1_000_000) if top >= 1_000_000 else ("tkr", 1000) if top >= 1000 else ("kr", 1)
    decimals = next((n for n in (0, 1) if all(Decimal(tick) * 10**n % divisor == 0 for tick in ticks)), 2)
    return [_with_unit(number(tick, decimals, divisor=divisor), unit) if tick else "0" for tick in ticks]


def file_size(value: int | None) -> str:
    """`1,7 MB`, `2 GB`: from bytes, in the largest unit that leaves a whole."""
    if value is None:
        return MISSING
    for unit, size in (("GB", 2**30), ("MB", 2**20), ("kB", 2**10)):
        if value >= size:
            decimals = 0 if value >= 100 * size or value % size == 0 else 1
            return _with_unit(number(Decimal(value) / size, decimals), unit)
    return _with_unit(number(value), "byte")


def percent(value: Number | None, decimals: int = 0, *, signed: bool = False) -> str:
    """`45 %`, from 45."""
    return _with_unit(number(value, decimals, signed=signed), "%")


def share(value: Number | None, decimals: int = 0, *, signed: bool = False) -> str:
    """`45 %`, from 0.45."""
    return percent(None if value is None else value * 100, decimals, signed=signed)


def iso_date(day: dt.date | None) -> str:
    """`2025-03-31`. A moment is written as its local day."""
    return MISSING if day is None else _local_day(day).isoformat()


def iso_time(moment: dt.datetime | None) -> str:
    """`2025-03-31 08.15`, local time."""
    if moment is None:
        return MISSING
    local = _local(moment)
    return f"{local:%Y-%m-%d}{NBSP}{local:%H.%M}"


def short_date(day: dt.date | None, today: dt.date | None = None) -> str:
    """`12 aug`, with its year too when `today` is given and lies in another year."""
    if day is None:
        return MISSING
    local = _local_day(day)
    text = f"{local.day}{NBSP}{_SHORT_MONTHS[local.month - 1]}"
    return text if today is None or local.year == today.year else f"{text}{NBSP}{local.year}"


def period(value: Period | int | None) -> str:
    """`2025-03`"""
    return MISSING if value is None else str(Period(value))


def period_name(value: Period | int | None) -> str:
    """`mars 2025`; a special period is named as one."""
    if value is None:
        return MISSING
    month = Period(value)
    if month.is_special:
        return _("särskild period %(period)s") % {"period": month}
    return f"{MONTHS[month.month - 1]}{NBSP}{month.year}"


def month_label(value: Period | int) -> str:
    """`mars`, short, for axes; a special period by its number."""
    month = Period(value)
    return f"P{month.month:02}" if month.is_special else _SHORT_MONTHS[month.month - 1]


def tertial(value: Tertial | None) -> str:
    """`T1 2025`"""
    return MISSING if value is None else f"T{value.number}{NBSP}{value.year}"


def days(count: int | None) -> str:
    """`74 dagar`"""
    if count is None:
        return MISSING
    return ngettext("%(count)s dag", "%(count)s dagar", abs(count)) % {"count": number(count)}


def age(day: dt.date | None, today: dt.date) -> str:
    """`6 dagar sedan`, `i går`, `om 3 dagar`; months and years when it is long ago."""
    if day is None:
        return MISSING
    count = (today - _local_day(day)).days
    near = {0: _("i dag"), 1: _("i går"), -1: _("i morgon")}
    if count in near:
        return near[count]
    if abs(count) < 90:
        span = days(abs(count))
    elif abs(count) < 730:
        months = abs(count) * 12 // 365
        span = ngettext("%(count)s månad", "%(count)s månader", months) % {"count": months}
    else:
        span = _("%(count)s år") % {"count": abs(count) // 365}
    return (_("%(span)s sedan") if count > 0 else _("om %(span)s")) % {"span": span}


def _local(moment: dt.datetime) -> dt.datetime:
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


def _local_day(day: dt.date) -> dt.date:
    return _local(day).date() if isinstance(day, dt.datetime) else day
