"""A server's database with tutors, tasks and assignments made by SQL, and pushes against it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Row, Table, insert, select, update

from tests.unit.server.fresh import Clock, fresh
from tutorcli.core import chain
from tutorcli.core.blinding import blind
from tutorcli.core.canonical import digest, dumps
from tutorcli.core.ids import uuid7
from tutorcli.core.judgment import Judgment, freeze
from tutorcli.core.task import Answer, Task, task_sha256, task_to_json
from tutorcli.core.wire import Item, PushReply, PushRequest
from tutorcli.server import tables
from tutorcli.server.auth import new_token
from tutorcli.server.context import Context
from tutorcli.server.project import Project
from tutorcli.server.services import intake
from tutorcli.server.storage import Database

PACK = "medicine@1#" + "0" * 64
GUIDELINE = "medicine.en@1#" + "1" * 64
LATER = "2027-11-22T00:00:00.000Z"
ZERO_HEAD = chain.START.hex()


def made_context(url: str, project: Project | None = None, clock: Clock | None = None) -> Context:
    """A context on a database that has just been made ready."""
    return fresh(url, clock or Clock(), project)


@dataclass(slots=True)
class Home:
    """A tutor's home as the server sees it: a token, a device and what it has made."""

    tutor: str
    token: str
    device: str
    items: list[Item] = field(default_factory=list)

    @property
    def headers(self) -> dict[str, str]:
        """What its requests carry."""
        return {"Authorization": f"Bearer {self.token}"}

    def add(self, judgment: Judgment) -> Item:
        """Its next judgment."""
        frozen = freeze(judgment)
        return self.add_text(frozen.body.decode(), frozen.sha256)

    def add_text(self, body: str | None, sha256: str | None = None) -> Item:
        """Its next item, whatever it holds."""
        item = Item(len(self.items) + 1, sha256 or digest(body or ""), body)
        self.items.append(item)
        return item

    def head(self, after: int) -> str:
        """Its chain's head after so many items."""
        digests = [bytes.fromhex(item.sha256) for item in self.items[:after]]
        return chain.extend(chain.START, 1, digests).hex()

    def request(self, first: int = 1, last: int | None = None) -> PushRequest:
        """A push of its items from ``first`` to ``last``."""
        items = tuple(self.items[first - 1 : last])
        return PushRequest(self.device, self.head(first - 1), items, first)


