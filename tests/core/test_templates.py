"""What every template keeps to, so that a strict CSP holds and the next person finds the way."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
FILES = sorted(TEMPLATES.rglob("*.html"))


def name(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_template_has_no_inline_style_or_script(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", text)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_template_begins_with_a_comment(path):
    assert path.read_text(encoding="utf-8").startswith(("{#", "{% comment"))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_part_with_a_form_is_included_with_the_token(path):
    """`only` leaves the token out, and what the form sends is refused."""
    alone = re.findall(r"{%\s*include \"([^\"]+)\"([^%]*) only %}", path.read_text(encoding="utf-8"))
    without = [part for part, given in alone if "csrf_token=" not in given]
    assert not [part for part in without if "csrf_token" in (TEMPLATES / part).read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name == "_components"], ids=name)
def test_component_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 70
