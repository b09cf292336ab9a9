"""The whole plan as a tree: focus area → goal → expected result → part, with status and progress rolled up."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import starmap
from typing import Any, NamedTuple

from goals.choices import STATUS_BADGE, RollUpMethod, Status
from goals.models import FocusArea, FollowUpRules, Goal, Plan
from goals.numbering import in_order
from goals.reports.facts import Terms, of_plan, read
from goals.reports.rollup import Limits, RollUp, roll_up
from goals.reports.rows import ResultRow, rows_of
from vp_portal.core.badges import Badge
from vp_portal.core.hashing import hashed_once
from vp_portal.core.prepared import Prepared, columns, instance

#: From what needs care to what needs none.
SHOWN = (Status.RISK, Status.WATCH, Status.ON_PLAN, Status.NOT_STARTED, Status.ACHIEVED, Status.CANCELLED)


@hashed_once
@dataclass(frozen=True)
class ResultNode:
    row: ResultRow
    parts: tuple[ResultRow, ...]


@dataclass(frozen=True)
class Rolled:
    """What a node sums up: of its results on the first level, by weight."""

    figure: RollUp

    @property
    def status(self) -> Badge | None:
        return STATUS_BADGE[self.figure.status] if self.figure.status else None


@hashed_once
@dataclass(frozen=True)
class GoalNode(Rolled):
    """`pk` is None for the results of an area that stand without a goal."""

    pk: int | None
    text: str
    results: tuple[ResultNode, ...]


@hashed_once
@dataclass(frozen=True)
class AreaNode(Rolled):
    pk: int
    number: str
    name: str
    goals: tuple[GoalNode, ...]

    @property
    def lacks_goal(self) -> bool:
        return all(goal.pk is None for goal in self.goals)

    @property
    def counts(self) -> list[tuple[Status, int]]:
        """Results on the first level by status, worst first."""
        found = Counter(part.status for part in self.figure.parts)
        return [(status, found[status]) for status in SHOWN if found[status]]


@dataclass(frozen=True)
class PlanTree(Rolled):
    """`rows` are every result, in the plan's order."""

    plan: Plan
    areas: tuple[AreaNode, ...]
    rows: tuple[ResultRow, ...]
    on: dt.date


class _Area(NamedTuple):
    pk: int
    number: str
    name: str
    roll_up: str


class _Goal(NamedTuple):
    pk: int
    focus_area_id: int
    text: str
    roll_up: str


_areas = Prepared(
    lambda plan: FocusArea.objects.filter(plan=plan).order_by().values_list(*_Area._fields),
    plan=int,
)
_goals = Prepared(
    lambda plan: (
        Goal.objects.filter(focus_area__plan=plan).order_by("focus_area", "position").values_list(*_Goal._fields)
    ),
    plan=int,
)


_current = Prepared(
    lambda year: Plan.objects.begun(year).values_list(
        *columns(Plan), *(f"follow_up__{name}" for name in columns(FollowUpRules))
    )[:1],
    year=int,
)


def current_plan(on: dt.date) -> Plan | None:
    """As `Plan.objects.current`, of which every page of the plan asks, without building the query each time."""
    rows = _current(year=on.year)
    if not rows:
        return Plan.objects.current(on)
    own, rules = rows[0][: len(columns(Plan))], rows[0][len(columns(Plan)) :]
    plan = instance(Plan, own)
    Plan.follow_up.related.set_cached_value(plan, instance(FollowUpRules, rules) if rules[0] else None)
    return plan


def plan_tree(plan: Plan, on: dt.date) -> PlanTree:
    """The plan as known at the end of a day. Three queries for any size."""
    areas, goals = tuple(_areas(plan=plan.pk)), tuple(_goals(plan=plan.pk))
    figure, nodes, rows = _grown(areas, goals, of_plan(plan, on), Terms.of(plan), on)
    return PlanTree(figure, plan, nodes, rows, on)


_Row = tuple[Any, ...]


@lru_cache(maxsize=16)
def _grown(
    areas: tuple[_Row, ...], goals: tuple[_Row, ...], known: str, terms: Terms, on: dt.date
) -> tuple[RollUp, tuple[AreaNode, ...], tuple[ResultRow, ...]]:
    """The same tree for the same answers: a plan is looked at far more often than anything in it changes."""
    results, limits = read(known, terms), Limits(terms.rules.on_plan_from, terms.rules.watch_from)
    tops = [result for result in results if result.parent_id is None]
    rows = rows_of(tops, [result for result in results if result.parent_id], on)
    nodes: dict[tuple[int, int | None], list[ResultNode]] = defaultdict(list)
    for result, (row, parts) in zip(tops, rows, strict=True):
        nodes[result.focus_area_id, result.goal_id].append(ResultNode(row, parts))
    found = []
    for area in sorted(starmap(_Area, areas), key=lambda area: in_order(area.number)):
        own = [goal for goal in starmap(_Goal, goals) if goal.focus_area_id == area.pk]
        below = tuple((goal, tuple(nodes[area.pk, goal.pk])) for goal in own)
        found.append(_area(area, below, tuple(nodes[area.pk, None]), limits))
    every = [node for area in found for goal in area.goals for node in goal.results]
    listed = sorted((row for node in every for row in (node.row, *node.parts)), key=lambda row: in_order(row.number))
    return _figure(every, terms.rules.roll_up, limits), tuple(found), tuple(listed)


@lru_cache(maxsize=256)
def _area(
    area: _Area,
    goals: tuple[tuple[_Goal, tuple[ResultNode, ...]], ...],
    loose: tuple[ResultNode, ...],
    limits: Limits,
) -> AreaNode:
    """`loose` are the results without a goal."""
    below = [GoalNode(_figure(own, goal.roll_up, limits), goal.pk, goal.text, own) for goal, own in goals]
    if loose:
        below.append(GoalNode(_figure(loose, RollUpMethod.MEAN, limits), None, "", loose))
    figure = _figure([node for goal in below for node in goal.results], area.roll_up, limits)
    return AreaNode(figure, area.pk, area.number, area.name, tuple(below))


def _figure(nodes: Iterable[ResultNode], method: str, limits: Limits) -> RollUp:
    return roll_up((node.row.part for node in nodes), method, limits)
