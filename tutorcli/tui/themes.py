"""Colours of the screens, from theme files."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from rich.style import Style
from textual.theme import BUILTIN_THEMES, Theme

from tutorcli.core.terminals import has_many_colours, is_light
from tutorcli.errors import ConfigError, message, near
from tutorcli.tui.render.palette import Palette

AUTO = "auto"
DEFAULT = "dark"
OWN = "default"
"""The terminal's own colour of text, or of the background."""


@dataclass(frozen=True, slots=True)
class Chrome:
    """One complete style for each part of the screen that is not task text."""

    bar: Style
    key: Style
    """A key that acts now."""
    off: Style
    """A key that cannot act now."""
    head: Style
    active: Style
    """The head of the answer that has the focus."""
    badge: Style
    rule: Style
    note: Style
    warning: Style
    inserted: Style
    deleted: Style
    accents: Mapping[str, Style] = field(default_factory=dict)
    """Domain to the style of its name in a bar."""

    def accent(self, domain: str) -> Style:
        """The style of a domain's name in a bar."""
        return self.accents.get(domain.casefold(), self.bar)

    @classmethod
    def plain(cls) -> "Chrome":
        """No colours: bars are reversed, what matters is bold or underlined."""
        bar, strong = Style(reverse=True), Style(reverse=True, bold=True)
        return cls(
            bar=bar,
            key=strong,
            off=Style(reverse=True, dim=True),
            head=Style(underline=True),
            active=strong,
            badge=Style(underline=True, bold=True),
            rule=Style(),
            note=bar,
            warning=Style(reverse=True, bold=True, underline=True),
            inserted=Style(underline=True),
            deleted=Style(strike=True),
        )


@dataclass(slots=True)
class Look:
    """A theme, ready to draw with: one for all widgets, which ask it when they draw."""

    name: str
    is_dark: bool
    palette: Palette
    chrome: Chrome
    colours: Mapping[str, str]
    """Role to colour, for what Textual draws itself (the editor)."""

    @property
    def is_ansi(self) -> bool:
        """Whether the terminal's own colours are asked for, or none."""
        return not all(colour.startswith("#") for colour in self.colours.values())

    def styles(self) -> Iterator[tuple[str, Style]]:
        """Every role, as ``chrome.bar``, with its style."""
        for table, part in (("text", self.palette), ("chrome", self.chrome)):
            for item in fields(part):
                if isinstance(style := getattr(part, item.name), Style):
                    yield f"{table}.{item.name}", style
        for domain, style in self.chrome.accents.items():
            yield f"accents.{domain}", style

    def become(self, other: "Look") -> None:
        """Take everything from another one."""
        for item in fields(self):
            setattr(self, item.name, getattr(other, item.name))


_TEXT_ROLES = {item.name for item in fields(Palette)} | {"code_block_background", "code_background"}
_CHROME_STYLES = tuple(item.name for item in fields(Chrome) if item.name != "accents")
_CHROME_ROLES = set(_CHROME_STYLES) | {
    "bar_background",
    "head_background",
    "active_background",
    "cursor",
    "selection",
}
_ON_BAR = {"bar", "key", "off", "note", "warning"}
_BOLD = {"key", "active", "badge"}
_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
ANSI = frozenset(
    {OWN, *(f"ansi_{name}" for name in _NAMES), *(f"ansi_bright_{name}" for name in _NAMES)}
)
"""Colours whose look the terminal decides."""
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_TABLES = {"text", "chrome", "accents"}
_KEYS = {*_TABLES, "dark", "title"}


def theme_files(folders: list[Path]) -> dict[str, Path]:
    """Name to file; a later folder's theme takes the place of an earlier one's."""
    return {
        file.stem: file
        for folder in folders
        if folder.is_dir()
        for file in sorted(folder.glob("*.toml"))
    }


def automatic(env: Mapping[str, str]) -> str:
    """The theme that suits a terminal.

    With 16 colours the nearest ones to a theme's are a guess, so the terminal's own are taken.
    Else its background decides where it tells it (COLORFGBG), and dark is the default.
    """
    if not has_many_colours(env):
        return "terminal"
    return "light" if is_light(env) else DEFAULT


def look_for(
    name: str, folders: list[Path], *, color: bool, env: Mapping[str, str] = os.environ
) -> Look:
    """The theme of that name on this terminal; the plain one where no colour is wanted.

    Raises:
        ConfigError: As `load_look`.
    """
    look = load_look(automatic(env) if name == AUTO else name, folders)
    return look if color else plain_look()


def plain_look() -> Look:
    """Bold, underlined and reversed, in no colour."""
    colours = {"text": OWN, "background": OWN}
    return Look(
        "plain", is_dark=True, palette=Palette.plain(), chrome=Chrome.plain(), colours=colours
    )


def load_look(name: str, folders: list[Path]) -> Look:
    """The theme of that name.

    Raises:
        ConfigError: There is none, or a key or colour in its file is wrong; both are named.
    """
    known = theme_files(folders)
    wanted = DEFAULT if name == AUTO else name
    if wanted not in known:
        guess = near(wanted, known)
        raise ConfigError(
            message('there is no theme "{name}"', name=name),
            hint=message('did you mean "{guess}"?', guess=guess)
            if guess
            else message("known: {names}", names=", ".join(sorted(known))),
        )
    return read_look(known[wanted])


