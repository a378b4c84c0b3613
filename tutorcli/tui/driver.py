"""Reads the terminal: Esc is known sooner, signals wait their turn, what was typed early is kept."""

import os
import re
import selectors
import signal
import sys
from codecs import getincrementaldecoder
from typing import TYPE_CHECKING, Final

from textual._ansi_sequences import SYNC_END, SYNC_START
from textual._time import get_time

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import App
    from textual.driver import Driver

ESC_S: Final = 0.030
"""An Esc after which nothing came for so long was typed by itself; ESCDELAY says otherwise."""
POLL_S: Final = 0.1
"""How often the end is looked for."""
INTRODUCERS: Final = "\x1b[]OPNX^_\\"
"""What an Esc begins a longer sequence with."""
KEYS_WITH_ESC: Final = "\x7f\tbf"
"""What terminals send behind an Esc for one key: a word deleted, Shift+Tab, a word left or right."""
_WHOLE: Final = re.compile(r"\x1b(\[[\d;:]*[@-LN-Z^-~]|O[A-Za-z])")
"""A key as terminals write it; of the mouse it is no more than the beginning."""
_MOVE: Final = re.compile(r"\x1b\[\d+;\d+H\Z")
"""The cursor's last move of an update."""


def driver_class() -> "type[Driver] | None":
    """The driver for this platform; None: Textual's own."""
    if sys.platform == "win32":
        return None
    return SwiftDriver


if sys.platform != "win32":
    from textual import events
    from textual._xterm_parser import XTermParser
    from textual.drivers.linux_driver import LinuxDriver
    from textual.keys import Keys

    from tutorcli.tui import typeahead

    class Parser(XTermParser):
        """Textual's, but what was typed stays what it was.

        An Esc that arrives with the next key, as over a slow line, is an Esc and that key. Textual
        takes both for Alt and the key, for another character, or drops the Esc: a digit that was to
        rank after an editor had been left would be written into the answer. A key that nobody
        knows is no key; Textual takes its bytes for characters, and digits rank.
        """

        def _sequence_to_key_events(
            self, sequence: str, alt: bool = False
        ) -> "Iterable[events.Key]":
            is_pair = len(sequence) == 2 and sequence[0] == "\x1b"
            if is_pair and sequence[1] in INTRODUCERS:
                return
            if is_pair and sequence[1] not in KEYS_WITH_ESC:
                alt, sequence = True, sequence[1]
            if alt:
                yield events.Key("escape", "\x1b")
            known = list(super()._sequence_to_key_events(sequence))
            yield from known
            if not known and _WHOLE.fullmatch(sequence):
                yield events.Key(Keys.Ignore, sequence)

    class SwiftDriver(LinuxDriver):
        """Textual's driver with another way of waiting."""

        def __init__(
            self,
            app: "App[object]",
            *,
            debug: bool = False,
            mouse: bool = True,
            size: tuple[int, int] | None = None,
        ) -> None:
            """As Textual's."""
            super().__init__(app, debug=debug, mouse=mouse, size=size)
            self._is_away = self._is_leaving = False
            self._is_begun = False
            self._cursor: str | None = None
            signal.signal(signal.SIGTSTP, self._on_stop)
            signal.signal(signal.SIGCONT, self._on_continue)

        # In the middle of a message the queue of what is to be written may be locked already: both
        # wait for its end. While an editor has the terminal, none ends: this stops with the editor.

        def _on_stop(self, *_: object) -> None:
            if not self._auto_restart:
                os.kill(os.getpid(), signal.SIGSTOP)
            elif not self._is_leaving:
                self._is_leaving = True
                self._loop.call_soon_threadsafe(self._leave)

        def _on_continue(self, *_: object) -> None:
            if self._auto_restart:
                self._loop.call_soon_threadsafe(self._come_back)

        def _leave(self) -> None:
            if not self._is_away:
                self._is_away = self._must_signal_resume = True
                self.suspend_application_mode()
            os.kill(os.getpid(), signal.SIGSTOP)
            self._is_leaving = False

        def _come_back(self) -> None:
            if self._is_away:
                self.resume_application_mode()
                # Still in the background, it was stopped again before it had begun to read.
                self._is_away = self._key_thread is None or not self._key_thread.is_alive()
            else:
                self.send_message(self.SignalResume())

        def write(self, data: str) -> None:
            """As Textual's; an update that changes nothing is not written."""
            if data == SYNC_START:
                self._is_begun = True
            elif data == SYNC_END and self._is_begun:
                self._is_begun = False
            elif data and not (self._is_begun and data == self._cursor):
                super().write(SYNC_START + data if self._is_begun else data)
                self._is_begun = False
                if data != SYNC_END:
                    moved = _MOVE.search(data)
                    self._cursor = moved[0] if moved else None

        def start_application_mode(self) -> None:
            """As Textual's; in the end the terminal becomes what it was before keys were kept."""
            super().start_application_mode()  # type: ignore[no-untyped-call]
            self.attrs_before = typeahead.before() or self.attrs_before

        def run_input_thread(self) -> None:
            """Read keys until the end; wait no longer than the parser has to."""
            parser = Parser(self._debug)
            # A byte that is no UTF-8 is a wrong key, not the end of the program.
            decode = getincrementaldecoder("utf-8")("replace").decode
            with selectors.DefaultSelector() as selector:
                selector.register(self.fileno, selectors.EVENT_READ)
                while not self.exit_event.is_set():
                    if selector.select(_patience(parser)):
                        self._feed(parser, decode(self._read()))
                    for message in parser.tick():
                        self.process_message(message)

        def _read(self) -> bytes:
            data = os.read(self.fileno, 1 << 12)
            if not data:
                # A closed stdin is always ready.
                self.exit_event.wait(POLL_S)
            return data

        def _feed(self, parser: XTermParser, text: str) -> None:
            if not text:
                return
            for message in parser.feed(text):
                self.process_message(message)
            # Only an Esc that came alone: what is cut out of a longer text goes on.
            if text == "\x1b" and parser._timeout_time and "ESCDELAY" not in os.environ:  # noqa: SLF001
                parser._timeout_time = min(parser._timeout_time, get_time() + ESC_S)  # noqa: SLF001

    def _patience(parser: XTermParser) -> float:
        """Seconds until the parser has to know that nothing more came."""
        due = parser._timeout_time  # noqa: SLF001
        return POLL_S if due is None else min(max(due - get_time(), 0), POLL_S)
