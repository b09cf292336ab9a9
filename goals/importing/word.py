"""A Word document of a plan as the Markdown of a plan document: headings by style, results by number or list.

What stands before the first heading (title, contents) is left out. What an export of ours wrote as a live block
comes back as its marker.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from docx import Document
from docx.oxml.ns import qn
from docx.table import Table

from goals.importing.document import DocumentError, Problem
from goals.importing.escapes import escape_item, escape_title
from goals.importing.source import MAX_BYTES

LIVE = "Levande block"
#: Unpacked, so that a small file can't fill the memory.
MOST_UNPACKED = 60_000_000
_HEADING = re.compile(r"(?:heading|rubrik)\s*([1-9])", re.IGNORECASE)
_TYPED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+(\S.*)", re.DOTALL)
_RESULT = re.compile(r"(\d{1,2}\.\d{1,2}\.\d{1,2}(?:\.\d{1,2})?)\.?\s+(\S.*)", re.DOTALL)
_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")
_PLAIN = re.compile(r"\s*(Mål|Förväntade resultat)\s*:", re.IGNORECASE)


def as_markdown(data: bytes) -> str:
    """The document's Markdown. Raises DocumentError for what is no Word document, or too large a one."""
    document = _opened(data)
    writer = _Writer(document)
    text = "\n\n".join(part for part in writer.parts() if part) + "\n"
    if len(text.encode()) > MAX_BYTES:
        raise DocumentError([Problem(1, _("Dokumentets text är större än 2 MB. En plan kan inte vara så stor."))])
    if not writer.path:
        reason = _("Dokumentet har inga rubriker. Använd Words rubrikformat: Rubrik 1, Rubrik 2 …")
        raise DocumentError([Problem(1, reason)])
    return text


def _opened(data: bytes) -> Any:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MOST_UNPACKED:
                raise DocumentError([Problem(1, _("Word-dokumentet är för stort när det packas upp."))])
        return Document(io.BytesIO(data))
    except DocumentError:
        raise
    except Exception as error:
        reason = _("Filen går inte att läsa som ett Word-dokument (.docx).")
        raise DocumentError([Problem(1, reason)]) from error


class _Writer:
    """Goes through the document; `path` is the number of the heading that it is under."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.path: tuple[int, ...] = ()
        self.counts: dict[tuple[str, int], int] = {}
        self.width = 3

    @property
    def is_in_area(self) -> bool:
        return len(self.path) == 2 and self.path[0] == 3

    def parts(self) -> Iterator[str]:
        for block in self.document.iter_inner_content():
            if isinstance(block, Table):
                yield self._table(block) if self.path else ""
            else:
                yield self._paragraph(block)

    def _paragraph(self, paragraph: Any) -> str:
        style = paragraph.style.name or ""
        heading = _HEADING.fullmatch(style)
        text = " ".join(paragraph.text.split())
        if heading and text:
            return self._heading(int(heading[1]), text)
        if not self.path or not text or style == LIVE:
            return "".join(run.text for run in paragraph.runs if run.font.hidden).strip() if self.path else ""
        return self._body(paragraph, style, text)

    def _body(self, paragraph: Any, style: str, text: str) -> str:
        number = _RESULT.fullmatch(text) if self.is_in_area else None
        if number:
            return self._result(number[1], number[2])
        level, ordered = self._list_level(paragraph, style)
        if level is not None:
            return self._item(paragraph, text, level, ordered=ordered)
        self.counts.clear()
        if self.is_in_area and _PLAIN.match(text):
            return text
        inline = _inline(paragraph)
        return f"> {inline}" if style == "Quote" else inline

    def _heading(self, level: int, text: str) -> str:
        """With the number that is typed, else the one that Word would count to."""
        typed = _TYPED.fullmatch(text)
        if typed:
            self.path = tuple(int(part) for part in typed[1].split("."))
            title = typed[2]
        else:
            above = (self.path + (0,) * level)[: level - 1]
            here = self.path[level - 1] if len(self.path) >= level else 0
            self.path, title = (*above, here + 1), text
        self.counts.clear()
        number = f"{self.path[0]:02}" if len(self.path) == 1 else ".".join(map(str, self.path)) + "."
        return f"{'#' * len(self.path)} {number} {escape_title(title)}"

    def _result(self, number: str, text: str) -> str:
        mark = f"{number.rpartition('.')[2]}. "
        if number.count(".") == 2:
            self.width = len(mark)
            return f"{mark}{escape_item(text)}"
        return f"{' ' * self.width}{mark}{escape_item(text)}"

    def _list_level(self, paragraph: Any, style: str) -> tuple[int | None, bool]:
        """The level of a list from 0, None outside of one; and whether it is numbered."""
        properties = [each for each in (paragraph._p.pPr, paragraph.style.element.pPr) if each is not None]
        found = next((each.numPr for each in properties if each.numPr is not None), None)
        if found is None:
            return (0, "Number" in style) if style.startswith("List ") and style != "List Paragraph" else (None, False)
        level = int(found.ilvl.val) if found.ilvl is not None else 0
        key = str(found.numId.val) if found.numId is not None else ""
        return level, self._format(key, level) != "bullet"

    def _format(self, key: str, level: int) -> str:
        numbering = self.document.part.numbering_part.element
        path = f"w:num[@w:numId='{key}']/w:abstractNumId/@w:val" if key.isdecimal() else ""
        for abstract in numbering.xpath(path) if path else ():
            query = f"w:abstractNum[@w:abstractNumId='{abstract}']/w:lvl[@w:ilvl='{level}']/w:numFmt/@w:val"
            return str(next(iter(numbering.xpath(query)), ""))
        return ""

    def _item(self, paragraph: Any, text: str, level: int, *, ordered: bool) -> str:
        for key in [key for key in self.counts if key[1] > level]:
            del self.counts[key]
        place = self.counts[("", level)] = self.counts.get(("", level), 0) + 1
        if ordered and self.is_in_area:
            number = [*self.path, self.counts.get(("", 0), 1), place] if level else [*self.path, place]
            return self._result(".".join(map(str, number)), text)
        mark = f"{place}. " if ordered else "- "
        return f"{'   ' * level}{mark}{_inline(paragraph)}"

    def _table(self, table: Table) -> str:
        properties = table._tbl.tblPr
        if properties is not None and properties.findall(qn("w:tblDescription")):
            return ""
        rows = [[_SPECIAL.sub(r"\\\1", " ".join(cell.text.split())) for cell in row.cells] for row in table.rows]
        if not rows:
            return ""
        lines = [rows[0], ["---"] * len(rows[0]), *rows[1:]]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _inline(paragraph: Any) -> str:
    """The paragraph's runs as Markdown, on one line."""
    parts = []
    for each in paragraph.iter_inner_content():
        address = getattr(each, "url", "") if hasattr(each, "runs") else ""
        runs = each.runs if hasattr(each, "runs") else [each]
        text = "".join(_run(run) for run in runs)
        parts.append(f"[{text}]({address})" if address else text)
    return escape_item(re.sub(r"\s*\n\s*", " ", "".join(parts)).strip())


def _run(run: Any) -> str:
    text = _SPECIAL.sub(r"\\\1", run.text)
    inner = text.strip()
    if not inner or run.font.hidden:
        return "" if run.font.hidden else text
    mark = ("**" if run.bold else "") + ("*" if run.italic else "")
    return text.replace(inner, f"{mark}{inner}{mark[::-1]}", 1)
