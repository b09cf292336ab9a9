"""Computing a forecast out of what is booked: the year's booked months as they are, the rest by each line's shape."""

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Max, Sum
from django.db.models.functions import Mod
from django.utils.translation import gettext as _

from finance.actions.budgets import Changed, LineKey, set_lines
from finance.actions.forecast_methods import Expected, expected
from finance.models import BudgetVersion, CostRollup, ForecastBasis
from vp_portal.core import formatting
from vp_portal.core.periods import Period

if TYPE_CHECKING:
    from vp_portal.core.models import User

ZERO = Decimal("0.00")
_YEARS = 3

Row = tuple[int | None, int | None, int]


class NothingBookedError(Exception):
    """There is nothing to compute from."""


@transaction.atomic
def compute(version: BudgetVersion, *, by: "User | None") -> Changed:
    """Fills a draft with what is booked and what is expected. Raises NotADraftError and NothingBookedError."""
    latest = _latest(version.year)
    if latest is None:
        raise NothingBookedError(_("Inget är bokfört att räkna från."))
    left = [period for period in version.periods if period > latest]
    wanted: dict[LineKey, Decimal] = {}
    bases = []
    for row, series in _series(version.year).items():
        found = expected(series, left, latest)
        booked = {period: series.get(period, ZERO) for period in version.periods if period <= latest}
        if not (any(booked.values()) or any(found.months.values())):
            continue
        wanted |= {LineKey(period, *row): amount for period, amount in (booked | dict(found.months)).items()}
        bases.append(_basis(version, row, found, sum(booked.values(), ZERO)))
    origin = _("Framräknad ur utfallet till och med %(month)s") % {"month": formatting.period_name(latest)}
    changed = set_lines(version, wanted, by=by, reason=origin, whole=True, origin=origin)
    version.bases.all().delete()
    ForecastBasis.objects.bulk_create(bases, batch_size=2000)
    return changed


def _latest(year: int) -> Period | None:
    """The latest ordinary month that is booked, of the year or one before it."""
    found: Period | None = (
        CostRollup.objects.in_force()
        .annotate(month=Mod(F("period"), 100))
        .filter(month__gte=1, month__lte=12, period__lte=year * 100 + 12)
        .aggregate(latest=Max("period"))["latest"]
    )
    return found


def _series(year: int) -> dict[Row, dict[Period, Decimal]]:
    """Three years by month, per cost centre and account group, and per cost object and account group. Two queries."""
    booked = (
        CostRollup.objects.in_force()
        .filter(is_distribution=False, account_group__isnull=False)
        .between(Period((year - _YEARS + 1) * 100 + 1), Period(year * 100 + 12))
        .order_by()
    )
    found: dict[Row, dict[Period, Decimal]] = defaultdict(dict)
    for cut in ("cost_centre", "cost_object"):
        sums = booked.filter(**{f"{cut}__isnull": False}).values_list("period", cut, "account_group")
        for period, node, group, total in sums.annotate(total=Sum("amount")):
            row = (node, None, group) if cut == "cost_centre" else (None, node, group)
            if not period.is_special:
                found[row][period] = total
    return found


def _basis(version: BudgetVersion, row: Row, found: Expected, booked: Decimal) -> ForecastBasis:
    return ForecastBasis(
        version=version,
        cost_centre_id=row[0],
        cost_object_id=row[1],
        account_group_id=row[2],
        method=found.method,
        reason=found.reason[:500],
        booked=booked,
        expected=found.total,
    )
