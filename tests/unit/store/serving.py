"""A channel of a queue, what its server says, and a queue that dies between two statements."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, Self

from tests.unit.store.conftest import judged, make_task
from tutorcli.core import chain
from tutorcli.core.document import Document
from tutorcli.core.judgment import Frozen
from tutorcli.core.task import Task, task_to_json
from tutorcli.core.wire import Assignment, Mine, PullReply, Standing
from tutorcli.store import channels, judgments
from tutorcli.store.channels import Channel
from tutorcli.store.connection import Row, Value
from tutorcli.store.db import Queue

SERVER = "5e12-the-server"
DEVICE = "device-1"
EPOCH = "epoch-1"
TUTOR = "dr-7"
UNTIL = "2026-02-01T00:00:00.000Z"


def signed_in(queue: Queue, **fields: Any) -> Channel:
    """The queue's channel to a server, signed in."""
    known = {"name": SERVER, "tutor": TUTOR, "device": DEVICE, "epoch": EPOCH, "url": "http://x"}
    return channels.enrol(queue, Channel(**{**known, **fields}))


def submit(queue: Queue, task_id: str = "t1", **fields: Any) -> Frozen:
    """A judgment made on the channel."""
    frozen = judged(task_id, TUTOR, **fields)
    judgments.append(queue, frozen, channel=SERVER)
    return frozen


def head_of(said: Iterable[Frozen]) -> bytes:
    """The chain's head over judgments numbered from 1, made apart from the store."""
    return chain.extend(chain.START, 1, (sha256(one.body).digest() for one in said))


def standing(said: Sequence[Frozen], have: int, durable: int = 0, **fields: Any) -> Standing:
    """What a server says that has the first ``have`` of these."""
    known = {"epoch": EPOCH, "time": UNTIL, **fields}
    return Standing(have, head_of(said[:have]).hex(), durable, **known)


def lend(task: str | Task, **fields: Any) -> Assignment:
    """An assignment."""
    task = make_task(task) if isinstance(task, str) else task
    return Assignment(**{"id": task.id, "task": task_to_json(task), "expires": UNTIL, **fields})


def mine(frozen: Frozen, dseq: int = 1, device: str = "laptop") -> Mine:
    """A judgment of the same tutor, made on another machine."""
    return Mine(device, dseq, frozen.sha256, frozen.body.decode())


def document(body: str = "{}", kind: Any = "pack") -> Document:
    """A document with its right name."""
    return Document(f"d@1#{sha256(body.encode()).hexdigest()}", kind, body)


def pulled(**fields: Any) -> PullReply:
    """What a pull brings."""
    known: dict[str, Any] = {"have": 0, "head": chain.START.hex(), "durable": 0, "epoch": EPOCH}
    return PullReply(**{**known, "time": UNTIL, **fields})


class Killed(BaseException):
    """The process is gone."""


class MortalQueue(Queue):
    """Runs so many statements and then none, with all of its connections."""

    left: ClassVar[int | None] = None

    @classmethod
    def opened(cls, folder: Path, statements: int) -> Self:
        """A queue that lives so long from now on."""
        cls.left = None
        queue = cls.open(folder)
        cls.left = statements
        return queue

    def execute(self, sql: str, parameters: Sequence[Value] = ()) -> None:
        self._count()
        super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Sequence[Value]]) -> None:
        self._count()
        super().executemany(sql, parameters)

    def row(self, sql: str, parameters: Sequence[Value] = ()) -> Row | None:
        self._count()
        return super().row(sql, parameters)

    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        self._count()
        return super().rows(sql, parameters)

    def each(self, sql: str, parameters: Sequence[Value] = ()) -> Iterator[Row]:
        self._count()
        return super().each(sql, parameters)

    @classmethod
    def _count(cls) -> None:
        if cls.left is None:
            return
        if cls.left <= 0:
            raise Killed
        MortalQueue.left = cls.left - 1


VISIBLE = {
    "tasks": "SELECT t.*, b.body FROM live_tasks t JOIN task_bodies b ON b.seq = t.seq ORDER BY t.id",
    "judgments": "SELECT * FROM visible_judgments ORDER BY id",
    "outcomes": "SELECT * FROM outcomes ORDER BY rowid",
    "documents": "SELECT * FROM documents ORDER BY ref",
    "channels": "SELECT * FROM sync_state ORDER BY channel",
}


def visible(queue: Queue) -> dict[str, list[Row]]:
    """All that anyone sees of a queue."""
    return {name: queue.rows(sql) for name, sql in VISIBLE.items()}
