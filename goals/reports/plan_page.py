"""The plan's page: the tree as narrowed by the filters, with the figures of the whole."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from goals.reports.rows import ResultRow
from goals.reports.tree import AreaNode, GoalNode, PlanTree, ResultNode


class Late(TextChoices):
    """What a result can be late with."""

    CHECK_IN = "1", _("Avstämningen är sen")
    DUE_DATE = "due", _("Slutdatum har passerat")


@dataclass(frozen=True)
class Filters:
    """Empty fields narrow nothing. `units` are ids, those below the chosen unit included."""

    focus: str = ""
    status: str = ""
    owner: str = ""
    units: frozenset[int] | None = None
    late: str = ""

    def takes(self, row: ResultRow) -> bool:
        return (
            (not self.status or row.status_code == self.status)
            and (not self.owner or row.owner_code == self.owner)
            and (self.units is None or row.unit_id in self.units)
            and (self.late != Late.CHECK_IN or row.is_late)
            and (self.late != Late.DUE_DATE or row.is_overdue)
        )


def narrowed(tree: PlanTree, filters: Filters) -> tuple[AreaNode, ...]:
    """The areas with the results that the filters take; a result stays for the sake of its parts. Figures are those
    of the whole area. Without results to show, an area or goal is left out, unless nothing is filtered."""
    if filters == Filters():
        return tree.areas
    areas = (_area(area, filters.takes) for area in tree.areas if filters.focus in {"", area.number})
    only_focus = replace(filters, focus="") == Filters()
    return tuple(area for area in areas if area.goals or only_focus)


def _area(area: AreaNode, takes: Callable[[ResultRow], bool]) -> AreaNode:
    goals = (_goal(goal, takes) for goal in area.goals)
    return replace(area, goals=tuple(goal for goal in goals if goal.results))


def _goal(goal: GoalNode, takes: Callable[[ResultRow], bool]) -> GoalNode:
    nodes = (ResultNode(node.row, tuple(part for part in node.parts if takes(part))) for node in goal.results)
    return replace(goal, results=tuple(node for node in nodes if node.parts or takes(node.row)))


def shown(areas: tuple[AreaNode, ...]) -> int:
    """How many results the areas hold."""
    return sum(1 + len(node.parts) for area in areas for goal in area.goals for node in goal.results)
