"""Geometry of the charts with axes that `templates/_components/chart.html` draws. Pure: amounts in, positions out.

A plot has no viewBox: x is in per cent of the width and y in pixels, so text keeps its size on a narrow screen.
A value of None is a gap. Where nothing has a value, `is_empty` is true and the component says so in words.
Values are Decimal or int inwards; floats exist only as positions outwards, rounded to two decimals.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from vp_portal.core import formatting

Value = Decimal | int
Format = Callable[[Value | None], str]

HEIGHT = 200
TOP, BOTTOM = 10, 22
#: How many pixels there are for the labels of the axis, in a card on a wide screen and on the narrowest; what a letter
#: takes, and the least between two labels.
_WIDE, _NARROW = 640, 210
_LETTER, _GAP = 6, 8
_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


@dataclass(frozen=True)
class Point:
    """One value: `label` on the axis ("mars"), `name` in words ("mars 2025"), `url` to the rows behind it."""

    label: str
    value: Value | None
    url: str = ""
    name: str = ""


@dataclass(frozen=True)
class Series:
    """`look` is the css class's end: 1 (main), 2 (compared with), 3, 4, target."""

    name: str
    points: Sequence[Point]
    look: str = "1"


@dataclass(frozen=True)
class Tick:
    y: float
    label: str
    is_zero: bool


@dataclass(frozen=True)
class AxisLabel:
    """`minor` labels are left out on a narrow screen."""

    x: float
    text: str
    minor: bool


@dataclass(frozen=True)
class Mark:
    """A bar or a point; `title` holds its value in words."""

    x: float
    y: float
    width: float
    height: float
    title: str
    url: str
    look: str


@dataclass(frozen=True)
class Segment:
    x1: float
    y1: float
    x2: float
    y2: float
    look: str


@dataclass(frozen=True)
class DataCell:
    text: str
    url: str = ""


@dataclass(frozen=True)
class DataRow:
    head: str
    cells: Sequence[DataCell]


