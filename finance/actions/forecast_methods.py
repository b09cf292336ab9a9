"""What the months that are left of a year will cost, told from the months before. Pure: amounts in, amounts out.

Four shapes are known: months that follow last year's (salaries with their holiday and revision months), an invoice
that comes once a year (licences), even cost, and invoices that come unevenly. Each says why it was chosen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from finance.choices import ForecastMethod
from vp_portal.core import formatting
from vp_portal.core.money import ORE, scaled, split
from vp_portal.core.periods import MONTHS, Period

ZERO = Decimal("0.00")
#: A month with this part of a year is a yearly invoice; such months together hold at least the second part.
_BIG, _TOGETHER = Decimal("0.4"), Decimal("0.7")
#: How far from the common change a month may be and still follow last year; from the mean, and still be even.
_FOLLOWS, _IS_EVEN = Decimal("0.20"), Decimal("0.15")
_FEWEST_MONTHS = 3

Series = Mapping[Period, Decimal]


@dataclass(frozen=True)
class Expected:
    """The amounts of the months that are left, and how they were come to."""

    method: ForecastMethod
    reason: str
    months: Mapping[Period, Decimal]

    @property
    def total(self) -> Decimal:
        return sum(self.months.values(), ZERO)


def expected(series: Series, left: Sequence[Period], latest: Period) -> Expected:
    """`series` is what is booked by month up to `latest`; months that it lacks are zero. `left` are a year's last
    months, in order."""
    recent = [series.get(latest.shift(-back), ZERO) for back in range(24)]
    if not left or not any(recent):
        reason = _("Inget är bokfört de senaste två åren.") if left else _("Hela året är bokfört.")
        return Expected(ForecastMethod.NONE, reason, dict.fromkeys(left, ZERO))
    return (
        _yearly(series, left, latest)
        or _even(series, left, latest)
        or _seasonal(series, left, latest)
        or _lumpy(series, left, latest)
    )


def _yearly(series: Series, left: Sequence[Period], latest: Period) -> Expected | None:
    """An invoice that came last year comes in the same month, unless this year's is here already."""
    year = left[0].year
    last = {month: series.get(Period((year - 1) * 100 + month), ZERO) for month in range(1, 13)}
    gross = sum((abs(amount) for amount in last.values()), ZERO)
    big = [month for month, amount in last.items() if gross and abs(amount) >= gross * _BIG]
    if not big or sum((abs(last[month]) for month in big), ZERO) < gross * _TOGETHER:
        return None
    booked = [series.get(Period(year * 100 + month), ZERO) for month in range(1, 13)]
    coming = dict.fromkeys(left, ZERO)
    told = []
    for month in big:
        period, amount = Period(year * 100 + month), last[month]
        come = _already_come(amount, booked)
        name = MONTHS[month - 1]
        if period in coming and come is None:
            coming[period] = amount
            told.append(
                _("%(amount)s i %(month)s förra året väntas igen") % {"amount": formatting.kr(amount), "month": name}
            )
        else:
            told.append(
                _("%(amount)s i %(month)s förra året har redan kommit eller passerat")
                % {"amount": formatting.kr(amount), "month": name}
            )
    return Expected(ForecastMethod.YEARLY, _("Ett stort belopp om året: %(told)s.") % {"told": "; ".join(told)}, coming)


def _already_come(amount: Decimal, booked: Sequence[Decimal]) -> int | None:
    """The month of this year that holds at least half of the amount."""
    return next((n for n, here in enumerate(booked, 1) if here * amount > 0 and abs(here) * 2 >= abs(amount)), None)


def _even(series: Series, left: Sequence[Period], latest: Period) -> Expected | None:
    """Twelve months near their mean go on as the latest six."""
    year = [series.get(latest.shift(-back), ZERO) for back in range(12)]
    mean = sum(year, ZERO) / 12
    if not mean or any(abs(amount - mean) > abs(mean) * _IS_EVEN for amount in year):
        return None
    half = sum(year[:6], ZERO)
    whole = (half / 6 * len(left)).quantize(ORE, ROUND_HALF_UP)
    reason = _(
        "De tolv senaste månaderna ligger inom 15 procent från sitt medel. Väntat: de sex senastes medel, %(mean)s."
    )
    months = dict(zip(left, split(whole, [Decimal(1)] * len(left)), strict=True))
    return Expected(
        ForecastMethod.EVEN, reason % {"mean": formatting.kr((half / 6).quantize(ORE, ROUND_HALF_UP))}, months
    )


def _seasonal(series: Series, left: Sequence[Period], latest: Period) -> Expected | None:
    """Booked months that all changed alike from last year's: the rest are last year's times the same."""
    this = [Period(left[0].year * 100 + month) for month in range(1, left[0].month)]
    if len(this) < _FEWEST_MONTHS or any(not series.get(p.shift(-12), ZERO) for p in [*this, *left]):
        return None
    now, before = sum((series.get(p, ZERO) for p in this), ZERO), sum((series[p.shift(-12)] for p in this), ZERO)
    if not before or now / before <= 0:
        return None
    factor = now / before
    ratios = [series.get(p, ZERO) / series[p.shift(-12)] / factor for p in this]
    if any(abs(ratio - 1) > _FOLLOWS for ratio in ratios):
        return None
    months = dict(zip(left, scaled([series[p.shift(-12)] for p in left], factor), strict=True))
    reason = _(
        "Månaderna följer förra årets: hittills %(now)s mot %(before)s, alltså × %(factor)s."
        " Varje månad som är kvar är samma månad förra året × %(factor)s."
    ) % {"now": formatting.kr(now), "before": formatting.kr(before), "factor": formatting.number(factor, 4)}
    return Expected(ForecastMethod.SEASONAL, reason, months)


def _lumpy(series: Series, left: Sequence[Period], latest: Period) -> Expected:
    """The mean of the months that are known, two years at most, for each month that is left."""
    first = min((period for period, amount in series.items() if amount), default=latest)
    known = [series.get(latest.shift(-back), ZERO) for back in range(24) if latest.shift(-back) >= first]
    mean = sum(known, ZERO) / len(known)
    whole = (mean * len(left)).quantize(ORE, ROUND_HALF_UP)
    reason = _(
        "Beloppen kommer ojämnt: mellan %(low)s och %(high)s i månaden. Väntat: medel av %(count)s månader, %(mean)s."
    )
    figures = {
        "low": formatting.kr(min(known)),
        "high": formatting.kr(max(known)),
        "count": len(known),
        "mean": formatting.kr(mean.quantize(ORE, ROUND_HALF_UP)),
    }
    months = dict(zip(left, split(whole, [Decimal(1)] * len(left)), strict=True))
    return Expected(ForecastMethod.LUMPY, reason % figures, months)
