from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goals.exporting import markdown
from goals.importing.document import Document, FocusArea, Goal, Result, Section
from goals.importing.parse import parse
from goals.importing.source import read_text

#: One line of anything that can be stored: signs that Markdown gives a meaning, emoji, RTL, combining marks.
signs = st.characters(codec="utf-8", exclude_characters="\n\r\0")
lines = (
    st.one_of(st.text(signs, max_size=20), st.text(st.sampled_from("#1.)-+*>`~[]:|=_\\ a\t"), max_size=12))
    .map(str.strip)
    .filter(bool)
)
awkward = st.sampled_from(
    ["1. x", "1\\. x", "1\\\\. x", "\\# x", "# x", "C #", "C \\#", "- x", "[a]: b", "***", "😀 e\u0301", "שלום"]
)
texts = st.one_of(lines, awkward)
numbers = st.lists(st.integers(1, 99), max_size=4, unique=True).map(sorted)
#: What may be written in a section: paragraphs, lists, tables, code with what looks like headings, a live block.
paragraphs = st.lists(
    st.sampled_from(
        [
            "Ett *stycke*.",
            "- punkt\n- punkt",
            "| a | b |\n|---|---|\n| 1 | 2 |",
            "```\n# inte rubrik\n```",
            "{{ resultat 3.1 }}",
            "> citat",
            "مرحبا e\u0301 😀",
            "    indraget",
            "Rad ett\nrad två  \nrad tre",
        ]
    ),
    max_size=4,
).map("\n\n".join)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    areas = []
    for place in draw(st.lists(st.integers(1, 99), min_size=1, max_size=3, unique=True).map(sorted)):
        goals = tuple(Goal(text, 0) for text in draw(st.lists(texts, max_size=2)))
        results = []
        for number in draw(numbers):
            goal = draw(st.sampled_from([None, *range(1, len(goals) + 1)])) if goals else None
            above = f"3.{place}.{number}"
            parts = tuple(Result(f"{above}.{n}", draw(texts), 0, goal) for n in draw(numbers))
            results.append(Result(above, draw(texts), 0, goal, parts))
        results.sort(key=lambda result: result.goal or 0)
        areas.append(Section(f"3.{place}", draw(texts), draw(paragraphs), 0, FocusArea(goals, tuple(results))))
    intro = Section("01", draw(texts), draw(paragraphs), 0)
    return Document((intro, Section("03", "Riktning 2024-2026", "", 0), *areas), (2024, 2026))


def without_lines(document: Document) -> Document:
    def bare(result: Result) -> Result:
        return replace(result, line=0, parts=tuple(map(bare, result.parts)))

    def plain(area: FocusArea | None) -> FocusArea | None:
        return area and FocusArea(tuple(Goal(g.text, 0) for g in area.goals), tuple(map(bare, area.results)))

    sections = (replace(s, line=0, focus_area=plain(s.focus_area)) for s in document.sections)
    return Document(tuple(sections), document.years)


@settings(deadline=None, max_examples=300)
@given(documents())
def test_out_and_in_again_it_is_the_same_plan(document: Document) -> None:
    assert without_lines(parse(markdown.write(document))) == document


@settings(deadline=None)
@given(documents(), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_line_ends_and_a_byte_order_mark_change_nothing(document: Document, end: str, marked: bool) -> None:
    data = (b"\xef\xbb\xbf" if marked else b"") + markdown.write(document).replace("\n", end).encode()
    assert without_lines(parse(read_text(data))) == document


@pytest.mark.real_data
def test_the_real_plan_goes_out_and_in_unchanged(plan_file) -> None:
    document = parse(read_text(plan_file.read_bytes()))
    assert without_lines(parse(markdown.write(document))) == without_lines(document)
