import re
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from vp_portal.core.flow_charts import TALL, TOP, Stop, Stream, flow

COLUMNS = [[Stop("a", "Personal"), Stop("b", "Drift")], [Stop("c", "11310")], [Stop("d", "Lagring"), Stop("e", "OH")]]


def drawn(*amounts: int):
    """Streams a→c, b→c, c→d, c→e."""
    ways = [(0, "a", "c"), (0, "b", "c"), (1, "c", "d"), (1, "c", "e")]
    return flow("Flöde", COLUMNS, [Stream(*way, Decimal(n)) for way, n in zip(ways, amounts, strict=True)])


def thickness(path: str) -> float:
    numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", path)]
    return numbers[-1] - numbers[1]


def test_a_band_is_as_thick_as_its_amount():
    thick = {band.title.partition(":")[0]: thickness(band.path) for band in drawn(300, 100, 200, 200).bands}
    assert thick == {"Personal → 11310": 195, "Drift → 11310": 65, "11310 → Lagring": 130, "11310 → OH": 130}


def test_a_band_below_zero_is_told_apart_and_as_thick_as_without_its_sign():
    chart = drawn(300, -100, 150, 50)
    assert chart.has_negative
    negative = next(band for band in chart.bands if band.is_negative)
    assert "−100" in negative.title
    assert thickness(negative.path) > 0


def test_the_amount_of_a_stop_is_its_net():
    bars = {bar.name: bar for bar in drawn(300, -100, 150, 50).bars}
    assert bars["11310"].amount == "200\xa0kr"
    assert bars["Drift"].is_negative


def test_nothing_is_an_empty_chart():
    assert drawn(0, 0, 0, 0).is_empty


@given(st.lists(st.integers(-10_000, 10_000), min_size=4, max_size=4))
def test_everything_is_drawn_within_the_picture(amounts):
    chart = drawn(*amounts)
    for bar in chart.bars:
        assert TOP <= bar.y <= bar.y + bar.height <= chart.height + 1
        assert bar.height <= TALL + 1
    assert all(thickness(band.path) >= 0 for band in chart.bands)
    assert not any("nan" in band.path.lower() or "inf" in band.path.lower() for band in chart.bands)
