"""The server's app: routes, what they pass, and what runs beside them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response

from tutorcli import __version__
from tutorcli.server.context import Context
from tutorcli.server.described import describe
from tutorcli.server.gate import Gate
from tutorcli.server.limits import Buckets, InFlight
from tutorcli.server.metrics import Metrics
from tutorcli.server.problems import Rejected
from tutorcli.server.replies import code_of, problem
from tutorcli.server.routes import admins, health, leads, tutors
from tutorcli.server.ticking import Tick, Ticker

THREADS = 12
"""Acts that run at once; fewer than the database's pool has connections, so that none waits there."""
_SMALLEST_PACKED = 1024


def make_app(context: Context, ticks: Sequence[Tick] = ()) -> FastAPI:
    """The app of one project.

    Args:
        context: The project on its database, which has been made ready.
        ticks: What comes again and again while the app runs.
    """
    app = FastAPI(
        title="tutorcli",
        version=__version__,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan(Ticker(ticks)),
        exception_handlers={
            RequestValidationError: _answer_invalid,
            HTTPException: _answer_status,
        },
    )
    app.state.context = context
    app.state.in_flight = InFlight()
    app.state.turns = anyio.CapacityLimiter(1 if context.database.is_sqlite else 4)
    app.state.long_turns = anyio.CapacityLimiter(2)
    app.state.metrics = Metrics(context)
    for router in (health.router, tutors.router, leads.router, admins.router):
        app.include_router(router)
    app.openapi = lambda: _described_once(app)  # type: ignore[method-assign]
    app.add_middleware(GZipMiddleware, minimum_size=_SMALLEST_PACKED, compresslevel=4)
    app.add_middleware(
        Gate,
        in_flight=app.state.in_flight,
        buckets=Buckets(),
        metrics=app.state.metrics,
    )
    return app


def _lifespan(ticker: Ticker) -> Any:
    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        ticker.start()
        try:
            yield
        finally:
            await anyio.to_thread.run_sync(ticker.stop)

    return life


def _described_once(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        app.openapi_schema = describe(app, __version__)
    return app.openapi_schema


async def _answer_invalid(_request: Request, error: Exception) -> Response:
    """A parameter of the address that is missing or wrong: named, never repeated."""
    detail = ""
    if isinstance(error, RequestValidationError):
        first = error.errors()[0]
        detail = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return problem(Rejected("bad_request", detail))


async def _answer_status(_request: Request, error: Exception) -> Response:
    """What the framework refuses by itself: unknown addresses and methods."""
    if not isinstance(error, HTTPException):
        return problem(Rejected("internal"))
    answer = problem(Rejected(code_of(error.status_code)))
    if answer.status_code == 405:
        answer.headers.update(error.headers or {})
    return answer
