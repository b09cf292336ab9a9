"""Sums that several screens share. Each takes rollups that are already restricted to what the user may see."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Subquery, Sum
from django.db.models.functions import Mod

from finance.choices import TotalBy
from finance.models import CostTotal, ImportBatch, PeriodLock
from finance.models.rollup import CostRollupQuerySet
from vp_portal.core.periods import Period


@dataclass(frozen=True)
class Freshness:
    """How new the figures are: the latest ordinary month that is booked, whether it is locked, and when the last file
    was."""

    latest_period: Period | None
    imported_at: dt.datetime | None
    is_locked: bool = False


def freshness() -> Freshness:
    """One small query over all that counts now."""
    booked = ImportBatch.objects.in_force().order_by("-booked_at").values("booked_at")
    locks = PeriodLock.objects.in_force().filter(period=OuterRef("period"))
    found = (
        CostTotal.objects.filter(by=TotalBy.ACCOUNT_GROUP)
        .in_force()
        .annotate(month=Mod(F("period"), 100))
        .filter(month__gte=1, month__lte=12)
        .order_by("-period")
        .annotate(locked=Exists(locks), imported_at=Subquery(booked[:1]))
        .values_list("period", "imported_at", "locked")
        .first()
    )
    return Freshness(Period(found[0]), found[1], found[2]) if found else Freshness(None, None)


def total(rollups: CostRollupQuerySet) -> Decimal:
    return rollups.aggregate(total=Sum("amount"))["total"] or Decimal(0)


def by_month(rollups: CostRollupQuerySet) -> dict[Period, Decimal]:
    """Amount per period, in order; periods without rows are left out."""
    rows = rollups.order_by("period").values_list("period").annotate(total=Sum("amount"))
    return dict(rows)


def totals_by(rollups: CostRollupQuerySet, *fields: str) -> list[dict[str, Any]]:
    """One dict per combination of `fields`, with `total`, the largest absolute amount first."""
    rows: Iterable[dict[str, Any]] = rollups.order_by().values(*fields).annotate(total=Sum("amount"))
    return sorted(rows, key=lambda row: (-abs(row["total"]), *(str(row[field]) for field in fields)))
