"""What a model funds: shares made into kronor, to the öre. Pure: amounts and days come as arguments.

A month is funded by the model that holds on its first day. The shares are of what is budgeted, in years that the cost
object has a budget for; elsewhere of what was booked, and then only what is unfunded by the model can be a gap.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateRange

from vp_portal.core.money import split
from vp_portal.core.periods import Period

ZERO = Decimal("0.00")

#: Amount per month.
Months = Mapping[Period, Decimal]


@dataclass(frozen=True)
class Source:
    """A source of funding. `is_shown`: income accounts are named for it, so that it can be held against the ledger."""

    pk: int
    code: str
    name: str
    is_unfunded: bool = False
    is_shown: bool = False


@dataclass(frozen=True)
class Share:
    """A source's part of a model, and the days that it holds."""

    source: Source
    share: Decimal
    valid: DateRange
    registry_no: str = ""


@dataclass(frozen=True)
class Funding:
    """What is funded of a base, per source. The parts add up to the part of the base that has a model."""

    base: Decimal = ZERO
    by_source: Mapping[Source, Decimal] = field(default_factory=dict)
    planned: bool = False
    booked: bool = False

    @property
    def funded(self) -> Decimal:
        """What is there, the named lack of funding left out."""
        return sum((amount for source, amount in self.by_source.items() if not source.is_unfunded), ZERO)

    @property
    def without_model(self) -> Decimal:
        return self.base - sum(self.by_source.values(), ZERO)


def model_on(shares: Iterable[Share], day: dt.date) -> tuple[Share, ...]:
    """The model that holds on a day; empty where there is none."""
    return tuple(share for share in shares if day in share.valid)


def funding(shares: Sequence[Share], cost: Months, planned: Months, chosen: Sequence[Period]) -> Funding:
    """Of one cost object in some months. `planned` holds whole years: a year with any is a year with a budget."""
    budgeted = {period.year for period in planned}
    sums: dict[tuple[Share, ...], Decimal] = {}
    for period in chosen:
        amount = (planned if period.year in budgeted else cost).get(period, ZERO)
        model = model_on(shares, period.first_day)
        sums[model] = sums.get(model, ZERO) + amount
    by_source: dict[Source, Decimal] = {}
    for model, amount in sums.items():
        parts = split(amount, [share.share for share in model]) if model else []
        for share, part in zip(model, parts, strict=True):
            by_source[share.source] = by_source.get(share.source, ZERO) + part
    years = {period.year for period in chosen}
    return Funding(
        base=sum(sums.values(), ZERO),
        by_source=by_source,
        planned=bool(years & budgeted),
        booked=bool(years - budgeted),
    )


def covered(funded: Decimal, cost: Decimal) -> Decimal:
    """What of a cost is funded: no more than the cost, and nothing of a cost below zero."""
    return min(max(funded, ZERO), max(cost, ZERO))


def gap(funded: Decimal, cost: Decimal) -> Decimal:
    """What of a cost is not funded. Never below zero: one object's funding can't fill another's gap."""
    return max(cost, ZERO) - covered(funded, cost)


def ratio(part: Decimal, whole: Decimal) -> Decimal | None:
    """0–1; None of nothing."""
    return part / whole if whole > 0 else None
