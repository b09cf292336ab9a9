import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goals.importing.document import Document, DocumentError, FocusArea, Goal, Result, Section
from goals.importing.parse import parse

START = "# 01 Inledning\n\n# 02 Riktning 2024-2026\n\n# 03 Fokusområden\n\n## 3.1. Leverans\n\n"  # 8 lines


def refused(text: str) -> list[tuple[int, str]]:
    with pytest.raises(DocumentError) as caught:
        parse(text)
    return [(problem.line, problem.reason) for problem in caught.value.problems]


def area(text: str) -> FocusArea:
    found = parse(START + text).sections[-1].focus_area
    assert found is not None
    return found


@pytest.mark.real_data
def test_reads_the_real_plan(plan_file) -> None:
    document = parse(plan_file.read_text())
    areas = [section for section in document.sections if section.focus_area]
    results = [result for section in areas for result in section.focus_area.results]
    assert document.years == (2024, 2026)
    assert [section.number for section in areas] == ["3.1", "3.2", "3.3", "3.4"]
    assert [len(section.focus_area.goals) for section in areas] == [1, 0, 0, 0]
    assert len(results) == 14
    assert [part.number for part in results[0].parts] == ["3.1.1.1", "3.1.1.2", "3.1.1.3", "3.1.1.4"]
    assert results[-1].number == "3.4.4"
    assert results[5].text.endswith('utvärderade: "Vi är kostnadseffektiva och lägger resurser på rätt saker"')


@pytest.mark.real_data
def test_the_demo_has_the_real_plan_byte_for_byte(plan_file, pytestconfig) -> None:
    demo = pytestconfig.rootpath / "fixtures/demo/verksamhetsplan.md"
    assert demo.read_bytes() == plan_file.read_bytes()


def test_keeps_the_text_of_a_section_to_the_letter() -> None:
    text = "  Vi *är* ”här”.\\\nRad två  \n\n| a | b |\n|---|---|\n\n[länk]: https://exempel.se\n\n    # kod"
    assert parse(f"# 01 Inledning\n\n{text}\n\n# 03 F\n## 3.1 A\n").sections[0].text == text


def test_a_focus_area_keeps_what_is_neither_goal_nor_result_as_its_text() -> None:
    section = parse(START + "Ingress.\n\nMål: Bra.\n\nMer text.\n\n1. Ett\n\nSist.\n").sections[-1]
    assert section.text == "Ingress.\n\nMer text.\n\nSist."


def test_results_belong_to_the_goal_above_them() -> None:
    read = area("1. Noll\n\nMål: A\n\n2. Ett\n\nMål: B\nFörväntade resultat:\n3. Två\n".replace("\n3.", "\n\n3."))
    assert [goal.text for goal in read.goals] == ["A", "B"]
    assert [result.goal for result in read.results] == [None, 1, 2]


def test_written_numbers_are_kept() -> None:
    assert [result.number for result in area("1. a\n2. b\n5. c\n").results] == ["3.1.1", "3.1.2", "3.1.5"]


def test_a_wrapped_item_is_one_text() -> None:
    assert area("1. Vi är\n   kloka\n").results[0].text == "Vi är kloka"


@pytest.mark.parametrize("text", [r"En \*stjärna\* & ”citat” &amp; 'så'", "🙂 שלום é", "**Fet** – [länk](x)  och så"])
def test_texts_are_kept_to_the_letter(text: str) -> None:
    read = parse(f"{START}Mål: {text}\n\n1. {text}\n\n## 3.2 {text}\n")
    area = read.sections[-2].focus_area
    assert [area.goals[0].text, area.results[0].text, read.sections[-1].title] == [text] * 3


def test_a_heading_in_code_is_text() -> None:
    assert parse(START + "```\n# inte rubrik\n```\n").sections[-1].text == "```\n# inte rubrik\n```"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("## Utan nummer\n", 9, "saknar nummer"),
        ("#### 3.1.1.1 Hopp\n", 9, "hoppar över en nivå"),
        ("## 3.1 Igen\n", 9, "finns redan på rad 7"),
        ("## 3.3 C\n\n## 3.2 B\n", 11, "i ordning"),
        ("## 4.1 Fel kapitel\n", 9, "hör inte till"),
        ("### 3.1.1 Under\n", 9, "underrubriker"),
        ("## 3.2.\n", 9, "saknar text"),
        ("## 3.2.1 Fel nivå\n", 9, "passar inte"),
        ("## 3.100 Stort\n", 9, "1–99"),
        ("1. a\n1. b\n", 10, "finns redan på rad 9"),
        ("2. b\n1. a\n", 10, "i ordning"),
        ("0. a\n", 9, "1–99"),
        ("1. a\n   1. b\n      1. c\n", 11, "högst två nivåer"),
        ("1. a\n   - b\n", 10, "ett stycke"),
        ("1. a\n\n   b\n", 11, "ett stycke"),
        ("1.\n", 9, "saknar text"),
        ("Mål:\n", 9, "Målet saknar text"),
        ("**Mål:** Bra\n", 9, "utan fetstil"),
        ("Mål: Bra\n7. a\n", 10, "tom rad"),
        ("Förväntade resultat:\n\n- a\n", 9, "numrerad lista"),
        ("Förväntade resultat:\n2. a\n", 10, "tom rad"),
    ],
)
def test_says_line_and_reason_of_what_it_cannot_understand(text: str, line: int, reason: str) -> None:
    assert [line for line, why in refused(START + text) if reason in why] == [line]


