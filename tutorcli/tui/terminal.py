"""What is written to the terminal: only cells that changed."""

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from rich.cells import split_graphemes
from rich.color import ColorSystem
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.style import Style
from textual import constants
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

_log = logging.getLogger(__name__)

_UNKNOWN: Final = "\0"
"""A cell of which nobody knows what the terminal shows."""
_NEAR: Final = 6
"""Cells between two changes that cost less than a cursor move."""
_DOUBTFUL: Final = re.compile("[\u200d\ufe0f\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]")
"""Joined emoji, flags and skin tones."""
_PARAMETER: Final = re.compile(r"[34]8;2;\d+;\d+;\d+|[34]8;5;\d+|\d+")
"""One of SGR: ECMA-48 8.3.117, colours as ISO 8613-6 has them."""


def is_wanted(setting: str) -> bool:
    """Whether the terminal is to be written to and read by this module.

    Not where the tutor switched it off, where another driver is named (textual-serve does), or
    where Textual's inside is not the one that this module knows.
    """
    return setting == "fast" and constants.DRIVER is None and _is_known()


def _is_known() -> bool:
    chops, layout = ChopsUpdate.__init__.__code__, LayoutUpdate.__init__.__code__
    return (
        chops.co_varnames[:4] == ("self", "chops", "spans", "chop_ends")
        and layout.co_varnames[:3] == ("self", "strips", "region")
        and hasattr(Strip, "render_ansi")
        and hasattr(Style, "_link_id")
    )


# -- what was written


@dataclass(slots=True)
class Row:
    """Cells of one row of the terminal."""

    texts: list[str] = field(default_factory=list)
    """What each cell shows; empty: the right part of a wide character."""
    styles: list[str] = field(default_factory=list)
    """The SGR parameters of each cell, and its link."""

    def copy(self) -> "Row":
        """A row to be changed."""
        return Row(self.texts[:], self.styles[:])

    def put(self, x: int, texts: list[str], styles: list[str]) -> None:
        """Lay cells over those from ``x`` on; what is left of a wide character is blank."""
        end = x + len(texts)
        if missing := max(end - len(self.texts), 0):
            self.texts += [_UNKNOWN] * missing
            self.styles += [""] * missing
        if texts and not self.texts[x]:
            self._blank_from(x, -1)
        if texts and end < len(self.texts) and not self.texts[end]:
            self._blank_from(end, 1)
        self.texts[x:end] = texts
        self.styles[x:end] = styles

    def _blank_from(self, x: int, step: int) -> None:
        """Blank the part of a wide character that lies outside of what is laid over it."""
        x += min(step, 0)
        while 0 <= x < len(self.texts):
            is_end = self.texts[x] if step < 0 else x + 1 >= len(self.texts) or self.texts[x + 1]
            self.texts[x] = " "
            if is_end:
                return
            x += step

    def changes(self, old: "Row") -> Iterator[tuple[int, int]]:
        """First and end of each run of cells that the terminal has to be told."""
        if self.texts == old.texts and self.styles == old.styles:
            return
        if self.is_doubtful() or old.is_doubtful():
            yield 0, len(self.texts)
            return
        known = len(old.texts)
        start = end = -1
        for x in range(len(self.texts)):
            if x < known and self.texts[x] == old.texts[x] and self.styles[x] == old.styles[x]:
                continue
            if start >= 0 and (x - end > _NEAR or self._turns(end, x)):
                yield start, end
                start = -1
            if start < 0:
                start = x
            end = x + 1
        if start >= 0:
            yield start, end

    def is_doubtful(self) -> bool:
        """Whether terminals disagree on the width of a character here: such a row goes as a whole."""
        return _DOUBTFUL.search("".join(self.texts)) is not None

    def _turns(self, end: int, x: int) -> bool:
        """Whether the cells from ``end`` to ``x`` have another style than the one before them."""
        return any(style != self.styles[end - 1] for style in self.styles[end:x])


class Picture:
    """What the terminal shows, as far as this program wrote it."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._rows: dict[int, Row] = {}
        self._of = 0
        self._size = (0, 0)

    def forget(self) -> None:
        """Take nothing for drawn: the terminal may show anything."""
        self._rows.clear()

    def belongs_to(self, screen: object) -> None:
        """Forget when another screen is drawn than before: what is opened is drawn as a whole."""
        if self._of != id(screen):
            self._of = id(screen)
            self.forget()

    def draw(self, update: LayoutUpdate | ChopsUpdate, console: Console) -> str:
        """What to write so that the terminal shows the update."""
        colors = console._color_system or ColorSystem.TRUECOLOR  # noqa: SLF001 - as Strip.render
        new: dict[int, Row] = {}
        if self._size != (size := _size(update)):
            # Cells behind the edge of a window that had shrunk already were written onto the edge.
            self._size = size
            self.forget()
        for x, y, strip in _pieces(update):
            row = new.get(y)
            if row is None:
                old = self._rows.get(y)
                row = new[y] = old.copy() if old else Row()
            row.put(x, *_cells(strip, colors))
        pen = _Pen()
        for y, row in new.items():
            for start, end in row.changes(self._rows.get(y) or Row()):
                pen.write(row, start, end, y)
        self._rows.update(new)
        return pen.finish()


class Changes(CompositorUpdate):
    """An update of which only what changed is written."""

    def __init__(self, picture: Picture, update: LayoutUpdate | ChopsUpdate) -> None:
        """Nothing is taken for drawn before it is rendered."""
        self._picture, self._update = picture, update

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The whole update, for what is no terminal."""
        return self._update.__rich_console__(console, options)

    def render_segments(self, console: Console) -> str:
        """What Textual writes to the terminal."""
        try:
            return self._picture.draw(self._update, console)
        except (AttributeError, IndexError, TypeError, ValueError):
            # A picture that is not understood must not end a working day.
            _log.warning("an update is written as a whole", exc_info=True)
            self._picture.forget()
            return self._update.render_segments(console)


