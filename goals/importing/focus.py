"""The body of a focus area: its goals, its expected results in two levels, and whatever else is written there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from markdown_it.tree import SyntaxTreeNode

from goals.importing.document import FocusArea, Goal, Problem, Result
from goals.importing.escapes import unescape_item

_GOAL = re.compile(r"Mål:\s*(.*)")
_RESULTS = re.compile(r"Förväntade resultat\s*:?\s*", re.IGNORECASE)
# Written almost like the two above: better refused than taken as ordinary text.
_ALMOST = re.compile(r"[*_]*(mål\s*\d*|förväntade\s+resultat)\s*[*_]*\s*:", re.IGNORECASE)
_ITEM = re.compile(r"\s*\d{1,9}[.)](\s|$)")


@dataclass
class Body:
    """What has been read of one focus area so far. `kept` is ranges of lines (from 0) that are its own text."""

    number: str
    problems: list[Problem]
    goals: list[Goal] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    awaits_list: int | None = None

    def refuse(self, line: int, reason: str) -> None:
        self.problems.append(Problem(line + 1, reason))


def read(number: str, blocks: list[SyntaxTreeNode], problems: list[Problem]) -> tuple[FocusArea, set[int]]:
    """The focus area, and the lines (from 0) that its goals and results take; the rest is the section's text."""
    body = Body(number, problems)
    for block in blocks:
        first, last = block.map or (0, 0)
        if block.type == "paragraph":
            _paragraph(body, block.children[0].content, first)
        elif block.type == "ordered_list":
            body.results += _results(body, block, number, body.results)
            body.taken.update(range(first, last))
            body.awaits_list = None
        elif body.awaits_list is not None:
            _no_list(body)
    return FocusArea(tuple(body.goals), tuple(body.results)), body.taken


def _paragraph(body: Body, content: str, first: int) -> None:
    """Goals and the line ”Förväntade resultat:” are read line by line; another paragraph is the section's text."""
    if body.awaits_list is not None:
        _no_list(body)
    lines = content.split("\n")
    if not any(_GOAL.match(text) or _RESULTS.fullmatch(text) for text in map(str.strip, lines)):
        _check_text(body, lines, first)
        return
    body.taken.update(range(first, first + len(lines)))
    texts: list[tuple[int, list[str]]] = []
    for line, text in enumerate(map(str.strip, lines), first):
        goal = _GOAL.match(text)
        if goal:
            texts.append((line, [goal[1]]))
        elif _RESULTS.fullmatch(text):
            body.awaits_list = line
        elif texts and body.awaits_list is None and not _ALMOST.match(text) and not _ITEM.match(text):
            texts[-1][1].append(text)
        else:
            body.refuse(line, _("Raden går inte att tolka här. Sätt en tom rad före den."))
    for line, parts in texts:
        text = " ".join(filter(None, parts))
        if text:
            body.goals.append(Goal(text, line + 1))
        else:
            body.refuse(line, _("Målet saknar text."))


def _check_text(body: Body, lines: list[str], first: int) -> None:
    for line, text in enumerate(lines, first):
        if _ALMOST.match(text.strip()):
            body.refuse(line, _("Skriv ”Mål: …” och ”Förväntade resultat:” först på raden, utan fetstil och nummer."))
        elif _ITEM.match(text):
            body.refuse(line, _("En numrerad rad mitt i ett stycke. Sätt en tom rad före listan."))


def _no_list(body: Body) -> None:
    body.refuse(body.awaits_list or 0, _("Efter ”Förväntade resultat:” ska en numrerad lista komma."))
    body.awaits_list = None


def _results(body: Body, block: SyntaxTreeNode, above: str, before: list[Result]) -> Iterator[Result]:
    """The results of one list. Numbers are as written: 1, 2, 5 stay 1, 2, 5. Under each goal they come in order."""
    seen = list(before)
    goal = len(body.goals) or None
    for item in block.children:
        line = (item.map or (0, 0))[0]
        place = int(item.info or 0)
        number = f"{above}.{place}"
        if not 1 <= place <= 99:
            body.refuse(line, _("Resultat numreras 1–99, inte %(place)s.") % {"place": place})
        elif number in {other.number for other in seen} or (
            seen and seen[-1].goal == goal and place <= int(seen[-1].number.rpartition(".")[2])
        ):
            _refuse_order(body, line, number, seen)
        text, parts = _item(body, item, number, line)
        result = Result(number, text, line + 1, goal, parts)
        seen.append(result)
        yield result


def _refuse_order(body: Body, line: int, number: str, seen: list[Result]) -> None:
    twin = next((other for other in seen if other.number == number), None)
    if twin:
        reason = _("Numret %(number)s finns redan på rad %(line)s.") % {"number": number, "line": twin.line}
    else:
        reason = _("Numret %(number)s står efter %(before)s: numren ska komma i ordning.") % {
            "number": number,
            "before": seen[-1].number,
        }
    body.refuse(line, reason)


def _item(body: Body, item: SyntaxTreeNode, number: str, line: int) -> tuple[str, tuple[Result, ...]]:
    """An item is one paragraph and, on the first level, perhaps one list of parts."""
    text, parts = "", list[Result]()
    for child in item.children:
        first = (child.map or (line, line))[0]
        if child.type == "paragraph" and not text and not parts:
            lines = child.children[0].content.split("\n")
            text = unescape_item(" ".join(filter(None, map(str.strip, lines))))
            _check_text(body, lines[1:], first + 1)
        elif child.type == "ordered_list" and number.count(".") == 2:
            parts += _results(body, child, number, parts)
        elif child.type == "ordered_list":
            body.refuse(first, _("Förväntade resultat har högst två nivåer."))
        else:
            body.refuse(first, _("Ett förväntat resultat är ett stycke, kanske med en numrerad lista under."))
    if not text:
        body.refuse(line, _("Resultatet %(number)s saknar text.") % {"number": number})
    return text, tuple(parts)
