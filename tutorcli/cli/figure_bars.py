"""Numbers with their intervals drawn in the cells of a terminal."""

import sys
from dataclasses import dataclass

from tutorcli.cli import output

_NARROWEST, _WIDEST = 80, 140


@dataclass(frozen=True, slots=True)
class Look:
    """What the place where the text goes can show."""

    width: int = _NARROWEST
    """Cells of a line."""
    blocks: bool = True
    """Whether it can show block characters; ASCII otherwise."""
    color: bool = False

    def grey(self, text: str) -> str:
        """The text in grey, where there is colour."""
        return f"\x1b[90m{text}\x1b[0m" if self.color and text else text

    def bold(self, text: str) -> str:
        """The text in bold, where there is colour."""
        return f"\x1b[1m{text}\x1b[0m" if self.color and text else text


def look(*, color: bool) -> Look:
    """What stdout can show; ``color`` is whether colour is wanted where a terminal can show it."""
    width = min(max(output.terminal_width(), _NARROWEST), _WIDEST)
    return Look(width, _has(_BLOCKS), color and sys.stdout.isatty())


@dataclass(frozen=True, slots=True)
class Ink:
    """The characters of a bar."""

    track: str
    zero: str
    interval: str
    point: str


_BLOCKS = Ink("░", "┊", "▒", "█")
_ASCII = Ink(".", ":", "=", "#")


def ink(look: Look) -> Ink:
    """The characters that this look has."""
    return _BLOCKS if look.blocks else _ASCII


def bar(
    value: float,
    interval: tuple[float, float] | None,
    ends: tuple[float, float],
    cells: int,
    look: Look,
    *,
    mark: float = 0.0,
) -> str:
    """A track from end to end with the number and its interval on it.

    Args:
        value: The number; beyond an end it is drawn at that end.
        interval: Its lower and upper end, if it has one.
        ends: What the first and the last cell mean; the last is greater.
        cells: How long the bar is, at least 1.
        look: What can be shown.
        mark: What is marked where it lies between the ends.
    """
    with_ = ink(look)
    drawn = [with_.track] * cells
    if interval is not None:
        for cell in range(_cell(interval[0], ends, cells), _cell(interval[1], ends, cells) + 1):
            drawn[cell] = with_.interval
    if ends[0] < mark < ends[1]:
        drawn[_cell(mark, ends, cells)] = with_.zero
    drawn[_cell(value, ends, cells)] = with_.point
    return "".join(drawn)


def _cell(value: float, ends: tuple[float, float], cells: int) -> int:
    share = (min(max(value, ends[0]), ends[1]) - ends[0]) / (ends[1] - ends[0])
    return round(share * (cells - 1))


def _has(characters: Ink) -> bool:
    encoding = sys.stdout.encoding or "ascii"
    text = characters.track + characters.zero + characters.interval + characters.point
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
