"""A cost per unit: of what a driver counts, month by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from finance.models import Driver, DriverValue
from finance.models.rollup import CostRollupQuerySet
from finance.reports.driver_bases import Bases, bases
from finance.reports.economy import ZERO, Compared
from vp_portal.core import charts, formatting
from vp_portal.core.money import ORE
from vp_portal.core.periods import Period

#: (cost object's key or None, month) → cost.
Costs = dict[tuple[int | None, Period], Decimal]


@dataclass(frozen=True)
class UnitCost:
    """A cost object's cost per unit and month, this year and last; `why` says what is missing where it is None.

    `units`: how many there are on average of the months. `received`: what of the cost came by a rule that passes on.
    """

    code: str
    name: str
    kind: str
    cost: Compared
    units: Decimal | None
    this: Decimal | None
    last: Decimal | None
    why: str
    received: Decimal = ZERO
    url: str = ""
    last_url: str = ""
    own_url: str = ""

    @property
    def difference(self) -> Decimal | None:
        return None if self.this is None or self.last is None else self.this - self.last

    @property
    def percent(self) -> Decimal | None:
        if self.this is None or self.last is None:
            return None
        return Compared(self.this, self.last).percent


def unit_of(driver: Driver) -> str:
    """What one is counted in."""
    return driver.unit or driver.name.lower()


def per_unit(cost: Decimal, units: Decimal | None) -> Decimal | None:
    """To the öre. None where there are no units to share the cost among: never infinity."""
    return (cost / units).quantize(ORE, ROUND_HALF_UP) if units else None


def lacking(units: Decimal | None, driver: Driver) -> str:
    """Why there is no cost per unit."""
    if units is None:
        return _("%(driver)s är inte angivet för de här månaderna.") % {"driver": driver.name}
    return "" if units else _("0 %(unit)s: det finns inga att dela kostnaden på.") % {"unit": unit_of(driver)}


def monthly(rows: CostRollupQuerySet) -> Costs:
    """One query."""
    sums = rows.order_by().values_list("cost_object", "period").annotate(total=Sum("amount"))
    return {(pk, period): total for pk, period, total in sums}


def unit_points(costs: Costs, found: Bases, pk: int, year: Sequence[Period]) -> list[charts.Point]:
    """A gap where there are no units."""
    base = found.get(pk)
    return [
        charts.Point(
            formatting.month_label(period),
            per_unit(costs.get((pk, period), ZERO), base.at(period) if base else None),
            name=formatting.period_name(period),
        )
        for period in year
    ]


def of_object(
    seen: CostRollupQuerySet, cost_object: int, first: Period, last: Period
) -> list[tuple[Driver, Costs, Bases]]:
    """What is needed for one cost object's page: its cost by month this year and last, and its bases by each driver
    that it has values of. Three queries, and one for each driver."""
    valued = DriverValue.objects.filter(cost_object=cost_object)
    drivers = list(Driver.objects.filter(pk__in=valued.values("driver")).order_by("code"))
    if not drivers:
        return []
    wanted = Q(period__gte=first, period__lte=last) | Q(period__gte=first.shift(-12), period__lte=last.shift(-12))
    costs = monthly(seen.costs().filter(wanted, cost_object=cost_object))
    return [(driver, costs, bases(driver, last)) for driver in drivers]
