"""How many users, devices and the like there are to share a cost among, month by month. Pure but for one query."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from finance.models import Driver, DriverValue
from vp_portal.core.periods import Period

ZERO = Decimal(0)


@dataclass
class Steps:
    """Values that hold from a period on until the next one. None before the first."""

    periods: list[Period] = field(default_factory=list)
    values: list[Decimal] = field(default_factory=list)

    def add(self, period: Period, value: Decimal) -> None:
        """In the order of the periods."""
        self.periods.append(period)
        self.values.append(value)

    def at(self, period: Period) -> Decimal | None:
        place = bisect_right(self.periods, period)
        return self.values[place - 1] if place else None


@dataclass
class Base:
    """A cost object's whole and its consumers' parts, by the consumers' keys."""

    whole: Steps = field(default_factory=Steps)
    parts: dict[int, Steps] = field(default_factory=lambda: defaultdict(Steps))

    def parts_at(self, period: Period) -> dict[int, Decimal]:
        found = {consumer: steps.at(period) for consumer, steps in self.parts.items()}
        return {consumer: value for consumer, value in found.items() if value}

    def at(self, period: Period) -> Decimal | None:
        """What the cost is shared among: the whole, or what the consumers have together where that is more or where
        no whole is given. None where nothing is given."""
        known = [steps.at(period) for steps in self.parts.values()]
        together = [value for value in known if value is not None]
        whole = self.whole.at(period)
        if whole is None:
            return sum(together, ZERO) if together else None
        return max(whole, sum(together, ZERO))

    def is_exceeded(self, period: Period) -> bool:
        """Whether the consumers have more than the whole."""
        whole = self.whole.at(period)
        return whole is not None and sum(self.parts_at(period).values(), ZERO) > whole


Bases = dict[int, Base]


def bases(driver: Driver, last: Period) -> Bases:
    """By the cost objects' keys, of values up to a period. One query."""
    rows = DriverValue.objects.filter(driver=driver, period__lte=last).order_by("period")
    return bases_of(rows.values_list("cost_object", "consumer", "period", "value"))


def bases_of(rows: Iterable[tuple[int, int | None, int, Decimal]]) -> Bases:
    """Rows in the order of their periods."""
    found: Bases = defaultdict(Base)
    for cost_object, consumer, period, value in rows:
        base = found[cost_object]
        (base.whole if consumer is None else base.parts[consumer]).add(Period(period), value)
    return dict(found)


def unit_months(base: Base | None, periods: Sequence[Period]) -> Decimal | None:
    """The base of some months added up. None where none of them has a value."""
    known = [value for period in periods if base is not None and (value := base.at(period)) is not None]
    return sum(known, ZERO) if known else None
