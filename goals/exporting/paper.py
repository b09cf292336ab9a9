"""The plan as a paper: what the exports to PDF, Word and HTML write, in order. Pure.

Markdown becomes a small tree of plain data: blocks {"kind", …} that hold runs {"text", "bold", …}. Each export walks
the same tree, so that they say the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from markdown_it.tree import SyntaxTreeNode

from goals import blocks
from goals.blocks import Block, Marker
from goals.content import AreaContent, PlanContent, SectionContent
from goals.markdown import dialect, may_lead

Node = dict[str, Any]


@dataclass(frozen=True)
class Version:
    """What a decided version says of itself on every page."""

    number: int
    registry_no: str
    decided_on: str
    signed_by: str
    sha256: str


@dataclass(frozen=True)
class Paper:
    """`facts` are shown on the first page, `header` on every page. `nodes` begin with headings of level 1."""

    title: str
    author: str
    header: tuple[str, str]
    facts: tuple[tuple[str, str], ...]
    nodes: tuple[Node, ...]


def paper(content: PlanContent, version: Version | None, day: str) -> Paper:
    """The content as a paper of a day (2025-12-31); `version` for a decided one."""
    if version:
        facts: tuple[tuple[str, str], ...] = (
            (_("Diarienummer"), version.registry_no),
            (_("Version"), str(version.number)),
            (_("Beslutad"), version.decided_on),
            (_("Beslutad av"), version.signed_by),
            ("SHA-256", version.sha256),
        )
        header = (version.registry_no, _("Version %(number)s") % {"number": version.number})
    else:
        facts = ((_("Version"), _("Ej beslutad, läget %(day)s") % {"day": day}),)
        header = (_("Ej diarieförd"), _("Ej beslutad, %(day)s") % {"day": day})
    numbers = [section.number for section in content.sections]
    nodes = tuple(
        node for section in content.sections for node in section_nodes(section, gathers=_gathers(section, numbers))
    )
    return Paper(content.title, content.unit, header, facts, nodes)


def _gathers(section: SectionContent, numbers: list[str]) -> bool:
    start = f"{section.number.lstrip('0')}."
    return any(number.startswith(start) for number in numbers)


def section_nodes(section: SectionContent, *, gathers: bool) -> Iterator[Node]:
    """`gathers`: sections stand below it, so that it needs no text of its own."""
    yield {"kind": "heading", "level": section.level, "number": section.number, "text": section.title}
    waiting = iter(section.blocks)
    empty = True
    for piece in blocks.pieces(section.text):
        empty = False
        if isinstance(piece, Marker):
            yield from block_nodes(next(waiting, None) or blocks.missing(piece))
        else:
            yield from markdown_nodes(piece)
    if section.area:
        yield from area_nodes(section.area)
        empty = empty and not (section.area.goals or section.area.results)
    if empty and not section.is_done and not gathers:
        yield {"kind": "paragraph", "runs": [run(_("Ej skrivet"), italic=True)]}


def run(text: str, **looks: Any) -> Node:
    """A run of text: bold, italic, code, link (an address)."""
    return {"text": text, **looks}


def area_nodes(area: AreaContent) -> Iterator[Node]:
    """Goals, and the results that serve each, with their own numbers."""
    for place in range(len(area.goals) + 1):
        if place:
            yield {"kind": "paragraph", "runs": [run(_("Mål: "), bold=True), run(area.goals[place - 1])]}
        results = [result for result in area.results if (result.goal or 0) == place]
        if results:
            yield {"kind": "paragraph", "runs": [run(_("Förväntade resultat:"), bold=True)]}
        for result in results:
            yield {"kind": "result", "level": 1, "number": result.number, "text": result.text}
            for part in result.parts:
                yield {"kind": "result", "level": 2, "number": part.number, "text": part.text}


def block_nodes(block: Block) -> Iterator[Node]:
    yield {"kind": "block", "title": block.title, "marker": block.marker}
    if block.rows:
        yield {
            "kind": "table",
            "marker": block.marker,
            "title": block.title,
            "columns": [[run(column)] for column in block.columns],
            "rows": [[[run(f"{cell.icon} {cell.text}".strip())] for cell in row] for row in block.rows],
            "right": [bool(block.rows[0][place].is_number) for place in range(len(block.columns))],
        }
    for text in filter(None, (block.problem, block.note)):
        yield {"kind": "paragraph", "marker": block.marker, "runs": [run(text, italic=True)]}


def markdown_nodes(text: str) -> Iterator[Node]:
    """A text's Markdown as nodes. Pictures are their text, links that may not lead are text."""
    for child in SyntaxTreeNode(dialect().parse(text)).children:
        yield from _node(child)


def _node(node: SyntaxTreeNode) -> Iterator[Node]:
    kind = node.type
    if kind in ("paragraph", "heading"):
        # A heading inside a text is none of the document's: it has no number.
        looks = {"bold": True} if kind == "heading" else {}
        yield {"kind": "paragraph", "runs": list(_runs(node.children, looks))}
    elif kind in ("bullet_list", "ordered_list"):
        items = [[inner for child in item.children for inner in _node(child)] for item in node.children]
        start = int(node.attrs.get("start", 1) or 1)
        yield {"kind": "list", "ordered": kind == "ordered_list", "start": start, "items": items}
    elif kind == "blockquote":
        yield {"kind": "quote", "nodes": [inner for child in node.children for inner in _node(child)]}
    elif kind in ("fence", "code_block"):
        yield {"kind": "code", "text": node.content.rstrip("\n")}
    elif kind == "table":
        yield from _table(node)
    elif kind == "hr":
        yield {"kind": "rule"}


def _table(node: SyntaxTreeNode) -> Iterator[Node]:
    head = [list(_runs(cell.children, {})) for cell in node.children[0].children[0].children]
    rows = [
        [list(_runs(cell.children, {})) for cell in row.children] for body in node.children[1:] for row in body.children
    ]
    right = ["right" in str(cell.attrs.get("style", "")) for cell in node.children[0].children[0].children]
    yield {"kind": "table", "marker": "", "title": "", "columns": head, "rows": rows, "right": right}


def _runs(nodes: list[SyntaxTreeNode], looks: Node) -> Iterator[Node]:
    for node in nodes:
        if node.type in ("text", "code_inline", "html_inline"):
            if node.content:
                yield run(node.content, **looks, **({"code": True} if node.type == "code_inline" else {}))
        elif node.type in ("softbreak", "hardbreak"):
            yield run(" ", **looks) if node.type == "softbreak" else run("\n", **looks)
        elif node.type == "image":
            yield run(node.content, **looks)
        elif node.type == "link":
            address = str(node.attrs.get("href", ""))
            yield from _runs(
                node.children, looks | ({"link": address} if "://" in address and may_lead(address) else {})
            )
        else:
            more = {"strong": {"bold": True}, "em": {"italic": True}}.get(node.type, {})
            yield from _runs(node.children, looks | more)