def only_changes(
    picture: Picture, screen: object, update: RenderableType | None
) -> RenderableType | None:
    """The same update, written with less; what is no update of cells is left alone."""
    picture.belongs_to(screen)
    if isinstance(update, LayoutUpdate | ChopsUpdate):
        return Changes(picture, update)
    if update is not None:
        picture.forget()
    return update


def _size(update: LayoutUpdate | ChopsUpdate) -> tuple[int, int]:
    """Columns and rows of the screen that is drawn."""
    if isinstance(update, LayoutUpdate):
        return update.region.width, update.region.height
    return (update.chop_ends[0][-1] if update.chop_ends else 0), len(update.chops)


def _pieces(update: LayoutUpdate | ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """Column, row and strip of everything that Textual would write."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            yield from _in_a_row(update.region.x, y, strips)
        return
    for y, first, end in update.spans:
        for stop, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x >= end or stop <= first:
                continue
            # A strip cut at the end of its span could end in half of a wide character.
            yield x, y, strip


def _in_a_row(x: int, y: int, strips: Iterable[Strip]) -> Iterator[tuple[int, int, Strip]]:
    for strip in strips:
        yield x, y, strip
        x += strip.cell_length


def _cells(strip: Strip, colors: ColorSystem) -> tuple[list[str], list[str]]:
    texts: list[str] = []
    styles: list[str] = []
    for text, style, _ in strip:
        cells = text if text.isascii() else _wide(text)
        texts += cells
        styles += [_sgr(style, colors) if style else ""] * len(cells)
    return texts, styles


@lru_cache(maxsize=8192)
def _wide(text: str) -> tuple[str, ...]:
    """The cells of a text as Textual counts them."""
    cells: list[str] = []
    for start, end, width in split_graphemes(text)[0]:
        if width:
            cells += [text[start:end], *[""] * (width - 1)]
        elif cells:
            cells[-1] += text[start:end]
    return tuple(cells)


@lru_cache(maxsize=4096)
def _sgr(style: Style, colors: ColorSystem) -> str:
    ansi = Strip.render_ansi(style, colors)
    return f"{ansi}\0{style._link_id};{style.link}" if style.link else ansi  # noqa: SLF001


class _Pen:
    """Writes runs of cells; knows the style it writes in."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._style = ""

    def write(self, row: Row, start: int, end: int, y: int) -> None:
        self._out.append(f"\x1b[{y + 1};{start + 1}H")
        for x in range(start, end):
            if row.styles[x] != self._style and row.texts[x]:
                self._out.append(_turn(self._style, row.styles[x]))
                self._style = row.styles[x]
            self._out.append(" " if row.texts[x] == _UNKNOWN else row.texts[x])

    def finish(self) -> str:
        return "".join([*self._out, _turn(self._style, "")])


class _Look(NamedTuple):
    """SGR parameters taken apart."""

    attributes: tuple[str, ...]
    text: str
    ground: str

    @classmethod
    def of(cls, ansi: str) -> "_Look":
        attributes, colors = [], {"text": "", "ground": ""}
        for said in _PARAMETER.findall(ansi):
            is_color = len(said) > 1 and (said[0] in "349" or said[:2] == "10")
            if is_color:
                colors["text" if said[0] in "39" else "ground"] = said
            else:
                attributes.append(said)
        return cls(tuple(attributes), colors["text"], colors["ground"])


@lru_cache(maxsize=4096)
def _turn(old: str, new: str) -> str:
    """What turns one style into another."""
    if old == new:
        return ""
    (was, _, left), (ansi, _, link) = old.partition("\0"), new.partition("\0")
    close = "\x1b]8;;\x1b\\" if left and left != link else ""
    opened = f"\x1b]8;id={link}\x1b\\" if link and left != link else ""
    if was == ansi:
        return close + opened
    return f"{close}\x1b[{_parameters(was, ansi)}m{opened}"


def _parameters(old: str, new: str) -> str:
    """What of SGR has to be said: a colour alone where everything else stays."""
    if not new:
        return "0"
    was, now = _Look.of(old), _Look.of(new)
    if was.attributes != now.attributes:
        return f"0;{new}" if old else new
    changed = [
        mine or default
        for theirs, mine, default in ((was.text, now.text, "39"), (was.ground, now.ground, "49"))
        if theirs != mine
    ]
    return ";".join(changed)
