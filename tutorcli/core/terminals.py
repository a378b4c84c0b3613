"""What the environment tells of a terminal."""

from collections.abc import Mapping

_DARK = frozenset("01234568")
"""Numbers of background colours in COLORFGBG that are dark, as vim reads them."""


def has_all_colours(env: Mapping[str, str]) -> bool:
    """Whether the terminal says that it shows any colour."""
    return env.get("COLORTERM", "").strip().lower() in {"truecolor", "24bit"}


def has_many_colours(env: Mapping[str, str]) -> bool:
    """Whether 256 colours or more are used on the terminal; rich finds it out in the same way."""
    last = env.get("TERM", "").strip().lower().rpartition("-")[2]
    return has_all_colours(env) or last in {"256color", "kitty"}


def is_light(env: Mapping[str, str]) -> bool | None:
    """Whether the terminal's background is light; None where it does not tell (COLORFGBG)."""
    ground = env.get("COLORFGBG", "").rpartition(";")[2]
    return ground not in _DARK if ground.isdecimal() else None
