"""HTTP connections that wait for nobody for ever; bodies that are wanted have limits in `bodies`."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_S = 20
"""Seconds from the opening of a connection, or from a request's first byte, to the end of its head."""
MOST_HEAD = 64 << 10
"""Bytes of a request's head."""
REST_S = 30
"""Seconds in which the rest of a body may come that nobody reads, for the request was refused.

Hanging up at once would lose the reply: a client that still sends does not read.
"""
STALL_S = 120
"""Seconds in which a client takes some of a reply that waits for it.

On a slow line the system's own buffer makes room only now and then.
"""


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which itself waits for ever for heads, the rest of bodies, and readers."""

    _timer: asyncio.TimerHandle | None = None
    _reader_timer: asyncio.TimerHandle | None = None
    _head_bytes = 0
    _is_in_head = True

    def connection_made(self, transport: Any) -> None:
        """The first head is due."""
        super().connection_made(transport)
        self._cut_in(HEAD_S)

    def data_received(self, data: bytes) -> None:
        """Bytes of a head are counted."""
        super().data_received(data)
        if self._is_in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD:
                self.transport.abort()

    def on_message_begin(self) -> None:
        """The head that has begun is due."""
        self._is_in_head = True
        self._cut_in(HEAD_S)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._is_in_head = False
        self._head_bytes = 0
        self._forget()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """A body that nobody read is through; the next request is due."""
        if self.cycle.response_complete:
            self._cut_in(self.timeout_keep_alive)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The reply is out, maybe before the body is in; what is due now must come.

        uvicorn awaits the next request too, but empty lines put it off.
        """
        super().on_response_complete()
        # Else the next request has come already, whole or in part.
        if self.cycle.response_complete and not self._is_in_head:
            self._cut_in(REST_S if self.cycle.more_body else self.timeout_keep_alive)

    def pause_writing(self) -> None:
        """A reply waits for its reader."""
        super().pause_writing()
        self._watch_reader()

    def resume_writing(self) -> None:
        """The reader has taken it."""
        self._forget_reader()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is awaited any more."""
        self._forget()
        self._forget_reader()
        super().connection_lost(exc)

    def _watch_reader(self) -> None:
        waiting = self.transport.get_write_buffer_size()
        self._reader_timer = self.loop.call_later(STALL_S, self._judge_reader, waiting)

    def _judge_reader(self, waiting: int) -> None:
        if self.transport.get_write_buffer_size() < waiting:
            self._watch_reader()
        else:
            self.transport.abort()

    def _forget_reader(self) -> None:
        if self._reader_timer is not None:
            self._reader_timer.cancel()
            self._reader_timer = None

    def _cut_in(self, seconds: float) -> None:
        self._forget()
        self._timer = self.loop.call_later(seconds, self._cut)

    def _cut(self) -> None:
        # Not at once: the reply before may still be on its way.
        self.transport.close()

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
