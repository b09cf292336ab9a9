"""Which check-in a result lacks. Pure."""

import datetime as dt

from goals.models import Plan
from vp_portal.core.periods import Tertial

#: A check-in can be made from so many days before the end of its tertial, and is late so many days after it.
OPENS_DAYS = 14
DEADLINE_DAYS = 15


def deadline(tertial: Tertial) -> dt.date:
    return tertial.last_day + dt.timedelta(days=DEADLINE_DAYS)


def missing(plan: Plan, starts_on: dt.date, reported: Tertial | None, on: dt.date) -> Tertial | None:
    """The tertial to report on: the latest finished one, or the current one in its last two weeks.

    `reported` is the latest tertial with a check-in. None: nothing is due. A tertial before the result's start or
    outside the plan's years is never due.
    """
    current = Tertial.of(on)
    opens = current.last_day - dt.timedelta(days=OPENS_DAYS - 1)
    for tertial in (current.shift(-1), *([current] if on >= opens else [])):
        within = plan.first_year <= tertial.year <= plan.last_year and starts_on <= tertial.last_day
        if within and (reported is None or reported < tertial):
            return tertial
    return None
