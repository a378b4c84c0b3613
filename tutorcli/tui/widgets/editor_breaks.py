"""Where a row of the editor ends."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from rich.cells import cell_len

from tutorcli.core.text import graphemes, is_closing, is_opening, is_wide_script
from tutorcli.tui import widths

# Characters of one cell, whatever stands beside them, that break at blanks only.
_NARROW = " -~\u00a1-\u00ac\u00ae-\u02ff\u0400-\u0482\u2400-\u2426"
# Characters that take a cell or two whatever stands beside them.
_PLAIN = (
    f"{_NARROW}\u2010-\u2027\u2030-\u203b\u3000-\u3029"
    "\u3041-\u3096\u30a1-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff01-\uff60"
)
_ACCENTS = "\u0300-\u036f"


class _Patterns(NamedTuple):
    narrow: re.Pattern[str]
    plain: re.Pattern[str]
    unbroken: re.Pattern[str]
    one: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    # Compiled when first needed: 10 ms, and most texts are ASCII.
    return _Patterns(
        re.compile(f"[{_NARROW}]*"),
        re.compile(f"[{_PLAIN}]*"),
        re.compile(f"[{_NARROW}{_ACCENTS}]*"),
        re.compile(f"[{_PLAIN}][{_ACCENTS}]*"),
    )


class _Cells(dict[str, int]):
    def __missing__(self, cluster: str) -> int:
        self[cluster] = cells = cell_len(cluster)
        return cells


_cells = _Cells()


def reach(width: int) -> int:
    """Code points after the start of a row that can decide where it ends."""
    return 4 * width + 64


@lru_cache(maxsize=4096)
def _may_break(before: str, after: str) -> bool:
    wide = is_wide_script(before) or is_wide_script(after)
    return wide and not is_closing(after) and not is_opening(before)


def next_break(text: str, start: int, width: int, tab: int) -> int | None:
    """Where the row that starts at ``start`` ends; None when the text does.

    Rows break after blanks, on either side of Han and kana but not before closing or after
    opening marks, else between characters. One blank may stand in the cell kept for the cursor.

    Args:
        text: Without newlines.
        start: A place in it.
        width: Cells, at least 1; a character wider than that gets a row all the same.
        tab: Cells between tab stops.
    """
    window = text[start : start + width + 1]
    if _is_narrow(window):
        if len(window) <= width:
            return None
        return start + (window.rfind(" ") + 1 or width)
    if _patterns().plain.fullmatch(window):
        clusters: Sequence[str] = window
        fitting = _fitting(clusters, width, tab)
    else:
        window = text[start : start + reach(width)]
        clusters, fitting = _marked(window, width, tab)
    if fitting is not None:
        return start + sum(map(len, clusters[: _stop(clusters, fitting)]))
    end = start + len(window)
    return end if end < len(text) else None


def _is_narrow(text: str) -> bool:
    if text.isascii():
        return text.isprintable()
    return not widths.is_wide() and _patterns().narrow.fullmatch(text) is not None


def _marked(window: str, width: int, tab: int) -> tuple[list[str], int | None]:
    """The characters of a window, and how many fit; few rows need all of it."""
    near = window[: 2 * width + 16]
    clusters = characters(near)
    fitting = _fitting(clusters, width, tab)
    # The last one may go on beyond.
    if len(near) < len(window) and (fitting is None or fitting == len(clusters) - 1):
        clusters = characters(window)
        fitting = _fitting(clusters, width, tab)
    return clusters, fitting


def characters(text: str) -> list[str]:
    """The characters as a reader sees them; the same as `graphemes`, and quick with accents."""
    found: list[str] = _patterns().one.findall(text)
    return found if sum(map(len, found)) == len(text) else list(graphemes(text))


def _fitting(clusters: Sequence[str], width: int, tab: int) -> int | None:
    """How many fit; None when all do."""
    x = 0
    for index, cluster in enumerate(clusters):
        x += tab - x % tab if cluster == "\t" else _cells[cluster]
        if x > width:
            return index
    return None


def _stop(clusters: Sequence[str], fitting: int) -> int:
    if clusters[fitting] == " ":
        return fitting + 1
    row = "".join(clusters[: fitting + 1])
    if " " not in row and _patterns().unbroken.fullmatch(row):
        return max(fitting, 1)
    for stop in range(fitting, 0, -1):
        before = clusters[stop - 1]
        if before in {" ", "\t"} or _may_break(before[0], clusters[stop][0]):
            return stop
    return max(fitting, 1)
