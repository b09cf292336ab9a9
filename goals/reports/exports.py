"""The plan, as it is or as it was decided, as the bytes of a file."""

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from goals.choices import ExportFormat
from goals.content import PlanContent, as_document
from goals.exporting import docx, html, markdown, paper, pdf
from goals.models import DecidedPlan, Plan
from goals.reports.content import content_of, with_blocks
from goals.reports.versions import version_of
from vp_portal.core import formatting

if TYPE_CHECKING:
    from vp_portal.core.models import User

TYPES = {
    ExportFormat.PDF: "application/pdf",
    ExportFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ExportFormat.HTML: "text/html; charset=utf-8",
    ExportFormat.MARKDOWN: "text/markdown; charset=utf-8",
}
#: A larger plan's PDF or Word document takes longer than a page should wait: the worker makes it.
MOST_AT_ONCE = 60_000


def content_for(plan: Plan, decided: DecidedPlan | None, on: dt.date, user: "User | None") -> PlanContent:
    """What is to be exported, with its blocks as the user sees them; a decided version's are its own."""
    if decided:
        return version_of(decided).as_content
    return with_blocks(content_of(plan, on), plan, on, user)


def is_long(content: PlanContent, fmt: ExportFormat) -> bool:
    """Whether the worker should make the file."""
    if fmt in (ExportFormat.MARKDOWN, ExportFormat.HTML):
        return False
    signs = sum(
        len(section.text) + 80 * sum(len(block.rows) for block in section.blocks) for section in content.sections
    )
    return signs + 100 * sum(1 for _result in content.results) > MOST_AT_ONCE


def made(
    content: PlanContent,
    decided: DecidedPlan | None,
    fmt: ExportFormat,
    on: dt.date,
    *,
    progress: Callable[[int], None] = lambda percent: None,
) -> bytes:
    """The file. Raises exporting.pdf.PdfError."""
    if fmt == ExportFormat.MARKDOWN:
        return (decided.markdown if decided else markdown.write(as_document(content))).encode()
    progress(5)
    version = None
    if decided:
        version = paper.Version(
            number=decided.version,
            registry_no=decided.registry_no,
            decided_on=formatting.iso_date(decided.decided_on),
            signed_by=decided.signed_by,
            sha256=decided.sha256,
        )
    written = paper.paper(content, version, formatting.iso_date(on))
    if fmt == ExportFormat.HTML:
        return html.write(written, content)
    return docx.write(written) if fmt == ExportFormat.DOCX else pdf.write(written, progress=progress)


def file_name(content: PlanContent, decided: DecidedPlan | None, fmt: ExportFormat) -> str:
    version = f" version {decided.version}" if decided else ""
    return f"{content.title}{version}.{fmt.value}"
