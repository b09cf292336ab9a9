import math
from decimal import Decimal
from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from vp_portal.core import charts, formatting

VALUES = st.one_of(st.none(), st.decimals(min_value=-(10**13), max_value=10**13, places=2))
ROWS = st.integers(1, 24).flatmap(lambda n: st.lists(st.lists(VALUES, min_size=n, max_size=n), min_size=1, max_size=3))


def series(values, name="Utfall", look="1", url=""):
    points = [
        charts.Point(str(i), None if v is None else Decimal(v), url and f"{url}{i}") for i, v in enumerate(values)
    ]
    return charts.Series(name, points, look)


def draw(chart):
    return render_to_string("_components/chart.html", {"chart": chart})


@given(ROWS, st.sampled_from([charts.line, charts.bars]))
def test_every_mark_stands_inside_the_plot(rows, kind):
    chart = kind("Kostnad", [series(values) for values in rows])
    for mark in chart.marks:
        assert all(math.isfinite(n) for n in (mark.x, mark.y, mark.width, mark.height))
        assert 0 <= mark.x <= mark.x + mark.width <= 100.01
        assert 0 <= mark.y <= mark.y + mark.height <= chart.height


@given(ROWS)
def test_there_is_one_mark_for_each_known_value_in_order(rows):
    chart = charts.bars("Kostnad", [series(values) for values in rows])
    assert len(chart.marks) == sum(v is not None for values in rows for v in values)
    first = chart.marks[: sum(v is not None for v in rows[0])]
    assert all(a.x < b.x for a, b in pairwise(first))


@given(st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=2), min_size=2, max_size=12))
def test_a_larger_value_never_stands_lower(values):
    marks = charts.line("Kostnad", [series(values)]).marks
    by_value = sorted(zip(values, marks, strict=True), key=lambda pair: pair[0])
    assert all(a.y >= b.y for (_, a), (_, b) in pairwise(by_value))


@given(
    st.decimals(min_value=-(10**13), max_value=10**13, places=2),
    st.decimals(min_value=-(10**13), max_value=10**13, places=2),
)
def test_ticks_enclose_the_values_and_zero_in_even_steps(one, other):
    ticks = charts.nice_ticks(min(one, other), max(one, other))
    assert ticks[0] <= min(one, other, 0)
    assert ticks[-1] >= max(one, other, 0)
    assert 0 in ticks
    assert 2 <= len(ticks) <= 8
    assert len({b - a for a, b in pairwise(ticks)}) == 1


def test_few_short_labels_are_all_shown_and_dates_thinned():
    def shown(texts):
        labels = charts.line("Mått", [charts.Series("Mått", [charts.Point(text, 1) for text in texts])]).labels
        return len(labels), sum(not label.minor for label in labels)

    assert shown(["T2 2025", "T3", "T1 2026", "T2", "T3"]) == (5, 5)
    assert shown(["jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec"]) == (12, 6)
    assert shown(["30 nov"] * 13) == (13, 5)
    assert shown(["30 nov"] * 24) == (12, 4)


def test_what_is_counted_has_an_axis_without_parts():
    ticks = charts.line("Antal", [series([0, 1])], fmt=str, whole=True).ticks
    assert [tick.label for tick in ticks] == ["0", "1"]


def test_bar_below_zero_hangs_from_the_axis():
    chart = charts.bars("Avvikelse", [series([100, -50])])
    zero = next(tick.y for tick in chart.ticks if tick.is_zero)
    up, down = chart.marks
    assert up.y + up.height == pytest.approx(zero)
    assert down.y == zero


def test_gap_breaks_the_line():
    chart = charts.line("Andel", [series([1, 2, None, 4, 5])])
    assert len(chart.segments) == 2


def test_target_is_a_line_without_points():
    chart = charts.line("Andel", [series([41, 45]), series([90, 90], "Mål", "target")])
    assert {mark.look for mark in chart.marks} == {"1"}
    assert {line.look for line in chart.segments} == {"1", "target"}


def test_mark_is_a_link_that_says_its_value():
    html = draw(charts.bars("Kostnad", [series([Decimal("1234.50")], url="/finance/postings/?period=")]))
    assert '<a href="/finance/postings/?period=0" aria-label="Utfall, 0: 1\u00a0235\u00a0kr">' in html


def test_positions_are_written_with_a_dot():
    html = draw(charts.bars("Kostnad", [series([10, 20, 30])]))
    assert 'x="4.67%"' in html


def test_table_beside_the_chart_has_every_value():
    chart = charts.bars("Kostnad", [series([1, None], "2025"), series([3, 4], "2024")], details=formatting.kr_ore)
    assert [[cell.text for cell in row.cells] for row in chart.table.rows] == [
        ["1,00\u00a0kr", "3,00\u00a0kr"],
        ["–", "4,00\u00a0kr"],
    ]
    assert draw(chart).count("4,00\u00a0kr</td>") == 1


@pytest.mark.parametrize("rows", [[], [[]], [[None, None]]])
@pytest.mark.parametrize("kind", [charts.line, charts.bars])
def test_nothing_known_is_said_in_words(kind, rows):
    chart = kind("Kostnad", [series(values) for values in rows])
    assert chart.is_empty
    assert "inga uppgifter att rita" in draw(chart)


@pytest.mark.parametrize("values", [[0, 0, 0], [5], [-5, -7], [Decimal("98765432109.12"), 1]])
@pytest.mark.parametrize("kind", [charts.line, charts.bars])
def test_edge_is_drawn(kind, values):
    html = draw(kind("Kostnad", [series(values)]))
    assert html.count('role="img"') == len(values)
