import re
from html import unescape
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.markdown import render
from tests.payloads import payloads


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "<b onclick=x>hej</b>", "a <img src=x> b", "<!-- x -->"])
def test_raw_html_is_text(text) -> None:
    assert "&lt;" in render(text)


def test_a_script_is_no_address() -> None:
    assert "href" not in render("[x](javascript:alert(1))")


@pytest.mark.parametrize("address", ["https://liu.se/", "http://liu.se", "mailto:a@liu.se", "/plan/", "#mal", "a/b:c"])
def test_a_link_leads_to_a_page_or_a_mail_address(address) -> None:
    assert f'href="{address}"' in render(f"[x]({address})")


@pytest.mark.parametrize("address", [*payloads("redirects"), *payloads("addresses"), *payloads("xss")])
def test_no_link_leads_elsewhere_by_a_trick_and_no_picture_is_fetched(address) -> None:
    for text in (f"[x]({address})", f"[x](<{address}>)", f"![x]({address})", f"<{address}>", f"[x]\n\n[x]: {address}"):
        html = render(text)
        assert "<img" not in html
        for target in re.findall(r'href="([^"]*)"', html):
            assert urlsplit(unescape(target)).scheme in ("", "http", "https", "mailto")
            assert not re.match(r"[/\\]\s*[/\\]", unquote(unescape(target)))


def test_a_picture_is_its_text() -> None:
    assert render("a ![Karta *nu*](https://evil.example/x.png) b") == "<p>a Karta *nu* b</p>\n"


def test_headings_fit_the_page_around_them() -> None:
    assert render("# A\n\n##### B", heading_shift=3) == "<h4>A</h4>\n<h6>B</h6>\n"


def test_a_table_scrolls_and_has_no_style_of_its_own() -> None:
    html = render("| a | b |\n|---|--:|\n| 1 | 2 |")
    assert '<table class="table">' in html
    assert '<td class="num">2</td>' in html
    assert "style" not in html


@given(st.text(alphabet="<>&\"'ab[]()!`|-*#\n :/"))
def test_no_text_makes_an_element_of_its_own(text: str) -> None:
    html = render(text)
    assert not any(bad in html for bad in ("<script", "<b>", "<a onclick", "style="))
