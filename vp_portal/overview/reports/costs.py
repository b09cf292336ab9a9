"""Cost this year against the same months last year, or against what is planned, in the shapes that screens show.

Every function takes rollups that are already
restricted to what the user may see (`visible_to`), and adds up cost accounts without distribution accounts and
without the special periods 00 and 13.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from finance.models.rollup import CostRollupQuerySet
from finance.reports.economy import ZERO, Compared
from vp_portal.core import charts, formatting, small_charts
from vp_portal.core.periods import Period, months, year_to_date

#: Gives the address of the rows from a period to another, with more filters as keywords.
Link = Callable[..., str]
Item = TypeVar("Item")


@dataclass(frozen=True)
class Span:
    """A year up to a period, and the same months of the year before."""

    last: Period

    @property
    def first(self) -> Period:
        return year_to_date(self.last)[0]

    @property
    def year(self) -> int:
        return self.last.year

    @property
    def previous_first(self) -> Period:
        return self.first.shift(-12)

    @property
    def previous_last(self) -> Period:
        return self.last.shift(-12)

    @property
    def previous_year(self) -> int:
        return self.year - 1

    @property
    def this_q(self) -> Q:
        return Q(period__gte=self.first, period__lte=self.last)

    @property
    def last_q(self) -> Q:
        return Q(period__gte=self.previous_first, period__lte=self.previous_last)

    @property
    def both_q(self) -> Q:
        """This year and last. The bounds of both are said too: it is those that an index can go by."""
        return (self.this_q | self.last_q) & Q(period__gte=self.previous_first, period__lte=self.last)


@dataclass(frozen=True)
class Month:
    """One month's cost. `gross` parts add absolute amounts, so that a credit can't hide what lacks a home."""

    period: Period
    cost: Decimal = ZERO
    unallocated: Decimal = ZERO
    gross: Decimal = ZERO
    gross_unallocated: Decimal = ZERO


@dataclass(frozen=True)
class CompareRow:
    """One line of a comparison. `code` is empty for cost that lacks the thing that the rows are made by."""

    code: str
    name: str
    cost: Compared
    bar: small_charts.DivergingBar | None = None
    kind: str = ""
    url: str = ""
    rows_url: str = ""
    last_rows_url: str = ""


def compared(rollups: CostRollupQuerySet, span: Span) -> Compared:
    sums = (
        rollups.costs()
        .coarse()
        .filter(span.both_q)
        .aggregate(this=Sum("amount", filter=span.this_q), last=Sum("amount", filter=span.last_q))
    )
    return Compared(sums["this"] or ZERO, sums["last"] or ZERO)


def by_month(rollups: CostRollupQuerySet, span: Span) -> dict[Period, Month]:
    """The months from January last year to the span's end that have rows. One query.

    Gross amounts are those of the rollups: credits within a month, cost object, account group and cost centre
    have already met their debits.
    """
    homeless = Q(cost_object__isnull=True)
    sums = rollups.costs().coarse()
    rows = (
        sums.filter(period__gte=span.previous_first, period__lte=span.last)
        .order_by()
        .values("period")
        .annotate(
            cost=Sum("amount"),
            unallocated=Sum("amount", filter=homeless),
            gross=Sum(sums.gross),
            gross_unallocated=Sum(sums.gross, filter=homeless),
        )
    )
    return {
        row["period"]: Month(
            row["period"], *(row[name] or ZERO for name in ("cost", "unallocated", "gross", "gross_unallocated"))
        )
        for row in rows
        if not row["period"].is_special
    }


def total_of(by_period: dict[Period, Month], span: Span, planned: Decimal | None = None) -> Compared:
    """The span's sums out of its months. What is planned stands in the place of last year."""
    this = sum((by_period[p].cost for p in months(span.first, span.last) if p in by_period), ZERO)
    last = sum((by_period[p].cost for p in months(span.previous_first, span.previous_last) if p in by_period), ZERO)
    return Compared(this, last if planned is None else planned)


def month_chart(
    by_period: dict[Period, Month],
    span: Span,
    link: Link,
    caption: str,
    planned: tuple[str, dict[Period, Decimal]] | None = None,
) -> charts.Chart:
    """Bars for January to December, this year and last, or this year and what is planned, with its name.
    A month that the span does not reach has no bar."""

    def points(first: Period, last_known: Period) -> list[charts.Point]:
        return [
            charts.Point(
                label=formatting.month_label(period),
                value=by_period.get(period, Month(period)).cost if period <= last_known else None,
                url=link(period, period) if period in by_period and period <= last_known else "",
                name=formatting.period_name(period),
            )
            for period in months(first, first.shift(11))
        ]

    this = charts.Series(str(span.year), points(span.first, span.last))
    last = charts.Series(str(span.previous_year), points(span.previous_first, span.previous_first.shift(11)), "2")
    if planned:
        last = charts.Series(planned[0], _planned_points(span, planned[1]), "2")
    return charts.bars(caption, [this, last] if by_period or planned else [], details=formatting.kr)


def _planned_points(span: Span, planned: dict[Period, Decimal]) -> list[charts.Point]:
    return [
        charts.Point(formatting.month_label(period), planned.get(period, ZERO), name=formatting.period_name(period))
        for period in months(span.first, span.first.shift(11))
    ]


def cost_spark(by_period: dict[Period, Month], span: Span) -> small_charts.Sparkline:
    values = [by_period.get(period, Month(period)).cost for period in months(span.first, span.last)]
    return small_charts.sparkline(values, name=_("Kostnad per månad"))


def sums_by(rollups: CostRollupQuerySet, span: Span, *fields: str) -> list[tuple[dict[str, Any], Compared]]:
    """Per combination of `fields`, those with cost in either year, in no order. One or two queries."""
    sums: dict[tuple[Any, ...], Compared] = {}
    for rows in rollups.costs().within((span.first, span.last), (span.previous_first, span.previous_last), by=fields):
        told = rows.order_by().values_list(*fields)
        told = told.annotate(this=Sum("amount", filter=span.this_q), last=Sum("amount", filter=span.last_q))
        for *keys, this, last in told:
            sums[tuple(keys)] = sums.get(tuple(keys), Compared()) + Compared(this or ZERO, last or ZERO)
    pairs = ((dict(zip(fields, keys, strict=True)), cost) for keys, cost in sums.items())
    return [(row, cost) for row, cost in pairs if cost.this or cost.last]


def with_bars(rows: Sequence[tuple[dict[str, Any], Compared]]) -> list[CompareRow]:
    """Rows out of their fields and costs, with the bars of their differences on one scale."""
    bars = small_charts.diverging([cost.difference for _fields, cost in rows], fmt=formatting.kr)
    return [CompareRow(cost=cost, bar=bar, **fields) for (fields, cost), bar in zip(rows, bars, strict=True)]


def linked(link: Link, span: Span, *, planned: bool = False, **filters: object) -> dict[str, str]:
    """The addresses of a row's two sums; what is planned has no rows."""
    if planned:
        return {"rows_url": link(span.first, span.last, **filters)}
    return {
        "rows_url": link(span.first, span.last, **filters),
        "last_rows_url": link(span.previous_first, span.previous_last, **filters),
    }


def sum_of(rows: Sequence[CompareRow]) -> Compared:
    return sum((row.cost for row in rows), Compared())
