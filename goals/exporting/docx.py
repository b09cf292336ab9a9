"""The plan as a Word document: real heading styles, tables with head rows, contents, header with number and version.

A live block's paragraphs and table carry its marker (style and table description), so that reading the document back
knows them from what somebody wrote.
"""

import io
import re
from typing import Any

from django.utils.translation import gettext as _
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from goals.exporting.paper import Node, Paper
from goals.importing.word import LIVE

#: Paragraph styles of our own, beside that of live blocks.
RESULT, PART = "Resultat", "Delresultat"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write(paper: Paper) -> bytes:
    """The bytes of the document."""
    document = Document()
    _set_up(document, paper)
    document.add_paragraph(_clean(paper.title), style="Title")
    for term, value in paper.facts:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{_clean(term)}: ").bold = True
        paragraph.add_run(_clean(value))
    _contents(document, paper)
    for node in paper.nodes:
        _write(document, node)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)


def _set_up(document: Any, paper: Paper) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.language = (
        _clean(paper.title)[:255],
        _clean(paper.author)[:255],
        "sv-SE",
    )
    for name, indent in ((RESULT, 0.0), (PART, 1.0), (LIVE, 0.0)):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        style.paragraph_format.left_indent = Cm(indent)
    document.styles["Normal"].font.size = Pt(11)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "sv-SE")
    document.styles["Normal"].element.get_or_add_rPr().append(language)
    header = document.sections[0].header.paragraphs[0]
    header.text = f"{_clean(paper.header[0])}\t\t{_clean(paper.header[1])}"
    _field(document.sections[0].footer.paragraphs[0], "PAGE", "1")


def _field(paragraph: Any, code: str, shown: str) -> None:
    """A field that Word works out, with what stands there until it has."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("shown", shown), ("end", "")):
        run = paragraph.add_run(shown if kind == "shown" else "")
        if kind == "shown":
            continue
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.set(qn("xml:space"), "preserve")
            element.text = f" {text} "
        run._r.append(element)


def _contents(document: Any, paper: Paper) -> None:
    """A table of contents by Word's own field, filled with the headings until it is updated."""
    document.add_paragraph(_("Innehåll"), style="TOC Heading" if "TOC Heading" in document.styles else "Subtitle")
    headings = [f"{node['number']} {node['text']}" for node in paper.nodes if node["kind"] == "heading"]
    _field(document.add_paragraph(), r'TOC \o "1-4" \h \z \u', "\n".join(map(_clean, headings)))
    document.add_page_break()


def _write(document: Any, node: Node, style: str | None = None) -> None:
    kind = node["kind"]
    if kind == "heading":
        document.add_heading(f"{node['number']} {_clean(node['text'])}", level=node["level"])
    elif kind == "result":
        paragraph = document.add_paragraph(style=RESULT if node["level"] == 1 else PART)
        paragraph.add_run(node["number"]).bold = True
        paragraph.add_run(f"\t{_clean(node['text'])}")
    elif kind == "block":
        _described(document.add_paragraph(style=LIVE), node["marker"]).add_run(_clean(node["title"])).bold = True
    elif kind == "paragraph":
        _runs(document.add_paragraph(style=LIVE if node.get("marker") else style), node["runs"])
    elif kind == "table":
        _table(document, node)
    else:
        _write_written(document, node)


def _write_written(document: Any, node: Node) -> None:
    """What only an author's text has."""
    if node["kind"] == "list":
        for item in node["items"]:
            _item(document, item, "List Number" if node["ordered"] else "List Bullet")
    elif node["kind"] == "quote":
        for inner in node["nodes"]:
            _write(document, inner, "Quote")
    elif node["kind"] == "code":
        run = document.add_paragraph(style="No Spacing").add_run(_clean(node["text"]))
        run.font.name = "Consolas"


def _described(paragraph: Any, marker: str) -> Any:
    """The marker as a bookmark-like hidden run, which readers skip and the import finds."""
    run = paragraph.add_run(_clean(marker))
    run.font.hidden = True
    return paragraph


def _item(document: Any, item: list[Node], style: str) -> None:
    for place, inner in enumerate(item):
        _write(document, inner, style if place == 0 else "List Continue")


def _runs(paragraph: Any, runs: list[Node]) -> None:
    for each in runs:
        text = _clean(each["text"])
        if each.get("link"):
            _link(paragraph, each["link"], text)
            continue
        run = paragraph.add_run(text)
        run.bold, run.italic = each.get("bold"), each.get("italic")
        if each.get("code"):
            run.font.name = "Consolas"


def _link(paragraph: Any, address: str, text: str) -> None:
    key = paragraph.part.relate_to(_clean(address), RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), key)
    run = paragraph.add_run(text)
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)


def _table(document: Any, node: Node) -> None:
    table = document.add_table(rows=1, cols=len(node["columns"]), style="Table Grid")
    if node["marker"]:
        description = OxmlElement("w:tblDescription")
        description.set(qn("w:val"), _clean(node["marker"]))
        table._tbl.tblPr.append(description)
    head = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(head)
    for cell, runs in zip(table.rows[0].cells, node["columns"], strict=True):
        _runs(cell.paragraphs[0], [{**each, "bold": True} for each in runs])
    for row in node["rows"]:
        for cell, runs in zip(table.add_row().cells, row, strict=False):
            _runs(cell.paragraphs[0], runs)
    document.add_paragraph(style=LIVE if node["marker"] else None)
