"""A plan document as Markdown, in the form that `goals.importing` reads: out and in again it is the same plan."""

from collections.abc import Iterator

from goals.importing.document import Document, FocusArea, Result, Section
from goals.importing.escapes import escape_item, escape_title
from goals.numbering import in_order

#: As the plan itself has it.
RESULTS = "Förväntade resultat:"
GOAL = "Mål:"


def write(document: Document) -> str:
    """The document's Markdown. Texts of goals and results stand on one line each."""
    return "\n\n".join(part for section in document.sections for part in _section(section)) + "\n"


def _section(section: Section) -> Iterator[str]:
    level = section.number.count(".") + 1
    dot = "." if level > 1 else ""
    yield f"{'#' * level} {section.number}{dot} {escape_title(one_line(section.title))}"
    if section.text.strip():
        yield section.text.strip("\n")
    if section.focus_area:
        yield from _focus_area(section.focus_area)


def _focus_area(area: FocusArea) -> Iterator[str]:
    for place in range(len(area.goals) + 1):
        if place:
            yield f"{GOAL} {one_line(area.goals[place - 1].text)}"
        results = [result for result in area.results if (result.goal or 0) == place]
        if results:
            yield RESULTS
            yield "\n".join(_results(results, ""))


def _results(results: list[Result], indent: str) -> Iterator[str]:
    """A blank line stands around the parts: a list that begins with another number than 1 needs it."""
    ordered = sorted(results, key=lambda result: in_order(result.number))
    for place, result in enumerate(ordered):
        if place and (ordered[place - 1].parts or result.parts):
            yield ""
        mark = f"{result.number.rpartition('.')[2]}. "
        yield f"{indent}{mark}{escape_item(one_line(result.text))}"
        if result.parts:
            yield ""
            yield from _results(list(result.parts), indent + " " * len(mark))


def one_line(text: str) -> str:
    return " ".join(filter(None, map(str.strip, text.split("\n"))))
