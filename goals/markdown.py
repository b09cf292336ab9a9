"""The plan's Markdown: one dialect for reading a plan document and for showing its texts."""

import re
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar
from urllib.parse import unquote

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

#: What can be wider than a narrow screen scrolls by itself.
_WIDE = {"table_open": "table_close", "fence": "fence", "code_block": "code_block"}
#: What is read of texts is kept for so many; for longer ones (in characters) not.
KEPT, LONGEST = 512, 20_000
T = TypeVar("T")


def read_once(read: Callable[..., T]) -> Callable[..., T]:
    """For a pure function of a text, and of what else it is told, whose answer nobody changes."""
    kept = lru_cache(maxsize=KEPT)(read)

    @wraps(read)
    def known(text: str, *more: object) -> T:
        return kept(text, *more) if len(text) <= LONGEST else read(text, *more)

    return known


def dialect() -> MarkdownIt:
    """CommonMark with tables. Raw HTML is text like any other."""
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def render(text: str, *, heading_shift: int = 0) -> SafeString:
    """HTML of a text; its headings move `heading_shift` levels down (h6 at most) to fit the page around it.

    Links lead to pages and mail addresses alone. A picture is its text: a page fetches nothing from elsewhere.
    """
    return _rendered(text, heading_shift, get_language())


@read_once
def _rendered(text: str, heading_shift: int, _language: str | None) -> SafeString:
    parser, tokens = _for_pages(), []
    for token in parser.parse(text):
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + heading_shift, 6)}"
        if token.attrs.pop("style", None) == "text-align:right":
            token.attrSet("class", "num")  # the policy of the pages allows no style of its own
        if token.type == "table_open":
            token.attrSet("class", "table")
        token.children = [_without_picture(child) for child in token.children or []]
        tokens += _scrolling(token)
    return mark_safe(parser.renderer.render(tokens, parser.options, {}))  # noqa: S308 - the dialect escapes HTML


@lru_cache
def _for_pages() -> MarkdownIt:
    """Made once: that takes longer than most texts do."""
    parser = dialect()
    parser.validateLink = may_lead  # type: ignore[method-assign, assignment]  # how the package lets one choose
    return parser


def may_lead(address: str) -> bool:
    """Whether a link may have the address, which is normalised: http, https, mailto, or within the portal."""
    scheme, colon, _rest = re.split(r"[/?#]", address, maxsplit=1)[0].partition(":")
    if colon:
        return scheme.lower() in {"http", "https", "mailto"}
    return not re.match(r"[\s/\\]*[/\\][\s/\\]*[/\\]", unquote(address))


def _without_picture(token: Token) -> Token:
    return Token("text", "", 0, content=token.content) if token.type == "image" else token


def _scrolling(token: Token) -> list[Token]:
    """The token, with a box that scrolls around what is wide."""
    opens, closes = token.type in _WIDE, token.type in _WIDE.values()
    label = format_html('<div class="table-scroll" role="group" aria-label="{}" tabindex="0">', _("Bred text"))
    before = [Token("html_block", "", 0, content=label)] if opens else []
    after = [Token("html_block", "", 0, content="</div>")] if closes else []
    return [*before, token, *after]
