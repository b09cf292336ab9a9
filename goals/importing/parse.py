"""From the text of a plan document to data. Pure: no database, no clock."""

from django.utils.translation import gettext as _
from markdown_it.tree import SyntaxTreeNode

from goals.importing import focus, headings
from goals.importing.document import Document, DocumentError, Problem, Section
from goals.importing.headings import Heading
from goals.markdown import dialect

#: The sections of this chapter are the focus areas: 3.1, 3.2 …
AREAS_CHAPTER = 3


def parse(text: str) -> Document:
    """The document. Raises DocumentError with every problem and its line when any part can't be understood."""
    # Structure needs blocks only: what stands inside a line is kept as it is.
    tokens = dialect().disable("inline").parse(text)
    problems: list[Problem] = []
    found = headings.read(tokens, problems)
    years, years_line = headings.years(found, problems)
    if not problems:
        _check_start(text, found, problems)
    sections = _sections(text.split("\n"), found, SyntaxTreeNode(tokens), problems) if not problems else ()
    if problems:
        raise DocumentError(problems)
    return Document(sections, years, years_line)


def _check_start(text: str, found: list[Heading], problems: list[Problem]) -> None:
    first = found[0].start if found else len(text)
    for index, line in enumerate(text.split("\n")[:first]):
        if line.strip():
            problems.append(Problem(index + 1, _("Text före den första rubriken. Börja med ”# 01 …”.")))
            return
    if not found:
        problems.append(Problem(1, _("Filen har inga rubriker.")))
    elif not _areas(found):
        problems.append(
            Problem(found[-1].line, _("Filen har inga fokusområden: kapitel 03 med avsnitten 3.1, 3.2 … saknas."))
        )


def _areas(found: list[Heading]) -> set[tuple[int, ...]]:
    """Paths of the headings that are focus areas."""
    return {heading.path for heading in found if len(heading.path) == 2 and heading.path[0] == AREAS_CHAPTER}


def _sections(
    lines: list[str], found: list[Heading], tree: SyntaxTreeNode, problems: list[Problem]
) -> tuple[Section, ...]:
    areas = _areas(found)
    ends = [heading.start for heading in found[1:]] + [len(lines)]
    blocks = [block for block in tree.children if block.map and block.type != "heading"]
    sections = []
    for heading, end in zip(found, ends, strict=True):
        area, taken = None, set[int]()
        if heading.path in areas:
            own = [block for block in blocks if block.map and heading.end <= block.map[0] < end]
            area, taken = focus.read(heading.number, own, problems)
        elif heading.path[:2] in areas:
            problems.append(Problem(heading.line, _("Under ett fokusområde kan det inte stå underrubriker.")))
        text = _text(lines, heading.end, end, taken)
        sections.append(Section(heading.number, heading.title, text, heading.line, area))
    return tuple(sections)


def _text(lines: list[str], start: int, end: int, taken: set[int]) -> str:
    """The lines of a section as they are, without blank ones around and without those that are taken."""
    parts: list[list[str]] = [[]]
    for index in range(start, end):
        if index in taken:
            parts.append([])
        else:
            parts[-1].append(lines[index])
    trimmed = (_trimmed(part) for part in parts)
    return "\n\n".join(part for part in trimmed if part)


def _trimmed(part: list[str]) -> str:
    filled = [index for index, line in enumerate(part) if line.strip()]
    return "\n".join(part[filled[0] : filled[-1] + 1]) if filled else ""
