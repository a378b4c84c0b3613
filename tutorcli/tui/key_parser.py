"""What the bytes of a terminal mean: Textual's parser, but what was typed stays what it was."""

import re
from collections.abc import Iterable
from typing import Final

from textual import events
from textual._xterm_parser import XTermParser
from textual.keys import Keys
from textual.message import Message

ESC: Final = "\x1b"
INTRODUCERS: Final = f"{ESC}[]OPNX^_\\"
"""What an Esc begins a longer sequence with."""
KEYS_WITH_ESC: Final = "\x7f\tbf"
"""What terminals send behind an Esc for one key: a word deleted, Shift+Tab, a word left or right."""
PASTE: Final = f"{ESC}[200~"
PASTED: Final = f"{ESC}[201~"
_WHOLE: Final = re.compile(r"\x1b(\[[\d;:]*[@-LN-Z^-~]|O[A-Za-z])")
"""A key as terminals write it; of the mouse it is no more than the beginning."""


class KeyParser(XTermParser):
    """Textual's, but for three things.

    An Esc that arrives with the next key, as over a slow line, is an Esc and that key. Textual
    takes both for Alt and the key, for another character, or drops the Esc: a digit that was to
    rank after an editor had been left would be written into the answer. A key that nobody knows is
    no key, and an Esc within a paste is dropped; Textual takes what follows for characters that
    were typed, and digits rank.
    """

    def __init__(self, debug: bool = False) -> None:
        """As Textual's."""
        super().__init__(debug)
        self._is_pasted = False
        self._before = self._held = ""

    def feed(self, data: str) -> Iterable[Message]:
        """What a further piece of text means, as far as it is known yet."""
        text = self._without_esc(data)
        return super().feed(text) if text or not data else ()

    def _without_esc(self, data: str) -> str:
        """A piece without the Escs within a paste; what may begin its end waits for the next one."""
        found = []
        data, self._held = self._held + data, ""
        while data:
            if self._is_pasted:
                text, esc, rest = data.partition(ESC)
                found.append(text)
                self._is_pasted = not rest.startswith(PASTED[1:])
                if self._is_pasted and PASTED.startswith(esc + rest):
                    self._held = esc + rest
                    break
                data = rest if self._is_pasted else esc + rest
            else:
                seen = self._before + data
                at = seen.find(PASTE)
                self._is_pasted = at >= 0
                end = at + len(PASTE) - len(self._before) if self._is_pasted else len(data)
                self._before = "" if self._is_pasted else seen[1 - len(PASTE) :]
                found.append(data[:end])
                data = data[end:]
        return "".join(found)

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        is_pair = len(sequence) == 2 and sequence[0] == ESC
        if is_pair and sequence[1] in INTRODUCERS:
            return
        if is_pair and sequence[1] not in KEYS_WITH_ESC:
            alt, sequence = True, sequence[1]
        if alt:
            yield events.Key("escape", ESC)
        known = list(super()._sequence_to_key_events(sequence))
        yield from known
        if not known and _WHOLE.fullmatch(sequence):
            yield events.Key(Keys.Ignore, sequence)
