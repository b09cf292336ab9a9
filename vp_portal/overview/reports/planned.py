"""The budget or forecast that a screen's cost is held against, within what the screen is about."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, Sum

from finance.choices import Against
from finance.models import BudgetLine
from finance.reports.against import counting, words_of
from finance.reports.economy import ZERO, Compared
from vp_portal.core.models import User
from vp_portal.core.periods import Period, months
from vp_portal.overview.reports.costs import Span

#: What the rows of a screen are made by, beside the cost centre or cost object of the cut.
_GROUP = ("account_group__chart__code", "account_group__code", "account_group__name")
_NODES = {
    "cost_centre": ("cost_centre__code", "cost_centre__name"),
    "cost_object": ("cost_object__code", "cost_object__name", "cost_object__kind"),
}

#: Rows and their cost, as `costs.sums_by` gives them.
Pairs = list[tuple[dict[str, Any], Compared]]


@dataclass(frozen=True)
class PlannedCosts:
    """Planned cost of one cut: the whole year's lines, by month, account group and node."""

    against: Against
    title: str
    cut: str
    rows: tuple[dict[str, Any], ...]

    @property
    def name(self) -> str:
        return str(self.against.label)

    @property
    def words(self) -> str:
        """As it stands after an amount."""
        return words_of(self.against)

    @property
    def by_month(self) -> dict[Period, Decimal]:
        found: dict[Period, Decimal] = {}
        for row in self.rows:
            found[row["period"]] = found.get(row["period"], ZERO) + row["total"]
        return found

    @property
    def series(self) -> tuple[str, dict[Period, Decimal]]:
        return self.name, self.by_month

    def total(self, span: Span) -> Decimal:
        by_month = self.by_month
        return sum((by_month.get(period, ZERO) for period in months(span.first, span.last)), ZERO)

    def answers(self, fields: Iterable[str]) -> bool:
        """Whether there are planned amounts for rows made by these fields."""
        return set(fields) <= {*_GROUP, *_NODES[self.cut]}

    def against_rows(self, pairs: Pairs, span: Span, fields: tuple[str, ...]) -> Pairs:
        """The same rows against what is planned for them, and those that are planned only."""
        wanted: dict[tuple[Any, ...], Decimal] = {}
        for row in self.rows:
            if span.first <= row["period"] <= span.last:
                key = tuple(row[field] for field in fields)
                wanted[key] = wanted.get(key, ZERO) + row["total"]
        found = [
            (row, Compared(cost.this, wanted.pop(tuple(row[field] for field in fields), ZERO))) for row, cost in pairs
        ]
        found += [(dict(zip(fields, key, strict=True)), Compared(last=total)) for key, total in wanted.items()]
        return [(row, cost) for row, cost in found if cost.this or cost.last]


#: Gives what is planned in a scope, cut by cost centre or cost object; None where nothing is.
Finder = Callable[[Q, str], PlannedCosts | None]


def finder(user: User | AnonymousUser, on: dt.date, compare: str, span: Span | None) -> Finder:
    """For what is asked for; the budget, where nothing is. One query each time it is used."""
    against = Against(compare) if compare in Against.values else Against.BUDGET

    def find(scope: Q, cut: str) -> PlannedCosts | None:
        if span is None or against is Against.LAST_YEAR:
            return None
        lines = BudgetLine.objects.visible_to(user, on).costs().filter(scope, version=counting(against, span.year))
        rows = tuple(
            lines.filter(**{f"{cut}__isnull": False})
            .order_by()
            .values("period", "version__name", *_GROUP, *_NODES[cut])
            .annotate(total=Sum("amount"))
        )
        return PlannedCosts(against, rows[0]["version__name"], cut, rows) if rows else None

    return find


def nothing(scope: Q, cut: str) -> None:
    """A finder for screens that compare with last year."""