@dataclass(slots=True)
class Site:
    """The server's database, and what tests do to it behind the server's back."""

    context: Context
    clock: Clock
    count: int = 0

    @property
    def database(self) -> Database:
        """Where all lies."""
        return self.context.database

    def under(self, **settings: Any) -> Context:
        """The same database under other settings of the project."""
        return replace(self.context, project=replace(self.context.project, **settings))

    def add(self, table: Table, **values: Any) -> None:
        """One row more."""
        with self.database.write() as connection:
            connection.execute(insert(table), values)

    def change(self, table: Table, key: str, **values: Any) -> None:
        """Change the row with that id."""
        with self.database.write() as connection:
            connection.execute(update(table).where(table.c.id == key).values(**values))

    def rows(self, table: Table, **where: Any) -> Sequence[Row[Any]]:
        """Rows with those values, in the order of the first column."""
        query = select(table).order_by(table.c[0])
        for name, value in where.items():
            query = query.where(table.c[name] == value)
        with self.database.read() as connection:
            return connection.execute(query).all()

    def row(self, table: Table, **where: Any) -> Row[Any]:
        """The one row with those values."""
        (row,) = self.rows(table, **where)
        return row

    def tutor(self, name: str | None = None, roles: str = "tutor", regions: str = "") -> str:
        """The id of a tutor who may judge medicine in English."""
        self.count += 1
        key = name or f"t{self.count:07d}"
        now = self.database.stamp()
        self.add(
            tables.tutors, id=key, roles=roles, regions=regions, state="active", created_at=now
        )
        self.add(tables.qualifications, tutor=key, domain="medicine", language="*", granted_at=now)
        return key

    def home(self, tutor: str | None = None, **words: str) -> Home:
        """A new home of a tutor, with a token; its device is not known yet."""
        tutor = tutor or self.tutor(**words)
        issued = new_token(self.context.random)
        device = str(uuid.UUID(bytes=self.context.random(16), version=4))
        self.add(
            tables.tokens,
            id=issued.id,
            tutor=tutor,
            device=device,
            hash=issued.hash,
            created_at=self.database.stamp(),
            expires_at=LATER,
        )
        return Home(tutor, issued.token, device)

    def task(self, overlap: int = 1, *, free: int = 0, is_gold: bool = False) -> str:
        """A task with two answers whose other places are given."""
        self.count += 1
        key = f"task-{self.count}"
        task = sample_task(key)
        self.add(
            tables.tasks,
            id=key,
            seq=self.count,
            sha256=task_sha256(task),
            domain=task.domain,
            language=task.language,
            priority=0,
            due="~",
            overlap=overlap,
            free=free,
            state="open",
            is_gold=int(is_gold),
            protocol="rank@1#" + "2" * 64,
            body=dumps(task_to_json(task)),
            imported_at=self.database.stamp(),
        )
        return key

    def subject(self, pack: str | None = PACK, guideline: str | None = GUIDELINE) -> None:
        """What medicine in English is judged by from now on."""
        where = {"domain": "medicine", "language": "en"}
        if self.rows(tables.subjects, **where):
            with self.database.write() as connection:
                connection.execute(update(tables.subjects).values(pack=pack, guideline=guideline))
        else:
            self.add(tables.subjects, **where, pack=pack, guideline=guideline)

    def assignment(
        self, tutor: str, task: str | None = None, state: str = "open", kind: str = "label"
    ) -> str:
        """A task in a tutor's hands; the id is the assignment's."""
        task = task or self.task()
        key = str(uuid.UUID(bytes=self.context.random(16), version=4))
        self.add(
            tables.assignments,
            id=key,
            task=task,
            tutor=tutor,
            kind=kind,
            state=state,
            priority=0,
            due="~",
            sha256=task_sha256(blind(sample_task(task), key)),
            granted_at=self.database.stamp(),
            expires_at=self.database.stamp(days=14),
        )
        return key

    def judgment(self, tutor: str, assignment: str, **changes: Any) -> Judgment:
        """What a tutor says of an assignment."""
        task = self.rows(tables.assignments, id=assignment)
        shown = task_sha256(blind(sample_task(task[0].task), assignment)) if task else "0" * 64
        now_ms = int(self.clock().timestamp() * 1000)
        said = Judgment(
            id=uuid7(now_ms, self.context.random(10)),
            task=assignment,
            task_sha256=shown,
            tutor=tutor,
            assignment=assignment,
            ranking=(("a1",), ("a0",)),
        )
        return replace(said, **changes)

    def judge(self, home: Home, assignment: str | None = None, **changes: Any) -> Judgment:
        """Make a judgment and put it behind the others of that home."""
        assignment = assignment or self.assignment(home.tutor)
        judgment = self.judgment(home.tutor, assignment, **changes)
        home.add(judgment)
        return judgment

    def push(self, home: Home, first: int = 1, last: int | None = None) -> PushReply:
        """Push items of that home."""
        return intake.push(self.context, home.token, home.request(first, last))

    def state(self, assignment: str) -> str:
        """The state of an assignment."""
        return str(self.row(tables.assignments, id=assignment).state)

    def free(self, task: str) -> int:
        """How many places of a task are free."""
        return int(self.row(tables.tasks, id=task).free)


def said(reply: PushReply) -> list[tuple[str, str | None]]:
    """Status and reason of each result."""
    return [(result.status, result.reason) for result in reply.results]


def sample_task(key: str) -> Task:
    """A task in medicine, in English, with two answers."""
    return Task(
        key,
        "medicine",
        "en",
        (Answer("x", f"First, of {key}.", model="m1"), Answer("y", "Second.", model="m2")),
        prompt="What now?",
    )
