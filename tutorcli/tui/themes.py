"""Colours of the screens, from theme files."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from rich.style import Style
from textual.theme import Theme

from tutorcli.errors import ConfigError, message, near
from tutorcli.tui.render.palette import Palette

AUTO = "auto"
DEFAULT = "dark"


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


@dataclass(frozen=True, slots=True)
class Look:
    """A theme, ready to draw with."""

    name: str
    is_dark: bool
    palette: Palette
    chrome: Chrome
    colours: Mapping[str, str]
    """Role to colour, for what Textual draws itself (the editor)."""


_TEXT_ROLES = {item.name for item in fields(Palette)} | {"code_block_background", "code_background"}
_CHROME_ROLES = {item.name for item in fields(Chrome)} | {
    "bar_background",
    "head_background",
    "active_background",
    "cursor",
    "selection",
}
_ON_BAR = {"bar", "key", "off", "note", "warning"}
_BOLD = {"key", "active", "badge"}
# Rich and Textual share no other way to write a colour.
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def theme_files(folders: list[Path]) -> dict[str, Path]:
    """Name to file; a later folder's theme takes the place of an earlier one's."""
    return {
        file.stem: file
        for folder in folders
        if folder.is_dir()
        for file in sorted(folder.glob("*.toml"))
    }


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


def read_look(file: Path) -> Look:
    """The theme of a file.

    Raises:
        ConfigError: A key or colour in it is wrong; file and key are named.
    """
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(message("{file}: not TOML: {reason}", file=file, reason=error)) from None
    text = _colours(table.pop("text", {}), _TEXT_ROLES, f"{file}: text")
    chrome = _colours(table.pop("chrome", {}), _CHROME_ROLES, f"{file}: chrome")
    is_dark = table.pop("dark", True)
    for key, value, kind in (("dark", is_dark, bool), ("title", table.pop("title", ""), str)):
        if not isinstance(value, kind):
            raise ConfigError(
                message(
                    "{where}: {key} has the wrong type: {value}", where=file, key=key, value=value
                )
            )
    for key in table:
        raise ConfigError(message('{where}: unknown key "{key}"', where=file, key=key))
    return Look(
        file.stem, is_dark, Palette.from_colours(text), _chrome(chrome, text), text | chrome
    )


def _colours(table: Any, roles: set[str], where: str) -> dict[str, str]:
    if not isinstance(table, dict):
        raise ConfigError(message("{where}: a table is needed", where=where))
    for key, value in table.items():
        if key not in roles:
            guess = near(key, roles) or ", ".join(sorted(roles))
            raise ConfigError(
                message('{where}: unknown key "{key}"', where=where, key=key),
                hint=message('did you mean "{guess}"?', guess=guess),
            )
        if not (isinstance(value, str) and _COLOUR.fullmatch(value)):
            raise ConfigError(
                message(
                    '{where}: {key}: "{value}" is no colour', where=where, key=key, value=value
                ),
                hint=message("write it like #aabbcc"),
            )
    return dict(table)


def _chrome(colours: Mapping[str, str], text: Mapping[str, str]) -> Chrome:
    plain, behind = text.get("text", "default"), text.get("background", "default")
    styles = {}
    for item in fields(Chrome):
        role = item.name
        own = colours.get(f"{role}_background")
        shared = colours.get("bar_background", behind) if role in _ON_BAR else behind
        if role == "badge":
            shared = colours.get("head_background", behind)
        styles[role] = Style(
            color=colours.get(role, plain),
            bgcolor=own or shared,
            bold=role in _BOLD,
            underline=role == "inserted",
            strike=role == "deleted",
        )
    return Chrome(**styles)


def textual_theme(look: Look) -> Theme:
    """The theme of what Textual draws itself."""
    colours = look.colours
    return Theme(
        "look",
        dark=look.is_dark,
        primary=colours.get("heading", "#8cc8ff"),
        foreground=colours.get("text", "#d8dee4"),
        background=colours.get("background", "#14181d"),
        surface=colours.get("background", "#14181d"),
        panel=colours.get("bar_background", "#232a32"),
        warning=colours.get("warning", "#ffb070"),
    )
