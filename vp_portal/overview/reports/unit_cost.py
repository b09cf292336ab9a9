"""What a unit of a cost object costs, by each driver that it has values of: a section of its page."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from finance.models.rollup import CostRollupQuerySet
from finance.reports import unit_costs as per
from finance.reports.driver_bases import unit_months
from finance.reports.economy import ZERO, Compared
from vp_portal.core import charts, formatting
from vp_portal.core.periods import months
from vp_portal.overview.reports.costs import Span


@dataclass(frozen=True)
class DriverCost:
    """Per unit and month; None where there is nothing to share the cost among, and then `why`."""

    driver: str
    unit: str
    units: Decimal | None
    this: Decimal | None
    last: Decimal | None
    why: str
    url: str

    @property
    def percent(self) -> Decimal | None:
        return None if self.this is None or self.last is None else Compared(self.this, self.last).percent


@dataclass(frozen=True)
class UnitCosts:
    """`chart`: the course of the first driver's cost per unit, this year and last."""

    rows: tuple[DriverCost, ...]
    chart: charts.Chart


def unit_costs(seen: CostRollupQuerySet, cost_object: Any, span: Span | None) -> UnitCosts | None:
    """None without drivers. Two queries, one more for each driver that the cost object has."""
    found = per.of_object(seen, cost_object.pk, span.first, span.last) if span else []
    if not found or span is None:
        return None
    year = list(months(span.first, span.last))
    before = list(months(span.previous_first, span.previous_last))
    rows = []
    for driver, costs, bases in found:
        units, units_before = (unit_months(bases.get(cost_object.pk), each) for each in (year, before))
        this, last = (sum((costs.get((cost_object.pk, p), ZERO) for p in each), ZERO) for each in (year, before))
        query = {"driver": driver.code, "cost_object": cost_object.code, "from": int(span.first), "to": int(span.last)}
        rows.append(
            DriverCost(
                driver=driver.name,
                unit=per.unit_of(driver),
                units=None if units is None else units / len(year),
                this=per.per_unit(this, units),
                last=per.per_unit(last, units_before),
                why=per.lacking(units, driver),
                url=f"{reverse('finance:showback')}?{urlencode(query)}",
            )
        )
    driver, costs, bases = found[0]
    series = [
        charts.Series(name, per.unit_points(costs, bases, cost_object.pk, each), look)
        for name, each, look in ((str(span.year), year, "1"), (str(span.previous_year), before, "2"))
    ]
    caption = _("Kostnad per %(unit)s och månad") % {"unit": per.unit_of(driver)}
    return UnitCosts(tuple(rows), charts.line(caption, series, fmt=formatting.kr_ore))
