"""What leads and administrators ask: tasks, judgments, figures, what waits for a decision."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field
from starlette.responses import Response

from tutorcli.catalog.shelf import Catalog
from tutorcli.core.problems import PROBLEM
from tutorcli.errors import ConfigError
from tutorcli.formats.containers import Line
from tutorcli.formats.port import Fill
from tutorcli.server.auth import Caller
from tutorcli.server.bodies import parse, read_body
from tutorcli.server.context import Context
from tutorcli.server.described import described
from tutorcli.server.problems import Rejected
from tutorcli.server.replies import problem, reply
from tutorcli.server.routes.acting import SMALL, allowed, answered, bodied, context_of
from tutorcli.server.services import exporting, figures, reviewing, rulings, statistics, withdrawing
from tutorcli.server.services.exporting import Sight
from tutorcli.server.services.publishing import Otherwise
from tutorcli.server.services.reviewing import Review
from tutorcli.server.services.rulings import Releasable, Released, Ruled, Waiting
from tutorcli.server.services.taking import Taken, Taking, take
from tutorcli.server.services.withdrawing import Gone, Which
from tutorcli.stats.bootstrap import Sampling
from tutorcli.stats.table import Window
from tutorcli.team.boards import BoardAsk
from tutorcli.team.figures import Ask

router = APIRouter(prefix="/v1", tags=["leads"])

NDJSON = "application/x-ndjson"
_LINES = re.compile(r"application/(x-ndjson|jsonl|jsonlines)\s*(;.*)?", re.IGNORECASE)
_ROLES = ("lead", "admin")
_MOST_ERRORS = 1000
"""Bad lines that a refusal names; it counts the rest."""
_STRICT = {"strict": True, "extra": "forbid"}

Cursor = Annotated[int, Query(ge=0, lt=1 << 63)]
Count = Annotated[int, Query(ge=1, le=exporting.AT_ONCE)]


@dataclass(frozen=True, slots=True)
class TasksReply:
    """What an import did."""

    imported: int
    duplicates: int
    otherwise: tuple[Otherwise, ...] = ()
    """Subjects that stay judged by what is in force, though the server's packs have changed."""


class Question(BaseModel):
    """GET /v1/stats: what is asked of the judgments."""

    what: Literal["", "agreement", "tutors", "gold", "bias", "time", "leaderboard", "report"] = ""
    by: str = ""
    """Words, with commas between them."""
    model: Literal["davidson", "bradley-terry"] = "davidson"
    """Of a leaderboard."""
    control: str = ""
    """Of a leaderboard: covariates, with commas between them."""
    after: int | None = None
    """Milliseconds since 1970: judgments received since."""
    before: int | None = None
    ci: float = Field(0.95, ge=0.5, lt=1)
    seed: int = Field(0, ge=-(2**63), lt=2**63)
    names: bool = False
    """Whether the names of tutors stand beside it."""


@dataclass(frozen=True, slots=True)
class PurgeRequest:
    """POST /v1/tasks/purge: by id, or a whole batch."""

    __pydantic_config__: ClassVar[Any] = _STRICT

    ids: tuple[str, ...] = ()
    batch: str | None = None
    judgments: bool = False
    """Whether the texts of their judgments go as well."""


@dataclass(frozen=True, slots=True)
class QuarantineReply:
    """Judgments that wait for a decision, in the order in which they came."""

    waiting: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class ReleaseRequest:
    """POST /v1/quarantine/release: one judgment, or all that wait for a reason."""

    __pydantic_config__: ClassVar[Any] = _STRICT

    judgment: str | None = None
    reason: Releasable | None = None


@dataclass(frozen=True, slots=True)
class RejectRequest:
    """POST /v1/quarantine/reject."""

    __pydantic_config__: ClassVar[Any] = _STRICT

    judgment: str


@dataclass(frozen=True, slots=True)
class ReviewReply:
    """A review that was stored."""

    id: str


@router.post("/tasks", **described(TasksReply, str, NDJSON))
async def import_tasks(
    request: Request,
    gold: bool = False,
    domain: str | None = None,
    language: str | None = None,
) -> Response:
    """Tasks, one JSON object a line: all of them, or none when a line is wrong.

    With ``gold`` judgment lines beside them say what is known of each. ``domain`` and ``language``
    fill in where a line has none.
    """
    context = context_of(request)
    roles = ("admin",) if gold else _ROLES
    caller = await run_in_threadpool(allowed, context, request, *roles)
    raw = await read_body(request, context.project.limits.body, _LINES)
    how = Taking(Catalog(), Fill(domain, language), is_gold=gold)

    def act(context: Context) -> Response | TasksReply:
        taken = take(context, caller.tutor, _lines(raw), how)
        return _refused(taken) if taken.rejected else _taken(taken)

    return await answered(request, act, is_long=True)


def _lines(raw: bytes) -> Iterator[Line]:
    for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line and not line.isspace():
            yield Line("body", number, line)


def _taken(taken: Taken) -> TasksReply:
    return TasksReply(taken.imported, taken.duplicates, tuple(taken.otherwise))


def _refused(taken: Taken) -> Response:
    rejected = Rejected("bad_request", f"{taken.rejected} lines are wrong; nothing was imported")
    errors = [
        {"file": one.file, "line": one.line, "field": one.field, "message": str(one.message)}
        for one in taken.errors[:_MOST_ERRORS]
    ]
    answer = problem(rejected)
    content = orjson.loads(bytes(answer.body)) | {"rejected": taken.rejected, "errors": errors}
    return Response(orjson.dumps(content), answer.status_code, media_type=PROBLEM)


