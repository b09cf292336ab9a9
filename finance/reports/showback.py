"""What a service costs each user, device or other unit, and what each consuming unit's part of it is.

Cost accounts only, as everywhere: distribution accounts move what is counted already, and what a rule has passed on has
left the cost object it came from. So each krona stands at one cost object, or without a home, and they add up to the
ledger. A cost per unit and month is cost ÷ units added up over the months; it is None where there are no units.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from finance.choices import FlowKind
from finance.models import AllocationLine, Driver
from finance.models.rollup import CostRollupQuerySet
from finance.models.scope import Paths, ledger_scope, sees_everything, sight
from finance.reports import checks, economy
from finance.reports.consumers import Consumed, consumers, years
from finance.reports.driver_bases import Bases, bases, unit_months
from finance.reports.economy import ZERO, Compared, bounds
from finance.reports.selection import LINE, NONE, ROLLUP, Selection, of_kind
from finance.reports.spans import spans
from finance.reports.unit_costs import Costs, UnitCost, lacking, monthly, per_unit, unit_of, unit_points
from services.models import CostObject
from vp_portal.core import charts, formatting
from vp_portal.core.models import User
from vp_portal.core.money import ORE
from vp_portal.core.periods import Period

#: As many courses can be told apart in a chart.
_COURSES = 4
_LINE = Paths("period", "cell__code_string__cost_centre", "cell__code_string__account__sensitivity")


@dataclass(frozen=True)
class Showback:
    """The page. `objects` and `consumers` each add up to `total`, which is the selection's cost."""

    chosen: Selection
    driver: Driver
    objects: Sequence[UnitCost]
    consumers: Sequence[Consumed]
    total: Compared
    chart: charts.Chart
    distribution: Decimal
    exceeded: Sequence[str]
    proof: checks.SelectionProof | None
    left_out: checks.LeftOut
    spans: Sequence[dict[str, Any]]
    everything: bool

    @property
    def shown(self) -> Sequence[UnitCost]:
        """The rows of the page: those that have no value by the driver are one, unless they are asked for."""
        valued = [row for row in self.objects if row.units is not None]
        return self.objects if self.everything or not valued or len(valued) >= len(self.objects) - 1 else valued

    @property
    def rest(self) -> Decimal:
        """The cost of those that are not shown."""
        return self.total.this - sum((row.cost.this for row in self.shown), ZERO)

    @property
    def rest_count(self) -> int:
        return len(self.objects) - len(self.shown)

    @property
    def all_url(self) -> str:
        return self.chosen.url("finance:showback", driver=self.driver.code, show="all")

    @property
    def first(self) -> Period:
        return bounds(self.chosen)[0]

    @property
    def last(self) -> Period:
        return bounds(self.chosen)[1]

    @property
    def unit(self) -> str:
        return unit_of(self.driver)


def showback(
    seen: CostRollupQuerySet,
    chosen: Selection,
    driver: Driver,
    user: User | AnonymousUser,
    *,
    latest: Period,
    everything: bool = False,
) -> Showback:
    """About eight queries, whatever the number of cost objects."""
    _first, last = bounds(chosen)
    sums = seen.coarse("cost_object", *chosen.fields)
    rows = sums.filter(chosen.scope(ROLLUP) & of_kind(ROLLUP, FlowKind.COST))
    rows = rows.filter(chosen.periods(ROLLUP) | chosen.last_year.periods(ROLLUP))
    costs = monthly(rows)
    found = bases(driver, last)
    names = {one.pk: one for one in CostObject.objects.filter(pk__in=[pk for pk, _month in costs if pk])}
    received = _received(user, chosen)
    objects = _objects(costs, found, chosen, driver, names, received)
    total = sum((row.cost for row in objects), Compared())
    flows = economy.flows(seen, chosen)
    spent = [names[pk].name for pk, base in found.items() if pk in names and base.is_exceeded(last)]
    return Showback(
        chosen=chosen,
        driver=driver,
        objects=objects,
        consumers=consumers(costs, found, chosen),
        total=total,
        chart=_chart(costs, found, chosen, driver, objects, names),
        distribution=flows.by_kind[FlowKind.DISTRIBUTION].this,
        exceeded=sorted(spent),
        proof=checks.proof(total.this, flows, chosen, FlowKind.COST) if sees_everything(user) else None,
        left_out=checks.left_out_of(user, chosen),
        spans=spans(chosen, latest, partial(chosen.url, "finance:showback", driver=driver.code)),
        everything=everything,
    )


