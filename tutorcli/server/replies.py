"""Replies: values of the protocol as JSON, errors as problem+json."""

from typing import Any

from starlette.responses import Response

from tutorcli.core.problems import CODES, PROBLEM, Problem
from tutorcli.core.wire import VERSIONS
from tutorcli.server import logs
from tutorcli.server.bodies import adapter
from tutorcli.server.problems import Rejected


def reply(value: Any) -> Response:
    """A value of the protocol; what is an answer already stays one."""
    if isinstance(value, Response):
        return value
    return Response(adapter(type(value)).dump_json(value), media_type="application/json")


def problem(rejected: Rejected) -> Response:
    """An error."""
    code, trace = rejected.code, logs.TRACE.get()
    is_of_version = code.name == "upgrade_required"
    body = Problem(
        code=code.name,
        title=code.title,
        status=code.status,
        detail=rejected.detail,
        retry_after=rejected.retry_after,
        request_id=trace.request_id if trace else None,
        min=VERSIONS[0] if is_of_version else None,
        max=VERSIONS[-1] if is_of_version else None,
    )
    headers = {}
    if rejected.retry_after is not None:
        headers["Retry-After"] = str(rejected.retry_after)
    if rejected.hangs_up:
        headers["Connection"] = "close"
    if code.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(
        adapter(Problem).dump_json(body, exclude_none=True),
        status_code=code.status,
        headers=headers,
        media_type=PROBLEM,
    )


def code_of(status: int) -> str:
    """The code that stands for a status which the framework came upon by itself."""
    for code in CODES.values():
        if code.status == status:
            return code.name
    return "bad_request" if status < 500 else "internal"
