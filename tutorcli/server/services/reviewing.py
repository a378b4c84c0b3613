"""What a reviewer says of a judgment."""

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Connection, insert, select

from tutorcli.core.ids import uuid7
from tutorcli.server.context import Context
from tutorcli.server.problems import Rejected
from tutorcli.server.services import auditing
from tutorcli.server.services.exporting import Sight
from tutorcli.server.tables import assignments, judgments, reviews

_LONGEST_VERDICT = 100


@dataclass(frozen=True, slots=True)
class Review:
    """POST /v1/review: one verdict more; none is changed afterwards."""

    __pydantic_config__: ClassVar[Any] = {"strict": True, "extra": "forbid"}

    judgment: str
    verdict: str
    """A word: agree, disagree, or any other."""
    comment: str | None = None


def review(context: Context, actor: str, sight: Sight, said: Review) -> str:
    """Store a review and return its id.

    Raises:
        Rejected: not_found, own_work, or bad_request (no verdict, or a long one).
    """
    if not said.verdict.strip() or len(said.verdict) > _LONGEST_VERDICT:
        raise Rejected("bad_request", "verdict is a word")
    if "\0" in f"{said.judgment}{said.verdict}{said.comment or ''}":
        raise Rejected("bad_request", "a text holds a zero character")
    now_ms = int(context.database.now().timestamp() * 1000)
    key = uuid7(now_ms, context.random(10))

    def act(connection: Connection) -> str:
        query = (
            select(judgments.c.tutor, assignments.c.kind)
            .outerjoin(assignments, assignments.c.id == judgments.c.assignment)
            .where(judgments.c.id == said.judgment, judgments.c.is_first == 1)
        )
        row = connection.execute(query).one_or_none()
        if row is None or (row.kind == "gold" and not sight.sees_gold):
            raise Rejected("not_found", "there is no such judgment")
        if row.tutor == actor:
            raise Rejected("own_work")
        connection.execute(
            insert(reviews).values(
                id=key,
                judgment=said.judgment,
                reviewer=actor,
                verdict=said.verdict,
                comment=said.comment,
                at=context.database.stamp(),
            )
        )
        auditing.record(connection, actor, "review", said.judgment, {"review": key})
        return key

    return context.database.run(act)
