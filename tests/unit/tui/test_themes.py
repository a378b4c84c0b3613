"""Themes: every colour checked, every shipped one readable."""

from io import StringIO
from pathlib import Path

import pytest
from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style

from tutorcli.core.settings import KEYS
from tutorcli.core.terminals import has_many_colours
from tutorcli.errors import ConfigError
from tutorcli.tui.contrast import AA, AAA, contrast, faint, ratios
from tutorcli.tui.themes import (
    ANSI,
    Look,
    automatic,
    load_look,
    look_for,
    read_look,
    textual_theme,
    theme_files,
)

SHIPPED = Path(__file__).parents[3] / "themes"
THEMES = sorted(theme_files([SHIPPED]))
KEYS_OF_THEME = next(key.meaning for key in KEYS if key.name == "theme")
HINT = "write it like #aabbcc, ansi_blue or default"
FAINT = """
[text]
text = "#ffffff"
background = "#000000"
dim = "#737373"
[accents]
law = "#000000"
"""
themes = pytest.mark.parametrize("name", THEMES)


def look_of(name: str) -> Look:
    return load_look(name, [SHIPPED])


def hexes(style: Style) -> tuple[str, str]:
    assert style.color is not None
    assert style.bgcolor is not None
    return style.color.get_truecolor().hex, style.bgcolor.get_truecolor().hex


def in_256(style: Style) -> tuple[str, str]:
    """Text and background as a terminal of 256 colours shows them."""
    assert style.color is not None
    assert style.bgcolor is not None
    first, second = (
        colour.downgrade(ColorSystem.EIGHT_BIT) for colour in (style.color, style.bgcolor)
    )
    return first.get_truecolor().hex, second.get_truecolor().hex


def test_there_is_a_dark_and_a_light_theme() -> None:
    assert {"dark", "light"} <= set(THEMES)
    assert look_of("dark").is_dark
    assert not look_of("light").is_dark
    assert load_look("auto", [SHIPPED]).name == "dark"


SHIPPED_NAMES = {"dark", "light", "contrast", "safe", "terminal", "warm"}


def test_the_themes_that_ship_are_those_of_the_docs() -> None:
    assert set(THEMES) == SHIPPED_NAMES
    assert all(name in KEYS_OF_THEME for name in THEMES)


@themes
def test_text_can_be_read(name: str) -> None:
    assert faint(look_of(name), AAA if name == "contrast" else AA) == {}
    if name != "terminal":
        assert len(ratios(look_of(name))) >= 25


@themes
def test_text_can_be_read_in_256_colours(name: str) -> None:
    look = look_of(name)
    if name == "terminal":
        pytest.skip("what the terminal's own colours look like is not known here")
    low = {
        role: round(contrast(*coarse), 2)
        for role, style in look.styles()
        if role in ratios(look) and contrast(*(coarse := in_256(style))) < AA
    }
    assert low == {}


def test_the_terminal_theme_names_no_colour_but_the_terminals_own() -> None:
    # Its contrast is the terminal's affair: what ansi_red looks like is not known here.
    look = look_of("terminal")
    assert set(look.colours.values()) <= ANSI
    assert look.is_ansi
    assert all(style.color is None or style.color.triplet is None for _, style in look.styles())
    assert ratios(look) == {}


def test_a_faint_role_is_named_with_its_ratio(tmp_path: Path) -> None:
    look = read_look(own(tmp_path, FAINT))
    assert {role: round(ratio, 1) for role, ratio in faint(look).items()} == {
        "text.dim": 4.4,
        "accents.law": 1.0,
    }


@themes
def test_every_style_is_complete(name: str) -> None:
    assert all(style.color and style.bgcolor for _, style in look_of(name).styles())


@themes
def test_a_domain_has_an_accent_and_is_bold(name: str) -> None:
    chrome = look_of(name).chrome
    assert {"medicine", "law"} <= chrome.accents.keys()
    assert chrome.accent("Law") == chrome.accents["law"]
    assert all(style.bold for style in chrome.accents.values())
    assert chrome.accent("astronomy") == chrome.bar


