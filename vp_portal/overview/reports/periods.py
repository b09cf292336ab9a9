"""Which months there is something to show for, and how fresh the figures are."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import DateTimeField, IntegerField, QuerySet, Value
from django.db.models.functions import Cast

from finance.choices import TotalBy
from finance.models import CostTotal, ImportBatch, PeriodLock
from vp_portal.core.periods import Period
from vp_portal.overview.reports.costs import Span


@dataclass(frozen=True)
class Booked:
    """The ordinary months that are booked, the latest first and whether it is locked, and when the last file came."""

    periods: tuple[Period, ...]
    imported_at: dt.datetime | None
    is_locked: bool = False

    @property
    def latest(self) -> Period | None:
        return self.periods[0] if self.periods else None

    def span(self, wanted: str = "") -> Span | None:
        """The year up to the wanted month, when it is booked; else up to the latest. None without any."""
        asked = next((period for period in self.periods if str(int(period)) == wanted), self.latest)
        return Span(asked) if asked else None


def booked() -> Booked:
    """One small query over all that counts now. Special periods are no months."""
    found: dict[str, list[Any]] = {"month": [], "lock": [], "file": []}
    for what, period, at in _told():
        found[what].append(at if what == "file" else period)
    periods = sorted((period for period in map(Period, found["month"]) if not period.is_special), reverse=True)
    return Booked(
        periods=tuple(periods),
        imported_at=found["file"][0] if periods and found["file"] else None,
        is_locked=bool(periods and periods[0] in found["lock"]),
    )


def _told() -> "QuerySet[Any, Any]":
    """The periods, those that are locked, and when the last file came: each is looked up once, not for each sum."""
    number, never = Cast("period", IntegerField()), Cast(Value(None), DateTimeField())
    months = CostTotal.objects.filter(by=TotalBy.ACCOUNT_GROUP).in_force().order_by()
    locks = PeriodLock.objects.in_force().order_by().values_list(Value("lock"), number, never)
    files = ImportBatch.objects.in_force().order_by("-booked_at").values_list(Value("file"), Value(0), "booked_at")[:1]
    arms: QuerySet[Any, Any] = months.values_list(Value("month"), number, never).distinct()
    return arms.union(locks, files, all=True)
