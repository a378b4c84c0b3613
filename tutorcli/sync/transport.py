"""One request over the network: never long without progress, never without bound."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from http import HTTPStatus

import httpx

from tutorcli.core.wire import REQUEST_ID_HEADER
from tutorcli.errors import message
from tutorcli.sync.lost import lost
from tutorcli.sync.remote import Place
from tutorcli.sync.retry import Failed
from tutorcli.sync.tls import open_transport

_PIECE = 16 << 10
_GZIP = 31
"""What zlib calls a gzip header."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is borne of a server."""

    connect_s: float = 10.0
    stall_s: float = 30.0
    """Seconds without progress: a piece of the request taken, the head of the reply complete,
    `trickle` bytes of its body, its end."""
    trickle: int = 1 << 10
    reply: int = 128 << 20
    """Bytes of a reply, unpacked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply, read to its end."""

    status: int
    headers: httpx.Headers
    body: bytes = field(repr=False)

    @property
    def kind(self) -> str:
        """Its media type, lower case, without parameters."""
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()

    @property
    def request_id(self) -> str | None:
        """The name under which the server's log has it, if it could be one."""
        said = str(self.headers.get(REQUEST_ID_HEADER, ""))
        return said if 0 < len(said) <= 64 and said.isascii() and said.isprintable() else None

    @property
    def is_success(self) -> bool:
        """Whether the status says that it was done."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def retry_after_s(self) -> float | None:
        """Seconds that the server asks to be left alone, where it says so in seconds."""
        said = str(self.headers.get("retry-after", "")).strip()
        return float(said) if said.isascii() and said.isdecimal() and len(said) < 9 else None


class Line:
    """The way to one server, kept open from request to request."""

    def __init__(
        self,
        place: Place,
        bounds: Bounds | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Open nothing yet; ``transport`` replaces the network."""
        self._place = place
        self._bounds = bounds or Bounds()
        self._client = httpx.AsyncClient(
            transport=transport or open_transport(place),
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(None, connect=self._bounds.connect_s),
        )

    async def send(
        self, method: str, path: str, headers: dict[str, str], body: bytes = b""
    ) -> Answer:
        """Send one request and read the reply to its end.

        Raises:
            Failed: No whole reply came.
        """
        try:
            return await self._send(method, path, headers, body)
        except TimeoutError:
            raise Failed(
                message(
                    "{url} stalled: nothing moved for {seconds} s",
                    url=self._place.url,
                    seconds=f"{self._bounds.stall_s:g}",
                ),
                hint=message("nothing is lost; run it again when the network is better"),
                again=True,
            ) from None
        except httpx.TransportError as error:
            raise lost(error, self._place) from error

    async def _send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self._bounds.stall_s) as limit:

            def moved() -> None:
                limit.reschedule(loop.time() + self._bounds.stall_s)

            if body:
                # With the length known there is no chunked encoding, which some proxies refuse.
                headers = {**headers, "Content-Length": str(len(body))}
            request = self._client.build_request(
                method,
                self._place.url + path,
                headers=headers,
                content=_pieces(body, moved) if body else None,
            )
            response = await self._client.send(request, stream=True)
            try:
                moved()
                read = await self._read(response, moved)
            finally:
                await response.aclose()
        return Answer(response.status_code, response.headers, read)

    async def _read(self, response: httpx.Response, moved: Callable[[], None]) -> bytes:
        """The body, unpacked; reading stops where it grows too long."""
        room = self._bounds.reply
        unpack = _unpacker(response.headers.get("content-encoding", "identity"), self._place)
        read = bytearray()
        since = 0
        async for piece in response.aiter_raw():
            since += len(piece)
            if since >= self._bounds.trickle:
                since = 0
                moved()
            try:
                read += unpack.decompress(piece, room - len(read) + 1) if unpack else piece
            except zlib.error:
                raise _garbled(self._place) from None
            if len(read) > room:
                raise Failed(
                    message(
                        "{url} answered with more than {limit} MiB",
                        url=self._place.url,
                        limit=room >> 20,
                    )
                )
        if unpack and not unpack.eof:
            raise _garbled(self._place)
        return bytes(read)

    async def close(self) -> None:
        """Close the connection."""
        await self._client.aclose()


async def _pieces(body: bytes, moved: Callable[[], None]) -> AsyncIterator[bytes]:
    """The body in pieces; the next one is asked for when the one before was taken."""
    for start in range(0, len(body), _PIECE):
        moved()
        yield body[start : start + _PIECE]
    moved()


def _unpacker(encoding: str, place: Place) -> "zlib._Decompress | None":
    match encoding.strip().lower():
        case "identity" | "":
            return None
        case "gzip":
            return zlib.decompressobj(_GZIP)
        case _:
            raise _garbled(place)


def _garbled(place: Place) -> Failed:
    return Failed(
        message("the answer of {url} is damaged", url=place.url),
        hint=message("nothing is lost; run it again"),
        again=True,
    )
