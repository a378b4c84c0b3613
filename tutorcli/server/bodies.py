"""Bodies of requests: read as they come, never more than the server takes."""

import asyncio
import re
import sys
import zlib
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request

from tutorcli.server import logs
from tutorcli.server.limits import BUSY_S, InFlight
from tutorcli.server.problems import Rejected

T = TypeVar("T")

GRACE_S = 30
SLOWEST = 1024
"""Bytes a second; slower bodies are cut once the grace is over."""
LONGEST_S = 120
SLOWEST_LINE = 8 * 1024
"""Bytes a second of the slowest line on which a large body may come as long as it needs."""
_LONGEST_DETAIL = 200
_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}
_LENGTH = re.compile(r"[0-9]{1,18}")
_JSON = re.compile(r"application/([\w.-]+\+)?json\s*(;.*)?", re.IGNORECASE)


async def read_body(request: Request, limit: int, media: re.Pattern[str] = _JSON) -> bytes:
    """The unpacked body of a request.

    Args:
        request: Where it comes from.
        limit: Bytes that it may have, packed and unpacked.
        media: What its content type must be.

    Raises:
        Rejected: unsupported_encoding, too_large, busy (also when it comes too slowly), or
            bad_request when it is not what its encoding says.
    """
    unpacking = _unpacking(request, limit, media)
    length = stated_length(request)
    if length is not None and length > limit:
        raise Rejected("too_large", f"more than {limit} bytes")
    loop, received = asyncio.get_running_loop(), 0
    started, longest = loop.time(), max(LONGEST_S, (length or 0) / SLOWEST_LINE)
    try:
        async with asyncio.timeout(GRACE_S) as pace:
            async for chunk in request.stream():
                received += len(chunk)
                pace.reschedule(started + min(longest, GRACE_S + received / SLOWEST))
                _hold(request, unpacking.feed(chunk))
    except TimeoutError:
        raise Rejected(
            "busy", "the body came too slowly", retry_after=BUSY_S, hangs_up=True
        ) from None
    return unpacking.finish()


def stated_length(request: Request) -> int | None:
    """The body's length as the request states it; one that is no length is beyond all limits."""
    said = request.headers.get("content-length")
    if said is None:
        return None
    return int(said) if _LENGTH.fullmatch(said) else sys.maxsize


def parse(kind: type[T], raw: bytes) -> T:
    """The value of a body.

    Raises:
        Rejected: bad_request.
    """
    try:
        value: T = adapter(kind).validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        detail = f"{place}: {first['msg']}" if place else first["msg"]
        raise Rejected("bad_request", detail[:_LONGEST_DETAIL]) from None
    return value


def adapter(kind: Any) -> TypeAdapter[Any]:
    """What reads and writes values of a kind as JSON; made once, for making takes milliseconds."""
    found = _ADAPTERS.get(kind)
    if found is None:
        found = _ADAPTERS[kind] = TypeAdapter(kind)
    return found


def _hold(request: Request, count: int) -> None:
    flight: InFlight = request.app.state.in_flight
    flight.hold(count)
    if trace := logs.TRACE.get():
        trace.body += count


def _unpacking(request: Request, limit: int, media: re.Pattern[str]) -> "_Plain":
    if not media.fullmatch(request.headers.get("content-type", "")):
        raise Rejected("unsupported_encoding", "the content type is not one of this address")
    match request.headers.get("content-encoding", "identity").strip().lower():
        case "identity":
            return _Plain(limit)
        case "gzip":
            return _Gzip(limit)
        case _:
            raise Rejected("unsupported_encoding", "encodings: gzip")


class _Plain:
    """A body as it is."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.length = 0
        self.chunks: list[bytes] = []

    def feed(self, chunk: bytes) -> int:
        """Take a chunk in; how many bytes more are held."""
        self.length += len(chunk)
        if self.length > self.limit:
            raise Rejected("too_large", f"more than {self.limit} bytes")
        self.chunks.append(chunk)
        return len(chunk)

    def finish(self) -> bytes:
        """The whole."""
        return b"".join(self.chunks)


class _Gzip(_Plain):
    """A packed body, unpacked no further than the limit."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.packed = 0
        self.inflater: Any = zlib.decompressobj(31)

    def feed(self, chunk: bytes) -> int:
        """Take a packed chunk in; how many unpacked bytes more are held."""
        self.packed += len(chunk)
        if self.packed > self.limit:
            raise Rejected("too_large", f"more than {self.limit} bytes")
        if chunk and self.inflater.eof:
            raise Rejected("bad_request", "there is more behind the end of the gzip stream")
        try:
            unpacked = self.inflater.decompress(chunk, self.limit - self.length + 1)
        except zlib.error:
            raise Rejected("bad_request", "not gzip") from None
        if self.inflater.unused_data:
            raise Rejected("bad_request", "there is more behind the end of the gzip stream")
        return super().feed(unpacked)

    def finish(self) -> bytes:
        """The whole; the stream must have come to its end."""
        if not self.inflater.eof:
            raise Rejected("bad_request", "the gzip stream ends too early")
        return super().finish()
