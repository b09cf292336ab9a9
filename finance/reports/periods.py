"""The periods that have rows, and which of them are locked."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Sum

from finance.models import LedgerCell, PeriodLock
from finance.reports.batches import OPEN
from vp_portal.core.periods import Period

PAGE_SIZE = 48


@dataclass(frozen=True)
class BookedPeriod:
    """`lock` is the one in force, if any."""

    period: Period
    rows: int
    batches: int
    lock: PeriodLock | None

    @property
    def number(self) -> int:
        """For addresses."""
        return int(self.period)


def booked_periods(number: str | None, *, whole: bool) -> Page:
    """The periods, latest first, with the rows of the open accounts unless the reader sees the `whole` ledger. Three
    queries."""
    cells = LedgerCell.objects.filter(batch__ended_at__isnull=True).order_by()
    rows = Sum("row_count", filter=None if whole else OPEN, default=0)
    sums = cells.values("period").annotate(rows=rows, batches=Count("batch", distinct=True))
    page = Paginator(sums.order_by("-period"), PAGE_SIZE).get_page(number)
    found = list(page.object_list)
    locks = PeriodLock.objects.in_force().filter(period__in=[row["period"] for row in found])
    by_period = {lock.period: lock for lock in locks.select_related("locked_by")}
    shown = [
        BookedPeriod(Period(row["period"]), row["rows"], row["batches"], by_period.get(row["period"])) for row in found
    ]
    page.object_list = shown  # type: ignore[assignment]  # other rows than the page was cut from
    return page


def state_of(period: Period) -> PeriodLock | None:
    """The lock in force."""
    return PeriodLock.objects.in_force().filter(period=period).select_related("locked_by").first()
