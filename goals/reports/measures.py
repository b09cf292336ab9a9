"""The measures of a result: where each stands, and its values against the expected line."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.db.models import CharField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, JSONObject
from django.urls import reverse
from django.utils.translation import gettext as _

from goals import computed
from goals.choices import STATUS_BADGE, Direction, Status
from goals.computed import Definition
from goals.models import ExpectedResult, Indicator, IndicatorReading, IndicatorSnapshot, Plan
from goals.numbering import in_order
from goals.reports.written import written
from vp_portal.core import charts, formatting, small_charts
from vp_portal.core.badges import Badge

#: So many values are drawn; the admin has all of them. Of what is stored every night the last one of each month is.
SHOWN = 24
FEWEST = 2


@dataclass(frozen=True)
class Value:
    """A reading, or a snapshot: then `status` is that of its own day. `note` stands in the chart."""

    on: dt.date
    value: Decimal | None
    status: Status | None
    source: str = ""
    note: str = ""
    net: Decimal | None = None


@dataclass(frozen=True)
class Measure:
    """One measure as known at the end of a day. `progress` and `status` are None where they can't be told.

    `net` is written, empty but for ratios of money. `definition` only for a computed one that is registered.
    """

    indicator: Indicator
    latest: Value | None
    value: str
    net: str
    aim: str
    progress: int | None
    status: Badge | None
    expected: str
    values: tuple[Value, ...]
    definition: Definition | None = None

    @property
    def notes(self) -> list[str]:
        """What is noted in the chart, with its day, for who doesn't point at the dots."""
        return [_name(each) for each in self.values if each.note]

    @property
    def number(self) -> str:
        """Its result's; empty for one of the plan itself."""
        return self.indicator.result.number if self.indicator.result else ""

    @property
    def chart(self) -> charts.Chart:
        return _chart(self.indicator, list(self.values))

    @property
    def spark(self) -> small_charts.Sparkline | None:
        """The course in small; None for a single value."""
        if len(self.values) < FEWEST:
            return None
        name = _("%(name)s över tid") % {"name": self.indicator.name}
        fmt = partial(written, unit=self.indicator.unit)
        return small_charts.sparkline([each.value for each in self.values], name=name, fmt=fmt)

    @property
    def url(self) -> str:
        """What a computed measure is made of; empty for one that is read off."""
        return reverse("goals:measure", args=[self.indicator.code]) if self.definition else ""

    @property
    def has_no_data(self) -> bool:
        return self.latest is not None and self.latest.value is None


def measures(result: ExpectedResult, on: dt.date) -> list[Measure]:
    """Two queries, and two more where a measure is computed."""
    indicators = list(result.indicators.in_force(on).order_by("kind", "code", "name"))
    for indicator in indicators:
        indicator.result = result
    return measured(indicators, on)


def measured(indicators: "Iterable[Indicator]", on: dt.date) -> list[Measure]:
    """As `measures`, for measures that are read with their results and plans."""
    indicators = list(indicators)
    read = _readings([each.pk for each in indicators], on)
    stored = _snapshots([each.pk for each in indicators if each.is_computed], on)
    return [_measure(each, _values(each, read[each.pk], stored, on), on) for each in indicators]


def _readings(indicators: list[int], on: dt.date) -> dict[int, list[IndicatorReading]]:
    found: dict[int, list[IndicatorReading]] = {pk: [] for pk in indicators}
    for reading in IndicatorReading.objects.known_on(on).filter(indicator__in=indicators).order_by("on"):
        found[reading.indicator_id].append(reading)
    return found


def _snapshots(indicators: list[int], on: dt.date) -> dict[int, list[IndicatorSnapshot]]:
    """The last one of each month, the latest included. Two queries."""
    if not indicators:
        return {}
    known = IndicatorSnapshot.objects.known_on(on).filter(indicator__in=indicators).order_by()
    months = known.values("indicator", "as_of__year", "as_of__month").annotate(last=Max("as_of"))
    wanted = set(months.values_list("indicator", "last"))
    found: dict[int, list[IndicatorSnapshot]] = {}
    for snapshot in known.filter(as_of__in={day for _indicator, day in wanted}).order_by("as_of"):
        if (snapshot.indicator_id, snapshot.as_of) in wanted:
            found.setdefault(snapshot.indicator_id, []).append(snapshot)
    return found


def _values(
    indicator: Indicator, read: list[IndicatorReading], stored: dict[int, list[IndicatorSnapshot]], on: dt.date
) -> list[Value]:
    if not indicator.is_computed:
        return [
            Value(each.on, each.value, indicator.status(each.value, each.on), each.source, each.note) for each in read
        ]
    values = [
        Value(each.as_of, each.value, Status(each.status) if each.status else None, net=each.net)
        for each in stored.get(indicator.pk, [])
        if each.code == indicator.code
    ]
    return _with_notes(values, read)


def _with_notes(values: list[Value], noted: list[IndicatorReading]) -> list[Value]:
    """What is noted of a day stands at the first value from then on, else at the last one."""
    notes: dict[int, list[str]] = {}
    for reading in noted:
        place = next((at for at, value in enumerate(values) if value.on >= reading.on), len(values) - 1)
        notes.setdefault(place, []).append(f"{formatting.iso_date(reading.on)} {reading.note}")
    return [
        Value(each.on, each.value, each.status, note="; ".join(notes.get(at, [])), net=each.net)
        for at, each in enumerate(values)
    ]


