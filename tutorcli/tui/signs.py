"""The signs that the screens draw with, and twins for terminals that draw some of them wide.

A character of "ambiguous" width (Unicode Standard Annex #11, class A) takes one cell in most
terminals and two in some Chinese and Japanese ones, where it would push a border out of line.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signs:
    """One sign for each use."""

    rule: str
    """Between columns and between the cells of a table."""
    line: str
    crossing: str
    """Where a rule and a line meet."""
    aside: str
    """Before each line of reasoning."""
    dot: str
    """Between words of a bar; a rating that is open."""
    more: str
    """What was left out."""
    up: str
    down: str
    goes_on: str
    """Before what a long line of code goes on with."""
    bullets: str
    """Of lists, and of lists within them."""
    opened: str
    closed: str
    plus_minus: str


FINE = Signs("│", "─", "┼", "┊", "·", "…", "↑", "↓", "↳", "•◦", "▾", "▸", "±")
ASCII = Signs("|", "-", "+", ":", ".", "~", "Up", "Down", ">", "*o", "-", "+", "")

_TWINS = str.maketrans(
    {
        **dict(zip("│─┼┊·↑↓•±×÷", "|-+:.^v*~x/", strict=True)),
        **dict(zip("‘’“”–—°§→←≥≤", "''\"\"--o$><><", strict=True)),
        "…": "..",
    }
)
"""For words of the screens in any language; no twin is wider than what it stands for."""

_now = FINE


def use(signs: Signs) -> None:
    """Draw with these from now on; to be called before anything is drawn."""
    global _now  # noqa: PLW0603 - one terminal a process
    _now = signs


def now() -> Signs:
    """The signs of this terminal."""
    return _now


def plain(text: str) -> str:
    """Words of the screens with their signs as this terminal draws them."""
    return text if _now is FINE or text.isascii() else text.translate(_TWINS)
