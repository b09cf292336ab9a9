"""The measures of a result: where each stands, and its readings against the expected line."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from goals.choices import Direction
from goals.models import ExpectedResult, Indicator, IndicatorReading
from vp_portal.core import charts, formatting

#: So many readings are drawn; the admin has all of them.
SHOWN = 24


@dataclass(frozen=True)
class Measure:
    """One measure as known at the end of a day. `progress` is None where it can't be told."""

    indicator: Indicator
    latest: IndicatorReading | None
    value: str
    aim: str
    progress: int | None
    expected: str
    chart: charts.Chart


def measures(result: ExpectedResult, on: dt.date) -> list[Measure]:
    """Two queries."""
    indicators = list(result.indicators.order_by("name"))
    known: dict[int, list[IndicatorReading]] = {each.pk: [] for each in indicators}
    for reading in IndicatorReading.objects.known_on(on).filter(indicator__in=known).order_by("on"):
        known[reading.indicator_id].append(reading)
    for indicator in indicators:
        indicator.result = result
    return [_measure(each, known[each.pk], on) for each in indicators]


def _measure(indicator: Indicator, readings: list[IndicatorReading], on: dt.date) -> Measure:
    latest = readings[-1] if readings else None
    expected = indicator.expected_value(on)
    return Measure(
        indicator=indicator,
        latest=latest,
        value=written(latest.value, indicator.unit) if latest else "",
        aim=_aim(indicator),
        progress=indicator.progress(latest.value) if latest else None,
        expected="" if expected is None else written(expected, indicator.unit),
        chart=_chart(indicator, readings[-SHOWN:]),
    )


def written(value: charts.Value | None, unit: str = "") -> str:
    """A value with as many decimals as it has, two at most, and its unit."""
    if value is None:
        return formatting.MISSING
    exponent = Decimal(value).quantize(Decimal("0.01")).normalize().as_tuple().exponent
    decimals = max(-exponent, 0) if isinstance(exponent, int) else 0
    text = formatting.number(value, decimals)
    return f"{text}{formatting.NBSP}{unit}" if unit else text


def _aim(indicator: Indicator) -> str:
    unit = indicator.unit
    if indicator.direction != Direction.KEEP:
        if indicator.baseline is None:
            return _("mål %(target)s") % {"target": written(indicator.target, unit)}
        values = {"baseline": written(indicator.baseline, unit), "target": written(indicator.target, unit)}
        return _("från %(baseline)s till %(target)s") % values
    if indicator.lower is None:
        return _("högst %(value)s") % {"value": written(indicator.upper, unit)}
    if indicator.upper is None:
        return _("lägst %(value)s") % {"value": written(indicator.lower, unit)}
    limits = {"lower": written(indicator.lower, unit), "upper": written(indicator.upper, unit)}
    return _("mellan %(lower)s och %(upper)s") % limits


def _chart(indicator: Indicator, readings: list[IndicatorReading]) -> charts.Chart:
    """Readings in the order of their days; what was noted of one stands in its name."""

    def series(name: str, values: list[Decimal | None], look: str) -> charts.Series:
        points = [
            charts.Point(formatting.short_date(each.on), value, name=_name(each))
            for each, value in zip(readings, values, strict=True)
        ]
        return charts.Series(name, points, look)

    drawn = [series(indicator.name, [each.value for each in readings], "1")]
    if indicator.direction == Direction.KEEP:
        for label, limit in ((_("Lägst"), indicator.lower), (_("Högst"), indicator.upper)):
            if limit is not None:
                drawn.append(series(label, [limit] * len(readings), "target"))
    elif indicator.target is not None:
        drawn.append(series(_("Väntat"), [indicator.expected_value(each.on) for each in readings], "target"))
    return charts.line(indicator.name, drawn, fmt=lambda value: written(value, indicator.unit))


def _name(reading: IndicatorReading) -> str:
    day = formatting.iso_date(reading.on)
    return f"{day} ({reading.note})" if reading.note else day
