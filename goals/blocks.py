"""Live blocks of the plan document: what an author places with a line of its own, `{{ resultat 3.1 }}`.

A kind of block is one function, registered here, and one template that shows what it returns. Kinds that need a
higher floor's data are registered by that floor when the portal starts. What a block shows is plain data, so that
the page, the exports and the decided plan have the same.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from goals.markdown import dialect, read_once
from vp_portal.core.badges import Badge

if TYPE_CHECKING:
    from goals.models import Plan
    from vp_portal.core.models import User

_MARKER = re.compile(r"\{\{\s*([a-zåäö]+)(?:[ \t]+([^{}\s][^{}]*?))?\s*\}\}")
GENERIC = "goals/blocks/table.html"


@dataclass(frozen=True)
class Cell:
    """A cell: its text, and where the page leads from it. `tone` and `icon` come with a status, `is_number` aligns."""

    text: str
    url: str = ""
    icon: str = ""
    tone: str = ""
    is_number: bool = False

    @property
    def as_badge(self) -> Badge:
        return Badge(self.text, self.tone, self.icon)  # type: ignore[arg-type]  # a tone, out of a badge or JSON


@dataclass(frozen=True)
class Block:
    """What a block shows: a table with a heading, or a sentence alone. `problem`: the marker can't be followed."""

    marker: str
    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    note: str = ""
    problem: str = ""


@dataclass(frozen=True)
class BlockContext:
    """What a kind's function may use. `user` is who reads; None is everybody, as in a decided plan.

    `tree` is a `reports.tree.PlanTree`, of a layer above this one.
    """

    plan: "Plan"
    tree: Any
    on: dt.date
    user: "User | None" = None


@dataclass(frozen=True)
class Marker:
    """A block placed in a text: `source` is the line as written, from `start` to `end` (lines from 0, the last out)."""

    source: str
    kind: str
    argument: str
    start: int
    end: int


#: Gives what the block shows, without `marker`. Raises BlockError with words for the author.
Maker = Callable[[BlockContext, str], Block]


class BlockError(Exception):
    """The marker names what isn't there."""


@dataclass(frozen=True)
class Kind:
    """`argument` says what is written after the name, empty when nothing is. `choices` are what can be."""

    name: str
    label: str | Promise
    argument: str | Promise
    make: Maker
    template: str
    choices: Callable[[Any], list[tuple[str, str]]]


KINDS: dict[str, Kind] = {}


def _no_choices(tree: Any) -> list[tuple[str, str]]:
    return [("", "")]


def register(
    name: str,
    label: Any,
    make: Maker,
    *,
    argument: Any = "",
    template: str = GENERIC,
    choices: Callable[[Any], list[tuple[str, str]]] = _no_choices,
) -> None:
    """Makes a kind of block known. `name` is what authors write: small Swedish letters."""
    KINDS[name] = Kind(name, label, argument, make, template, choices)


def markers(text: str) -> Iterator[Marker]:
    """The blocks of a text, in order. A marker is a paragraph of its own with the name of a known kind."""
    for line, kind, argument, start, end in _placed(text):
        if kind in KINDS:
            yield Marker(line, kind, argument, start, end)


@read_once
def _placed(text: str) -> tuple[tuple[str, str, str, int, int], ...]:
    """What has a marker's form, whether there is such a kind or not."""
    found: list[tuple[str, str, str, int, int]] = []
    for token, inline in pairwise(dialect().disable("inline").parse(text)) if "{{" in text else ():
        if token.type != "paragraph_open" or token.level or not token.map:
            continue
        if match := _MARKER.fullmatch(inline.content.strip()):
            start, end = token.map
            found.append((inline.content.strip(), match[1], (match[2] or "").strip(), start, end))
    return tuple(found)


def pieces(text: str) -> Iterator[str | Marker]:
    """The text in order: Markdown between blocks, and the blocks. Nothing for an empty text."""
    lines, at = text.split("\n"), 0
    for marker in markers(text):
        if before := "\n".join(lines[at : marker.start]).strip("\n"):
            yield before
        yield marker
        at = marker.end
    if after := "\n".join(lines[at:]).strip("\n"):
        yield after


def made(marker: Marker, context: BlockContext) -> Block:
    """What a marker shows to the reader."""
    try:
        block = KINDS[marker.kind].make(context, marker.argument)
    except BlockError as error:
        return Block(marker.source, str(KINDS[marker.kind].label), problem=str(error))
    return Block(marker.source, block.title, block.columns, block.rows, block.note, block.problem)


def missing(marker: Marker) -> Block:
    """A block whose content is not at hand."""
    return Block(marker.source, str(KINDS[marker.kind].label), problem=_("Blocket visas i portalen."))


def choices(tree: Any) -> list[tuple[str, str]]:
    """(marker, what it shows) of every block that an author can place."""
    return [
        (f"{{{{ {kind.name} {argument} }}}}" if argument else f"{{{{ {kind.name} }}}}", f"{kind.label} {words}".strip())
        for kind in KINDS.values()
        for argument, words in kind.choices(tree)
    ]
