"""The headings of a plan document: numbered, in order, no level skipped."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from markdown_it.token import Token

from goals.importing.document import Problem
from goals.importing.escapes import unescape_title

_NUMBERED = re.compile(r"([0-9]+(?:\.[0-9]+)*)\.?(?:\s+(.*))?", re.DOTALL)
_YEARS = re.compile(r"(?<![0-9])([0-9]{4})\s*[-–—]\s*([0-9]{4})(?![0-9])")
MAX_LEVEL = 4
MAX_TITLE = 300


@dataclass(frozen=True)
class Heading:
    """`path` is the number in parts; `start` and `end` are lines from 0, the last one excluded."""

    path: tuple[int, ...]
    title: str
    start: int
    end: int

    @property
    def number(self) -> str:
        return f"{self.path[0]:02}" if len(self.path) == 1 else ".".join(map(str, self.path))

    @property
    def line(self) -> int:
        return self.start + 1


def find(tokens: list[Token]) -> list[tuple[int, Token, Token]]:
    """(level, opening token, its text) of every heading that stands by itself, not in a quote or a list."""
    return [
        (int(token.tag[1]), token, tokens[index + 1])
        for index, token in enumerate(tokens)
        if token.type == "heading_open" and token.level == 0
    ]


def read(tokens: list[Token], problems: list[Problem]) -> list[Heading]:
    """The headings that can be understood; the others are added to `problems`."""
    headings: list[Heading] = []
    level_above, broken = 0, MAX_LEVEL
    for level, token, inline in find(tokens):
        start, end = token.map or (0, 0)
        heading, reason = _understood(level, inline.content, start, end)
        if level > level_above + 1:
            reason = _("Rubriken hoppar över en nivå: den har %(level)s # men rubriken ovanför har %(above)s.") % {
                "level": level,
                "above": level_above,
            }
        if heading and not reason and level <= broken:
            # What stands under a heading that wasn't understood can't be placed: one problem is enough.
            reason = _place(heading, headings)
        if reason:
            problems.append(Problem(start + 1, reason))
            broken = min(level, broken)
        elif heading and level <= broken:
            headings.append(heading)
            broken = MAX_LEVEL
        level_above = level
    return headings


def _understood(level: int, content: str, start: int, end: int) -> tuple[Heading | None, str]:
    """The heading, or why it can't be understood."""
    match = _NUMBERED.fullmatch(content)
    if level > MAX_LEVEL:
        return None, _("Rubriken ligger för djupt: en plan har högst fyra nivåer.")
    if "\n" in content:
        return None, _("Rubriken går över flera rader. Skriv den på en rad.")
    if not match:
        return None, _("Rubriken saknar nummer: ”%(text)s”. Skriv till exempel ”1.1. Rubrik”.") % {"text": content[:80]}
    path = tuple(int(part[:9]) for part in match[1].split("."))
    reason = _numbered_wrong(level, path, match[1]) or _titled_wrong(match[2] or "", match[1])
    return (None, reason) if reason else (Heading(path, unescape_title(match[2]), start, end), "")


def _numbered_wrong(level: int, path: tuple[int, ...], number: str) -> str:
    if len(path) != level:
        return _("Numret %(number)s passar inte en rubrik med %(level)s #.") % {"number": number, "level": level}
    if any(not 1 <= part <= 99 for part in path):
        return _("Numret %(number)s går inte att använda: varje del ska vara 1–99.") % {"number": number}
    return ""


def _titled_wrong(title: str, number: str) -> str:
    if not title:
        return _("Rubriken %(number)s saknar text.") % {"number": number}
    if len(title) > MAX_TITLE:
        return _("Rubriken %(number)s är längre än %(max)s tecken.") % {"number": number, "max": MAX_TITLE}
    return ""


def _place(heading: Heading, before: list[Heading]) -> str:
    """Why the number can't stand here, or nothing."""
    for other in before:
        if other.path == heading.path:
            return _("Numret %(number)s finns redan på rad %(line)s.") % {
                "number": heading.number,
                "line": other.line,
            }
    above = before[-1].path if before else ()
    if above[: len(heading.path) - 1] != heading.path[:-1]:
        return _("Numret %(number)s hör inte till rubriken ovanför.") % {"number": heading.number}
    if before and heading.path < before[-1].path:
        return _("Numret %(number)s står efter %(before)s: numren ska komma i ordning.") % {
            "number": heading.number,
            "before": before[-1].number,
        }
    return ""


def years(headings: list[Heading], problems: list[Problem]) -> tuple[tuple[int, int] | None, int | None]:
    """First and last year of the plan and the line that says so: ”Riktning 2024-2026”, or else a chapter's heading."""
    candidates = [(heading, match) for heading in headings if (match := _YEARS.search(heading.title))]
    directions = [pair for pair in candidates if "riktning" in pair[0].title.lower()]
    chapters = [pair for pair in candidates if len(pair[0].path) == 1]
    for heading, match in directions or chapters:
        first, last = int(match[1]), int(match[2])
        if not 2000 <= first <= last <= 2199:
            problems.append(Problem(heading.line, _("Åren %(years)s går inte att använda.") % {"years": match[0]}))
        return (first, last), heading.line
    return None, None
