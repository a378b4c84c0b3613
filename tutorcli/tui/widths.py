"""Measuring for terminals that draw characters of ambiguous width in two cells."""

import re
import unicodedata
from collections.abc import Iterator

from rich import cells, segment
from rich._unicode_data import load

from tutorcli.tui import signs

_PLACES = (range(0xA1, 0x10000), range(0x1F100, 0x1F1AE))
"""Where characters of class A stand (UAX #11), the planes of private use left out."""
_ASCII = re.compile("[ -~]*")

_wide = False


def measure_wide() -> None:
    """Count two cells for every ambiguous character from now on, in all that measures with rich.

    To be called before anything is measured: widths that were asked for are remembered.
    """
    global _wide  # noqa: PLW0603 - one terminal a process
    table = _with_ambiguous(load("auto"))

    def wide_table(unicode_version: str = "auto") -> cells.CellTable:
        del unicode_version
        return table

    # rich has no setting for this. Its own short cuts take Greek, Cyrillic and rules for narrow.
    vars(cells)["load_cell_table"] = wide_table
    for module in (cells, segment):
        vars(module)["_is_single_cell_widths"] = is_ascii
    cells.get_character_cell_size.cache_clear()
    cells.cached_cell_len.cache_clear()
    _wide = True


def draw_wide() -> None:
    """Measure so, and draw rules, borders and bars in ASCII; before anything is drawn."""
    from textual.scrollbar import ScrollBarRender

    measure_wide()
    signs.use(signs.ASCII)
    # The ends of scroll bars are blocks of ambiguous width.
    ScrollBarRender.VERTICAL_BARS = [" "] * len(ScrollBarRender.VERTICAL_BARS)


def is_ascii(text: str) -> bool:
    """Whether every character is of printable ASCII."""
    return _ASCII.fullmatch(text) is not None


def is_wide() -> bool:
    """Whether ambiguous characters count two cells."""
    return _wide


def _with_ambiguous(table: cells.CellTable) -> cells.CellTable:
    """The table with two cells for all that is ambiguous and takes a cell in it."""
    return table._replace(widths=sorted([*table.widths, *_ambiguous()]))


def _ambiguous() -> Iterator[tuple[int, int, int]]:
    for place in _PLACES:
        for ordinal in place:
            character = chr(ordinal)
            if (
                unicodedata.east_asian_width(character) == "A"
                and cells.get_character_cell_size(character) == 1
            ):
                yield ordinal, ordinal, 2