def _received(user: User | AnonymousUser, chosen: Selection) -> dict[int, Decimal]:
    """What of each cost object's cost another has passed on. One query."""
    seen = sight(user, chosen.on)
    lines = AllocationLine.objects.in_force().filter(
        chosen.scope(LINE) & chosen.periods(LINE) & of_kind(LINE, FlowKind.COST),
        ledger_scope(seen, _LINE, Q(cost_object__in=seen.cost_objects)),
        cell__batch__ended_at__isnull=True,
        rule__passes_on__isnull=False,
    )
    return dict(lines.order_by().values_list("cost_object").annotate(total=Sum("amount")))


def _summed(costs: Costs, pk: int | None, chosen: Selection) -> Compared:
    this, last = ([costs.get((pk, period), ZERO) for period in year] for year in years(chosen))
    return Compared(sum(this, ZERO), sum(last, ZERO))


def _objects(
    costs: Costs,
    found: Bases,
    chosen: Selection,
    driver: Driver,
    names: dict[int, CostObject],
    received: dict[int, Decimal],
) -> list[UnitCost]:
    """The largest change of what a unit costs first; those without a base last, by their cost."""
    this_year, last_year = years(chosen)
    rows = []
    for pk in {pk for pk, _month in costs}:
        cost = _summed(costs, pk, chosen)
        if not (cost.this or cost.last):
            continue
        one, base = (names[pk], found.get(pk)) if pk else (None, None)
        units, before = unit_months(base, this_year), unit_months(base, last_year)
        code = one.code if one else NONE
        rows.append(
            UnitCost(
                code=code,
                name=one.name if one else _("Utan hemvist"),
                kind=one.kind_label if one else _("ingen regel når dit"),
                cost=cost,
                units=None if units is None else units / len(this_year),
                this=per_unit(cost.this, units),
                last=per_unit(cost.last, before),
                why=lacking(units, driver) if one else _("Kostnaden hör inte till någon tjänst."),
                received=received.get(pk, ZERO) if pk else ZERO,
                url=chosen.rows_url(kind=FlowKind.COST.value, cost_object=code),
                last_url=chosen.last_year.rows_url(kind=FlowKind.COST.value, cost_object=code),
                own_url=chosen.url("finance:showback", driver=driver.code, cost_object=code) if one else "",
            )
        )
    return sorted(rows, key=lambda row: (row.this is None, -abs(row.difference or ZERO), -abs(row.cost.this), row.name))


def _chart(
    costs: Costs,
    found: Bases,
    chosen: Selection,
    driver: Driver,
    objects: Sequence[UnitCost],
    names: dict[int, CostObject],
) -> charts.Chart:
    """The course of what a unit costs: one cost object against last year, or the dearest few beside each other."""
    caption = _("Kostnad per %(unit)s och månad") % {"unit": unit_of(driver)}
    keys = {one.code: pk for pk, one in names.items()}
    this_year, last_year = years(chosen)
    drawn = sorted((row for row in objects if row.this), key=lambda row: -(row.this or ZERO))[:_COURSES]
    series = [
        charts.Series(row.name, unit_points(costs, found, keys[row.code], this_year), str(look))
        for look, row in enumerate(drawn, start=1)
    ]
    if len(series) == 1:
        name, before = economy.names(chosen)
        pk = keys[drawn[0].code]
        series = [
            charts.Series(name, unit_points(costs, found, pk, this_year), "1"),
            charts.Series(before, unit_points(costs, found, pk, last_year), "2"),
        ]
    return charts.line(caption, series, fmt=formatting.kr_ore)


def table(shown: Showback) -> tuple[list[list[Any]], list[str]]:
    """The rows of a file: cost objects, then consumers."""
    columns = [
        _("Slag"),
        _("Kod"),
        _("Namn"),
        _("Kostnad"),
        _("Kostnad förra året"),
        _("Därav fördelat hit"),
        _("%(unit)s, i snitt") % {"unit": shown.unit.capitalize()},
        _("Per enhet och månad"),
        _("Per enhet och månad förra året"),
        _("Skillnad"),
        _("Varför det saknas"),
    ]
    rows: list[list[Any]] = [
        [
            row.kind, "" if row.code == NONE else row.code, row.name, row.cost.this, row.cost.last, row.received,
            _rounded(row.units), row.this, row.last, row.difference, row.why,
        ]
        for row in shown.objects
    ]  # fmt: skip
    rows.append([_("Summa"), "", "", shown.total.this, shown.total.last, "", "", "", "", "", ""])
    rows += [
        [
            _("Förbrukande enhet"),
            row.code,
            row.name,
            row.cost.this,
            row.cost.last,
            "",
            _rounded(row.units),
            "",
            "",
            "",
            "",
        ]
        for row in shown.consumers
    ]
    return rows, columns


def _rounded(units: Decimal | None) -> Decimal | None:
    return None if units is None else units.quantize(ORE, ROUND_HALF_UP)
