"""What the command line writes: data to stdout, words to stderr."""

import contextlib
import os
import sys
import time
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    import threading

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

    _PATIENCE_S = 1.0
    """Nothing is told of an act that is over before."""

    def __init__(self, what: str, total: int | None = None) -> None:
        """``what`` is the act in a word or two, ``total`` how many steps it has, if that is known."""
        self._what = what
        self._total = total
        self._done = 0
        self._began = time.monotonic()
        self._next = self._began + self._PATIENCE_S
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
        self.end()

    def end(self) -> None:
        """Take the line away, and tell nothing any more."""
        self._shows = False
        if self._drawn:
            self._drawn = False
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def advance(self, steps: int = 1) -> None:
        """So many steps more are done."""
        self._done += steps
        if not self._shows or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + 0.1
        of = f" of {self._total}" if self._total is not None else ""
        self._draw(f"{self._what}: {self._done}{of}")

    def _draw(self, text: str) -> None:
        if self._shows and _is_in_front():
            self._drawn = True
            sys.stderr.write(f"\r{cut(text, 79)}\x1b[K")
            sys.stderr.flush()


class Pulse(Progress):
    """The same for an act without steps that can be counted: what is being done, and for how long.

    Use it in a ``with`` and call `tell`. A thread draws, for one step may take seconds.
    """

    _PATIENCE_S = 0.5
    _EVERY_S = 0.2

    def __init__(self, what: str) -> None:
        """``what`` is the first thing that is being done."""
        super().__init__(what)
        self._thread: threading.Thread | None = None

    @property
    def shows(self) -> bool:
        """Whether somebody may see it."""
        return self._shows

    def tell(self, what: str) -> None:
        """From now on this is being done."""
        self._what = what

    def __enter__(self) -> Self:
        """Begin to count the seconds."""
        if self._shows:
            import threading

            self._over = threading.Event()
            self._thread = threading.Thread(target=self._beat, daemon=True)
            self._thread.start()
        return self

    def end(self) -> None:
        """Take the line away, and tell nothing any more."""
        self._shows = False
        try:
            if self._thread is not None:
                self._over.set()
                self._thread.join()
        finally:
            super().end()

    def _beat(self) -> None:
        wait_s = self._PATIENCE_S
        # A terminal that went away must not end in a traceback of this thread.
        with contextlib.suppress(OSError, ValueError):
            while not self._over.wait(wait_s):
                seconds = int(time.monotonic() - self._began)
                self._draw(f"{self._what} ({seconds} s)" if seconds else self._what)
                wait_s = self._EVERY_S


def _is_in_front() -> bool:
    """Whether the terminal is ours: not while the shell runs us in the background."""
    try:
        return os.tcgetpgrp(sys.stderr.fileno()) == os.getpgrp()
    except (AttributeError, OSError, ValueError):
        return True
