import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.markdown import render


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "<b onclick=x>hej</b>", "a <img src=x> b", "<!-- x -->"])
def test_raw_html_is_text(text) -> None:
    assert "&lt;" in render(text)


def test_a_script_is_no_address() -> None:
    assert "href" not in render("[x](javascript:alert(1))")


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
