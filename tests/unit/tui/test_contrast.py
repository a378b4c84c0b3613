"""Contrast as WCAG computes it, and colours as colour-blind eyes see them."""

from itertools import combinations
from pathlib import Path

import pytest
from rich.style import Style

from tutorcli.tui.contrast import contrast, linear, luminance
from tutorcli.tui.themes import Look, load_look

SHIPPED = Path(__file__).parents[3] / "themes"

# Machado, Oliveira and Fernandes 2009, IEEE TVCG 15(6), severity 1.0; for linear RGB.
PROTANOPIA = (
    (0.152286, 1.052583, -0.204868),
    (0.114503, 0.786281, 0.099216),
    (-0.003882, -0.048116, 1.051998),
)
DEUTERANOPIA = (
    (0.367322, 0.860646, -0.227968),
    (0.280085, 0.672501, 0.047413),
    (-0.011820, 0.042940, 0.968881),
)
EYES = pytest.mark.parametrize("eye", [PROTANOPIA, DEUTERANOPIA], ids=["protan", "deutan"])

Row = tuple[float, float, float]
Matrix = tuple[Row, Row, Row]

# sRGB to CIE XYZ, D65 (IEC 61966-2-1).
XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
WHITE = (0.95047, 1.0, 1.08883)
CLEAR = 20.0
"""A distance in CIE L*a*b* (1976) that nobody overlooks; 2.3 is just noticeable."""


def times(matrix: Matrix, row: Row) -> Row:
    first, second, third = (sum(a * b for a, b in zip(line, row, strict=True)) for line in matrix)
    return first, second, third


def seen(eye: Matrix, colour: str) -> Row:
    red, green, blue = (min(max(part, 0.0), 1.0) for part in times(eye, linear(colour)))
    return red, green, blue


def lab(colour: Row) -> Row:
    x, y, z = (
        ratio ** (1 / 3) if ratio > 216 / 24389 else (24389 / 27 * ratio + 16) / 116
        for ratio in (part / white for part, white in zip(times(XYZ, colour), WHITE, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(eye: Matrix, first: str, second: str) -> float:
    """CIE 1976 colour difference as the eye sees it."""
    pairs = zip(lab(seen(eye, first)), lab(seen(eye, second)), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert luminance("#ff0000") == pytest.approx(0.2126)


@EYES
def test_grey_is_grey_to_every_eye(eye: Matrix) -> None:
    assert seen(eye, "#808080") == pytest.approx(linear("#808080"), abs=1e-5)


def test_red_and_green_are_much_alike_without_the_cones_for_green() -> None:
    assert distance(DEUTERANOPIA, "#c87070", "#8a8f4e") < CLEAR
    assert distance(((1, 0, 0), (0, 1, 0), (0, 0, 1)), "#c87070", "#8a8f4e") > 2 * CLEAR


def drawn(style: Style) -> str:
    colour = style.color
    assert colour is not None
    assert colour.triplet is not None
    return colour.triplet.hex


def safe() -> Look:
    return load_look("safe", [SHIPPED])


OPPOSED = [("inserted", "deleted"), ("note", "warning"), ("key", "off"), ("badge", "head")]


@EYES
@pytest.mark.parametrize(("first", "second"), OPPOSED)
def test_the_safe_theme_tells_opposites_apart(eye: Matrix, first: str, second: str) -> None:
    chrome = safe().chrome
    pair = drawn(getattr(chrome, first)), drawn(getattr(chrome, second))
    assert distance(eye, *pair) >= CLEAR
    # Also in grey, as on a print or a screen in sunlight.
    assert contrast(*pair) >= 1.25


@EYES
def test_the_safe_theme_tells_the_accents_apart(eye: Matrix) -> None:
    accents = [drawn(style) for style in safe().chrome.accents.values()]
    assert len(accents) == 3
    assert all(distance(eye, *pair) >= CLEAR for pair in combinations(accents, 2))


@EYES
def test_the_safe_theme_tells_a_warning_from_text(eye: Matrix) -> None:
    palette = safe().palette
    for role in ("warning", "token", "heading", "code"):
        assert distance(eye, drawn(palette.text), drawn(getattr(palette, role))) >= CLEAR, role
