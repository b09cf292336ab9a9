import io

import docx
import pytest

from goals.exporting import docx as writer
from goals.exporting.paper import paper
from goals.importing.document import DocumentError
from goals.importing.parse import parse
from goals.importing.word import as_markdown
from tests.goals.exporting.plans import content


def made(*paragraphs: tuple[str, str]) -> bytes:
    document = docx.Document()
    for style, text in paragraphs:
        document.add_paragraph(text, style=style)
    return saved(document)


def saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_what_was_exported_to_word_reads_back_with_its_headings_results_and_blocks() -> None:
    plan = content(sections=5, results=4)
    back = parse(as_markdown(writer.write(paper(plan, None, "2025-09-15"))))
    assert [(s.number, s.title) for s in back.sections] == [(s.number, s.title) for s in plan.sections]
    area = back.sections[-1].focus_area
    assert [goal.text for goal in area.goals] == ["Nytta för alla."]
    found = [(result.number, result.text, result.parts[0].number) for result in area.results]
    assert found == [(r.number, r.text, r.parts[0].number) for r in plan.sections[-1].area.results]
    assert "{{ luckor }}" in back.sections[1].text
    assert "Bevakas" not in back.sections[1].text


def test_headings_without_numbers_are_counted_as_word_counts() -> None:
    data = made(
        ("Title", "Plan"),
        *[
            ("Heading 1", "Inledning"),
            ("Heading 2", "Uppdrag"),
            ("Normal", "Text."),
            ("Heading 1", "Riktning 2024-2026"),
        ],
        *[("Heading 1", "Mål"), ("Heading 2", "Leverans"), ("List Number", "Ett"), ("List Number", "Två")],
    )
    document = parse(as_markdown(data))
    assert [section.number for section in document.sections] == ["01", "1.1", "02", "03", "3.1"]
    assert [result.number for result in document.sections[-1].focus_area.results] == ["3.1.1", "3.1.2"]


def test_looks_and_signs_are_kept() -> None:
    document = docx.Document()
    document.add_heading("01 Inledning", 1)
    paragraph = document.add_paragraph("Vi ")
    paragraph.add_run("levererar ").bold = True
    paragraph.add_run("*allt* 😀")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip([cell for row in table.rows for cell in row.cells], "abcd", strict=True):
        cell.text = text
    text = as_markdown(saved(document))
    assert "Vi **levererar** \\*allt\\* 😀" in text
    assert "| a | b |\n| --- | --- |\n| c | d |" in text


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04nothing", b"hello"])
def test_what_is_no_word_document_is_refused(data) -> None:
    with pytest.raises(DocumentError, match="Word-dokument"):
        as_markdown(data)


def test_a_document_without_headings_is_refused() -> None:
    with pytest.raises(DocumentError, match="rubriker"):
        as_markdown(made(("Normal", "Text")))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 61_000_000)
    with pytest.raises(DocumentError, match="för stort"):
        as_markdown(out.getvalue())
