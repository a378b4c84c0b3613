"""Our own server, over HTTP."""

import asyncio
import gzip
import logging
from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import httpx
import orjson
from pydantic import TypeAdapter, ValidationError

from tutorcli import __version__
from tutorcli.core.canonical import loads
from tutorcli.core.wire import (
    VERSION_HEADER,
    VERSIONS,
    EnrolReply,
    EnrolRequest,
    Hello,
    PullReply,
    PullRequest,
    PushReply,
    PushRequest,
    VerifyReply,
)
from tutorcli.errors import InputError
from tutorcli.sync.lost import NoConnection
from tutorcli.sync.problems import OtherVersion, failure, other_version, portal
from tutorcli.sync.remote import Place
from tutorcli.sync.retry import Patience
from tutorcli.sync.transport import Answer, Bounds, Line

_LOG = logging.getLogger(__name__)
_PACKED_FROM = 1 << 10
"""Bytes from which a body is sent packed."""
_JSON = "application/json"
_HELLO, _ENROL = "/v1/hello", "/v1/enrol"
_WITHOUT_TOKEN = {_HELLO, _ENROL}
"""Calls to whoever answers at the address, which need not be the server that the token is for."""

Reply = TypeVar("Reply")


def connect(place: Place) -> "Client":
    """The server at a place."""
    return Client(place)


_READERS: dict[Any, TypeAdapter[Any]] = {}


def _reader(kind: type[Reply]) -> TypeAdapter[Reply]:
    """What reads replies of a kind; building it costs milliseconds."""
    if kind not in _READERS:
        _READERS[kind] = TypeAdapter(kind)
    return _READERS[kind]


class Client:
    """A `Remote`: one connection, driven from code that waits for each answer."""

    def __init__(
        self,
        place: Place,
        *,
        patience: Patience | None = None,
        bounds: Bounds | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Open nothing yet.

        Args:
            place: Where the server is.
            patience: How failures are met.
            bounds: What is borne of the server.
            transport: What carries the requests, instead of the network.
        """
        self._place = place
        self._token = place.token
        self._patience = patience or Patience()
        self._line = Line(place, bounds, transport)
        self._runner = asyncio.Runner()
        self._version = VERSIONS[-1]
        self._packs = False
        self._is_closed = False

    def hello(self) -> Hello:
        """Who the server is; settles which version of the protocol is spoken."""
        try:
            found = self._call("GET", _HELLO, Hello)
        except OtherVersion as refusal:
            if refusal.span is None:
                raise
            self._version = self._common(*refusal.span)
            found = self._call("GET", _HELLO, Hello)
        self._version = self._common(found.protocol.min, found.protocol.max)
        self._packs = "gzip" in found.encodings
        return found

    def enrol(self, request: EnrolRequest) -> EnrolReply:
        """Change a code into a token; the calls that follow carry it."""
        reply = self._call("POST", _ENROL, EnrolReply, request)
        self._token = reply.token
        return reply

    def pull(self, request: PullRequest) -> PullReply:
        """What this home shall hold."""
        return self._call("POST", "/v1/pull", PullReply, request)

    def push(self, request: PushRequest) -> PushReply:
        """Hand over judgments."""
        return self._call("POST", "/v1/push", PushReply, request)

    def verify(self, device: str) -> VerifyReply:
        """What the server holds of a device, counted and hashed anew."""
        return self._call("GET", f"/v1/verify?device={quote(device, safe='')}", VerifyReply)

    def stats(self, question: Mapping[str, str]) -> dict[str, Any]:
        """The server's answer to a question about all judgments; for leads."""
        return self._call("GET", f"/v1/stats?{urlencode(question)}", dict[str, Any])

    def close(self) -> None:
        """Let go of the connection; closing twice is allowed."""
        if self._is_closed:
            return
        self._is_closed = True
        with self._runner:
            self._runner.run(self._line.close())

    def _common(self, oldest: int, newest: int) -> int:
        """The highest version that both sides speak."""
        both = [version for version in VERSIONS if oldest <= version <= newest]
        if not both:
            raise other_version(self._place.url, oldest, newest)
        return max(both)

    def _call(
        self, method: str, path: str, kind: type[Reply], request: object | None = None
    ) -> Reply:
        body = b"" if request is None else orjson.dumps(request)
        headers = self._headers(path, body)
        # A machine without a network should hear so at once.
        give_up_on = (NoConnection,) if path == _HELLO else ()
        if "Content-Encoding" in headers:
            body = gzip.compress(body, 6, mtime=0)

        async def once() -> Reply:
            answer = await self._line.send(method, path, headers, body)
            _LOG.info("%s %s: %d", method, path.partition("?")[0], answer.status)
            return self._reply(answer, kind)

        return self._runner.run(self._patience.call(once, give_up_on=give_up_on))

    def _headers(self, path: str, body: bytes) -> dict[str, str]:
        headers = {
            "Accept": _JSON,
            "Accept-Encoding": "gzip",
            "User-Agent": f"tutorcli/{__version__}",
            VERSION_HEADER: str(self._version),
        }
        if self._token and path not in _WITHOUT_TOKEN:
            headers["Authorization"] = f"Bearer {self._token}"
        if body:
            headers["Content-Type"] = _JSON
        if self._packs and len(body) > _PACKED_FROM:
            headers["Content-Encoding"] = "gzip"
        return headers

    def _reply(self, answer: Answer, kind: type[Reply]) -> Reply:
        """The value that a successful answer holds.

        Raises:
            TutorError: It is no success, or not an answer of a tutorcli server.
        """
        if not answer.is_success:
            raise failure(answer, self._place.url)
        if answer.kind != _JSON:
            raise portal(answer, self._place.url)
        try:
            # Strict first: a key that stands twice, NaN and deep nesting pass the second reader.
            loads(answer.body.decode())
            reply = _reader(kind).validate_json(answer.body)
        except (UnicodeDecodeError, InputError, ValidationError):
            raise portal(answer, self._place.url) from None
        return reply
