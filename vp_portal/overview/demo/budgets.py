"""The demo's budgets and forecasts: this year's decided, next year's on its way, and a computed forecast."""

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from finance.actions import approvals, budgets, forecasts
from finance.choices import ApprovalLevel, Approved, VersionKind
from finance.models import AllocationRun, BudgetVersion
from vp_portal.core.models import User
from vp_portal.core.periods import Tertial
from vp_portal.overview.demo.calendar import Calendar
from vp_portal.overview.demo.store import history_at


def make_budgets(calendar: Calendar, logins: dict[str, User]) -> None:
    """Two decided budgets, a forecast that counts, and a budget for next year that waits for the managers.

    None where nothing is booked: they are made from what has been.
    """
    if not AllocationRun.objects.in_force().exists():
        return
    year = calendar.periods[-1].year
    by, management = logins["controller"], logins["ledning"]
    for one, factor in ((year - 1, Decimal("1.0200")), (year, Decimal("1.0300"))):
        version = _make(calendar, by, VersionKind.BUDGET, one, f"Budget {one}")
        rows = budgets.moved(budgets.outcome_of(one - 1), one, factor)
        origin = f"Utfallet {one - 1} × {factor}, avrundat till tusental".replace(".", ",")
        day = dt.date(one - 1, 12, 10)
        wanted = {key: _thousands(amount) for key, amount in rows.items()}
        budgets.set_lines(version, wanted, by=by, reason=origin, origin=origin)
        with history_at(_moment(min(day, calendar.today))):
            _decide(version, calendar, by, management, day)
    last = Tertial.of(calendar.periods[-1].first_day)
    forecast = _make(calendar, by, VersionKind.FORECAST, year, f"Prognos {last.year} T{last.number}", last)
    forecasts.compute(forecast, by=by)
    _decide(forecast, calendar, by, management, calendar.today)
    coming = _make(calendar, by, VersionKind.BUDGET, year + 1, f"Budget {year + 1}, förslag")
    budgets.copy(coming, forecast, Decimal("1.0250"), by=by)  # The year isn't over: its outcome lacks months.
    days = dict(zip(ApprovalLevel, (7, 14, 28), strict=True))
    dues = {level: calendar.today + dt.timedelta(days=count) for level, count in days.items()}
    approvals.submit(coming, dues=dues, by=by, on=calendar.today)


def _make(
    calendar: Calendar, by: User, kind: VersionKind, year: int, name: str, tertial: Tertial | None = None
) -> BudgetVersion:
    version = BudgetVersion(kind=kind, year=year, name=name, tertial=None if tertial is None else str(tertial))
    return budgets.make(version, by=by, at=_moment(calendar.today))


def _thousands(amount: Decimal) -> Decimal:
    """A budget is set in whole thousands: that is what makes it differ from last year."""
    return (amount / 1000).quantize(Decimal(1)) * 1000 + Decimal("0.00")


def _decide(version: BudgetVersion, calendar: Calendar, by: User, management: User, day: dt.date) -> None:
    day = min(day, calendar.today)
    approvals.submit(version, dues=dict.fromkeys(ApprovalLevel, day), by=by, on=day)
    for level, user, comment in (
        (ApprovalLevel.CONTROLLER, by, "Genomgången med cheferna på budgetmötet."),
        (ApprovalLevel.MANAGEMENT, management, ""),
    ):
        asked = version.approvals.get(level=level)
        approvals.answer(asked, said=Approved.YES, comment=comment, by=user, at=_moment(day), on=day)


def _moment(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(0, 0), timezone.get_current_timezone())
