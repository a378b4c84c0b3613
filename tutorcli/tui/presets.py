"""Keymaps that ship with the program, as data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tutorcli.errors import ConfigError, message, near
from tutorcli.tui.key_names import sign

FOLDER = Path(__file__).parents[1] / "keymaps"
"""One TOML file a preset; its name is the file's."""

_TABLES = ("about", "keys", "digits")


@dataclass(frozen=True, slots=True)
class Preset:
    """Keys that take the place of the table's own."""

    name: str = "default"
    about: str = ""
    """One sentence."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Action to its keys, separated by commas."""
    digits: Mapping[str, str] = field(default_factory=dict)
    """Name of a key to the digit that it counts as."""


def preset_names() -> list[str]:
    """The presets that there are: ``default``, then the others by name."""
    names = sorted(file.stem for file in FOLDER.glob("*.toml"))
    return sorted(names, key=lambda name: name != "default")


def read_preset(name: str) -> Preset:
    """The preset of that name.

    Raises:
        ConfigError: There is none, or its file is wrong; the nearest name is guessed.
    """
    known = preset_names()
    if name not in known:
        guess = near(name, known)
        raise ConfigError(
            message('there is no keymap "{name}"', name=name),
            hint=message('did you mean "{guess}"?', guess=guess)
            if guess
            else message("known: {names}", names=", ".join(known)),
        )
    return _preset(FOLDER / f"{name}.toml")


def _preset(file: Path) -> Preset:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(message("{file}: not TOML: {reason}", file=file, reason=error)) from None
    for key in table:
        if key not in _TABLES:
            raise ConfigError(message('{where}: unknown key "{key}"', where=file, key=key))
    digits = _texts(table, "digits", file)
    for key, digit in digits.items():
        if len(key) != 1 or len(digit) != 1 or digit not in "0123456789":
            raise ConfigError(
                message(
                    '{where}: "{key}" cannot be the digit "{digit}"',
                    where=file,
                    key=key,
                    digit=digit,
                )
            )
    return Preset(
        file.stem,
        str(table.get("about", "")),
        _texts(table, "keys", file),
        {sign(key): digit for key, digit in digits.items()},
    )


def _texts(table: Mapping[str, Any], name: str, file: Path) -> dict[str, str]:
    found = table.get(name, {})
    if isinstance(found, dict) and all(isinstance(item, str) for item in found.values()):
        return {str(key): str(item) for key, item in found.items()}
    raise ConfigError(message("{where}: a table is needed", where=f"{file}: {name}"))
