"""Cost that no rule reaches: how much, how old, and where."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Min, Sum
from django.utils.translation import gettext as _

from finance.models.rollup import CostRollupQuerySet
from finance.reports.economy import UNALLOCATED_TARGET, ZERO
from vp_portal.core import formatting, small_charts
from vp_portal.core.periods import Period, months
from vp_portal.overview.reports import links
from vp_portal.overview.reports.costs import Month, Span


@dataclass(frozen=True)
class Unallocated:
    """The year's cost without a home. `share` is of absolute amounts (0–1, None without cost), `net` the plain sum."""

    share: Decimal | None
    net: Decimal
    oldest: Period | None
    age_days: int | None
    spark: small_charts.Sparkline
    target: Decimal = UNALLOCATED_TARGET

    @property
    def reaches_target(self) -> bool:
        return self.share is None or self.share <= self.target


@dataclass(frozen=True)
class CentreWithout:
    """A cost centre's cost without a home in the year, and since when."""

    code: str
    name: str
    amount: Decimal
    oldest: Period
    rows: int
    url: str


def unallocated(by_period: dict[Period, Month], span: Span, on: dt.date) -> Unallocated:
    """Out of the months of `costs.by_month`. The age counts from the end of the oldest month with such cost."""
    year = [by_period.get(period, Month(period)) for period in months(span.first, span.last)]
    gross = sum((month.gross for month in year), ZERO)
    oldest = next((month.period for month in year if month.gross_unallocated), None)
    shares = [month.gross_unallocated / month.gross if month.gross else None for month in year]
    return Unallocated(
        share=sum((month.gross_unallocated for month in year), ZERO) / gross if gross else None,
        net=sum((month.unallocated for month in year), ZERO),
        oldest=oldest,
        age_days=max((on - oldest.last_day).days, 0) if oldest else None,
        spark=small_charts.sparkline(shares, name=_("Andel utan hemvist per månad"), fmt=_one_decimal),
    )


def by_centre(rollups: CostRollupQuerySet, span: Span) -> list[CentreWithout]:
    """The cost centres with cost without a home in the year, the largest amount first. One query."""
    rows = (
        rollups.costs()
        .unallocated()
        .coarse("cost_centre")
        .filter(span.this_q)
        .order_by()
        .values("cost_centre__code", "cost_centre__name")
        .annotate(amount=Sum("amount"), oldest=Min("period"), rows=Sum("row_count"))
    )
    centres = [
        CentreWithout(
            code=row["cost_centre__code"] or "",
            name=row["cost_centre__name"] or "",
            amount=row["amount"],
            oldest=Period(row["oldest"]),
            rows=row["rows"],
            url=links.postings(
                span.first, span.last, unallocated=1, cost_centre=links.without(row["cost_centre__code"])
            ),
        )
        for row in rows
    ]
    return sorted(centres, key=lambda centre: (-abs(centre.amount), centre.code))


def _one_decimal(value: Decimal | int | None) -> str:
    return formatting.share(value, 1)