@dataclass(frozen=True)
class DataTable:
    """The same values as a table, for those who read rather than look."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[DataRow]


@dataclass(frozen=True)
class Chart:
    """A line or bar chart. `axis_width` is in pixels, `base_y` is where the axis labels stand."""

    caption: str
    height: int
    axis_width: int
    base_y: float
    is_empty: bool
    ticks: Sequence[Tick] = ()
    labels: Sequence[AxisLabel] = ()
    segments: Sequence[Segment] = ()
    marks: Sequence[Mark] = ()
    legend: Sequence[Series] = ()
    table: DataTable = field(default_factory=lambda: DataTable("", (), ()))


def nice_ticks(low: Value, high: Value, count: int = 4, *, whole: bool = False) -> list[Decimal]:
    """Round numbers that enclose low, high and zero, about `count` steps of 1, 2, 2.5 or 5 × 10ⁿ; `whole`: no parts."""
    bottom, top = min(Decimal(low), Decimal(0)), max(Decimal(high), Decimal(0))
    if bottom == top:
        return [Decimal(0), Decimal(1)]
    rough = (top - bottom) / count
    magnitude = Decimal(1).scaleb(rough.adjusted())
    step = next(magnitude * nice for nice in _STEPS if magnitude * nice >= rough)
    if whole:
        step = step.to_integral_value(rounding="ROUND_CEILING")
    first = (bottom / step).to_integral_value(rounding="ROUND_FLOOR")
    last = (top / step).to_integral_value(rounding="ROUND_CEILING")
    return [step * n for n in range(int(first), int(last) + 1)]


@dataclass(frozen=True)
class _Scale:
    """Values to pixels from the top."""

    low: Decimal
    high: Decimal

    def y(self, value: Value) -> float:
        part = (self.high - Decimal(value)) / (self.high - self.low)
        return position(TOP + part * (HEIGHT - TOP - BOTTOM))


def line(
    caption: str,
    series: Sequence[Series],
    *,
    fmt: Format | None = None,
    details: Format | None = None,
    whole: bool = False,
) -> Chart:
    """Lines over a common axis, a target without points. Series have as many points each.

    `fmt` writes the ticks (else they are money, in one unit), `details` the values (else as fmt, or whole kronor).
    `whole`: what is counted has no parts, nor has the axis.
    """
    details = details or fmt or formatting.kr
    ticks, scale = _axis(series, whole=whole)
    segments: list[Segment] = []
    marks: list[Mark] = []
    for one in series:
        previous: tuple[float, float] | None = None
        for index, point in enumerate(one.points):
            if point.value is None:
                previous = None
                continue
            x, y = _centre(index, len(one.points)), scale.y(point.value)
            if previous:
                segments.append(Segment(*previous, x, y, one.look))
            previous = (x, y)
            if one.look != "target":
                marks.append(Mark(x, y, 0, 0, _title(one, point, details), point.url, one.look))
    return _chart(caption, series, ticks, scale, fmt, details, segments, marks)


def bars(caption: str, series: Sequence[Series], *, fmt: Format | None = None, details: Format | None = None) -> Chart:
    """Vertical bars, side by side where there are several series; below zero they hang. Else as `line`."""
    details = details or fmt or formatting.kr
    ticks, scale = _axis(series)
    marks: list[Mark] = []
    slots = max((len(one.points) for one in series), default=0)
    for order, one in enumerate(series):
        width = Decimal(72) / (max(slots, 1) * len(series))
        for index, point in enumerate(one.points):
            if point.value is None:
                continue
            left = Decimal(100) * index / slots + Decimal(14) / slots + width * order
            top, bottom = sorted((scale.y(point.value), scale.y(0)))
            title = _title(one, point, details)
            marks.append(Mark(position(left), top, position(width), round(bottom - top, 2), title, point.url, one.look))
    return _chart(caption, series, ticks, scale, fmt, details, [], marks)


def position(value: Decimal) -> float:
    """A coordinate, rounded to two decimals."""
    return round(float(value), 2)


def _centre(index: int, count: int) -> float:
    return position((Decimal(index) + Decimal("0.5")) / count * 100)


def _title(series: Series, point: Point, details: Format) -> str:
    return f"{series.name}, {point.name or point.label}: {details(point.value)}"


def _axis(series: Sequence[Series], *, whole: bool = False) -> tuple[list[Decimal], _Scale]:
    values = [point.value for one in series for point in one.points if point.value is not None]
    ticks = nice_ticks(min(values, default=0), max(values, default=0), whole=whole)
    return ticks, _Scale(ticks[0], ticks[-1])


def _chart(
    caption: str,
    series: Sequence[Series],
    ticks: Sequence[Decimal],
    scale: _Scale,
    fmt: Format | None,
    details: Format,
    segments: Sequence[Segment],
    marks: Sequence[Mark],
) -> Chart:
    texts = [fmt(tick) for tick in ticks] if fmt else formatting.money_axis(ticks)
    axis = [point.label for point in series[0].points] if series else []
    return Chart(
        caption=caption,
        height=HEIGHT,
        axis_width=max(map(len, texts)) * 7 + 8,
        base_y=HEIGHT - 6,
        is_empty=not marks and not segments,
        ticks=[Tick(scale.y(tick), text, tick == 0) for tick, text in zip(ticks, texts, strict=True)],
        labels=_labels(axis),
        segments=segments,
        marks=marks,
        legend=series if len(series) > 1 else (),
        table=_table(caption, series, details),
    )


def _labels(texts: Sequence[str]) -> list[AxisLabel]:
    """As many as there is room for, with as far between them all along: every second, third, …"""
    needed = sum(_LETTER * len(text) + _GAP for text in texts)
    every = max(-(-needed // _WIDE), 1)
    narrow = every * max(-(-needed // (_NARROW * every)), 1)
    return [AxisLabel(_centre(i, len(texts)), text, i % narrow != 0) for i, text in enumerate(texts) if i % every == 0]


def _table(caption: str, series: Sequence[Series], details: Format) -> DataTable:
    rows = [
        DataRow(
            head=points[0].name or points[0].label,
            cells=[DataCell(details(point.value), point.url) for point in points],
        )
        for points in zip(*(one.points for one in series), strict=True)
    ]
    return DataTable(caption, [one.name for one in series], rows)
