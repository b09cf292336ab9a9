"""Each consuming unit's part of the cost, öre by öre."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from finance.models import Consumer
from finance.reports.driver_bases import Bases
from finance.reports.economy import ZERO, Compared, bounds
from finance.reports.selection import Selection
from finance.reports.unit_costs import Costs
from vp_portal.core.money import split
from vp_portal.core.periods import Period, months


@dataclass(frozen=True)
class Consumed:
    """A consuming unit's part of the cost. The last rows are what no consumer stands for."""

    code: str
    name: str
    cost: Compared
    units: Decimal | None
    url: str = ""


def years(chosen: Selection) -> tuple[list[Period], list[Period]]:
    """The months of a selection, and the same of the year before."""
    return list(months(*bounds(chosen))), list(months(*bounds(chosen.last_year)))


def consumers(costs: Costs, found: Bases, chosen: Selection) -> list[Consumed]:
    """Each month's cost parted by the consumers' units, öre by the largest remainder. One query."""
    this_year, last_year = years(chosen)
    this, last = parted(costs, found, this_year), parted(costs, found, last_year)
    units: dict[int | None, Decimal] = defaultdict(Decimal)
    for base in found.values():
        for period in this_year:
            for consumer, value in base.parts_at(period).items():
                units[consumer] += value
    keys = {*this, *last}
    known = {one.pk: one for one in Consumer.objects.filter(pk__in=[key for key in keys if key is not None])}
    rows = [
        Consumed(one.code, one.name, Compared(this.get(pk, ZERO), last.get(pk, ZERO)), units[pk] / len(this_year))
        for pk, one in known.items()
    ]
    rows.sort(key=lambda row: (-abs(row.cost.difference), row.name))
    nobody = Compared(this.get(None, ZERO), last.get(None, ZERO))
    if rows and (nobody.this or nobody.last):
        rows.append(Consumed("", _("Ingen förbrukare angiven"), nobody, None))
    return rows


def parted(costs: Costs, found: Bases, year: Sequence[Period]) -> dict[int | None, Decimal]:
    """By consumer; None is what nobody stands for."""
    sums: dict[int | None, Decimal] = defaultdict(Decimal)
    wanted = set(year)
    for (pk, period), cost in costs.items():
        if period not in wanted:
            continue
        base = found.get(pk) if pk else None
        parts = base.parts_at(period) if base else {}
        whole = base.at(period) if base else None
        if not parts or not whole:
            sums[None] += cost
            continue
        keys: list[int | None] = [*sorted(parts), None]
        weights = [*(parts[key] for key in sorted(parts)), whole - sum(parts.values(), ZERO)]
        for key, amount in zip(keys, split(cost, weights), strict=True):
            sums[key] += amount
    return sums
