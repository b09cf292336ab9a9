"""Salaries per unit and month, for those who may not see the rows: what `finance.reports.published` tells them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from finance.reports.published import published
from vp_portal.core import formatting
from vp_portal.core.models import User
from vp_portal.core.periods import Period, months
from vp_portal.overview.reports.costs import Span

if TYPE_CHECKING:
    from vp_portal.overview.reports.units import Node


@dataclass(frozen=True)
class StaffRow:
    """A unit with those below it. An amount is None where it can't be told, a year where one of its months can't."""

    name: str
    url: str
    depth: int
    amounts: tuple[Decimal | None, ...]
    this: Decimal | None
    last: Decimal | None


@dataclass(frozen=True)
class StaffCost:
    """`months` are the heads of the amounts: those of the span's year."""

    span: Span
    months: tuple[str, ...]
    rows: tuple[StaffRow, ...]

    @property
    def is_whole(self) -> bool:
        return all(amount is not None for row in self.rows for amount in (*row.amounts, row.last))


def staff_cost(nodes: Iterable["Node"], user: User | AnonymousUser, span: Span | None, on: dt.date) -> StaffCost | None:
    """None for those who get no such sums, and when none of the units has one."""
    if span is None:
        return None
    this = list(months(span.first, span.last))
    last = list(months(span.previous_first, span.previous_last))
    told = published(user, on, [*this, *last])

    def amounts(unit: int, periods: Sequence[Period]) -> list[Decimal | None]:
        return [told.get(period, {}).get(unit) for period in periods]

    rows = tuple(
        StaffRow(
            name=node.name,
            url=reverse("overview:unit", args=[node.code]),
            depth=node.depth,
            amounts=tuple(amounts(node.pk, this)),
            this=_whole(amounts(node.pk, this)),
            last=_whole(amounts(node.pk, last)),
        )
        for node in nodes
    )
    if not any(told.values()) or not rows:
        return None
    return StaffCost(span, tuple(formatting.month_label(period) for period in this), rows)


def _whole(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum, None where a part of it is missing."""
    known = list(amounts)
    told = [amount for amount in known if amount is not None]
    return sum(told, Decimal(0)) if len(told) == len(known) else None