@themes
def test_what_a_colour_tells_is_told_without_colour_too(name: str) -> None:
    chrome = look_of(name).chrome
    assert chrome.inserted.underline
    assert chrome.deleted.strike


@themes
def test_textual_gets_the_same_colours(name: str) -> None:
    look = look_of(name)
    theme = textual_theme(look)
    assert (theme.dark, theme.ansi) == (look.is_dark, name == "terminal")
    if name == "terminal":
        assert theme.background == theme.foreground == "ansi_default"
    else:
        assert theme.background == look.colours["background"]
        assert theme.variables["input-selection-background"] == look.colours["selection"]


# -- which one


@pytest.mark.parametrize(
    ("env", "name"),
    [
        ({"TERM": "xterm-256color"}, "dark"),
        ({"TERM": "xterm-kitty"}, "dark"),
        ({"TERM": "xterm-256color", "COLORFGBG": "15;0"}, "dark"),
        ({"TERM": "xterm-256color", "COLORFGBG": "0;15"}, "light"),
        ({"TERM": "xterm-256color", "COLORFGBG": "0;default;15"}, "light"),
        ({"TERM": "xterm-256color", "COLORFGBG": "0;default"}, "dark"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "dark"),
        ({"TERM": "xterm"}, "terminal"),
        ({"TERM": "linux"}, "terminal"),
        ({}, "terminal"),
    ],
)
def test_the_theme_that_suits_the_terminal(env: dict[str, str], name: str) -> None:
    assert automatic(env) == name
    assert look_for("auto", [SHIPPED], color=True, env=env).name == name
    assert look_for("warm", [SHIPPED], color=True, env=env).name == "warm"


@pytest.mark.parametrize("term", ["xterm", "linux", "screen", "xterm-16color", "xterm-256color"])
def test_what_has_many_colours_is_what_rich_takes_it_for(term: str) -> None:
    console = Console(file=StringIO(), force_terminal=True, _environ={"TERM": term})
    assert has_many_colours({"TERM": term}) is (console.color_system == "256")


def test_without_colour_everything_is_told_by_other_means() -> None:
    look = look_for("dark", [SHIPPED], color=False, env={})
    assert all(style.color is style.bgcolor is None for _, style in look.styles())
    chrome = look.chrome
    assert chrome.active != chrome.head
    apart = [chrome.bar, chrome.key, chrome.off, chrome.warning, chrome.head]
    assert len(set(apart)) == len(apart)
    assert chrome.inserted.underline
    assert chrome.deleted.strike
    assert chrome.accent("law") == chrome.bar


def test_a_wrong_theme_is_an_error_also_without_colour() -> None:
    with pytest.raises(ConfigError):
        look_for("drak", [SHIPPED], color=False, env={})


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
        ("[text]\ntext = '#fffffg'", 'text: text: "#fffffg" is no colour', HINT),
        ("[text]\ntext = 'whte'", 'text: text: "whte" is no colour', HINT),
        ("[text]\ntext = 'ansi_rde'", "is no colour", 'did you mean "ansi_red"?'),
        ("[text]\ntext = 'color(5)'", "is no colour", HINT),
        ("[accents]\nlaw = 'defualt'", "accents: law:", 'did you mean "default"?'),
        ("[text]\ntext = 7", "is no colour", HINT),
        ("text = 7", "text: a table is needed", None),
        ("[txet]\ntext = '#ffffff'", 'unknown key "txet"', 'did you mean "text"?'),
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


def test_a_theme_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").mkdir()
    with pytest.raises(ConfigError, match=r"mine\.toml cannot be read"):
        load_look("mine", [tmp_path])


def test_a_theme_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(b'title = "\xff"')
    with pytest.raises(ConfigError, match=r"mine\.toml"):
        read_look(file)
