"""Names of keys: as Textual has them, as people write them, and which a terminal can send."""

import unicodedata
from collections.abc import Sequence
from string import ascii_lowercase, punctuation

from tutorcli.core.text import narrow
from tutorcli.errors import ConfigError, message, near
from tutorcli.tui import signs

_NAMES = {
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "escape": "Esc",
    "backspace": "Bksp",
    "shift+tab": "Shift+Tab",
    "section_sign": "§",
}
_ARROWS = frozenset({"up", "down"})
_RENAMED = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
_WORDS = frozenset(
    {
        *("enter", "tab", "space", "backspace", "escape", "insert", "delete"),
        *("up", "down", "left", "right", "home", "end", "pageup", "pagedown"),
    }
)
_MODIFIERS = frozenset({"ctrl", "alt", "shift", "super"})
F_KEYS = frozenset(f"f{number}" for number in range(1, 25))


def sign(character: str) -> str:
    """The name that Textual gives to a character: ``=`` is ``equals_sign``."""
    if character == " ":
        return "space"
    if character.isalnum():
        return character
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return _RENAMED.get(name, name)


_SIGNS = {sign(character): character for character in punctuation}


def shown(key: str) -> str:
    """The name of a key as people write it: ``ctrl+q`` is ``Ctrl+Q``, ``g g`` is ``gg``."""
    if " " in key:
        parts = [shown(part) for part in key.split()]
        return ("" if all(len(part) == 1 for part in parts) else " ").join(parts)
    if key in _ARROWS:
        return signs.now().up if key == "up" else signs.now().down
    if key in _NAMES or key in _SIGNS:
        return _NAMES.get(key) or _SIGNS[key]
    if len(key) == 1:
        return key
    return "+".join(
        _SIGNS.get(part) or (part.capitalize() if len(part) > 1 else part.upper())
        for part in key.split("+")
    )


def name_of(key: str, character: str | None) -> str:
    """The name of a key that was pressed; full-width characters count as their narrow twins."""
    if character is not None and len(character) == 1 and not character.isascii():
        return sign(narrow(character))
    return key


def written(character: str | None) -> str | None:
    """What a key writes; blanks of other widths than ASCII's are characters as well."""
    if character is None or len(character) != 1:
        return None
    is_blank = unicodedata.category(character) == "Zs"
    return character if character.isprintable() or is_blank else None


def keys_of(action_id: str, text: str) -> tuple[str, ...]:
    """The keys that a settings file gives to an action: ``f5, ctrl+s, g g``.

    Raises:
        ConfigError: There is none, or no terminal can send one of them; the nearest is guessed.
    """
    keys = tuple(
        " ".join(_checked(action_id, key) for key in part.split())
        for part in text.split(",")
        if part.strip()
    )
    if not keys:
        raise ConfigError(message('the action "{name}" needs a key', name=action_id))
    return keys


def _checked(action_id: str, part: str) -> str:
    key = sign(part) if len(part) == 1 else part
    if not _is_key(key):
        guess = near(key, _guesses())
        raise ConfigError(
            message('"{key}" is no key that {name} could have', key=part, name=action_id),
            hint=message('did you mean "{guess}"?', guess=guess) if guess else None,
        )
    return key


def _guesses() -> Sequence[str]:
    return [*_WORDS, *F_KEYS, *(f"ctrl+{letter}" for letter in ascii_lowercase)]


def _is_key(key: str) -> bool:
    """Whether a terminal can send a key of that name; digits are the instruments' own."""
    *modifiers, name = key.split("+")
    if not _MODIFIERS.issuperset(modifiers):
        return False
    is_letter = len(name) == 1 and name.isascii() and name.isalpha()
    return is_letter or name in _WORDS or name in F_KEYS or name in _SIGNS
