"""The plan as a document: every section in order with its text, its blocks, its goals and its results. Pure.

The same for the plan as it is and for a version that was decided.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from goals import blocks
from goals.blocks import KINDS, Block, Marker
from goals.choices import SECTION_BADGE, SectionState
from goals.content import AreaContent, PlanContent, ResultContent, SectionContent
from goals.markdown import render
from vp_portal.core.badges import Badge
from vp_portal.core.hashing import hashed_once


@hashed_once
@dataclass(frozen=True)
class GoalView:
    """`text` is empty for results that stand without a goal."""

    text: str
    results: tuple[ResultContent, ...]


@hashed_once
@dataclass(frozen=True)
class SectionView:
    """`level` is that of its heading on the page, 2 for a chapter. `done` of `total` sections from it down are done."""

    identity: str
    number: str
    title: str
    level: int
    pieces: tuple[SafeString, ...]
    state: SectionState
    is_heading: bool
    goals: tuple[GoalView, ...]
    lacks_goal: bool
    done: int
    total: int

    @property
    def badge(self) -> Badge:
        return SECTION_BADGE[self.state]

    @property
    def is_unwritten(self) -> bool:
        return self.state == SectionState.UNWRITTEN


@dataclass(frozen=True)
class DocumentView:
    """The whole document. Counts are of the sections that hold, or should hold, something of their own."""

    sections: tuple[SectionView, ...]
    done: int
    drafts: int
    unwritten: int

    @property
    def total(self) -> int:
        return self.done + self.drafts + self.unwritten

    @property
    def percent(self) -> int | None:
        return self.done * 100 // self.total if self.total else None


def document_view(content: PlanContent) -> DocumentView:
    """What the page shows. No queries: blocks are worked out before."""
    states = {each.number: _state(each, content.sections) for each in content.sections}
    headings = {each.number for each in content.sections if _is_heading(each, content.sections)}
    counted = [state for number, state in states.items() if number not in headings]
    return DocumentView(
        sections=tuple(_section(each, states, headings) for each in content.sections),
        done=counted.count(SectionState.DONE),
        drafts=counted.count(SectionState.DRAFT),
        unwritten=counted.count(SectionState.UNWRITTEN),
    )


def _below(number: str, numbers: Sequence[str]) -> list[str]:
    start = f"{number.lstrip('0')}."
    return [other for other in numbers if other.startswith(start)]


def _is_heading(section: SectionContent, sections: Sequence[SectionContent]) -> bool:
    """Whether it only gathers the sections below it."""
    return not (section.text or section.area) and bool(_below(section.number, [each.number for each in sections]))


def _state(section: SectionContent, sections: Sequence[SectionContent]) -> SectionState:
    if section.is_done:
        return SectionState.DONE
    holds = section.text or (section.area and (section.area.goals or section.area.results))
    return SectionState.DRAFT if holds or _is_heading(section, sections) else SectionState.UNWRITTEN


def _section(section: SectionContent, states: dict[str, SectionState], headings: set[str]) -> SectionView:
    family = [number for number in (section.number, *_below(section.number, list(states))) if number not in headings]
    return SectionView(
        identity=section.identity,
        number=section.number,
        title=section.title,
        level=section.level + 1,
        pieces=tuple(shown(section.text, section.blocks, heading_shift=section.level + 1)),
        state=states[section.number],
        is_heading=section.number in headings,
        goals=tuple(grouped(section.area)) if section.area else (),
        lacks_goal=bool(section.area and not section.area.goals),
        done=sum(states[number] == SectionState.DONE for number in family),
        total=len(family),
    )


def grouped(area: AreaContent) -> Iterator[GoalView]:
    """The area's results under the goals that they serve; those without a goal first."""
    for place in range(len(area.goals) + 1):
        results = tuple(result for result in area.results if (result.goal or 0) == place)
        if place or results:
            yield GoalView(area.goals[place - 1] if place else "", results)


def shown(text: str, found: Sequence[Block], *, heading_shift: int) -> Iterator[SafeString]:
    """The text and its blocks as HTML, in order. A block that isn't at hand says so."""
    waiting = iter(found)
    for piece in blocks.pieces(text):
        if isinstance(piece, Marker):
            block = next(waiting, None) or blocks.missing(piece)
            yield render_to_string(KINDS[piece.kind].template, {"block": block})
        else:
            yield render(piece, heading_shift=heading_shift)
