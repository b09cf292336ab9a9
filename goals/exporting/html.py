"""The plan as one HTML file: readable everywhere, nothing fetched, nothing that runs."""

from pathlib import Path

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from goals.content import PlanContent
from goals.exporting.paper import Paper
from goals.reports.document import document_view

_STYLE = Path(__file__).with_name("paper.css")


def write(paper: Paper, content: PlanContent) -> bytes:
    context = {
        "paper": paper,
        "document": document_view(content),
        "style": mark_safe(f"<style>{_STYLE.read_text()}</style>"),  # noqa: S308 - a file of ours
    }
    return render_to_string("goals/export.html", context).encode()
