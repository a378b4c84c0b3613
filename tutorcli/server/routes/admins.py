"""What administrators and auditors ask: tutors and their codes, the audit."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from tutorcli.core.wire import Qualification
from tutorcli.server.context import Context
from tutorcli.server.described import described
from tutorcli.server.routes.acting import allowed, answered, bodied
from tutorcli.server.services import auditing, people
from tutorcli.server.services.auditing import Checked
from tutorcli.server.services.people import Tutor, Wanted

router = APIRouter(prefix="/v1", tags=["admins"])

AT_ONCE = 1000
"""Acts in one reply at most."""

Cursor = Annotated[int, Query(ge=0, lt=1 << 63)]
Count = Annotated[int, Query(ge=1, le=AT_ONCE)]


@dataclass(frozen=True, slots=True)
class TutorRequest:
    """POST /v1/tutors: who is to be added."""

    __pydantic_config__: ClassVar[Any] = {"strict": True, "extra": "forbid"}

    roles: tuple[str, ...] = ("tutor",)
    qualifications: tuple[Qualification, ...] = ()
    regions: tuple[str, ...] = ()
    name: str = ""
    """For people; stored sealed."""


@dataclass(frozen=True, slots=True)
class CodeReply:
    """A tutor with a code for one enrolment, told once."""

    tutor: str
    code: str
    code_expires_at: str


@dataclass(frozen=True, slots=True)
class TutorsReply:
    """All tutors, in the order in which they were added."""

    tutors: tuple[Tutor, ...]


@dataclass(frozen=True, slots=True)
class ActsReply:
    """A stretch of the audit."""

    acts: tuple[dict[str, Any], ...]
    next: int
    """``after`` of the next call."""
    more: bool


@router.get("/tutors", **described(TutorsReply))
async def tutors(request: Request) -> Response:
    """All tutors with their names."""

    def act(context: Context) -> TutorsReply:
        allowed(context, request, "admin")
        return TutorsReply(tuple(people.everyone(context)))

    return await answered(request, act)


@router.post("/tutors", **described(CodeReply, TutorRequest))
async def add(request: Request) -> Response:
    """Add a tutor; the reply has the code to enrol with."""

    def act(context: Context, body: TutorRequest) -> CodeReply:
        caller = allowed(context, request, "admin")
        wanted = Wanted(body.roles, body.qualifications, body.regions, body.name or None)
        added = people.add(context, caller.tutor, wanted)
        return CodeReply(added.tutor, added.code.text, added.code.expires_at)

    return await bodied(request, TutorRequest, act)


@router.post("/tutors/{tutor}/revoke", **described(Tutor))
async def revoke(request: Request, tutor: str) -> Response:
    """Shut a tutor out from the next request on."""

    def act(context: Context) -> Tutor:
        people.revoke(context, allowed(context, request, "admin").tutor, tutor)
        return people.find(context, tutor)

    return await answered(request, act)


@router.post("/tutors/{tutor}/code", **described(CodeReply))
async def code(request: Request, tutor: str) -> Response:
    """One more enrolment code; a revoked tutor is active again."""

    def act(context: Context) -> CodeReply:
        made = people.new_code(context, allowed(context, request, "admin").tutor, tutor)
        return CodeReply(tutor, made.text, made.expires_at)

    return await answered(request, act)


@router.get("/audit", **described(ActsReply))
async def audit(request: Request, after: Cursor = 0, limit: Count = 200) -> Response:
    """What leads and administrators did, in order."""

    def act(context: Context) -> ActsReply:
        allowed(context, request, "auditor", "admin")
        acts = tuple(auditing.acts(context, after, limit + 1))
        shown = acts[:limit]
        return ActsReply(shown, shown[-1]["seq"] if shown else after, len(acts) > limit)

    return await answered(request, act)


@router.get("/audit/verify", **described(Checked))
async def verify(request: Request) -> Response:
    """Every chain made anew from what is stored; takes as long as all judgments need."""

    def act(context: Context) -> Checked:
        allowed(context, request, "auditor", "admin")
        return auditing.verify(context)

    return await answered(request, act, is_long=True)
