"""What a program wrote to a terminal, taken apart: text, control characters, sequences."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "control", "csi", "string", "escape", "broken"]

_TOKEN = re.compile(
    r"(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
    r"|(?P<csi>\x1b\[[0-?]*[ -/]*[@-~])"
    r"|(?P<string>\x1b[P\]X^_][^\x1b\x07]*(?:\x1b\\|\x07))"
    r"|(?P<escape>\x1b[ -/]*[0-OQ-WYZ`-~\\])"
    r"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f-\x9f])"
    r"|(?P<broken>\x1b)"
)
# ECMA-48 5.4 and 5.6: what may still grow into a whole sequence.
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[P\]X^_][^\x1b\x07]*\x1b?|[ -/]*)$")


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of what was written."""

    kind: Kind
    data: str


class Tokens:
    """Cuts a stream into tokens; what is unfinished waits for the next piece."""

    def __init__(self) -> None:
        """Begin between two sequences."""
        self._rest = ""

    def feed(self, text: str) -> Iterator[Token]:
        """The tokens that ``text`` completes."""
        text = self._rest + text
        unfinished = _UNFINISHED.search(text)
        end = unfinished.start() if unfinished else len(text)
        self._rest = text[end:]
        yield from _cut(text[:end])

    def close(self) -> Iterator[Token]:
        """What was never finished."""
        yield from _cut(self._rest)
        self._rest = ""


def tokens(text: str) -> list[Token]:
    """Everything that was written, taken apart."""
    cutter = Tokens()
    return [*cutter.feed(text), *cutter.close()]


def _cut(text: str) -> Iterator[Token]:
    for found in _TOKEN.finditer(text):
        match found.lastgroup:
            case "text" | "control" | "csi" | "string" | "escape" | "broken" as kind:
                yield Token(kind, found.group())
            case _:
                raise AssertionError(found)


_MODES = "1000|1003|1004|1006|1015|1016|1049|2004|2026|2048|25|7"
_OF_TEXTUAL = re.compile(
    # SGR of true colour: no palette, nothing blinks, nothing is concealed.
    r"\x1b\[(?:(?:0|1|2|3|4|7|9|[34]8;2;\d{1,3};\d{1,3};\d{1,3}|[34]9)(?:;|(?=m)))*m"
    rf"|\x1b\[\?(?:{_MODES})[hl]"
    r"|\x1b\[\?(?:2026|2048)\$p"
    r"|\x1b\[(?:>\d+|<)u"
    r"|\x1b\]22;[a-z-]+\x07"
)
_MOVE = re.compile(r"\x1b\[(\d+);(\d+)H")
_STEERING = re.compile("[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]")
"""Characters that turn the direction of a line, break it, or hide in it."""


def foreign(written: str | Iterable[Token], size: tuple[int, int]) -> list[str]:
    """What a Textual program does not write by itself, of what it wrote.

    Args:
        written: The output, or what it was cut into.
        size: The greatest size of the terminal meanwhile: columns, rows.
    """
    cut = tokens(written) if isinstance(written, str) else written
    return [found for token in cut if (found := _foreign(token, size))]


def _foreign(token: Token, size: tuple[int, int]) -> str:
    if token.kind == "text":
        steering = _STEERING.search(token.data)
        return steering.group() if steering else ""
    if token.kind == "control":
        return "" if token.data in "\r\n" else token.data
    if move := _MOVE.fullmatch(token.data):
        row, column = int(move[1]), int(move[2])
        return "" if 1 <= column <= size[0] + 1 and 1 <= row <= size[1] + 1 else token.data
    return "" if _OF_TEXTUAL.fullmatch(token.data) else token.data
