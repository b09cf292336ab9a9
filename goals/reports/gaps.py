"""What the plan lacks, each with the row where it is put right."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import starmap
from typing import NamedTuple

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from goals.models import Indicator, PlanSection
from goals.reports.rows import ResultRow
from goals.reports.tree import AreaNode, PlanTree
from vp_portal.core.prepared import Prepared


class GapKind(TextChoices):
    NO_GOAL = "no_goal", _("Fokusområden utan mål")
    NO_OWNER = "no_owner", _("Resultat utan ansvarig")
    NO_DUE_DATE = "no_due_date", _("Resultat utan slutdatum")
    NO_MEASURE = "no_measure", _("Resultat utan mått")
    UNWRITTEN = "unwritten", _("Avsnitt som inte är skrivna")


@dataclass(frozen=True)
class Gap:
    """`model` and `pk` are the row to put right; what is missing altogether has the key of what it belongs to."""

    kind: GapKind
    number: str
    text: str
    url: str
    model: str
    pk: int

    @property
    def parameter(self) -> str:
        """What the form for a new row is told of the one that lacks it; empty where a row is to be changed."""
        return _MISSING_ALTOGETHER.get(self.kind, "")


_MISSING_ALTOGETHER = {GapKind.NO_GOAL: "focus_area", GapKind.NO_MEASURE: "result"}


class _Section(NamedTuple):
    pk: int
    number: str
    title: str


_unwritten = Prepared(
    lambda plan: PlanSection.objects.filter(plan=plan).unwritten().values_list(*_Section._fields),
    plan=int,
)
_measured = Prepared(
    lambda plan, day: Indicator.objects.filter(result__plan=plan).in_force(day).order_by().values_list("result_id"),
    plan=int,
    day=dt.date,
)


def plan_gaps(tree: PlanTree) -> tuple[Gap, ...]:
    """Every gap of the plan, by kind. Two queries. A result that has parts is measured by them."""
    sections = tuple(starmap(_Section, _unwritten(plan=tree.plan.pk)))
    measured = frozenset(row[0] for row in _measured(plan=tree.plan.pk, day=tree.on))
    return _gaps(tree.areas, tree.rows, measured, sections)


@lru_cache(maxsize=16)
def _gaps(
    areas: tuple[AreaNode, ...], rows: tuple[ResultRow, ...], measured: frozenset[int], sections: tuple[_Section, ...]
) -> tuple[Gap, ...]:
    """Pure. Their number stands on every page of the plan. `measured` are the results that have a measure."""
    nodes = [node for area in areas for goal in area.goals for node in goal.results]
    unmeasured = [row for node in nodes for row in (node.parts or (node.row,)) if row.pk not in measured]
    return (
        *(Gap(GapKind.NO_GOAL, a.number, a.name, _place(a.number), "goal", a.pk) for a in areas if a.lacks_goal),
        *_results(GapKind.NO_OWNER, (row for row in rows if not row.owner_code)),
        *_results(GapKind.NO_DUE_DATE, (row for row in rows if row.due_on is None)),
        *(replace(gap, model="indicator") for gap in _results(GapKind.NO_MEASURE, unmeasured)),
        *(Gap(GapKind.UNWRITTEN, s.number, s.title, _place(s.number), "plansection", s.pk) for s in sections),
    )


def _place(number: str) -> str:
    """A section of the document."""
    return f"{reverse('goals:document')}#{number}"


def _results(kind: GapKind, rows: Iterable[ResultRow]) -> list[Gap]:
    return [Gap(kind, row.number, row.text, row.url, "expectedresult", row.pk) for row in rows]
