"""The page of the economy: a selection's totals, its months, and its table turned four ways.

Money comes in as the ledger has it, where income is negative. `sign` turns it, so that the page shows both cost and
income above zero; net is income − cost. Special periods and distribution accounts stand outside and are named.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Q, Sum

from finance.choices import AccountKind, FlowKind
from finance.models.budget import BudgetLineQuerySet
from finance.models.rollup import CostRollupQuerySet
from finance.reports.selection import ROLLUP, Selection, in_periods, specials
from vp_portal.core import charts, formatting
from vp_portal.core.periods import Period, months

ZERO = Decimal("0.00")
_TENTH = Decimal("0.1")
#: At most this share of the cost may lack a home: indicator I16 of the plan asks for 98 % with one.
UNALLOCATED_TARGET = Decimal("0.02")


@dataclass(frozen=True)
class Compared:
    """An amount against that of the same months last year. Not `is_whole`: one of them lacks months, and the
    difference says nothing."""

    this: Decimal = ZERO
    last: Decimal = ZERO
    is_whole: bool = True

    def __add__(self, other: "Compared") -> "Compared":
        return Compared(self.this + other.this, self.last + other.last, self.is_whole and other.is_whole)

    def __neg__(self) -> "Compared":
        return Compared(-self.this, -self.last, self.is_whole)

    @property
    def difference(self) -> Decimal:
        return self.this - self.last

    @property
    def told(self) -> Decimal | None:
        """The difference, where it can be told."""
        return self.difference if self.is_whole else None

    @property
    def percent(self) -> Decimal | None:
        """The difference in per cent of last year, one decimal. None when last year can't be a base."""
        if self.last <= 0 or not self.is_whole:
            return None
        return (self.difference * 100 / self.last).quantize(_TENTH, ROUND_HALF_UP)

    @property
    def direction(self) -> str:
        """The name of the arrow."""
        return "up" if self.difference > 0 else "down" if self.difference < 0 else "level"


@dataclass(frozen=True)
class Flows:
    """The selection by what it counts as, in the ledger's signs; special periods of the same years apart."""

    by_kind: dict[FlowKind, Compared]
    by_month: dict[tuple[FlowKind, Period], Decimal]
    special: Decimal
    has_special: bool
    gross: Decimal
    gross_unallocated: Decimal
    unallocated: Decimal

    @property
    def cost(self) -> Compared:
        return self.by_kind[FlowKind.COST]

    @property
    def income(self) -> Compared:
        """Above zero."""
        return -self.by_kind[FlowKind.INCOME]

    @property
    def net(self) -> Compared:
        """Income − cost: below zero where cost is the larger."""
        return self.income + -self.cost

    @property
    def other(self) -> Decimal:
        """As it would change the net: internal income is above zero."""
        return -self.by_kind[FlowKind.OTHER].this

    @property
    def everything(self) -> Decimal:
        return sum((flow.this for flow in self.by_kind.values()), ZERO)

    @property
    def unallocated_share(self) -> Decimal | None:
        """0–1, of absolute amounts: a credit can't hide what lacks a home. None without cost."""
        return self.gross_unallocated / self.gross if self.gross else None

    @property
    def unallocated_reaches_target(self) -> bool:
        return self.unallocated_share is None or self.unallocated_share <= UNALLOCATED_TARGET


def kind_of(account_kind: str | None, *, is_distribution: bool) -> FlowKind:
    """As `selection.of_kind` says it to the database."""
    if is_distribution:
        return FlowKind.DISTRIBUTION
    return FlowKind.OTHER if account_kind in (None, AccountKind.OTHER) else FlowKind(account_kind)


def flows(seen: CostRollupQuerySet, chosen: Selection) -> Flows:
    """One query, two for who sees parts only: this year's months, last year's, and the special periods of this year's
    years."""
    found = [_flow_rows(sums, chosen) for sums in seen.parts(*chosen.fields)]
    return flows_of([row for rows in found for row in rows], chosen)


def _flow_rows(sums: CostRollupQuerySet, chosen: Selection) -> Any:
    homeless = Q(cost_object__isnull=True)
    return (
        sums.filter(chosen.scope(ROLLUP) & with_last_year(chosen, special=True))
        .order_by()
        .values_list("period", "account_group__kind", "is_distribution")
        .annotate(
            total=Sum("amount"),
            gross=Sum(sums.gross),
            homeless=Sum("amount", filter=homeless, default=ZERO),
            gross_homeless=Sum(sums.gross, filter=homeless, default=ZERO),
        )
    )


def with_last_year(chosen: Selection, *, special: bool = False) -> Q:
    """The selection's months and the same of the year before; with `special` also the special periods of its years.
    The bounds of them all are said too: it is those that an index can go by."""
    first, last = bounds(chosen)
    before = chosen.last_year
    wanted = chosen.periods(ROLLUP) | before.periods(ROLLUP)
    if special:
        wanted |= Q(period__in=specials(first, last))
        return wanted & Q(period__gte=bounds(before)[0], period__lte=max(last, Period(last.year * 100 + 13)))
    return wanted & Q(period__gte=bounds(before)[0], period__lte=last)


