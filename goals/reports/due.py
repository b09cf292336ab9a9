"""Which check-in a result lacks. Pure."""

import datetime as dt
from functools import lru_cache
from typing import Protocol

from goals.models import FollowUpRules
from goals.occasions import Occasion


class Years(Protocol):
    """A plan, or what is known of it."""

    @property
    def first_year(self) -> int: ...
    @property
    def last_year(self) -> int: ...


def missing(
    rules: FollowUpRules, plan: Years, starts_on: dt.date, reported: Occasion | None, on: dt.date, *, monthly: bool
) -> Occasion | None:
    """The occasion to report on: the latest finished one, or the current one when it has opened.

    `reported` is the latest with a check-in. None: nothing is due. An occasion before the result's start or outside
    the plan's years is never due.
    """
    finished, current = _around(on, monthly)
    for occasion in (finished, *([current] if on >= rules.opens(current) else [])):
        if is_within(plan, starts_on, occasion) and (reported is None or reported < occasion):
            return occasion
    return None


def is_within(plan: Years, starts_on: dt.date, occasion: Occasion) -> bool:
    """Whether a result is to be reported on at all on an occasion."""
    return plan.first_year <= occasion.tertial.year <= plan.last_year and starts_on <= occasion.last_day


@lru_cache(maxsize=64)
def _around(on: dt.date, monthly: bool) -> tuple[Occasion, Occasion]:
    """The latest finished occasion and the current one: the same for every result of a page."""
    current = Occasion.of(on, monthly=monthly)
    return current.shift(-1), current
