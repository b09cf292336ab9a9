"""The whole plan as a tree: focus area → goal → expected result → part, with status and progress rolled up."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from goals.choices import STATUS_BADGE, RollUpMethod, Status
from goals.models import ExpectedResult, FocusArea, FollowUpRules, Goal, Plan
from goals.numbering import in_order
from goals.reports.rollup import Limits, RollUp, roll_up
from goals.reports.rows import ResultRow, load, rows_of
from vp_portal.core.badges import Badge

#: From what needs care to what needs none.
SHOWN = (Status.RISK, Status.WATCH, Status.ON_PLAN, Status.NOT_STARTED, Status.ACHIEVED, Status.CANCELLED)


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


@dataclass(frozen=True)
class GoalNode(Rolled):
    """`pk` is None for the results of an area that stand without a goal."""

    pk: int | None
    text: str
    results: tuple[ResultNode, ...]


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
    plan: Plan
    areas: tuple[AreaNode, ...]
    on: dt.date

    @cached_property
    def rows(self) -> list[ResultRow]:
        """Every result, in the plan's order."""
        nodes = [node for area in self.areas for goal in area.goals for node in goal.results]
        return sorted((row for node in nodes for row in (node.row, *node.parts)), key=lambda row: in_order(row.number))


def plan_tree(plan: Plan, on: dt.date) -> PlanTree:
    """The plan as known at the end of a day. Four queries for any size."""
    results = load(ExpectedResult.objects.filter(plan=plan).in_force(on), on, plan)
    nodes: dict[tuple[int, int | None], list[ResultNode]] = {}
    tops = [result for result in results if result.parent_id is None]
    rows = rows_of(tops, [result for result in results if result.parent_id], on)
    for result, (row, parts) in zip(tops, rows, strict=True):
        nodes.setdefault((result.focus_area_id, result.goal_id), []).append(ResultNode(row, tuple(parts)))
    rules = FollowUpRules.of(plan)
    limits = Limits(rules.on_plan_from, rules.watch_from)
    areas = sorted(FocusArea.objects.filter(plan=plan), key=lambda area: in_order(area.number))
    goals = list(Goal.objects.filter(focus_area__plan=plan).order_by("focus_area", "position"))
    tree = tuple(
        _area(area, [goal for goal in goals if goal.focus_area_id == area.pk], nodes, limits) for area in areas
    )
    every = [node for area in tree for goal in area.goals for node in goal.results]
    return PlanTree(_figure(every, rules.roll_up, limits), plan, tree, on)


def _area(
    area: FocusArea, goals: list[Goal], nodes: dict[tuple[int, int | None], list[ResultNode]], limits: Limits
) -> AreaNode:
    below = []
    for goal in goals:
        own = nodes.get((area.pk, goal.pk), [])
        below.append(GoalNode(_figure(own, goal.roll_up, limits), goal.pk, goal.text, tuple(own)))
    if loose := nodes.get((area.pk, None)):
        below.append(GoalNode(_figure(loose, RollUpMethod.MEAN, limits), None, "", tuple(loose)))
    figure = _figure([node for goal in below for node in goal.results], area.roll_up, limits)
    return AreaNode(figure, area.pk, area.number, area.name, tuple(below))


def _figure(nodes: list[ResultNode], method: str, limits: Limits) -> RollUp:
    return roll_up((node.row.part for node in nodes), method, limits)
