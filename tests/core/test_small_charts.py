import math
import re
from decimal import Decimal
from itertools import pairwise

from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from vp_portal.core import small_charts

AMOUNTS = st.decimals(min_value=-(10**13), max_value=10**13, places=2)


@given(st.lists(st.one_of(st.none(), AMOUNTS), max_size=24))
def test_sparkline_stays_inside_its_box(values):
    spark = small_charts.sparkline(values, name="Kostnad")
    numbers = [float(n) for n in re.findall(r"[\d.]+", spark.path)]
    assert all(0 <= x <= spark.width for x in numbers[::2])
    assert all(0 <= y <= spark.height for y in numbers[1::2])
    assert spark.is_empty == all(v is None for v in values)


def test_sparkline_says_its_first_and_last_value():
    spark = small_charts.sparkline([Decimal(900), None, Decimal(1100)], name="Kostnad per månad")
    assert spark.title == "Kostnad per månad: 900\u00a0kr → 1\u00a0100\u00a0kr"
    assert spark.path.count("M") == 2


def test_sparkline_of_nothing_draws_nothing():
    assert "<svg" not in render_to_string(
        "_components/chart_sparkline.html", {"spark": small_charts.sparkline([], name="x")}
    )


@given(AMOUNTS, st.one_of(st.none(), AMOUNTS))
def test_bullet_stays_inside_its_box(actual, target):
    bullet = small_charts.bullet(actual, target, name="Kostnad")
    assert 0 <= bullet.width <= 100
    assert (bullet.target_x is None) == (target is None)
    assert bullet.target_x is None or 0 <= bullet.target_x <= 100


def test_bullet_knows_whether_more_is_better():
    assert small_charts.bullet(3, 2, name="Utan hemvist", more_is_better=False).look == "watch"
    assert small_charts.bullet(3, 2, name="Frigjorda timmar").look == "ok"


@given(st.lists(st.one_of(st.none(), AMOUNTS), max_size=30))
def test_diverging_bars_share_one_zero_and_one_scale(values):
    bars = small_charts.diverging(values)
    assert [bar is None for bar in bars] == [value is None for value in values]
    drawn = [(bar, value) for bar, value in zip(bars, values, strict=True) if bar]
    assert len({bar.zero for bar, _ in drawn}) <= 1
    for bar, value in drawn:
        assert math.isfinite(bar.width)
        assert bar.x >= 0
        assert bar.x + bar.width <= 100.02
        assert bar.look == ("below" if value < 0 else "above")
    assert all(a[0].width <= b[0].width for a, b in pairwise(sorted(drawn, key=lambda pair: abs(pair[1]))))


@given(st.lists(st.tuples(st.text(max_size=5), st.integers(0, 10_000), st.sampled_from(["ok", "risk"])), max_size=6))
def test_parts_fill_the_whole_from_left_to_right(counts):
    parts = small_charts.parts(counts)
    assert [part.count for part in parts] == [count for _, count, _ in counts if count]
    if parts:
        assert parts[0].x == 0
        assert abs(parts[-1].x + parts[-1].width - 100) < 0.05