def within(seen: CostRollupQuerySet, chosen: Selection, *by: str, last_year: bool = True) -> list[CostRollupQuerySet]:
    """What is chosen of the selection's months, and with `last_year` of the same of the year before: in querysets
    whose sums together are that, to be asked about no more than `by`, as `CostRollupQuerySet.within`."""
    fields = (*by, *chosen.fields)
    stretches = [bounds(chosen), *([bounds(chosen.last_year)] if last_year else [])]
    if any(period.is_special for stretch in stretches for period in stretch):
        found = [seen.coarse(*fields).filter(with_last_year(chosen) if last_year else chosen.periods(ROLLUP))]
    else:
        found = seen.within(*stretches, by=fields)
    return [sums.filter(chosen.scope(ROLLUP)).order_by() for sums in found]


def added(
    found: Iterable[CostRollupQuerySet | BudgetLineQuerySet], chosen: Selection, *fields: str
) -> list[tuple[Any, ...]]:
    """Per combination of the fields, these and the sums of this year and last. One query for each queryset."""
    wanted = this_and_last(chosen)
    sums: dict[tuple[Any, ...], Compared] = {}
    for rows in found:
        told = rows.values_list(*fields).annotate(**wanted) if fields else [rows.aggregate(**wanted).values()]
        for *keys, this, last in told:
            sums[tuple(keys)] = sums.get(tuple(keys), Compared()) + Compared(this, last)
    return [(*keys, amount.this, amount.last) for keys, amount in sums.items()]


def flows_of(rows: Iterable[tuple[Any, ...]], chosen: Selection) -> Flows:
    """Out of the rows of `flows`: period, account kind, whether it distributes, and the four sums."""
    first, last = bounds(chosen)
    by_kind = {kind: Compared() for kind in FlowKind}
    by_month: dict[tuple[FlowKind, Period], Decimal] = {}
    special, has_special, gross, gross_homeless, homeless = ZERO, False, ZERO, ZERO, ZERO
    for period, account_kind, is_distribution, total, row_gross, row_homeless, row_gross_homeless in rows:
        kind = kind_of(account_kind, is_distribution=is_distribution)
        if period.is_special:
            special, has_special = special + total, True
            continue
        by_month[kind, period] = by_month.get((kind, period), ZERO) + total
        if period <= chosen.last_year.last:
            by_kind[kind] += Compared(last=total)
        if first <= period <= last:
            by_kind[kind] += Compared(this=total)
            if kind is FlowKind.COST:
                gross, homeless = gross + row_gross, homeless + row_homeless
                gross_homeless += row_gross_homeless
    return Flows(by_kind, by_month, special, has_special, gross, gross_homeless, homeless)


def not_whole(found: Flows) -> Flows:
    """The same sums, with no difference to tell."""
    return replace(found, by_kind={kind: replace(amount, is_whole=False) for kind, amount in found.by_kind.items()})


def bounds(chosen: Selection) -> tuple[Period, Period]:
    """The months of a selection that has them."""
    if chosen.first is None or chosen.last is None:
        raise ValueError("the selection has no months")
    return chosen.first, chosen.last


def sign_of(kind: FlowKind) -> int:
    return -1 if kind is FlowKind.INCOME else 1


def month_chart(
    found: Flows,
    chosen: Selection,
    kind: FlowKind,
    caption: str,
    booked_from: Period | None = None,
    planned: charts.Series | None = None,
) -> charts.Chart:
    """Bars for the selection's months, and for what is planned for them, else for the same months last year.
    Marks lead to their rows.

    Months before `booked_from` are not zero but unknown.
    """
    first, last = bounds(chosen)
    this_name, last_name = names(chosen)
    before = [_point(found, chosen, kind, p, booked_from) for p in months(*bounds(chosen.last_year))]
    series = [
        charts.Series(this_name, [_point(found, chosen, kind, period, booked_from) for period in months(first, last)]),
        planned or charts.Series(last_name, before, "2"),
    ]
    has_rows = any(key is kind for key, _period in found.by_month)
    return charts.bars(caption, series if has_rows else [], details=formatting.kr)


def names(chosen: Selection) -> tuple[str, str]:
    """What the selection's months and those of the year before are called."""
    first, last = bounds(chosen)
    if first.year == last.year:
        return str(first.year), str(first.year - 1)
    return f"{first}–{last}", f"{first.shift(-12)}–{last.shift(-12)}"


def _point(found: Flows, chosen: Selection, kind: FlowKind, period: Period, booked_from: Period | None) -> charts.Point:
    amount = found.by_month.get((kind, period))
    return charts.Point(
        label=formatting.month_label(period),
        value=None if booked_from and period < booked_from else (amount or ZERO) * sign_of(kind),
        url="" if amount is None else chosen.rows_url(**{"from": int(period), "to": int(period), "kind": kind.value}),
        name=formatting.period_name(period),
    )


def this_and_last(chosen: Selection) -> dict[str, Sum]:
    """Aggregates over rows of both years."""
    before = chosen.last_year
    return {
        "this": Sum("amount", filter=in_periods("period", *bounds(chosen)), default=ZERO),
        "last": Sum("amount", filter=in_periods("period", *bounds(before)), default=ZERO),
    }
