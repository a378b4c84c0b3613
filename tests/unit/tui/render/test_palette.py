from dataclasses import fields

import pytest
from rich.color import Color, ColorParseError
from rich.style import Style

from tutorcli.tui.render.palette import Palette


def styles(palette: Palette) -> dict[str, Style]:
    return {field.name: getattr(palette, field.name) for field in fields(palette)}


def test_every_style_of_a_theme_has_both_colours() -> None:
    palette = Palette.from_colours({"text": "#eeeeee", "background": "#111111"})
    for style in styles(palette).values():
        assert style.color == Color.parse("#eeeeee")
        assert style.bgcolor == Color.parse("#111111")


def test_a_role_has_its_colour_and_may_have_its_background() -> None:
    palette = Palette.from_colours({"code_block": "red", "code_block_background": "#000000"})
    assert palette.code_block.color == Color.parse("red")
    assert palette.code_block.bgcolor == Color.parse("#000000")
    assert palette.code.bgcolor == Color.parse("default")


def test_nothing_is_told_by_colour_alone() -> None:
    palette = Palette.plain()
    for role in ("heading", "strong", "emphasis", "code", "link", "token", "fold", "warning"):
        assert styles(palette)[role] != palette.text
    assert all(not style.color and not style.bgcolor for style in styles(palette).values())


def test_a_wrong_colour_is_an_error() -> None:
    with pytest.raises(ColorParseError):
        Palette.from_colours({"text": "no colour"})
