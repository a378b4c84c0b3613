"""A project with tasks and tutors, for the tests of what is handed out."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import insert, select, update

from tests.unit.server.fresh import Clock, fresh
from tutorcli.catalog.shelf import Catalog
from tutorcli.core.judgment import Judgment, freeze
from tutorcli.core.measures import ROW_FORMAT, Kind
from tutorcli.core.task import Answer, Task, task_sha256, task_to_json
from tutorcli.core.wire import PullReply, PullRequest
from tutorcli.formats.containers import Line
from tutorcli.server import tables
from tutorcli.server.auth import Caller
from tutorcli.server.context import Context
from tutorcli.server.project import Project
from tutorcli.server.services.assigning import pull
from tutorcli.server.services.taking import Taken, Taking, take
from tutorcli.server.storage import next_feed

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CATALOG = Catalog()
PLAIN = Project(gold_rate=0.0, repeat_rate=0.0)


def made(url: str, clock: Clock, project: Project = PLAIN) -> Context:
    """A project on a fresh database."""
    return fresh(url, clock, project, seed=1)


def under(context: Context, **settings: Any) -> Context:
    """The same project with other settings."""
    return replace(context, project=replace(context.project, **settings))


def task(number: int, **other: Any) -> Task:
    """A task with two answers; ``other``: any field."""
    values: dict[str, Any] = {
        "id": f"t{number}",
        "domain": "medicine",
        "language": "en",
        "prompt": f"question {number}",
        "answers": (
            Answer("good", f"right {number}", model="m-one", provenance={"run": 1}),
            Answer("bad", f"wrong {number}", model="m-two"),
        ),
        "overlap": 1,
        "source": {"file": "secret-source"},
        "metadata": {"note": "secret-note"},
        "tags": ("secret-tag",),
        "batch": "secret-batch",
    }
    return Task(**(values | other))


def known(of: Task, ranking: tuple[tuple[str, ...], ...] = (("good",), ("bad",))) -> Judgment:
    """What is known of a gold task."""
    return Judgment(
        id=f"known-{of.id}",
        task=of.id,
        task_sha256=task_sha256(of),
        tutor="expert",
        assignment=of.id,
        ranking=ranking,
    )


def lines(*records: Task | Judgment | bytes) -> list[Line]:
    """The lines of a file."""
    return [Line("tasks.jsonl", number, _raw(one)) for number, one in enumerate(records, 1)]


def _raw(one: Task | Judgment | bytes) -> bytes:
    if isinstance(one, Task):
        return orjson.dumps(task_to_json(one))
    return freeze(one).body if isinstance(one, Judgment) else one


def give(context: Context, *records: Task | Judgment | bytes, is_gold: bool = False) -> Taken:
    """Import tasks."""
    return take(context, "admin", lines(*records), Taking(CATALOG, is_gold=is_gold))


def give_gold(context: Context, *golds: Task) -> Taken:
    """Import gold tasks with what is known of them."""
    return give(context, *golds, *map(known, golds), is_gold=True)


def enrol(
    context: Context,
    *tutors: str,
    of: Iterable[tuple[str, str]] = (("*", "*"),),
    expires: str | None = None,
    roles: str = "tutor",
) -> None:
    """Add tutors who may be given tasks of the named domains and languages."""
    region = context.project.region or ""
    with context.database.write() as connection:
        for tutor in tutors:
            connection.execute(
                insert(tables.tutors).values(
                    id=tutor, roles=roles, regions=region, state="active", created_at="2026"
                )
            )
            for domain, language in of:
                connection.execute(
                    insert(tables.qualifications).values(
                        tutor=tutor,
                        domain=domain,
                        language=language,
                        expires_at=expires,
                        granted_at="2026",
                    )
                )


def caller(tutor: str, *roles: str, region: str | None = None) -> Caller:
    """A tutor behind a request."""
    regions = frozenset({region} if region else ())
    return Caller(tutor, frozenset(roles or ("tutor",)), regions, "00000000")


def device(tutor: str, number: int = 1) -> str:
    """The id of one of a tutor's machines."""
    return str(UUID(bytes=(tutor.encode() * 16)[:15] + bytes([number])))


