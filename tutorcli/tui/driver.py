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
    from textual.app import App
    from textual.driver import Driver

ESC_S: Final = 0.030
"""An Esc after which nothing came for so long was typed by itself; ESCDELAY says otherwise."""
POLL_S: Final = 0.1
"""How often the end is looked for."""
_MOVE: Final = re.compile(r"\x1b\[\d+;\d+H\Z")
"""The cursor's last move of an update."""


def driver_class() -> "type[Driver] | None":
    """The driver for this platform; None: Textual's own."""
    if sys.platform == "win32":
        return None
    return SwiftDriver


if sys.platform != "win32":
    from textual.drivers.linux_driver import LinuxDriver

    from tutorcli.tui import typeahead
    from tutorcli.tui.key_parser import KeyParser

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
            parser = KeyParser(self._debug)
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

        def _feed(self, parser: KeyParser, text: str) -> None:
            if not text:
                return
            for message in parser.feed(text):
                self.process_message(message)
            # Only an Esc that came alone: what is cut out of a longer text goes on.
            if text == "\x1b" and parser._timeout_time and "ESCDELAY" not in os.environ:  # noqa: SLF001
                parser._timeout_time = min(parser._timeout_time, get_time() + ESC_S)  # noqa: SLF001

    def _patience(parser: KeyParser) -> float:
        """Seconds until the parser has to know that nothing more came."""
        due = parser._timeout_time  # noqa: SLF001
        return POLL_S if due is None else min(max(due - get_time(), 0), POLL_S)