@router.post("/tasks/withdraw", **described(Gone, Which))
async def withdraw(request: Request) -> Response:
    """Hand tasks out no more, and take them back from those who have not judged them."""
    return await _acted(request, Which, withdrawing.withdraw)


@router.post("/tasks/purge", **described(Gone, PurgeRequest))
async def purge(request: Request) -> Response:
    """Replace the texts of tasks by their hashes, here and at the tutors'."""

    def act(context: Context, actor: str, body: PurgeRequest) -> Gone:
        which = Which(body.ids, body.batch)
        return withdrawing.purge(context, actor, which, with_judgments=body.judgments)

    return await _acted(request, PurgeRequest, act)


@router.get("/judgments", **described())
async def judgments(request: Request, after: Cursor = 0, limit: Count = 200) -> Response:
    """Judgments by the feed, one JSON object a line.

    The last line is ``{"next": ..., "more": ...}``: ``after`` of the next call, and whether it would
    bring something at once. A judgment on which a lead has ruled comes again; its last line counts.
    """

    def act(context: Context) -> Response:
        sight = _sight(allowed(context, request, *_ROLES))
        page = exporting.judgments_after(context, sight, after, limit)
        end = orjson.dumps({"next": page.next, "more": page.more}) + b"\n"
        return Response(b"".join((*page.lines, end)), media_type=NDJSON)

    return await run_in_threadpool(act, context_of(request))


def _sight(caller: Caller) -> Sight:
    return Sight(sees_gold="admin" in caller.roles)


@router.get("/stats", **described())
async def stats(request: Request, question: Annotated[Question, Query()]) -> Response:
    """How the project stands; with ``what``, figures of its judgments."""

    def act(context: Context) -> dict[str, Any]:
        allowed(context, request, *_ROLES)
        if not question.what:
            return figures.figures(context)
        try:
            if question.what == "leaderboard":
                return statistics.leaderboards(context, _board_asked(question))
            if question.what == "report":
                return statistics.report(context, *_drawn(question))
            return statistics.statistics(context, _asked(question), with_names=question.names)
        except ConfigError as error:
            raise Rejected("bad_request", str(error.what)) from None

    return await answered(request, act, is_long=bool(question.what))


def _asked(question: Question) -> Ask:
    return Ask(question.what, _words(question.by), *_drawn(question))


def _board_asked(question: Question) -> BoardAsk:
    by, control = _words(question.by), _words(question.control)
    return BoardAsk(by, question.model, control, *_drawn(question))


def _drawn(question: Question) -> tuple[Window, Sampling]:
    return Window(question.after, question.before), Sampling(question.seed, question.ci)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.split(",") if word)


@router.get("/quarantine", **described(QuarantineReply))
async def quarantine(request: Request, after: Cursor = 0, limit: Count = 200) -> Response:
    """Judgments that wait for a decision."""

    def act(context: Context) -> QuarantineReply:
        allowed(context, request, *_ROLES)
        return QuarantineReply(tuple(rulings.quarantine(context, after, limit)))

    return await answered(request, act)


@router.post("/quarantine/release", **described(Ruled | Released, ReleaseRequest))
async def release(request: Request) -> Response:
    """Accept a judgment that waits, or count it as surplus where no place is left.

    With ``reason`` all that wait for it; the reply names what was ruled, and what is left and why.
    """
    context = context_of(request)
    raw = await read_body(request, SMALL)

    def act() -> Response:
        caller = allowed(context, request, *_ROLES)
        return reply(_released(context, caller.tutor, parse(ReleaseRequest, raw)))

    # Not among the pushes, which go few at once: work on tasks that a restored server has forgotten is
    # held against all tasks.
    return await run_in_threadpool(act)


def _released(context: Context, actor: str, body: ReleaseRequest) -> Ruled | Released:
    if body.judgment is not None and body.reason is None:
        return rulings.rule(context, actor, body.judgment, "release")
    if body.reason is not None and body.judgment is None:
        return rulings.release_all(context, actor, body.reason)
    raise Rejected("bad_request", "name a judgment or a reason")


@router.post("/quarantine/reject", **described(Ruled, RejectRequest))
async def reject(request: Request) -> Response:
    """Leave a judgment in quarantine for good and give its place back."""

    def act(context: Context, actor: str, body: RejectRequest) -> Ruled:
        return rulings.rule(context, actor, body.judgment, "reject")

    return await _acted(request, RejectRequest, act)


@router.post("/review", **described(ReviewReply, Review))
async def review(request: Request) -> Response:
    """What a reviewer says of someone else's judgment."""

    def act(context: Context, body: Review) -> ReviewReply:
        caller = allowed(context, request, *_ROLES)
        return ReviewReply(reviewing.review(context, caller.tutor, _sight(caller), body))

    return await bodied(request, Review, act)


async def _acted(
    request: Request, kind: type[Any], act: Callable[[Context, str, Any], object]
) -> Response:
    """Read a body and answer with what a service makes of it, told who acts."""

    def acted(context: Context, body: Any) -> object:
        return act(context, allowed(context, request, *_ROLES).tutor, body)

    return await bodied(request, kind, acted)
