"""HTTP connections that do not wait for ever; bodies that are wanted have their limits in `bodies`."""

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


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which itself waits for ever for heads and for the rest of bodies."""

    _timer: asyncio.TimerHandle | None = None
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
        """A body that nobody read is through; the next head is due."""
        if self.cycle.response_complete:
            self._cut_in(HEAD_S)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The reply is out, maybe before the body is in."""
        if self.cycle.more_body:
            self._cut_in(REST_S)
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is awaited any more."""
        self._forget()
        super().connection_lost(exc)

    def _cut_in(self, seconds: float) -> None:
        self._forget()
        self._timer = self.loop.call_later(seconds, self._cut)

    def _cut(self) -> None:
        self.transport.abort()

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
