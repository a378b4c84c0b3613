"""Themes: every colour checked, every shipped one readable."""

from dataclasses import fields
from pathlib import Path

import pytest
from rich.style import Style

from tutorcli.errors import ConfigError
from tutorcli.tui.render.palette import Palette
from tutorcli.tui.themes import (
    Chrome,
    Look,
    load_look,
    read_look,
    textual_theme,
    theme_files,
)

SHIPPED = Path(__file__).parents[3] / "themes"
THEMES = sorted(theme_files([SHIPPED]))
themes = pytest.mark.parametrize("name", THEMES)


def look_of(name: str) -> Look:
    return load_look(name, [SHIPPED])


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2, section "relative luminance"."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """WCAG 2.2, section "contrast ratio": 1 to 21."""
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def hexes(style: Style) -> tuple[str, str]:
    assert style.color is not None
    assert style.bgcolor is not None
    return style.color.get_truecolor().hex, style.bgcolor.get_truecolor().hex


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_there_is_a_dark_and_a_light_theme() -> None:
    assert {"dark", "light"} <= set(THEMES)
    assert look_of("dark").is_dark
    assert not look_of("light").is_dark
    assert load_look("auto", [SHIPPED]).name == "dark"


# Rules between tables and columns carry no text.
LINES = {"rule", "table_rule"}


@themes
def test_chrome_can_be_read(name: str) -> None:
    chrome = look_of(name).chrome
    low = {
        item.name: round(contrast(*hexes(getattr(chrome, item.name))), 2)
        for item in fields(Chrome)
        if item.name not in LINES and contrast(*hexes(getattr(chrome, item.name))) < 4.5
    }
    assert low == {}


@themes
def test_text_can_be_read(name: str) -> None:
    palette = look_of(name).palette
    low = {}
    for item in fields(Palette):
        style = getattr(palette, item.name)
        if isinstance(style, Style) and style.color is not None and item.name not in LINES:
            ratio = contrast(*hexes(style))
            if item.name != "background" and ratio < 4.5:
                low[item.name] = round(ratio, 2)
    assert low == {}


@themes
def test_every_style_is_complete(name: str) -> None:
    look = look_of(name)
    for item in fields(Chrome):
        hexes(getattr(look.chrome, item.name))


@themes
def test_what_a_colour_tells_is_told_without_colour_too(name: str) -> None:
    chrome = look_of(name).chrome
    assert chrome.inserted.underline
    assert chrome.deleted.strike


@themes
def test_textual_gets_the_same_colours(name: str) -> None:
    look = look_of(name)
    theme = textual_theme(look)
    assert theme.dark == look.is_dark
    assert theme.background == look.colours["background"]
    assert theme.foreground == look.colours["text"]


# -- a user's own


def own(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / "mine.toml"
    file.write_text(text, "utf-8")
    return file


def test_a_theme_may_say_little(tmp_path: Path) -> None:
    look = read_look(own(tmp_path, '[text]\ntext = "#ffffff"\nbackground = "#000000"\n'))
    assert look.name == "mine"
    assert look.is_dark
    assert hexes(look.chrome.note) == ("#ffffff", "#000000")


def test_an_own_theme_takes_the_place_of_a_shipped_one(tmp_path: Path) -> None:
    text = (SHIPPED / "light.toml").read_text()
    (tmp_path / "dark.toml").write_text(text)
    assert not load_look("dark", [SHIPPED, tmp_path]).is_dark


def test_a_folder_that_is_not_there_has_no_themes(tmp_path: Path) -> None:
    assert theme_files([tmp_path / "none"]) == {}


def test_an_unknown_theme_is_named_with_the_nearest_one() -> None:
    with pytest.raises(ConfigError) as caught:
        load_look("drak", [SHIPPED])
    assert (str(caught.value.what), str(caught.value.hint)) == (
        'there is no theme "drak"',
        'did you mean "dark"?',
    )


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("[text", "not TOML", None),
        ("[text]\ntexd = '#ffffff'", 'text: unknown key "texd"', 'did you mean "text"?'),
        ("[chrome]\nbra = '#ffffff'", 'chrome: unknown key "bra"', 'did you mean "bar"?'),
        ("[text]\ntext = '#fffffg'", 'text: text: "#fffffg" is no colour', "write it like #aabbcc"),
        ("[text]\ntext = 'whte'", 'text: text: "whte" is no colour', "write it like #aabbcc"),
        ("[text]\ntext = 'bright_red'", "is no colour", "write it like #aabbcc"),
        ("[text]\ntext = 'color(5)'", "is no colour", "write it like #aabbcc"),
        ("[text]\ntext = 'default'", "is no colour", "write it like #aabbcc"),
        ("[text]\ntext = 7", "is no colour", "write it like #aabbcc"),
        ("text = 7", "text: a table is needed", None),
        ("[colours]\ntext = '#ffffff'", 'unknown key "colours"', None),
        ("dark = 'no'", "dark", None),
        ("title = 1", "title", None),
    ],
)
def test_what_is_wrong_with_a_theme_is_named_with_its_file(
    tmp_path: Path, text: str, said: str, hint: str | None
) -> None:
    file = own(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        read_look(file)
    assert str(file) in str(caught.value.what)
    assert said in str(caught.value.what)
    assert hint is None or hint == str(caught.value.hint)


def test_a_theme_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(b'title = "\xff"')
    with pytest.raises(ConfigError, match=r"mine\.toml"):
        read_look(file)


@themes
def test_selected_text_can_be_read(name: str) -> None:
    colours = look_of(name).colours
    assert contrast(colours["text"], colours["selection"]) >= 4.5
    assert contrast(colours["background"], colours["cursor"]) >= 4.5
