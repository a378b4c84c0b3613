"""From a request to an act and back: the same few steps for every route."""

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from tutorcli.server.auth import Caller, admit, require
from tutorcli.server.bodies import parse, read_body, stated_length
from tutorcli.server.context import Context
from tutorcli.server.replies import reply

T = TypeVar("T")

SMALL = 64 << 10
"""Bytes of a body; larger ones, and packed ones, are only read of those whose token is good."""


def context_of(request: Request) -> Context:
    """The project that a request is about."""
    context: Context = request.app.state.context
    return context


def token_of(request: Request) -> str:
    """The token of a request; empty when it has none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def bodied(
    request: Request, kind: type[T], act: Callable[[Context, T], object], *, is_open: bool = False
) -> Response:
    """Read a body and answer with what ``act`` makes of it.

    Args:
        request: The request.
        kind: What its body is.
        act: A service; it runs in a thread.
        is_open: Whether no token is needed; such a body must be small.
    """
    context = context_of(request)
    if not is_open and not _is_small(request):
        await run_in_threadpool(admit, context, token_of(request))
    raw = await read_body(request, SMALL if is_open else context.project.limits.body)
    # Few at once and in their order: more threads would take the interpreter's lock, and on SQLite
    # the file's, from one another, and some would wait for seconds.
    turns: CapacityLimiter = request.app.state.turns
    return await to_thread.run_sync(lambda: reply(act(context, parse(kind, raw))), limiter=turns)


def _is_small(request: Request) -> bool:
    """Whether a body is; of a packed one nobody knows before it is unpacked."""
    length = stated_length(request)
    is_packed = "content-encoding" in request.headers
    return length is not None and length < SMALL and not is_packed


async def answered(
    request: Request, act: Callable[[Context], object], *, is_long: bool = False
) -> Response:
    """Answer with what ``act`` says; it runs in a thread.

    Args:
        request: The request.
        act: A service.
        is_long: Whether it may take minutes; few such run at once, so that threads are left.
    """
    context = context_of(request)
    limiter: CapacityLimiter | None = request.app.state.long_turns if is_long else None
    return await to_thread.run_sync(lambda: reply(act(context)), limiter=limiter)


def allowed(context: Context, request: Request, *roles: str) -> Caller:
    """Who calls, if they have one of ``roles``; asks the database.

    Raises:
        Rejected: token_unknown, token_revoked or wrong_role.
    """
    caller = admit(context, token_of(request))
    require(caller, *roles)
    return caller
