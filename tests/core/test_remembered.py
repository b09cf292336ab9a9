"""`{% remembered %}`: the same as an include, drawn once for the same values."""

from dataclasses import dataclass

import pytest
from django.template import Context, Template, engines
from django.utils.safestring import mark_safe
from django.utils.translation import override

from vp_portal.core.templatetags import remembered

BADGE = '{% remembered "_components/badge.html" label=label tone=tone %}'


@pytest.fixture(autouse=True)
def nothing_kept():
    remembered._drawn.cache_clear()


def drawn(**values) -> str:
    return Template(BADGE).render(Context({"tone": "ok", **values}))


def test_it_draws_what_an_include_draws() -> None:
    include = Template('{% include "_components/badge.html" with label=label tone=tone only %}')
    assert drawn(label="På plan") == include.render(Context({"label": "På plan", "tone": "ok"}))


def test_the_same_values_are_drawn_once_and_others_anew() -> None:
    assert drawn(label="ett") == drawn(label="ett") != drawn(label="två")
    assert remembered._drawn.cache_info()[:2] == (1, 2)


def test_a_text_is_escaped_though_a_safe_one_like_it_was_drawn_before() -> None:
    assert "<b>" in drawn(label=mark_safe("<b>"))
    assert "<b>" not in drawn(label="<b>")


def test_a_row_that_changes_is_another_row() -> None:
    @dataclass(frozen=True)
    class Row:
        name: str
        share: int

    assert "40" in drawn(label=Row("a", 40))
    assert "41" in drawn(label=Row("a", 41))


def test_each_language_is_drawn_by_itself() -> None:
    drawn(label="ett")
    with override("en"):
        drawn(label="ett")
    assert remembered._drawn.cache_info().misses == 2


def test_a_template_that_is_read_again_is_drawn_again() -> None:
    drawn(label="ett")
    for loader in engines["django"].engine.template_loaders:
        loader.reset()
    drawn(label="ett")
    assert remembered._drawn.cache_info().misses == 2


def test_nothing_of_the_page_comes_with_it() -> None:
    page = Template('{% remembered "_components/badge.html" label=label %}')
    assert "badge--muted" in page.render(Context({"label": "ett", "tone": "risk"}))
