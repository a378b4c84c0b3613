"""What every request passes: its id, its version, the limits, its line in the log."""

import asyncio
import os
import re
from hashlib import sha256

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tutorcli.core.wire import REQUEST_ID_HEADER, VERSION_HEADER, VERSIONS
from tutorcli.server import logs
from tutorcli.server.limits import BUSY_S, Buckets, InFlight
from tutorcli.server.logs import Trace
from tutorcli.server.metrics import Metrics
from tutorcli.server.problems import Rejected
from tutorcli.server.replies import problem

QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
"""Addresses of machines that watch: no limits, no line in the log."""
_ANY_VERSION = frozenset({"/v1/hello", "/v1/openapi.json"})
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_GONE = 499
"""The status in the log when a client has hung up."""


class Gate:
    """ASGI middleware around the whole app."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        in_flight: InFlight,
        buckets: Buckets,
        metrics: Metrics,
    ) -> None:
        """Stand before ``app``."""
        self._app = app
        self._in_flight = in_flight
        self._buckets = buckets
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with a problem."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        trace = Trace(self._request_id(headers), scope["method"])
        outside = logs.TRACE.set(trace)
        try:
            await self._answered(scope, headers, receive, _Marked(send, trace))
        finally:
            self._close(scope, trace)
            logs.TRACE.reset(outside)

    @staticmethod
    def _request_id(headers: Headers) -> str:
        sent = headers.get(REQUEST_ID_HEADER, "")
        return sent if _REQUEST_ID.fullmatch(sent) else os.urandom(8).hex()

    async def _answered(
        self, scope: Scope, headers: Headers, receive: Receive, send: "_Marked"
    ) -> None:
        try:
            if scope["path"] in QUIET:
                await self._app(scope, receive, send)
                return
            _check_version(scope["path"], headers)
            self._buckets.take(_key(scope, headers))
            await self._counted(scope, receive, send)
        except ClientDisconnect:
            # Nobody waits for an answer. Raised on, it would be an error in the log.
            send.trace.status = _GONE
        except asyncio.CancelledError:
            send.trace.status = _GONE
            raise
        except Exception as error:
            if send.has_begun:
                send.trace.fault = logs.fault_of(error)
                raise
            await problem(_rejected(error, send.trace))(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: "_Marked") -> None:
        self._in_flight.enter()
        self._metrics.in_flight.inc()
        try:
            await self._app(scope, receive, send)
        finally:
            self._in_flight.leave(send.trace.body)
            self._metrics.in_flight.dec()

    def _close(self, scope: Scope, trace: Trace) -> None:
        route = scope.get("route")
        trace.route = getattr(route, "path_format", "-")
        self._metrics.count(trace.method, trace.route, trace.status, trace.ms / 1000)
        if trace.route == "/v1/push":
            self._metrics.count_judgments(trace.counts)
        logs.written(trace, is_quiet=trace.route in QUIET)


class _Marked:
    """`send` that adds the headers of every reply and remembers what was sent."""

    def __init__(self, send: Send, trace: Trace) -> None:
        self._send = send
        self.trace = trace
        self.has_begun = False

    async def __call__(self, message: Message) -> None:
        """Send a part of the reply."""
        if message["type"] == "http.response.start":
            self.has_begun = True
            self.trace.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers[REQUEST_ID_HEADER] = self.trace.request_id
            headers[VERSION_HEADER] = str(VERSIONS[-1])
            headers["Cache-Control"] = "no-store"
        await self._send(message)


def _check_version(path: str, headers: Headers) -> None:
    asked = headers.get(VERSION_HEADER)
    if asked is None or path in _ANY_VERSION or not path.startswith("/v1/"):
        return
    if asked not in map(str, VERSIONS):
        raise Rejected("upgrade_required")


def _key(scope: Scope, headers: Headers) -> bytes:
    """Whose bucket it is: that of the token, else that of the machine."""
    if sent := headers.get("authorization"):
        return sha256(sent.encode()).digest()
    client = scope.get("client")
    return str(client[0] if client else "").encode()


def _rejected(error: Exception, trace: Trace) -> Rejected:
    if isinstance(error, Rejected):
        return error
    trace.fault = logs.fault_of(error)
    if isinstance(error, OperationalError | PoolTimeoutError) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    ):
        return Rejected("busy", "the database did not answer", retry_after=BUSY_S)
    return Rejected("internal")
