"""The contrast of every pair of colours in use, in both modes (WCAG 2.2: 1.4.3 text, 1.4.11 graphics)."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "vp_portal" / "static" / "vp_portal" / "css"
COLOURS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", (CSS / "tokens.css").read_text(encoding="utf-8")
    )
}
GROUNDS = ("paper", "surface", "sunken")
TONES = ("ok", "watch", "risk", "muted", "info")

TEXT = [
    *((text, ground) for text in ("ink", "ink-soft", "accent", "accent-strong", *TONES) for ground in GROUNDS),
    *((tone, f"{tone}-bg") for tone in TONES),
    *((text, f"{tone}-bg") for text in ("ink", "accent") for tone in TONES),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("accent", "accent-soft"),
    ("accent-strong", "accent-soft"),
    *((text, band) for text in ("on-band", "on-band-soft") for band in ("band", "band-raised")),
]
GRAPHICS = [
    *((mark, ground) for mark in ("outline", "focus") for ground in GROUNDS),
    *((f"series-{n}", "surface") for n in ("1", "2", "3", "4", "target")),
    *((f"{tone}-fill", "surface") for tone in TONES),
    ("above", "surface"),
    ("below", "surface"),
    ("series-1", "track"),
    ("focus-band", "band"),
    ("focus-band", "band-raised"),
    ("focus", "accent-soft"),
]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read_on_its_ground(text, ground, mode):
    assert contrast(COLOURS[text][mode], COLOURS[ground][mode]) >= 4.5


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), GRAPHICS)
def test_graphics_can_be_seen_on_their_ground(mark, ground, mode):
    assert contrast(COLOURS[mark][mode], COLOURS[ground][mode]) >= 3


def test_every_colour_is_measured_or_carries_no_meaning():
    measured = {name for pair in TEXT + GRAPHICS for name in pair}
    assert set(COLOURS) - measured == {"hairline"}


def stylesheets() -> list[Path]:
    return [path for path in CSS.rglob("*.css") if path.name != "tokens.css"]


@pytest.mark.parametrize("path", stylesheets(), ids=lambda path: path.name)
def test_colours_and_font_sizes_exist_only_as_tokens(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(|oklch\(", text)
    assert not re.search(r"font-size: *[\d.]+(px|rem)", text)


@pytest.mark.parametrize("path", stylesheets(), ids=lambda path: path.name)
def test_stylesheet_uses_only_tokens_that_exist(path):
    defined = set(re.findall(r"--([\w-]+):", (CSS / "tokens.css").read_text(encoding="utf-8")))
    assert set(re.findall(r"var\(--([\w-]+)", path.read_text(encoding="utf-8"))) <= defined
