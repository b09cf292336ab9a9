"""The whole plan as a tree: focus area → goal → expected result → part, with status and progress rolled up."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from goals.choices import STATUS_BADGE, Status
from goals.models import ExpectedResult, FocusArea, Goal, Plan
from goals.numbering import in_order
from goals.reports.rollup import RollUp, roll_up
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

    @property
    def rows(self) -> list[ResultRow]:
        """Every result, in the plan's order."""
        nodes = [node for area in self.areas for goal in area.goals for node in goal.results]
        return sorted((row for node in nodes for row in (node.row, *node.parts)), key=lambda row: in_order(row.number))


def plan_tree(plan: Plan, on: dt.date) -> PlanTree:
    """The plan as known at the end of a day. Four queries for any size."""
    results = load(ExpectedResult.objects.filter(plan=plan).in_force(on), on)
    nodes: dict[tuple[int, int | None], list[ResultNode]] = {}
    tops = [result for result in results if result.parent_id is None]
    rows = rows_of(tops, [result for result in results if result.parent_id], on)
    for result, (row, parts) in zip(tops, rows, strict=True):
        nodes.setdefault((result.focus_area_id, result.goal_id), []).append(ResultNode(row, tuple(parts)))
    areas = sorted(FocusArea.objects.filter(plan=plan), key=lambda area: in_order(area.number))
    goals = list(Goal.objects.filter(focus_area__plan=plan).order_by("focus_area", "position"))
    tree = tuple(_area(area, [goal for goal in goals if goal.focus_area_id == area.pk], nodes) for area in areas)
    return PlanTree(_figure([node for area in tree for goal in area.goals for node in goal.results]), plan, tree)


def _area(area: FocusArea, goals: list[Goal], nodes: dict[tuple[int, int | None], list[ResultNode]]) -> AreaNode:
    below = [_goal(goal.pk, goal.text, nodes.get((area.pk, goal.pk), [])) for goal in goals]
    if loose := nodes.get((area.pk, None)):
        below.append(_goal(None, "", loose))
    figure = _figure([node for goal in below for node in goal.results])
    return AreaNode(figure, area.pk, area.number, area.name, tuple(below))


def _goal(pk: int | None, text: str, nodes: list[ResultNode]) -> GoalNode:
    return GoalNode(_figure(nodes), pk, text, tuple(nodes))


def _figure(nodes: list[ResultNode]) -> RollUp:
    return roll_up(node.row.part for node in nodes)
