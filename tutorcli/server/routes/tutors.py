"""What a tutor's machine asks: hello, enrol, pull, push, verify."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from tutorcli import __version__
from tutorcli.core.wire import (
    VERSIONS,
    EnrolReply,
    EnrolRequest,
    Hello,
    PullReply,
    PullRequest,
    PushReply,
    PushRequest,
    VerifyReply,
    Versions,
)
from tutorcli.server.context import Context
from tutorcli.server.described import described
from tutorcli.server.preparing import meta_of
from tutorcli.server.routes.acting import allowed, answered, bodied, token_of
from tutorcli.server.services import assigning, enrolling, intake, verifying

router = APIRouter(prefix="/v1", tags=["tutors"])


@router.get("/hello", **described(Hello))
async def hello(request: Request) -> Response:
    """Who the server is; asked without a token."""
    return await answered(request, said)


@router.post("/enrol", **described(EnrolReply, EnrolRequest))
async def enrol(request: Request) -> Response:
    """A code against a token."""
    return await bodied(request, EnrolRequest, enrolling.enrol, is_open=True)


@router.post("/pull", **described(PullReply, PullRequest))
async def pull(request: Request) -> Response:
    """What a home shall hold from now on."""

    def act(context: Context, body: PullRequest) -> PullReply:
        return assigning.pull(context, allowed(context, request, "tutor"), body)

    return await bodied(request, PullRequest, act)


@router.post("/push", **described(PushReply, PushRequest))
async def push(request: Request) -> Response:
    """Store what a device has made since."""

    def act(context: Context, body: PushRequest) -> PushReply:
        return intake.push(context, token_of(request), body)

    return await bodied(request, PushRequest, act)


@router.get("/verify", **described(VerifyReply))
async def verify(request: Request, device: str) -> Response:
    """All that is stored of a device, hashed anew."""
    return await answered(
        request, lambda context: verifying.verify(context, token_of(request), device)
    )


def said(context: Context) -> Hello:
    """What the server says of itself."""
    with context.database.read() as connection:
        meta = meta_of(connection)
    return Hello(
        server=f"tutorcli/{__version__}",
        protocol=Versions(VERSIONS[0], VERSIONS[-1]),
        project=context.project.name,
        instance=meta["instance"],
        epoch=meta["epoch"],
        time=context.database.stamp(),
        region=context.project.region,
        limits=context.project.limits,
        consent=context.project.consent_asked,
        policy=context.project.policy,
    )
