"""The plan in the database as content: the document, its goals and results, and what its live blocks show."""

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from goals import blocks
from goals.blocks import Block, BlockContext
from goals.content import AreaContent, PlanContent, ResultContent, SectionContent
from goals.models import ExpectedResult, Plan, PlanSection
from goals.models import FocusArea as FocusAreaRow
from goals.models import Goal as GoalRow
from goals.numbering import in_order
from goals.reports.tree import PlanTree, plan_tree

if TYPE_CHECKING:
    from vp_portal.core.models import User


def content_of(plan: Plan, on: dt.date) -> PlanContent:
    """The plan as it stands, without what it has dropped by a day and without blocks. Four or five queries."""
    areas = {area.pk: area for area in FocusAreaRow.objects.filter(plan=plan)}
    goals: dict[int, list[GoalRow]] = defaultdict(list)
    for goal in GoalRow.objects.filter(focus_area__plan=plan).order_by("position"):
        goals[goal.focus_area_id].append(goal)
    results: dict[int, list[ExpectedResult]] = defaultdict(list)
    for result in ExpectedResult.objects.filter(plan=plan).in_force(on).select_related("unit"):
        results[result.focus_area_id].append(result)
    by_section = {area.section_id: area for area in areas.values() if area.section_id}
    by_number = {area.number: area for area in areas.values() if not area.section_id}
    sections = []
    for section in in_document_order(plan):
        area = by_section.get(section.pk) or by_number.get(section.number)
        found = _area(goals[area.pk], results[area.pk]) if area else None
        sections.append(_section(section, found))
    return PlanContent(plan.name, plan.first_year, plan.last_year, plan.unit.name if plan.unit else "", tuple(sections))


def in_document_order(plan: Plan) -> list[PlanSection]:
    """The sections by their numbers. One query."""
    return sorted(plan.sections.select_related("author"), key=lambda section: in_order(section.number))


def _section(section: PlanSection, area: AreaContent | None) -> SectionContent:
    return SectionContent(
        identity=str(section.identity),
        number=section.number,
        title=section.title,
        text=section.text,
        is_done=section.is_done,
        area=area,
    )


def _area(goals: list[GoalRow], results: list[ExpectedResult]) -> AreaContent:
    places = {goal.pk: place for place, goal in enumerate(goals, 1)}
    below: dict[int, list[ExpectedResult]] = defaultdict(list)
    ordered = sorted(results, key=lambda result: in_order(result.number))
    for result in ordered:
        if result.parent_id:
            below[result.parent_id].append(result)

    def content(result: ExpectedResult) -> ResultContent:
        return ResultContent(
            identity=str(result.identity),
            number=result.number,
            text=result.text,
            goal=places.get(result.goal_id or 0),
            unit=result.unit.name if result.unit else "",
            starts_on=result.starts_on.isoformat() if result.starts_on else "",
            due_on=result.due_on.isoformat() if result.due_on else "",
            weight=f"{result.weight:.2f}",
            parts=tuple(map(content, below[result.pk])),
        )

    tops = tuple(content(result) for result in ordered if result.parent_id is None)
    return AreaContent(tuple(goal.text for goal in goals), tops)


def with_blocks(
    content: PlanContent, plan: Plan, on: dt.date, user: "User | None" = None, *, tree: PlanTree | None = None
) -> PlanContent:
    """The content with what its blocks show to the reader. The plan's tree is asked for only where there is a block."""
    found = {section.identity: list(blocks.markers(section.text)) for section in content.sections if section.text}
    if not any(found.values()):
        return content
    context = BlockContext(plan, tree or plan_tree(plan, on), on, user)
    known: dict[str, Block] = {}
    for marker in (marker for each in found.values() for marker in each):
        if marker.source not in known:
            known[marker.source] = blocks.made(marker, context)
    return replace(
        content,
        sections=tuple(
            replace(section, blocks=tuple(known[marker.source] for marker in found.get(section.identity, ())))
            for section in content.sections
        ),
    )


def decidable(plan: Plan, on: dt.date) -> PlanContent:
    """The plan as it would be decided: with its blocks as everybody sees them."""
    return with_blocks(content_of(plan, on), plan, on)
