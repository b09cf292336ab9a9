"""What a service costs each user, device or other unit, and what each consuming unit's part of it is.

Cost accounts only, as everywhere: distribution accounts move what is counted already, and what a rule has passed on has
left the cost object it came from. So each krona stands at one cost object, or without a home, and they add up to the
ledger. A cost per unit and month is cost ÷ units added up over the months; it is None where there are no units.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from finance.choices import FlowKind
from finance.models import AllocationLine, Consumer, Driver, DriverValue
from finance.models.allocation import CostRollupQuerySet
from finance.models.scope import Paths, ledger_scope, sees_everything, sight
from finance.reports import checks, economy
from finance.reports.driver_bases import Bases, bases, unit_months
from finance.reports.economy import ZERO, Compared, bounds
from finance.reports.selection import LINE, NONE, ROLLUP, Selection, of_kind
from finance.reports.spans import spans
from services.models import CostObject
from vp_portal.core import charts, formatting
from vp_portal.core.models import User
from vp_portal.core.money import ORE, split
from vp_portal.core.periods import Period, months

#: As many courses can be told apart in a chart.
_COURSES = 4
_LINE = Paths("cell__period", "cell__code_string__cost_centre", "cell__code_string__account__sensitivity")
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


@dataclass(frozen=True)
class Consumed:
    """A consuming unit's part of the cost. The last rows are what no consumer stands for."""

    code: str
    name: str
    cost: Compared
    units: Decimal | None
    url: str = ""


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

    @property
    def first(self) -> Period:
        return bounds(self.chosen)[0]

    @property
    def last(self) -> Period:
        return bounds(self.chosen)[1]

    @property
    def unit(self) -> str:
        return unit_of(self.driver)


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


def showback(
    seen: CostRollupQuerySet, chosen: Selection, driver: Driver, user: User | AnonymousUser, *, latest: Period
) -> Showback:
    """About eight queries, whatever the number of cost objects."""
    _first, last = bounds(chosen)
    rows = seen.filter(chosen.scope(ROLLUP) & of_kind(ROLLUP, FlowKind.COST))
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
        consumers=_consumers(costs, found, chosen),
        total=total,
        chart=_chart(costs, found, chosen, driver, objects, names),
        distribution=flows.by_kind[FlowKind.DISTRIBUTION].this,
        exceeded=sorted(spent),
        proof=checks.proof(total.this, flows, chosen, FlowKind.COST) if sees_everything(user) else None,
        left_out=checks.left_out_of(user, seen, chosen),
        spans=spans(chosen, latest, partial(chosen.url, "finance:showback", driver=driver.code)),
    )


def monthly(rows: CostRollupQuerySet) -> Costs:
    """One query."""
    sums = rows.order_by().values_list("cost_object", "period").annotate(total=Sum("amount"))
    return {(pk, period): total for pk, period, total in sums}


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


def _years(chosen: Selection) -> tuple[list[Period], list[Period]]:
    return list(months(*bounds(chosen))), list(months(*bounds(chosen.last_year)))


def _summed(costs: Costs, pk: int | None, chosen: Selection) -> Compared:
    this, last = ([costs.get((pk, period), ZERO) for period in year] for year in _years(chosen))
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
    this_year, last_year = _years(chosen)
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


def _consumers(costs: Costs, found: Bases, chosen: Selection) -> list[Consumed]:
    """Each month's cost parted by the consumers' units, öre by the largest remainder. One query."""
    this_year, last_year = _years(chosen)
    this, last = _parted(costs, found, this_year), _parted(costs, found, last_year)
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


def _parted(costs: Costs, found: Bases, year: Sequence[Period]) -> dict[int | None, Decimal]:
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
    this_year, last_year = _years(chosen)
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
    drivers = list(
        Driver.objects.filter(pk__in=DriverValue.objects.filter(cost_object=cost_object).values("driver")).order_by(
            "code"
        )
    )
    if not drivers:
        return []
    wanted = Q(period__gte=first, period__lte=last) | Q(period__gte=first.shift(-12), period__lte=last.shift(-12))
    costs = monthly(seen.costs().filter(wanted, cost_object=cost_object))
    return [(driver, costs, bases(driver, last)) for driver in drivers]


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
