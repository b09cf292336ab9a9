"""Min översikt for a line manager: what to do, three figures, where the deviation is, the results."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from finance.models.scope import sight
from finance.reports.economy import Compared
from finance.reports.variances import period_due, unexplained
from finance.reports.waiting import waiting
from goals.models import ExpectedResult, Plan
from goals.reports import ResultRow, due_of, to_answer
from goals.reports.reminders import reminders
from services.access import managed_units, person_of
from vp_portal.core import charts, small_charts
from vp_portal.core.access import looks_back
from vp_portal.core.models import User
from vp_portal.core.periods import Period
from vp_portal.overview.reports import breakdowns, costs, links, planned, scope, tasks, unallocated, units
from vp_portal.overview.reports.costs import CompareRow, Span
from vp_portal.overview.reports.results import Standing, stood, worst_first

#: How many cost objects are listed before "all".
SHOWN = 8


@dataclass(frozen=True)
class Money:
    """Cost on the chosen units' cost centres. `rest` adds up the rows that are not shown, so that the sum holds."""

    total: Compared
    url: str
    spark: small_charts.Sparkline
    chart: charts.Chart
    rows: tuple[CompareRow, ...]
    rest: Compared | None
    count: int
    homeless: unallocated.Unallocated
    homeless_url: str
    plan: planned.PlannedCosts | None = None


@dataclass(frozen=True)
class ManagerPage:
    """`money` is None when nothing is booked yet. `unit` is None for all of the manager's units together."""

    roots: tuple[units.Node, ...]
    unit: units.Node | None
    span: Span | None
    todo: tuple[tasks.Task, ...]
    money: Money | None
    results: tuple[ResultRow, ...]
    standing: Standing

    @property
    def nodes(self) -> list[units.Node]:
        return units.flat([self.unit] if self.unit else self.roots)

    @property
    def unit_code(self) -> str:
        """The one unit that is shown with those below it; empty for several."""
        if self.unit:
            return self.unit.code
        return self.roots[0].code if len(self.roots) == 1 else ""

    @property
    def label(self) -> str:
        """What is shown, in words."""
        if self.unit:
            return self.unit.label
        return self.roots[0].label if len(self.roots) == 1 else _("Alla mina enheter")


class NoSuchUnitError(LookupError):
    """The code is no unit of the manager's."""


def page(
    user: User | AnonymousUser,
    code: str,
    span: Span | None,
    on: dt.date,
    *,
    everything: bool,
    plan: planned.Finder = planned.nothing,
) -> ManagerPage:
    """`code` chooses a unit among the manager's, empty means all; `everything` lists all rows.
    Cost is held against the plan, else against last year.

    Raises NoSuchUnitError.
    """
    roots = units.tree(managed_units(user, on), on)
    unit = next((node for node in units.flat(roots) if node.code == code), None)
    if code and unit is None:
        raise NoSuchUnitError(code)
    nodes = units.flat([unit] if unit else roots)
    person = person_of(user)
    current = Plan.objects.current(on)
    results = ExpectedResult.objects.filter(plan=current)
    mine = results.led_by(person.pk if person else None)
    as_of = stood(mine, on)
    money, cost_tasks = _money(user, unit, nodes, span, on, plan, everything=everything)
    todo = tasks.in_order(
        tasks.for_check_ins(due_of(as_of.rows, on)),
        tasks.for_answers(to_answer(results, person, on) if person else []),
        tasks.for_line(reminders(current, on) if current else [], person),
        _variance_tasks(user, nodes, money, span, on),
        cost_tasks,
        tasks.for_money(waiting(user, on), on),
        tasks.for_objects(user, on),
        tasks.for_units(nodes),
    )
    own = tuple(worst_first(as_of.rows))
    return ManagerPage(tuple(roots), unit, span, todo, money, own, as_of.standing)


def _variance_tasks(
    user: User | AnonymousUser, nodes: list[units.Node], money: Money | None, span: Span | None, on: dt.date
) -> list[tasks.Task]:
    """One query, where there is a budget."""
    if span is None or money is None or money.plan is None:
        return []
    period = period_due(span.last)
    return tasks.for_variances(unexplained(user, on, [node.pk for node in nodes], period), period)


def _money(
    user: User | AnonymousUser,
    unit: units.Node | None,
    nodes: list[units.Node],
    span: Span | None,
    on: dt.date,
    plan: planned.Finder,
    *,
    everything: bool,
) -> tuple[Money | None, list[tasks.Task]]:
    """Three queries, none when nothing is booked; one more for a plan.

    A plan has no cost object on a cost centre: against one, the rows are the account groups.
    """
    if span is None:
        return None, []

    def rows_of(first: Period, last: Period, **filters: object) -> str:
        return links.postings(
            first, last, unit=unit.code if unit else [n.code for n in nodes if n.depth == 0], **filters
        )

    own = sight(user, on).concerned.now  # none for who sees everything
    every = unit is None and not looks_back(user)
    here = (own if every else frozenset()) or scope.centres_of([node.pk for node in nodes], on)
    seen = scope.sums_of(here, user, on)
    by_month = costs.by_month(seen, span)
    wanted = plan(scope.condition(here), "cost_centre")
    if wanted:
        rows = breakdowns.by_account_group(seen, span, rows_of, wanted)
        rows.sort(key=lambda row: -abs(row.cost.difference))
    else:
        rows = breakdowns.by_cost_object(seen, span, rows_of)
    shown = rows if everything else rows[:SHOWN]
    money = Money(
        total=costs.total_of(by_month, span, wanted.total(span) if wanted else None),
        url=rows_of(span.first, span.last),
        spark=costs.cost_spark(by_month, span),
        chart=costs.month_chart(by_month, span, rows_of, _("Kostnad per månad"), wanted.series if wanted else None),
        rows=tuple(shown),
        rest=costs.sum_of(rows[len(shown) :]) if len(rows) > len(shown) else None,
        count=len(rows),
        homeless=unallocated.unallocated(by_month, span, on),
        homeless_url=rows_of(span.first, span.last, unallocated=1),
        plan=wanted,
    )
    return money, tasks.for_costs(unallocated.by_centre(seen, span), money.homeless_url)
