"""What a program wrote to a terminal, taken apart: text, control characters, sequences."""

import re
from collections.abc import Iterator
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