def _measure(indicator: Indicator, values: list[Value], on: dt.date) -> Measure:
    latest = values[-1] if values else None
    expected = indicator.expected_value(on)
    value = latest.value if latest else None
    return Measure(
        indicator=indicator,
        latest=latest,
        value=written(value, indicator.unit) if value is not None else "",
        net=written(latest.net, indicator.unit) if latest and latest.net is not None else "",
        aim=aim(indicator),
        progress=indicator.progress(value) if value is not None and not indicator.is_computed else None,
        status=STATUS_BADGE[latest.status] if latest and latest.status else None,
        expected="" if expected is None else written(expected, indicator.unit),
        values=tuple(values[-SHOWN:]),
        definition=computed.find(indicator.code) if indicator.is_computed else None,
    )


def aim(indicator: Indicator) -> str:
    """Where a measure is to go, in words; empty for one that is only shown."""
    unit = indicator.unit
    if indicator.direction != Direction.KEEP:
        if indicator.target is None:
            return ""
        if indicator.baseline is None:
            sign = "≥" if indicator.direction == Direction.UP else "≤"
            return _("mål %(sign)s %(target)s") % {"sign": sign, "target": written(indicator.target, unit)}
        values = {"baseline": written(indicator.baseline, unit), "target": written(indicator.target, unit)}
        return _("från %(baseline)s till %(target)s") % values
    if indicator.lower is None:
        return _("högst %(value)s") % {"value": written(indicator.upper, unit)}
    if indicator.upper is None:
        return _("lägst %(value)s") % {"value": written(indicator.lower, unit)}
    limits = {"lower": written(indicator.lower, unit), "upper": written(indicator.upper, unit)}
    return _("mellan %(lower)s och %(upper)s") % limits


def _chart(indicator: Indicator, values: list[Value]) -> charts.Chart:
    """Values in the order of their days; what was noted of one stands in its name."""

    def series(name: str, numbers: list[Decimal | None], look: str) -> charts.Series:
        points = [
            charts.Point(formatting.short_date(each.on), number, name=_name(each))
            for each, number in zip(values, numbers, strict=True)
        ]
        return charts.Series(name, points, look)

    drawn = [series(indicator.name, [each.value for each in values], "1")]
    if indicator.direction == Direction.KEEP:
        for label, limit in ((_("Lägst"), indicator.lower), (_("Högst"), indicator.upper)):
            if limit is not None:
                drawn.append(series(label, [limit] * len(values), "target"))
    elif indicator.target is not None:
        drawn.append(series(_("Väntat"), [indicator.expected_value(each.on) for each in values], "target"))
    definition = computed.find(indicator.code) if indicator.is_computed else None
    whole = definition is not None and not definition.decimals
    return charts.line(indicator.name, drawn, fmt=lambda value: written(value, indicator.unit), whole=whole)


def _name(value: Value) -> str:
    day = formatting.iso_date(value.on)
    return f"{day} ({value.note})" if value.note else day


def of_plan(plan: Plan, on: dt.date) -> list[Measure]:
    """Every measure of the plan: its own first, then those of its results in their order. Four queries at most."""
    return measured(_in_order(Indicator.objects.of_plan(plan), on), on)


def latest_in(area: int, on: dt.date) -> list[Measure]:
    """The measures of a focus area's results with their latest values alone, in the results' order. One query."""
    own = {"indicator": OuterRef("pk")}
    stored = IndicatorSnapshot.objects.known_on(on).filter(code=OuterRef("code"), **own).order_by("-as_of")
    read = IndicatorReading.objects.known_on(on).filter(value__isnull=False, **own).order_by("-on")
    said = Cast("value", CharField())
    found = Indicator.objects.filter(result__focus_area=area).annotate(
        stored=Subquery(stored.values(json=JSONObject(on="as_of", value=said, status="status"))[:1]),
        read=Subquery(read.values(json=JSONObject(on="on", value=said))[:1]),
    )
    return [_measure(each, _latest(each), on) for each in _in_order(found, on)]


def _latest(indicator: Any) -> list[Value]:
    row = indicator.stored if indicator.is_computed else indicator.read
    if row is None:
        return []
    day, value = dt.date.fromisoformat(row["on"]), None if row["value"] is None else Decimal(row["value"])
    status = (row["status"] or None) if indicator.is_computed else indicator.status(value, day)
    return [Value(day, value, Status(status) if status else None)]


def _in_order(indicators: "QuerySet[Indicator]", on: dt.date) -> list[Indicator]:
    """Those that are still measured, of what the plan has not dropped."""
    found = indicators.filter(Q(retired_on__isnull=True) | Q(retired_on__gt=on))
    rows = found.select_related("result__plan", "result__owner", "plan")
    kept = [each for each in rows if not (each.result and each.result.is_retired(on))]
    return sorted(
        kept, key=lambda each: (in_order(each.result.number) if each.result else (), each.kind, each.code, each.name)
    )
