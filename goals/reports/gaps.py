"""What the plan lacks, each with the row where it is put right."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from goals.models import Indicator, PlanSection
from goals.reports.rows import ResultRow
from goals.reports.tree import PlanTree


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


def plan_gaps(tree: PlanTree) -> list[Gap]:
    """Every gap of the plan, by kind. Two queries. A result that has parts is measured by them."""
    sections = PlanSection.objects.filter(plan=tree.plan).unwritten()
    measured = set(
        Indicator.objects.filter(result__plan=tree.plan).in_force(tree.on).values_list("result_id", flat=True)
    )
    nodes = [node for area in tree.areas for goal in area.goals for node in goal.results]
    unmeasured = [row for node in nodes for row in (node.parts or (node.row,)) if row.pk not in measured]
    return [
        *(Gap(GapKind.NO_GOAL, a.number, a.name, _place(a.number), "goal", a.pk) for a in tree.areas if a.lacks_goal),
        *_results(GapKind.NO_OWNER, (row for row in tree.rows if not row.owner_code)),
        *_results(GapKind.NO_DUE_DATE, (row for row in tree.rows if row.due_on is None)),
        *(replace(gap, model="indicator") for gap in _results(GapKind.NO_MEASURE, unmeasured)),
        *(Gap(GapKind.UNWRITTEN, s.number, s.title, _place(s.number), "plansection", s.pk) for s in sections),
    ]


def _place(number: str) -> str:
    """A section of the document."""
    return f"{reverse('goals:document')}#{number}"


def _results(kind: GapKind, rows: Iterable[ResultRow]) -> list[Gap]:
    return [Gap(kind, row.number, row.text, row.url, "expectedresult", row.pk) for row in rows]
