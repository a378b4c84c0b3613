"""The screen that a program's output draws."""

import codecs
import re

import pyte
from wcwidth import wcwidth

from tests.escapes import Token, Tokens


class Drawing:
    """The screen as pyte draws it, fed only with what pyte understands, whole frames at a time."""

    def __init__(self, size: tuple[int, int]) -> None:
        """``size`` is columns, rows."""
        self._screen = pyte.Screen(*size)
        self._stream = pyte.Stream(self._screen)
        self._tokens = Tokens()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._frame: list[str] | None = None
        """What waits for the end of a synchronized update."""
        self._text: str | None = None
        """The rows as they were last asked for; drawing them takes milliseconds."""

    def feed(self, data: bytes) -> None:
        """Draw; a synchronized update that has not ended is not shown yet."""
        self._text = None
        for token in self._tokens.feed(self._decoder.decode(data)):
            if token.data == "\x1b[?2026h":
                self._frame = self._frame or []
            elif token.data == "\x1b[?2026l":
                self._stream.feed("".join(self._frame or []))
                self._frame = None
            elif self._frame is None:
                self._stream.feed(_for_pyte(token))
            else:
                self._frame.append(_for_pyte(token))

    def resize(self, size: tuple[int, int]) -> None:
        """Change the size; ``size`` is columns, rows."""
        self._screen.resize(size[1], size[0])
        self._text = None

    def cells(self) -> list[tuple[object, ...]]:
        """Every cell of every row with its colours, and where the cursor stands."""
        screen, cursor = self._screen, self._screen.cursor
        rows = [
            tuple(screen.buffer[y][x] for x in range(screen.columns)) for y in range(screen.lines)
        ]
        return [*rows, (cursor.x, cursor.y)]

    def scribble(self) -> None:
        """Write over every cell, unseen by the program."""
        cursor = self._screen.cursor
        x, y, attributes = cursor.x, cursor.y, cursor.attrs
        self._screen.alignment_display()
        cursor.x, cursor.y, cursor.attrs = x, y, attributes
        self._text = None

    @property
    def lines(self) -> list[str]:
        """The rows, without blanks at their ends."""
        return [self._line(y).rstrip() for y in range(self._screen.lines)]

    @property
    def text(self) -> str:
        """The rows, one a line."""
        if self._text is None:
            self._text = "\n".join(self.lines)
        return self._text

    def _line(self, y: int) -> str:
        """A row's text; half of a wide character, as a window that shrinks leaves it, is a blank."""
        text, is_wide = "", False
        for x in range(self._screen.columns):
            data = self._screen.buffer[y][x].data
            text += data or ("" if is_wide else " ")
            is_wide = bool(data) and wcwidth(data[0]) == 2
        return text


_PRIVATE = re.compile(r"\x1b\[(?:[<=>]|\?[0-9;]*[^0-9;hl])|\x1b\[[0-?]*[ -/]")


def _for_pyte(token: Token) -> str:
    if token.kind in {"string", "broken"} or _PRIVATE.match(token.data):
        return ""
    # pyte knows no sub-parameters.
    return token.data.replace(":", ";") if token.kind == "csi" else token.data
