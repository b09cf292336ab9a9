import io

import docx
import pytest

from goals.content import PlanContent, SectionContent
from goals.exporting import docx as writer
from goals.exporting.paper import Version, paper
from tests.goals.exporting.plans import content

VERSION = Version(2, "V-2025-0123", "2025-09-15", "Kim Konto", "a" * 64)


@pytest.fixture(scope="module")
def document():
    return docx.Document(io.BytesIO(writer.write(paper(content(), VERSION, "2025-09-15"))))


def test_the_headings_are_those_of_the_plan_by_real_styles(document) -> None:
    found = [(p.style.name, p.text) for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert found == [(f"Heading {s.level}", f"{s.number} {s.title}") for s in content().sections]


def test_it_has_contents_and_header_with_number_and_version(document) -> None:
    assert "TOC " in document.element.xml
    assert document.sections[0].header.paragraphs[0].text == "V-2025-0123\t\tVersion 2"
    assert document.core_properties.language == "sv-SE"


def test_tables_have_a_head_that_is_repeated() -> None:
    made = writer.write(paper(content(sections=4), None, "2025-09-15"))
    tables = docx.Document(io.BytesIO(made)).tables
    assert [[cell.text for cell in table.rows[0].cells] for table in tables] == [
        ["Namn", "Antal"],
        ["Nr", "Status", "Framsteg"],
    ]
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in tables)


def test_signs_that_xml_cannot_hold_are_left_out() -> None:
    made = writer.write(paper(content(sections=4, text="a\x01b \ufffe😀"), None, "2025-09-15"))
    assert any(p.text == "ab 😀" for p in docx.Document(io.BytesIO(made)).paragraphs)


def test_what_is_not_written_says_so_and_a_chapter_that_gathers_sections_does_not() -> None:
    parts = (("01", "Inledning"), ("1.1", "Uppdrag"), ("04", "Införande"))
    sections = tuple(SectionContent(number, number, title, "") for number, title in parts)
    plan = PlanContent("Verksamhetsplan", 2025, 2027, "IT-avdelningen", sections)
    made = docx.Document(io.BytesIO(writer.write(paper(plan, None, "2025-09-15"))))
    said = [p.text for p in made.paragraphs if p.text in {"01 Inledning", "1.1 Uppdrag", "04 Införande", "Ej skrivet"}]
    assert said == ["01 Inledning", "1.1 Uppdrag", "Ej skrivet", "04 Införande", "Ej skrivet"]
