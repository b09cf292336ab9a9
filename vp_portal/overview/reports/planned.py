"""The budget or forecast that a screen's cost is held against, within what the screen is about."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet

from finance.choices import Against
from finance.models import BudgetLine, CostCentre
from finance.reports.against import counting, words_of
from finance.reports.economy import ZERO, Compared
from services.models import CostObject
from vp_portal.core.models import User
from vp_portal.core.periods import Period, months
from vp_portal.overview.reports.costs import Span

#: What the rows of a screen are made by, beside the cost centre or cost object of the cut.
_GROUP = ("account_group__chart__code", "account_group__code", "account_group__name")
_NODES = {
    "cost_centre": ("cost_centre__code", "cost_centre__name"),
    "cost_object": ("cost_object__code", "cost_object__name", "cost_object__kind"),
}

_TABLES = {"cost_centre": CostCentre._meta.db_table, "cost_object": CostObject._meta.db_table}
#: What each month has, and what each group and node have in a span.
_SUMS = """
    SELECT v.name, t.period, t.total, c.code, g.code, g.name, {names}, t.in_span FROM (
        SELECT version, period, grouped, node, sum(amount) AS total,
               coalesce(sum(amount) FILTER (WHERE period BETWEEN %s AND %s), 0) AS in_span
        FROM ({lines}) l (version, period, grouped, node, amount)
        GROUP BY GROUPING SETS ((version, period), (version, grouped, node))
    ) t
    JOIN finance_budgetversion v ON v.id = t.version
    LEFT JOIN finance_accountgroup g ON g.id = t.grouped
    LEFT JOIN finance_chartofaccounts c ON c.id = g.chart_id
    LEFT JOIN {node} n ON n.id = t.node
"""

#: Rows and their cost, as `costs.sums_by` gives them.
Pairs = list[tuple[dict[str, Any], Compared]]


@dataclass(frozen=True)
class PlannedCosts:
    """Planned cost of one cut: the whole year by month, and the span's months by account group and node."""

    against: Against
    title: str
    cut: str
    by_month: dict[Period, Decimal]
    rows: tuple[dict[str, Any], ...]

    @property
    def name(self) -> str:
        return str(self.against.label)

    @property
    def words(self) -> str:
        """As it stands after an amount."""
        return words_of(self.against)

    @property
    def series(self) -> tuple[str, dict[Period, Decimal]]:
        return self.name, self.by_month

    def total(self, span: Span) -> Decimal:
        return sum((self.by_month.get(period, ZERO) for period in months(span.first, span.last)), ZERO)

    def answers(self, fields: Iterable[str]) -> bool:
        """Whether there are planned amounts for rows made by these fields."""
        return set(fields) <= {*_GROUP, *_NODES[self.cut]}

    def against_rows(self, pairs: Pairs, fields: tuple[str, ...]) -> Pairs:
        """The same rows against what is planned for them, and those that are planned only."""
        wanted: dict[tuple[Any, ...], Decimal] = {}
        for row in self.rows:
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
        seen = BudgetLine.objects.visible_to(user, on).costs().filter(scope, version=counting(against, span.year))
        lines = seen.filter(**{f"{cut}__isnull": False}).order_by()
        return _added_up(against, cut, lines.values_list("version", "period", "account_group", cut, "amount"), span)

    return find


def _added_up(against: Against, cut: str, lines: "QuerySet[Any, Any]", span: Span) -> PlannedCosts | None:
    """One query. The sums are made by keys, and get their names afterwards: lines are many, and names long."""
    try:
        statement, values = lines.query.sql_with_params()
    except EmptyResultSet:
        return None
    names = ", ".join(f"n.{field.split('__')[1]}" for field in _NODES[cut])
    with connection.cursor() as cursor:
        cursor.execute(_SUMS.format(lines=statement, names=names, node=_TABLES[cut]), [span.first, span.last, *values])
        rows = cursor.fetchall()
    if not rows:
        return None
    fields = (*_GROUP, *_NODES[cut], "total")
    return PlannedCosts(
        against,
        rows[0][0],
        cut,
        {Period(period): total for _title, period, total, *_named in rows if period},
        tuple(dict(zip(fields, named, strict=True)) for _title, period, _total, *named in rows if not period),
    )


def nothing(scope: Q, cut: str) -> None:
    """A finder for screens that compare with last year."""
