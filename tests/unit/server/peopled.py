"""Databases with tutors and judgments, put there without a network."""

from hashlib import sha256
from typing import Any
from uuid import uuid4

from sqlalchemy import Table, func, insert, select, text

from tests.unit.server.fresh import Clock, fresh
from tutorcli.core import chain
from tutorcli.core.wire import EnrolReply, EnrolRequest
from tutorcli.server import tables
from tutorcli.server.context import Context
from tutorcli.server.project import Project
from tutorcli.server.services import enrolling, people
from tutorcli.server.services.people import Added, Wanted

ADMIN = "t-admin"


def made(url: str, clock: Clock | None = None, **project: Any) -> Context:
    """A prepared database with its project."""
    return fresh(url, clock or Clock(), Project(**project))


def added(context: Context, **wanted: Any) -> Added:
    """A new tutor."""
    return people.add(context, ADMIN, Wanted(**wanted))


def enrolled(context: Context, who: Added, device: str | None = None) -> EnrolReply:
    """The reply to the tutor's code from a new device."""
    return enrolling.enrol(context, EnrolRequest(who.code.text, device or str(uuid4())))


def device_of(context: Context, tutor: str, count: int = 3, size: int = 0) -> str:
    """A device that has sent so many judgments, of ``size`` bytes or more each."""
    device, head = str(uuid4()), chain.START
    bodies = [f'{{"id":"{device}-{number}"}}'.ljust(size) for number in range(1, count + 1)]
    rows = []
    first = rows_of(context, tables.judgments) + 1
    for number, body in enumerate(bodies, 1):
        made_of = sha256(body.encode()).digest()
        head = chain.link(head, number, made_of)
        rows.append(
            {
                "device": device,
                "dseq": number,
                "feed": first + number,
                "id": f"{device}-{number}",
                "is_first": 1,
                "sha256": made_of,
                "body": body,
                "tutor": tutor,
                "status": "accepted",
                "received_at": context.database.stamp(),
            }
        )
    with context.database.write() as connection:
        connection.execute(
            insert(tables.devices).values(
                id=device,
                tutor=tutor,
                name="laptop",
                have=count,
                head=head,
                durable=0,
                created_at=context.database.stamp(),
                seen_at=context.database.stamp(),
            )
        )
        connection.execute(insert(tables.judgments), rows)
    return device


def rows_of(context: Context, table: Table) -> int:
    """How many rows a table has."""
    with context.database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def values_of(context: Context, column: Any, *where: Any) -> list[Any]:
    """The values of one column."""
    with context.database.read() as connection:
        return list(connection.execute(select(column).where(*where)).scalars())


def tampered(context: Context, statement: str, **values: Any) -> None:
    """Do what somebody with the database in hand could do: the triggers out of the way first."""
    with context.database.write() as connection:
        if context.database.is_sqlite:
            query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            triggers = connection.execute(text(query)).all()
            for trigger in triggers:
                connection.execute(text(f"DROP TRIGGER {trigger.name}"))
        else:
            triggers = []
            for name in tables.APPEND_ONLY:
                connection.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
        assert connection.execute(text(statement), values).rowcount > 0
        for trigger in triggers:
            connection.exec_driver_sql(trigger.sql)
        for name in () if context.database.is_sqlite else tables.APPEND_ONLY:
            connection.execute(text(f"ALTER TABLE {name} ENABLE TRIGGER USER"))
