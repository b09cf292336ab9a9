"""Single rows of the demo's ledger that people have said something of."""

import datetime as dt

from django.utils import timezone

from finance.actions import by_hand, flags
from finance.choices import AccountKind, FlagState, Sensitivity
from finance.models import CostCentre, Posting, PostingFlag
from services.models import CostObject
from vp_portal.core.models import User
from vp_portal.overview.demo.calendar import Calendar
from vp_portal.overview.demo.store import history_at

#: The cost centre of the first manager, where it should have been, and where its row by hand belongs.
_OWN, _OTHER, _TARGET = "11320", "11330", "TJ402"


def make_by_hand(calendar: Calendar, logins: dict[str, User]) -> None:
    """A row by hand, a flag that is late and one that a controller has answered: all by the first manager."""
    manager, controller = logins["chef1"], logins["controller"]
    rows = _rows()
    if len(rows) < 3:
        return
    target = CostObject.objects.get(code=_TARGET)
    reason = "Avser servrarna, enligt beställningen."
    by_hand.assign(rows[:1], target, reason=reason, by=manager, at=_days_ago(calendar, 12))
    other = CostCentre.objects.get(code=_OTHER)
    for row, days in zip(rows[1:3], (41, 20), strict=True):
        made = PostingFlag(wrong="Gäller den andra enhetens avtal.", to_cost_centre=other)
        with history_at(_days_ago(calendar, days)):
            flags.flag(row, made, by=manager, at=_days_ago(calendar, days))
    answer = "Avtalet delas: raden är rätt."
    with history_at(_days_ago(calendar, 15)):
        flags.end(made, FlagState.REJECTED, answer=answer, by=controller, at=_days_ago(calendar, 15))


def _rows() -> list[Posting]:
    """Open costs of the latest months, the largest first."""
    rows = Posting.objects.filter(
        code_string__cost_centre__code=_OWN,
        code_string__account__sensitivity=Sensitivity.OPEN,
        code_string__account__group__kind=AccountKind.COST,
        code_string__account__is_distribution=False,
        amount__gt=1000,
    )
    return list(rows.order_by("-period", "-amount", "pk")[:3])


def _days_ago(calendar: Calendar, days: int) -> dt.datetime:
    day = calendar.today - dt.timedelta(days=days)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(9)))
