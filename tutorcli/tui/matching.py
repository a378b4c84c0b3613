"""How well a few typed letters fit a name: for lists that are searched as one types."""

import unicodedata
from collections.abc import Sequence

from tutorcli.core.text import narrow

_FURTHER = 10
"""What each field after the first adds."""
_SCATTERED = 50
"""What letters that stand apart add: any name that holds them together goes before."""
_PROSE = 200
"""What fields that are no names add."""


def folded(text: str) -> str:
    """Text as it is compared: case, accents and full-width forms do not matter."""
    bare = (
        char
        for char in unicodedata.normalize("NFKD", narrow(text))
        if not unicodedata.combining(char)
    )
    return "".join(bare).casefold()


def distance(typed: str, fields: Sequence[str], *, names: int = 1) -> int | None:
    """How far what was typed is from what it may name.

    Every word that was typed must be found in one of the fields.

    Args:
        typed: As `folded`.
        fields: The same, the one that counts most first.
        names: How many of the first fields are names, in which letters may stand apart; they
            would fit any sentence.

    Returns:
        0 for the whole first field, more for less; None where it does not fit.

    >>> distance("tie", ["tie"]), distance("ce", ["close"]), distance("x", ["close"])
    (0, 53, None)
    """
    total = 0
    for word in typed.split():
        found = [
            apart + _FURTHER * index + (0 if index < names else _PROSE)
            for index, field in enumerate(fields)
            if (apart := _apart(word, field, is_name=index < names)) is not None
        ]
        if not found:
            return None
        total += min(found)
    return total


def _apart(word: str, field: str, *, is_name: bool) -> int | None:
    at = field.find(word)
    if at == 0:
        return 0 if len(word) == len(field) else 1
    if at > 0:
        return 3 if field[at - 1].isalnum() else 2
    return _gaps(word, field) if is_name else None


def _gaps(word: str, field: str) -> int | None:
    """Letters between the first and the last that fit, in the tightest way that begins anywhere."""
    starts = (index for index, char in enumerate(field) if char == word[0])
    found = [gaps for start in starts if (gaps := _gaps_from(word, field, start)) is not None]
    return _SCATTERED + min(found) if found else None


def _gaps_from(word: str, field: str, start: int) -> int | None:
    at = start
    for char in word[1:]:
        at = field.find(char, at + 1)
        if at < 0:
            return None
    return at - start + 1 - len(word)
