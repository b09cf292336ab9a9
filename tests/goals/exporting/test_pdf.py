"""The machine-checkable points of PDF/UA-1 (ISO 14289-1, Matterhorn protocol), read with pikepdf."""

import io
import time
from itertools import pairwise

import pikepdf
import pytest

from goals.exporting import pdf
from goals.exporting.paper import Version, paper
from tests.goals.exporting.plans import content

VERSION = Version(2, "V-2025-0123", "2025-09-15", "Kim Konto, IT-chef", "a" * 64)


def opened(**sizes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf.write(paper(content(**sizes), VERSION, "2025-09-15"))))


@pytest.fixture(scope="module")
def document() -> pikepdf.Pdf:
    return opened(sections=6)


def elements(node):
    """Every element of the structure tree."""
    if isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            yield from elements(kid)


def test_it_says_that_it_is_pdf_ua(document) -> None:
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Verksamhetsplan 2025–2027"


def test_it_is_tagged_and_has_language_and_title_in_sight(document) -> None:
    root = document.Root
    assert bool(root.MarkInfo.Marked)
    assert str(root.Lang) == "sv-SE"
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    assert str(document.docinfo["/Title"]) == "Verksamhetsplan 2025–2027"


def test_the_structure_has_headings_lists_tables_links_and_no_figure_without_words(document) -> None:
    kinds = [str(each.S) for each in elements(document.Root.StructTreeRoot)]
    assert {"/H1", "/H2", "/P", "/L", "/LI", "/Table", "/TH", "/TD", "/Link", "/TOC"} <= set(kinds)
    assert all("/Alt" in each for each in elements(document.Root.StructTreeRoot) if each.S == "/Figure")


def test_headings_skip_no_level(document) -> None:
    levels = [int(str(each.S)[2]) for each in elements(document.Root.StructTreeRoot) if str(each.S)[:2] == "/H"]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_bookmarks_are_the_headings(document) -> None:
    with document.open_outline() as outline:
        titles = [item.title for item in outline.root]
        assert [title for title in titles if title[:2] in ("01", "03")] == ["01 Inledning", "03 Mål"]
        chapter = next(item for item in outline.root if item.title.startswith("01"))
        assert [item.title for item in chapter.children] == [
            "1.1 Avsnitt åäö 1 <#>",
            "1.2 Avsnitt åäö 2 <#>",
            "1.3 Avsnitt åäö 3 <#>",
        ]


def test_every_page_is_tabbed_in_the_structures_order_and_every_font_is_embedded(document) -> None:
    for page in document.pages:
        assert page.obj.get("/Tabs", "/S") == "/S"
        for font in page.obj.Resources.get("/Font", {}).values():
            inner = font.DescendantFonts[0].FontDescriptor if "/DescendantFonts" in font else font.FontDescriptor
            assert any(key in inner for key in ("/FontFile", "/FontFile2", "/FontFile3"))
            assert "/ToUnicode" in font


@pytest.mark.parametrize("sign", ["中", "\u0001", "\ufffe", "\U000f0000", "𓀀", "\u202e"])
def test_a_sign_that_no_font_has_is_said_by_name_instead(sign) -> None:
    written = pdf.write(paper(content(text=f"Före {sign} efter, #panic() $1$ \\ ]"), None, "2025-09-15"))
    assert written.startswith(b"%PDF")


def test_two_hundred_results_and_fifty_sections_take_less_than_five_seconds() -> None:
    started = time.process_time()
    document = opened(sections=50, results=200)
    assert time.process_time() - started < 5
    assert len(document.pages) > 20
