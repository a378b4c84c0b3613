"""What the command line writes: data to stdout, words to stderr."""

import os
import sys
import time
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any, Self

_GAP = "  "
_NARROWEST = 8
"""Cells that a column keeps when its table is too wide."""
_WHOLE = 40
"""Cells that the first column keeps: the next command needs the name that stands there."""


def emit(text: str) -> None:
    """One line, or several, of data for people to stdout."""
    sys.stdout.write(f"{text}\n")


def emit_json(value: Any) -> None:
    """One JSON value on a line of stdout: UTF-8, keys in their order.

    What could steer a terminal is escaped, as are lone surrogates: the value stays the same.

    Raises:
        ValueError: A number is NaN or infinite.
    """
    import json
    import re

    text = re.sub(
        "[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]",
        lambda found: f"\\u{ord(found[0]):04x}",
        json.dumps(value, ensure_ascii=False, allow_nan=False),
    )
    _write_bytes(f"{text}\n".encode())


def _write_bytes(data: bytes) -> None:
    """JSON is UTF-8 whatever the locale says."""
    sys.stdout.flush()
    raw = getattr(sys.stdout, "buffer", None)
    if raw is None:
        sys.stdout.write(data.decode())
    else:
        raw.write(data)


def say(text: str) -> None:
    """Words for a person to stderr: what happened, what to run next."""
    sys.stderr.write(f"{text}\n")


def say_flaws(flaws: Sequence[str], most: int = 20) -> None:
    """The first of many things that are wrong, one a line, and how many there are beside."""
    from tutorcli.core.text import safe_line

    for flaw in flaws[:most]:
        say(safe_line(flaw))
    if len(flaws) > most:
        say(f"... {len(flaws) - most} more; --json has all")


def counted(n: int, one: str, many: str | None = None) -> str:
    """``1 task``, ``2 tasks``."""
    return f"{n} {one if n == 1 else many or one + 's'}"


def width_of(text: str) -> int:
    """Cells that one line of safe text takes on a terminal."""
    if text.isascii():
        return len(text)
    from wcwidth import width

    return width(text)


def cut(text: str, cells: int) -> str:
    """The start of a line that fits into so many cells; ``...`` tells that there is more."""
    if width_of(text) <= cells:
        return text
    dots = "..."[: max(cells, 0)]
    room = max(cells - len(dots), 0)
    if text.isascii():
        return text[:room] + dots
    from wcwidth import clip

    return clip(text, 0, room).rstrip() + dots


def padded(text: str, cells: int, *, right: bool = False) -> str:
    """The text in exactly so many cells, cut where it is longer."""
    shown = cut(text, cells)
    blank = " " * (cells - width_of(shown))
    return blank + shown if right else shown + blank


def wrapped(text: str, cells: int) -> list[str]:
    """Lines of so many cells; a single empty one of no text."""
    from wcwidth import wrap

    return wrap(text, cells) or [""]


def terminal_width() -> int:
    """Columns of the terminal; 80 where stdout is none."""
    import shutil

    return shutil.get_terminal_size((80, 24)).columns if sys.stdout.isatty() else 80


def table(
    headers: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: frozenset[int] | None = None,
    wraps: bool = False,
) -> str:
    """Rows as aligned columns that fit 80 cells, or the terminal where that is wider.

    Args:
        headers: A name for each column.
        rows: Cells as text or numbers; each is made safe here. None is an empty cell.
        right: Columns aligned on the right; by default those that hold numbers alone.
        wraps: Whether the last column goes on in further lines where it would be cut.

    Returns:
        Lines without a newline at the end.
    """
    from tutorcli.core.text import safe_line

    raw = [list(row) for row in rows]
    cells = [["" if item is None else safe_line(str(item)) for item in row] for row in raw]
    if right is None:
        right = frozenset(
            column
            for column in range(len(headers))
            if raw and all(isinstance(row[column], (int, float)) for row in raw)
        )
    widths = [
        max(map(width_of, (header, *(row[column] for row in cells))))
        for column, header in enumerate(headers)
    ]
    _shrink(widths, max(80, terminal_width()))
    lines = [list(headers), *cells]
    if wraps:
        lines = [line for row in lines for line in _wrapped(row, widths[-1])]
    return "\n".join(_line(row, widths, right) for row in lines)


def _wrapped(row: Sequence[str], width: int) -> list[list[str]]:
    if width_of(row[-1]) <= width:
        return [list(row)]
    from wcwidth import wrap

    first, *more = wrap(row[-1], width)
    blank = [""] * (len(row) - 1)
    return [[*row[:-1], first], *([*blank, part] for part in more)]


def _shrink(widths: list[int], room: int) -> None:
    """Take cells from the widest column until the table fits."""
    surplus = sum(widths) + len(_GAP) * (len(widths) - 1) - room
    least = [_WHOLE, *[_NARROWEST] * (len(widths) - 1)]
    while surplus > 0:
        wide = [index for index, width in enumerate(widths) if width > least[index]]
        if not wide:
            return
        widest = max(wide, key=widths.__getitem__)
        rest = max((widths[index] for index in wide if index != widest), default=0)
        step = min(surplus, max(widths[widest] - max(rest, least[widest]), 1))
        widths[widest] -= step
        surplus -= step


def _line(row: Sequence[str], widths: Sequence[int], right: frozenset[int]) -> str:
    parts = []
    for column, (text, width) in enumerate(zip(row, widths, strict=True)):
        shown = cut(text, width)
        blank = " " * (width - width_of(shown))
        parts.append(blank + shown if column in right else shown + blank)
    return _GAP.join(parts).rstrip()


class Progress:
    """A line on stderr that tells how far a long act is; nothing before one second or off a terminal.

    Use it in a ``with`` and call `advance`.
    """

    def __init__(self, what: str, total: int | None = None) -> None:
        """``what`` is the act in a word or two, ``total`` how many steps it has, if that is known."""
        self._what = what
        self._total = total
        self._done = 0
        self._next = time.monotonic() + 1.0
        self._drawn = False
        self._shows = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the line away."""
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def advance(self, steps: int = 1) -> None:
        """So many steps more are done."""
        self._done += steps
        if not self._shows or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + 0.1
        self._drawn = True
        of = f" of {self._total}" if self._total is not None else ""
        sys.stderr.write(f"\r{cut(f'{self._what}: {self._done}{of}', 79)}\x1b[K")
        sys.stderr.flush()
