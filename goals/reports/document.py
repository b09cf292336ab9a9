"""The plan as a document: every section in order, with its text, its goals and its results."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from goals.markdown import render
from goals.reports.tree import AreaNode, PlanTree


@dataclass(frozen=True)
class SectionView:
    """`level` is that of its heading on the page, 2 for a chapter. `html` is empty where nothing is written."""

    pk: int
    number: str
    title: str
    level: int
    html: SafeString
    is_unwritten: bool
    area: AreaNode | None


def sections(tree: PlanTree) -> list[SectionView]:
    """The sections of the plan in the document's order. Two queries."""
    plan, areas = tree.plan, {area.number: area for area in tree.areas}
    unwritten = set(plan.sections.unwritten().values_list("pk", flat=True))
    return [
        SectionView(
            pk=section.pk,
            number=section.number,
            title=section.title,
            level=section.number.count(".") + 2,
            html=render(section.text, heading_shift=section.number.count(".") + 2),
            is_unwritten=section.pk in unwritten,
            area=areas.get(section.number),
        )
        for section in plan.sections.all()
    ]
