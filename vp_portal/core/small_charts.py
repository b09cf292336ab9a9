"""Geometry of the charts that stand in a line of text, a card or a table's cell. Pure, like `core.charts`."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from vp_portal.core import formatting
from vp_portal.core.charts import Format, Value, position

SPARK_WIDTH, SPARK_HEIGHT, SPARK_MARGIN = 120, 28, 3


@dataclass(frozen=True)
class Sparkline:
    """In pixels. `path` is empty when nothing is known; a single value is a dot alone."""

    width: int
    height: int
    path: str
    dot_x: float
    dot_y: float
    title: str
    is_empty: bool


@dataclass(frozen=True)
class Bullet:
    """Actual against target, in per cent of the width."""

    width: float
    target_x: float | None
    title: str
    look: str


@dataclass(frozen=True)
class DivergingBar:
    """A bar in a table's cell: from the common zero to the left (below zero) or to the right."""

    zero: float
    x: float
    width: float
    title: str
    look: str


@dataclass(frozen=True)
class Part:
    """A part of a whole, in per cent of the width."""

    x: float
    width: float
    label: str
    count: int
    tone: str


def sparkline(values: Sequence[Value | None], *, name: str, fmt: Format = formatting.short_kr) -> Sparkline:
    """The course of a few values, with the last one marked. `name` says what they are ("Kostnad per månad")."""
    known = [(i, Decimal(v)) for i, v in enumerate(values) if v is not None]
    if not known:
        return Sparkline(SPARK_WIDTH, SPARK_HEIGHT, "", 0, 0, name, is_empty=True)
    low, high = min(v for _, v in known), max(v for _, v in known)
    wide, tall = SPARK_WIDTH - 2 * SPARK_MARGIN, SPARK_HEIGHT - 2 * SPARK_MARGIN

    def place(index: int, value: Decimal) -> tuple[float, float]:
        across = Decimal(index) / max(len(values) - 1, 1)
        down = Decimal("0.5") if low == high else (high - value) / (high - low)
        return position(SPARK_MARGIN + across * wide), position(SPARK_MARGIN + down * tall)

    path, previous = "", -2
    for index, value in known:
        x, y = place(index, value)
        path += f"{'L' if index == previous + 1 else 'M'}{x:g} {y:g}"
        previous = index
    title = f"{name}: {fmt(known[0][1])} → {fmt(known[-1][1])}"
    return Sparkline(SPARK_WIDTH, SPARK_HEIGHT, path, *place(*known[-1]), title, is_empty=False)


def bullet(
    actual: Value,
    target: Value | None,
    *,
    name: str,
    fmt: Format = formatting.short_kr,
    more_is_better: bool = True,
    full: Value | None = None,
) -> Bullet:
    """Actual as a bar and target as a line, from zero to `full` (100 for per cent) or what there is room for.

    Below zero there is no bar, only the value in words.
    """
    top = max(Decimal(actual), Decimal(target or 0), Decimal(full or 0)) * (1 if full else Decimal("1.1"))
    top = top if top > 0 else Decimal(1)
    width = position(max(Decimal(actual), Decimal(0)) / top * 100)
    title = f"{name}: {fmt(actual)}"
    if target is None:
        return Bullet(width, None, title, "info")
    reached = actual >= target if more_is_better else actual <= target
    place = position(max(Decimal(target), Decimal(0)) / top * 100)
    return Bullet(width, place, f"{title}, mål {fmt(target)}", "ok" if reached else "watch")


def diverging(values: Sequence[Value | None], *, fmt: Format = formatting.short_kr) -> list[DivergingBar | None]:
    """Bars of a table's column on one scale, in the order given; None stays None."""
    known = [Decimal(v) for v in values if v is not None]
    low, high = min([*known, Decimal(0)]), max([*known, Decimal(0)])
    span = high - low or Decimal(1)
    zero = -low / span * 100

    def bar(value: Value | None) -> DivergingBar | None:
        if value is None:
            return None
        width = abs(Decimal(value)) / span * 100
        left = zero - width if value < 0 else zero
        look = "below" if value < 0 else "above"
        return DivergingBar(position(zero), position(max(left, Decimal(0))), position(width), fmt(value), look)

    return [bar(value) for value in values]


def parts(counts: Sequence[tuple[str, int, str]]) -> list[Part]:
    """Label, count and tone of each part, as pieces of one bar. Parts of nothing are left out."""
    total = sum(count for _, count, _ in counts)
    result: list[Part] = []
    before = 0
    for label, count, tone in counts:
        if count > 0:
            result.append(Part(_share(before, total), _share(count, total), label, count, tone))
            before += count
    return result


def _share(count: int, total: int) -> float:
    return position(Decimal(count) / total * 100)
