"""Which months there is something to show for, and how fresh the figures are."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Subquery
from django.db.models.functions import Mod

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
    locks = PeriodLock.objects.in_force().filter(period=OuterRef("period"))
    latest = ImportBatch.objects.in_force().order_by("-booked_at").values("booked_at")
    found = list(
        CostTotal.objects.filter(by=TotalBy.ACCOUNT_GROUP)
        .in_force()
        .annotate(month=Mod(F("period"), 100))
        .filter(month__gte=1, month__lte=12)
        .order_by("-period")
        .annotate(imported_at=Subquery(latest[:1]), locked=Exists(locks))
        .values_list("period", "imported_at", "locked")
        .distinct()
    )
    return Booked(
        periods=tuple(Period(period) for period, _imported_at, _locked in found),
        imported_at=found[0][1] if found else None,
        is_locked=bool(found and found[0][2]),
    )
