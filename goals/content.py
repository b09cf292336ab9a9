"""A plan as data: what is decided, compared and exported. Pure; texts are as written, to the letter.

The canonical form is JSON with sorted keys, no blanks and no escapes but the necessary; its UTF-8 bytes are hashed.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from goals.blocks import Block, Cell
from goals.importing.document import Document, FocusArea, Goal, Result, Section

#: Changes when the form of the JSON does.
FORM = 1


@dataclass(frozen=True)
class ResultContent:
    """`goal` is the place (from 1) of the area's goal that it serves. Days are written 2025-12-31; empty: none."""

    identity: str
    number: str
    text: str
    goal: int | None = None
    unit: str = ""
    starts_on: str = ""
    due_on: str = ""
    weight: str = "1.00"
    parts: tuple["ResultContent", ...] = ()


@dataclass(frozen=True)
class AreaContent:
    goals: tuple[str, ...] = ()
    results: tuple[ResultContent, ...] = ()

    @property
    def every_result(self) -> Iterator[ResultContent]:
        for result in self.results:
            yield result
            yield from result.parts


@dataclass(frozen=True)
class SectionContent:
    """`blocks` are what the markers in the text show, in their order; empty where they have not been worked out."""

    identity: str
    number: str
    title: str
    text: str
    is_done: bool = False
    area: AreaContent | None = None
    blocks: tuple[Block, ...] = ()

    @property
    def level(self) -> int:
        """1 for a chapter."""
        return self.number.count(".") + 1


@dataclass(frozen=True)
class PlanContent:
    name: str
    first_year: int
    last_year: int
    unit: str
    sections: tuple[SectionContent, ...]

    @property
    def title(self) -> str:
        return f"{self.name} {self.first_year}–{self.last_year}"

    @property
    def results(self) -> Iterator[ResultContent]:
        for section in self.sections:
            if section.area:
                yield from section.area.every_result


def canonical(content: PlanContent) -> str:
    """The one way to write a plan as JSON."""
    data = {"form": FORM, "plan": asdict(content)}
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def from_canonical(text: str) -> PlanContent:
    """The plan that `canonical` wrote. Raises ValueError for another form."""
    data = json.loads(text)
    if data.get("form") != FORM:
        raise ValueError(f"unknown form {data.get('form')!r}")
    plan = data["plan"]
    return PlanContent(**{**plan, "sections": tuple(map(_section, plan["sections"]))})


def _section(data: dict[str, Any]) -> SectionContent:
    area = data["area"] and AreaContent(tuple(data["area"]["goals"]), tuple(map(_result, data["area"]["results"])))
    return SectionContent(**{**data, "area": area, "blocks": tuple(map(_block, data["blocks"]))})


def _result(data: dict[str, Any]) -> ResultContent:
    return ResultContent(**{**data, "parts": tuple(map(_result, data["parts"]))})


def _block(data: dict[str, Any]) -> Block:
    rows = tuple(tuple(Cell(**cell) for cell in row) for row in data["rows"])
    return Block(**{**data, "columns": tuple(data["columns"]), "rows": rows})


def as_document(content: PlanContent) -> Document:
    """The content in the shape that a plan document is read into; lines are 0."""
    sections = [
        Section(section.number, section.title, section.text, 0, _focus_area(section.area) if section.area else None)
        for section in content.sections
    ]
    return Document(tuple(sections), (content.first_year, content.last_year))


def _focus_area(area: AreaContent) -> FocusArea:
    def result(content: ResultContent) -> Result:
        return Result(content.number, content.text, 0, content.goal, tuple(map(result, content.parts)))

    return FocusArea(tuple(Goal(text, 0) for text in area.goals), tuple(map(result, area.results)))
