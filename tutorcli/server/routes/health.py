"""What machines that watch ask."""

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import JSONResponse, Response

from tutorcli.server.context import Context
from tutorcli.server.limits import BUSY_S
from tutorcli.server.metrics import CONTENT_TYPE
from tutorcli.server.preparing import newest_schema, schema_of
from tutorcli.server.problems import Rejected
from tutorcli.server.routes.acting import context_of

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def live() -> Response:
    """Whether the process answers."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
async def ready(request: Request) -> Response:
    """Whether the database answers and has the tables of this program."""
    await run_in_threadpool(_check, context_of(request))
    return JSONResponse({"status": "ready"})


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Figures for Prometheus; keep them behind the proxy."""
    text = await run_in_threadpool(request.app.state.metrics.text)
    return Response(text, media_type=CONTENT_TYPE)


def _check(context: Context) -> None:
    try:
        with context.database.read() as connection:
            schema = schema_of(connection)
    except SQLAlchemyError:
        raise Rejected("busy", "the database does not answer", retry_after=BUSY_S) from None
    if schema != newest_schema():
        raise Rejected("busy", "the database has other tables than this program")