def ask(context: Context, tutor: str, want: int = 0, machine: int = 1, **other: Any) -> PullReply:
    """Pull."""
    request = PullRequest(device(tutor, machine), want, **other)
    return pull(context, caller(tutor, region=context.project.region), request)


def ids(reply: PullReply) -> tuple[str, ...]:
    """The assignments in a reply."""
    return tuple(one.id for one in reply.assignments)


def rows(context: Context, table: Any, *where: Any) -> list[Any]:
    """What a table holds."""
    with context.database.read() as connection:
        return list(connection.execute(select(table).where(*where)))


def figures(context: Context, kind: Kind) -> set[tuple[str, str, str, str, int]]:
    """Judgment, tutor, key, ref and value of all measures of a kind."""
    words = {row.code: row.word for row in rows(context, tables.words)}
    of_judgments = tables.judgments.c.feed == tables.measures.c.judgment
    query = (
        select(tables.judgments.c.id, tables.judgments.c.tutor, tables.measures.c.rows)
        .join(tables.measures, of_judgments)
        .where(tables.measures.c.kind == int(kind))
    )
    with context.database.read() as connection:
        return {
            (id_, tutor, words[key], words[ref], value)
            for id_, tutor, packed in connection.execute(query)
            for key, ref, value in ROW_FORMAT.iter_unpack(packed)
        }


def task_of(context: Context, assignment: str) -> str:
    """The task behind an assignment."""
    (row,) = rows(context, tables.assignments, tables.assignments.c.id == assignment)
    return str(row.task)


def kinds(context: Context, reply: PullReply) -> list[str]:
    """What the assignments of a reply are, in its order."""
    by_id = {row.id: row.kind for row in rows(context, tables.assignments)}
    return [by_id[one.id] for one in reply.assignments]


def judgment_of(one: dict[str, Any], tutor: str, judgment_id: str, **other: Any) -> Judgment:
    """A judgment of a task as it was handed out: its first answer is best."""
    answers = [answer["id"] for answer in one["answers"]]
    values: dict[str, Any] = {
        "id": judgment_id,
        "task": one["id"],
        "task_sha256": "0" * 64,
        "tutor": tutor,
        "assignment": one["id"],
        "ranking": tuple((answer,) for answer in answers),
    }
    return Judgment(**(values | other))


def arrive(
    context: Context,
    tutor: str,
    judgment: Judgment,
    *,
    machine: int = 1,
    status: str = "accepted",
    reason: str | None = None,
    state: str | None = "accepted",
) -> int:
    """Store a judgment as a push does, without its checks; return the feed number."""
    frozen = freeze(judgment)
    now = context.database.stamp()
    with context.database.write() as connection:
        key = device(tutor, machine)
        last = connection.execute(
            select(tables.judgments.c.dseq)
            .where(tables.judgments.c.device == key)
            .order_by(tables.judgments.c.dseq.desc())
            .limit(1)
        ).scalar()
        assignment = connection.execute(
            select(tables.assignments).where(tables.assignments.c.id == judgment.assignment)
        ).one_or_none()
        if assignment is not None and state is not None:
            connection.execute(
                update(tables.assignments)
                .where(tables.assignments.c.id == assignment.id)
                .values(state=state, judged_at=now)
            )
        feed = next_feed(connection)
        connection.execute(
            insert(tables.judgments).values(
                device=key,
                dseq=(last or 0) + 1,
                feed=feed,
                id=judgment.id,
                is_first=1,
                sha256=bytes.fromhex(frozen.sha256),
                body=frozen.body.decode(),
                tutor=tutor,
                task=assignment.task if assignment is not None else None,
                assignment=judgment.assignment,
                status=status,
                reason=reason,
                received_at=now,
            )
        )
    return feed
