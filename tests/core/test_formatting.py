import datetime as dt
import re
from decimal import Decimal

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from vp_portal.core import formatting
from vp_portal.core.periods import Period, Tertial

TODAY = dt.date(2025, 8, 18)
AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False)


def plain(text: str) -> str:
    """As a person types it."""
    return text.replace("\u00a0", " ").replace("\u2212", "-")


@pytest.mark.parametrize(
    ("write", "value", "text"),
    [
        (formatting.kr, Decimal("1234567.49"), "1 234 567 kr"),
        (formatting.kr, Decimal("-0.49"), "0 kr"),
        (formatting.kr, Decimal("2.5"), "3 kr"),
        (formatting.kr, Decimal("-2.5"), "-3 kr"),
        (formatting.kr_ore, Decimal("48213905.22"), "48 213 905,22 kr"),
        (formatting.tkr, 184_210, "184 tkr"),
        (formatting.mkr, 1_249_999, "1,2 Mkr"),
        (formatting.short_kr, 950, "950 kr"),
        (formatting.short_kr, -184_210, "-184 tkr"),
        (formatting.short_kr, 999_500, "1,0 Mkr"),
        (formatting.percent, 45, "45 %"),
        (formatting.share, Decimal("0.4533"), "45 %"),
        (formatting.days, 1, "1 dag"),
        (formatting.days, 74, "74 dagar"),
        (formatting.iso_date, dt.date(2025, 3, 31), "2025-03-31"),
        (formatting.short_date, dt.date(2025, 8, 12), "12 aug"),
        (formatting.period, 202503, "2025-03"),
        (formatting.period_name, Period(202503), "mars 2025"),
        (formatting.period_name, Period(202513), "särskild period 2025-13"),
        (formatting.tertial, Tertial(2025, 1), "T1 2025"),
    ],
)
def test_value_is_written_the_swedish_way(write, value, text):
    assert plain(write(value)) == text


@pytest.mark.parametrize(
    "write",
    [
        formatting.kr,
        formatting.kr_ore,
        formatting.tkr,
        formatting.mkr,
        formatting.short_kr,
        formatting.percent,
        formatting.share,
        formatting.iso_date,
        formatting.iso_time,
        formatting.short_date,
        formatting.period,
        formatting.period_name,
        formatting.tertial,
        formatting.days,
    ],
)
def test_what_is_missing_is_a_dash(write):
    assert write(None) == "–"


@pytest.mark.parametrize(
    ("value", "text"), [(Decimal("2.8"), "+2,8 %"), (Decimal("-2.8"), "-2,8 %"), (Decimal("0.04"), "0,0 %")]
)
def test_signed_value_shows_its_direction(value, text):
    assert plain(formatting.percent(value, 1, signed=True)) == text


@given(AMOUNTS)
def test_written_amount_reads_back_as_the_same(amount):
    text = plain(formatting.kr_ore(amount)).removesuffix(" kr").replace(" ", "").replace(",", ".")
    assert Decimal(text) == amount


@given(AMOUNTS, st.sampled_from([formatting.kr, formatting.tkr, formatting.mkr, formatting.short_kr]))
def test_only_what_is_below_zero_has_a_minus_and_nothing_is_minus_zero(amount, write):
    text = write(amount)
    assert text.startswith("\u2212") <= (amount < 0)
    assert not re.fullmatch("\u2212[0,\u00a0]+\\D*", text)


@given(AMOUNTS)
def test_digits_stand_in_groups_of_three_and_never_break(amount):
    assert re.fullmatch(r"\u2212?\d{1,3}(\u00a0\d{3})*\u00a0kr", formatting.kr(amount))


@pytest.mark.parametrize("value", [1.5, True, "12"])
def test_what_is_no_exact_number_is_refused(value):
    with pytest.raises(TypeError):
        formatting.kr(value)


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (0, "i dag"),
        (1, "i går"),
        (-1, "i morgon"),
        (6, "6 dagar sedan"),
        (-3, "om 3 dagar"),
        (89, "89 dagar sedan"),
        (100, "3 månader sedan"),
        (800, "2 år sedan"),
    ],
)
def test_age_is_told_as_people_tell_it(days, text):
    assert plain(formatting.age(TODAY - dt.timedelta(days), TODAY)) == text


@given(st.integers(-40_000, 40_000))
def test_age_never_says_zero_of_anything(days):
    assert not formatting.age(TODAY - dt.timedelta(days), TODAY).startswith(("0", "om 0"))


def test_moment_is_written_as_its_local_day():
    late = dt.datetime(2025, 3, 30, 22, 30, tzinfo=dt.UTC)
    assert formatting.iso_date(late) == "2025-03-31"
    assert plain(formatting.iso_time(late)) == "2025-03-31 00.30"


def test_date_of_another_year_carries_it():
    assert plain(formatting.short_date(dt.date(2024, 8, 12), TODAY)) == "12 aug 2024"
    assert plain(formatting.short_date(dt.date(2025, 8, 12), TODAY)) == "12 aug"


def test_axis_is_written_in_one_unit():
    ticks = [Decimal(n) for n in (0, 500_000, 1_000_000)]
    assert [plain(text) for text in formatting.money_axis(ticks)] == ["0", "0,5 Mkr", "1,0 Mkr"]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ n|kr }}", "1 234 567 kr"),
        ("{{ n|signed_in_tkr }}", "+1 235"),
        ("{{ missing|kr }}", "–"),
        ("{{ part|share:1 }}", "45,3 %"),
        ("{{ day|age:today }}", "6 dagar sedan"),
        ("{{ part|signed_share }}", "+45,3 %"),
        ("{{ n|in_mkr }}", "1,23"),
    ],
)
def test_filters_are_there_in_every_template(source, text):
    context = {"n": Decimal(1234567), "part": Decimal("0.4533"), "day": TODAY - dt.timedelta(6), "today": TODAY}
    assert plain(Template(source).render(Context(context))) == text