def test_refuses_text_before_the_first_heading() -> None:
    assert refused("\nHej\n# 01 A\n# 03 B\n## 3.1 C\n")[0][0] == 2


def test_refuses_a_file_without_headings_or_focus_areas() -> None:
    assert "inga rubriker" in refused("")[0][1]
    assert "fokusområden" in refused("# 01 A\n")[0][1]


def test_says_every_problem_at_once_but_not_what_follows_from_one() -> None:
    text = "# Utan nummer\n\n## 1.1 Under den\n\n# 03 B\n\n## 3.1 C\n\n## Utan\n"
    assert [line for line, _ in refused(text)] == [1, 9]


def test_years_that_cannot_be_are_refused() -> None:
    assert refused("# 02 Riktning 2026-2024\n# 03 B\n## 3.1 C\n")[0][0] == 1


def test_years_of_other_headings_are_no_plan_years() -> None:
    document = parse("# 01 A\n## 1.1 Efter VP 2021-2023\n# 02 Riktning 2024–2026\n# 03 B\n## 3.1 C\n")
    assert document.years == (2024, 2026)


# What an author may write on a line: anything, between letters that Markdown gives no meaning.
letters = st.characters(categories=["L"])
middles = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=10)
line = st.builds("{}{}{}".format, letters, middles, letters).filter(
    lambda text: not text.lower().startswith(("mål", "förväntade"))
)
words = st.lists(line, min_size=1, max_size=4).map(" ".join)
places = st.lists(st.integers(1, 99), max_size=4, unique=True).map(sorted)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Plans in the normal form of a document; lines are 0, for they differ."""
    goals = [Goal(text, 0) for text in draw(st.lists(words, max_size=2))]
    areas = []
    for place in draw(st.lists(st.integers(1, 99), min_size=1, max_size=3, unique=True).map(sorted)):
        results = []
        for number in draw(places):
            above = f"3.{place}.{number}"
            parts = tuple(Result(f"{above}.{n}", draw(words), 0, len(goals) or None) for n in draw(places))
            results.append(Result(above, draw(words), 0, len(goals) or None, parts))
        text = draw(st.lists(words, max_size=2).map("\n\n".join))
        areas.append(Section(f"3.{place}", draw(words), text, 0, FocusArea(tuple(goals), tuple(results))))
    intro = Section("01", draw(words), draw(st.lists(words, max_size=3).map("\n\n".join)), 0)
    return Document((intro, Section("03", "Riktning 2024-2026", "", 0), *areas), (2024, 2026))


def written(document: Document) -> str:
    parts = []
    for section in document.sections:
        parts += ["#" * (section.number.count(".") + 1) + f" {section.number} {section.title}", section.text]
        if section.focus_area:
            parts += [f"Mål: {goal.text}" for goal in section.focus_area.goals]
            parts += ["Förväntade resultat:" if section.focus_area.results else ""]
            parts += ["\n".join(map(item, section.focus_area.results))]
    return "\n\n".join(filter(None, parts)) + "\n"


def item(result: Result) -> str:
    number = result.number.rpartition(".")[2]
    below = [f"    {item(part)}" for part in result.parts]
    # A list inside an item begins with 1 unless a blank line stands before it.
    return "\n".join([f"{number}. {result.text}", *([""] if below else []), *below])


def without_lines(document: Document) -> Document:
    def bare(result: Result) -> Result:
        return Result(result.number, result.text, 0, result.goal, tuple(map(bare, result.parts)))

    def plain(area: FocusArea) -> FocusArea:
        return FocusArea(tuple(Goal(g.text, 0) for g in area.goals), tuple(map(bare, area.results)))

    return Document(
        tuple(
            Section(s.number, s.title, s.text, 0, plain(s.focus_area) if s.focus_area else None)
            for s in document.sections
        ),
        document.years,
    )


@settings(deadline=None)
@given(documents())
def test_a_plan_written_as_markdown_is_read_as_the_same_plan(document: Document) -> None:
    assert without_lines(parse(written(document))) == document
