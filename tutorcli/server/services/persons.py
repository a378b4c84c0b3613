"""What the law asks of a person's data: all of it to be handed over, their name to be destroyed."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Select, or_, select, update

from tutorcli.server import tables
from tutorcli.server.context import Context
from tutorcli.server.services import auditing, naming, people
from tutorcli.server.services.sweeping import sweep
from tutorcli.server.snapshots import snapshot

_SECRET = {"hash"}
"""Columns that are of no use to the person and could be of use to a thief."""


def export_person(context: Context, actor: str, tutor: str) -> Iterator[dict[str, Any]]:
    """Everything that is stored of one tutor, row by row as JSON objects with their ``kind``.

    Beside the rows of the tables the name, where it can be read. That it was asked for is recorded.

    Raises:
        Rejected: There is no such tutor (not_found).
    """

    def act(connection: Connection) -> None:
        people.known(connection, tutor)
        auditing.record(connection, actor, "person.export", tutor, {})

    context.database.run(act)
    with snapshot(context.database) as connection:
        name = naming.unseal(connection, tutor).get(tutor)
        for kind, query in _queries(tutor):
            for row in connection.execute(query).mappings():
                yield _row(kind, row) | ({"name": name} if kind == "tutor" else {})


def _queries(tutor: str) -> Iterator[tuple[str, Select[Any]]]:
    audit, rulings = tables.audit.c, tables.rulings.c
    judged = tables.judgments.c
    yield "tutor", select(tables.tutors).where(tables.tutors.c.id == tutor)
    for kind, table in (
        ("qualification", tables.qualifications),
        ("code", tables.codes),
        ("token", tables.tokens),
        ("consent", tables.consents),
        ("device", tables.devices),
        ("assignment", tables.assignments),
    ):
        yield kind, select(table).where(table.c.tutor == tutor).order_by(*table.primary_key)
    yield "judgment", select(tables.judgments).where(judged.tutor == tutor).order_by(judged.feed)
    of_rulings = or_(rulings.tutor == tutor, rulings.by == tutor)
    yield "ruling", select(tables.rulings).where(of_rulings).order_by(rulings.feed)
    yield "gold_score", select(tables.gold_scores).where(tables.gold_scores.c.tutor == tutor)
    of_judgments = tables.judgments.c.feed == tables.measures.c.judgment
    measures = select(tables.measures).join(tables.judgments, of_judgments)
    yield "measure", measures.where(judged.tutor == tutor)
    yield "review", select(tables.reviews).where(tables.reviews.c.reviewer == tutor)
    of_acts = or_(audit.actor == tutor, audit.object == tutor)
    yield "act", select(tables.audit).where(of_acts).order_by(audit.seq)


def _row(kind: str, row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row with bytes as hexadecimal digits; ``kind`` of an assignment is then ``of``."""
    said = {
        str(key): bytes(value).hex() if isinstance(value, (bytes, memoryview)) else value
        for key, value in row.items()
        if str(key) not in _SECRET or kind == "act"
    }
    if "kind" in said:
        said["of"] = said.pop("kind")
    return {"kind": kind, **said}


def erase_person(context: Context, actor: str, tutor: str) -> None:
    """Destroy a person's name and its key, and shut them out for good; what they judged stays.

    The judgments are then those of an id that nobody can trace back: neither here nor with an old
    backup, unless the file of name keys was kept beside it.

    Raises:
        Rejected: There is no such tutor (not_found).
    """

    def act(connection: Connection) -> None:
        people.known(connection, tutor)
        forget(context, connection, tutor)
        auditing.record(connection, actor, people.ERASE, tutor, {})

    context.database.run(act)
    sweep(context)


def forget(context: Context, connection: Connection, tutor: str) -> None:
    """Erase a person in a transaction that goes on."""
    naming.forget(connection, tutor)
    people.shut_out(context, connection, tutor)
    devices = tables.devices
    connection.execute(update(devices).where(devices.c.tutor == tutor).values(name=""))
