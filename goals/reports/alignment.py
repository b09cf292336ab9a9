"""Which goals above the plan's results serve, and the gaps both ways."""

import re
from collections import defaultdict
from dataclasses import dataclass

from goals.choices import GoalAbove
from goals.models import ExpectedResult, Plan, StrategicGoal
from goals.numbering import in_order
from goals.reports.rows import ResultRow
from goals.reports.tree import PlanTree


@dataclass(frozen=True)
class Served:
    """A goal above with the results that serve it; none is a gap."""

    goal: StrategicGoal
    results: tuple[ResultRow, ...]


@dataclass(frozen=True)
class Alignment:
    """`kinds` in the order of the choices, those without goals left out. `serving_none` are results of the first
    level whose parts serve nothing either."""

    kinds: tuple[tuple[str, tuple[Served, ...]], ...]
    serving_none: tuple[ResultRow, ...]

    @property
    def unserved(self) -> int:
        return sum(not each.results for _label, goals in self.kinds for each in goals)


def alignment(plan: Plan, tree: PlanTree) -> Alignment:
    """Two queries beside the tree's own."""
    rows = {row.pk: row for row in tree.rows}
    links = ExpectedResult.serves.through.objects.filter(expectedresult__plan=plan)
    serving: dict[int, list[ResultRow]] = defaultdict(list)
    serve = set()
    for result, goal in links.values_list("expectedresult_id", "strategicgoal_id"):
        if row := rows.get(result):  # None for what the plan has dropped.
            serving[goal].append(row)
            serve.add(result)
    goals = sorted(StrategicGoal.objects.filter(plan=plan), key=lambda goal: _natural(goal.number))
    kinds = []
    for kind in GoalAbove:
        listed = [Served(goal, _ordered(serving[goal.pk])) for goal in goals if goal.kind == kind]
        if listed:
            kinds.append((str(kind.label), tuple(listed)))
    nodes = [node for area in tree.areas for goal in area.goals for node in goal.results]
    bare = [node.row for node in nodes if serve.isdisjoint({node.row.pk, *(part.pk for part in node.parts)})]
    return Alignment(tuple(kinds), _ordered(bare))


def _natural(number: str) -> list[tuple[int, str]]:
    """`S2` before `S10`: these numbers are as the plan above writes them."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", number)]


def _ordered(rows: list[ResultRow]) -> tuple[ResultRow, ...]:
    return tuple(sorted(rows, key=lambda row: in_order(row.number)))
