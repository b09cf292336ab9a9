"""The plan's Markdown: one dialect for reading a plan document and for showing its texts."""

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt


def dialect() -> MarkdownIt:
    """CommonMark with tables. Raw HTML is text like any other."""
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def render(text: str, *, heading_shift: int = 0) -> SafeString:
    """HTML of a text; its headings move `heading_shift` levels down (h6 at most) to fit the page around it."""
    parser = dialect()
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + heading_shift, 6)}"
    return mark_safe(parser.renderer.render(tokens, parser.options, {}))  # noqa: S308 - the dialect escapes HTML
