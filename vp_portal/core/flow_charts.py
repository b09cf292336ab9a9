"""Geometry of a flow through columns that `templates/_components/flow_chart.html` draws. Pure, like `core.charts`.

Bands stand in a viewBox of `WIDTH` that is stretched over the picture, y in pixels; bars and text are placed in per
cent of the width, so that text keeps its size. A band is as thick as its amount without the sign; one below zero is
told apart. A column's bars are as high as the larger of what comes in and what goes out.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from vp_portal.core import formatting
from vp_portal.core.charts import Format, position

WIDTH = 100
#: Between two bars: a line of text has room at each, however low it is.
GAP, TOP, TALL = 18, 10, 260
_BAR = Decimal("1.2")


@dataclass(frozen=True)
class Stop:
    """A place of a column that money comes through."""

    key: str
    name: str
    url: str = ""


@dataclass(frozen=True)
class Stream:
    """From a stop of one column to a stop of the next; `column` is that of `source`."""

    column: int
    source: str
    target: str
    amount: Decimal
    url: str = ""


@dataclass(frozen=True)
class Bar:
    """`text_x`, `room_x` and `room` place the label: where it is anchored, and how much it may take."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    room_x: float
    room: float
    at_end: bool
    name: str
    amount: str
    title: str
    url: str
    is_negative: bool


@dataclass(frozen=True)
class Band:
    path: str
    title: str
    url: str
    is_negative: bool


@dataclass(frozen=True)
class FlowChart:
    caption: str
    height: int
    bars: Sequence[Bar]
    bands: Sequence[Band]
    has_negative: bool

    @property
    def is_empty(self) -> bool:
        return not self.bands


@dataclass
class _Place:
    """A stop's bar on its way to be drawn: where the next band in and out begins."""

    stop: Stop
    net: Decimal
    y: Decimal
    size: Decimal
    taken_in: Decimal = Decimal(0)
    taken_out: Decimal = Decimal(0)


def flow(
    caption: str,
    columns: Sequence[Sequence[Stop]],
    streams: Sequence[Stream],
    *,
    fmt: Format = formatting.short_kr,
    details: Format = formatting.kr,
) -> FlowChart:
    """Columns from left to right, stops from above in the order given. Streams of nothing are not drawn."""
    streams = [stream for stream in streams if stream.amount]
    into, out, net = _sums(streams)
    sizes = [[max(into[c, stop.key], out[c, stop.key]) for stop in column] for c, column in enumerate(columns)]
    largest = max((sum(column, Decimal(0)) for column in sizes), default=Decimal(0))
    if not largest:
        return FlowChart(caption, 0, (), (), has_negative=False)
    scale = TALL / largest
    tall = max(len(column) for column in columns) * GAP + TALL
    places = {
        (number, place.stop.key): place
        for number, column in enumerate(columns)
        for place in _stacked(column, sizes[number], [net[number, stop.key] for stop in column], scale, tall)
    }
    order = {key: place.y for key, place in places.items()}
    drawn = sorted(streams, key=lambda s: (order[s.column, s.source], order[s.column + 1, s.target]))
    bands = [_band(stream, places, scale, len(columns), details) for stream in drawn]
    bars = [_bar(number, place, scale, len(columns), fmt, details) for (number, _key), place in places.items()]
    return FlowChart(caption, TOP * 2 + tall, bars, bands, has_negative=any(band.is_negative for band in bands))


def _sums(streams: Sequence[Stream]) -> tuple[dict, dict, dict]:
    """Without sign into and out of each stop, and its net: of what comes in, in the first column of what goes out."""
    into, out, net = (defaultdict[tuple[int, str], Decimal](Decimal) for _ in range(3))
    for stream in streams:
        out[stream.column, stream.source] += abs(stream.amount)
        into[stream.column + 1, stream.target] += abs(stream.amount)
        net[stream.column + 1, stream.target] += stream.amount
        if stream.column == 0:
            net[0, stream.source] += stream.amount
    return into, out, net


def _stacked(
    column: Sequence[Stop], sizes: Sequence[Decimal], net: Sequence[Decimal], scale: Decimal, tall: int
) -> list[_Place]:
    """From the top, with what is left of the height between the bars."""
    used = sum(sizes, Decimal(0)) * scale
    gap = (tall - used) / max(len(column), 1)
    y, found = TOP + gap / 2, []
    for stop, size, amount in zip(column, sizes, net, strict=True):
        found.append(_Place(stop, amount, y, size))
        y += size * scale + gap
    return found


def _left(number: int, count: int) -> Decimal:
    """Where a column's bars begin, in per cent."""
    return (WIDTH - _BAR) * number / max(count - 1, 1)


def _band(stream: Stream, places: dict[tuple[int, str], _Place], scale: Decimal, count: int, details: Format) -> Band:
    source, target = places[stream.column, stream.source], places[stream.column + 1, stream.target]
    thick = abs(stream.amount) * scale
    y1, y2 = source.y + source.taken_out * scale, target.y + target.taken_in * scale
    source.taken_out += abs(stream.amount)
    target.taken_in += abs(stream.amount)
    x1, x2 = _left(stream.column, count) + _BAR, _left(stream.column + 1, count)
    middle = (x1 + x2) / 2
    p = {name: f"{position(value):g}" for name, value in (
        ("x1", x1), ("x2", x2), ("m", middle), ("a", y1), ("b", y2), ("c", y2 + thick), ("d", y1 + thick)
    )}  # fmt: skip
    path = "M{x1} {a}C{m} {a} {m} {b} {x2} {b}L{x2} {c}C{m} {c} {m} {d} {x1} {d}Z".format(**p)
    title = f"{source.stop.name} → {target.stop.name}: {details(stream.amount)}"
    return Band(path, title, stream.url, stream.amount < 0)


def _bar(number: int, place: _Place, scale: Decimal, count: int, fmt: Format, details: Format) -> Bar:
    left, height = _left(number, count), place.size * scale
    last = number == count - 1
    whole = (WIDTH - _BAR) / max(count - 1, 1) - _BAR
    # The last column's labels stand left of it, in the room that the one before shares with it.
    room = whole if number < count - 2 else whole / 2
    return Bar(
        x=position(left),
        y=position(place.y),
        width=position(_BAR),
        height=position(max(height, Decimal(1))),
        middle=position(place.y + height / 2),
        room_x=position(left - room if last else left + _BAR),
        room=position(room),
        at_end=last,
        name=place.stop.name,
        amount=fmt(place.net),
        title=f"{place.stop.name}: {details(place.net)}",
        url=place.stop.url,
        is_negative=place.net < 0,
    )