def read_look(file: Path, called: str = "") -> Look:
    """The theme of a file, which errors name by its whole path unless it is ``called`` otherwise.

    Raises:
        ConfigError: A key or colour in it is wrong; file and key are named.
    """
    where = called or str(file)
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(message("{file}: not TOML: {reason}", file=where, reason=error)) from None
    except OSError as error:
        raise ConfigError(
            message("{file} cannot be read: {reason}", file=where, reason=error.strerror)
        ) from None
    text = _colours(table.pop("text", {}), _TEXT_ROLES, f"{where}: text")
    chrome = _colours(table.pop("chrome", {}), _CHROME_ROLES, f"{where}: chrome")
    accents = _colours(table.pop("accents", {}), None, f"{where}: accents")
    is_dark = table.pop("dark", True)
    for key, value, kind in (("dark", is_dark, bool), ("title", table.pop("title", ""), str)):
        if not isinstance(value, kind):
            raise ConfigError(
                message(
                    "{where}: {key} has the wrong type: {value}", where=where, key=key, value=value
                )
            )
    for key in table:
        raise _unknown(key, _KEYS, where)
    return Look(
        file.stem,
        is_dark,
        Palette.from_colours({role: in_rich(colour) for role, colour in text.items()}),
        _chrome(chrome, text, accents),
        text | chrome,
    )


def in_rich(colour: str) -> str:
    """A colour of a theme file as rich writes it: ``ansi_blue`` is ``blue``."""
    return colour.removeprefix("ansi_")


def _unknown(key: str, known: set[str], where: str) -> ConfigError:
    guess = near(key, known)
    return ConfigError(
        message('{where}: unknown key "{key}"', where=where, key=key),
        hint=message('did you mean "{guess}"?', guess=guess)
        if guess
        else message("known keys: {keys}", keys=", ".join(sorted(known))),
    )


def _colours(table: Any, roles: set[str] | None, where: str) -> dict[str, str]:
    """The colours of a table; ``roles`` None: any key will do."""
    if not isinstance(table, dict):
        raise ConfigError(message("{where}: a table is needed", where=where))
    for key, value in table.items():
        if roles is not None and key not in roles:
            raise _unknown(key, roles, where)
        if not (isinstance(value, str) and (value in ANSI or _HEX.fullmatch(value))):
            guess = near(value, ANSI) if isinstance(value, str) else None
            raise ConfigError(
                message(
                    '{where}: {key}: "{value}" is no colour', where=where, key=key, value=value
                ),
                hint=message('did you mean "{guess}"?', guess=guess)
                if guess
                else message("write it like #aabbcc, ansi_blue or default"),
            )
    return dict(table)


def _chrome(
    colours: Mapping[str, str], text: Mapping[str, str], accents: Mapping[str, str]
) -> Chrome:
    plain, behind = text.get("text", OWN), text.get("background", OWN)
    on_bar = colours.get("bar_background", behind)
    styles = {}
    for role in _CHROME_STYLES:
        own = colours.get(f"{role}_background")
        shared = on_bar if role in _ON_BAR else behind
        if role == "badge":
            shared = colours.get("head_background", behind)
        styles[role] = Style(
            color=in_rich(colours.get(role, plain)),
            bgcolor=in_rich(own or shared),
            bold=role in _BOLD,
            underline=role == "inserted" or (role == "head" and not own),
            strike=role == "deleted",
            reverse=role == "active" and not own,
        )
    return Chrome(
        **styles,
        accents={
            domain.casefold(): Style(color=in_rich(colour), bgcolor=in_rich(on_bar), bold=True)
            for domain, colour in accents.items()
        },
    )


def textual_theme(look: Look, name: str = "look") -> Theme:
    """The theme of what Textual draws itself, under a name that it is registered by."""
    colours = {role: _in_textual(colour) for role, colour in look.colours.items()}
    text, background = colours.get("text", "#d8dee4"), colours.get("background", "#14181d")
    # Where the terminal's own colours are used Textual reverses cursor and selection by itself.
    cursor = text if look.is_ansi else colours.get("cursor", text)
    selection = background if look.is_ansi else colours.get("selection", background)
    return Theme(
        name,
        dark=look.is_dark,
        ansi=look.is_ansi,
        primary=colours.get("heading", text),
        foreground=text,
        background=background,
        surface=background,
        panel=colours.get("bar_background", background),
        warning=colours.get("warning", text),
        variables={
            **(BUILTIN_THEMES["ansi-dark"].variables if look.is_ansi else {}),
            "input-cursor-background": background if look.is_ansi else cursor,
            "input-cursor-foreground": text if look.is_ansi else background,
            "input-selection-background": selection,
            "input-selection-foreground": text,
        },
    )


def _in_textual(colour: str) -> str:
    return "ansi_default" if colour == OWN else colour
