"""A server with tasks, tutors' homes, and a line between them that can be cut."""

import os
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import orjson
from sqlalchemy import select, update

from tests.unit.server.fresh import Clock, opened
from tutorcli.catalog.shelf import Catalog
from tutorcli.core.ids import uuid7
from tutorcli.core.judgment import Judgment, freeze
from tutorcli.core.wire import EnrolRequest
from tutorcli.formats.containers import Line
from tutorcli.server import tables
from tutorcli.server.app import make_app
from tutorcli.server.context import Context
from tutorcli.server.preparing import prepare
from tutorcli.server.project import Project
from tutorcli.server.services import people, taking
from tutorcli.server.services.people import Wanted as WantedTutor
from tutorcli.server.services.people import qualification_of
from tutorcli.store import channels, judgments, tasks
from tutorcli.store.backup import copy_database
from tutorcli.store.channels import Channel
from tutorcli.store.db import Queue
from tutorcli.sync.client import Client
from tutorcli.sync.course import Wanted
from tutorcli.sync.remote import Place
from tutorcli.sync.report import SyncReport
from tutorcli.sync.retry import Patience
from tutorcli.sync.run import sync

URL = "https://server.test"
PLAIN = Project(gold_rate=0.0, repeat_rate=0.0)
Fault = Callable[[httpx.Request], httpx.Response | None]


def task(number: int) -> dict[str, Any]:
    """A task as a lead's file has it."""
    return {
        "id": f"t{number}",
        "domain": "medicine",
        "language": "en",
        "prompt": f"question {number}",
        "answers": [{"id": "good", "text": "right", "model": "m1"}, {"id": "bad", "text": "wrong"}],
        "overlap": 2,
    }


async def no_sleep(seconds: float) -> None:
    """Nobody waits in these tests."""


class Network(httpx.AsyncBaseTransport):
    """The way to the server; faults are used up, one for each request that they meet."""

    def __init__(self, app: Any) -> None:
        """Lead to an app."""
        self._inner = httpx.ASGITransport(app)
        self.seen: list[str] = []
        self.before: dict[str, list[Fault]] = {}
        """Path: what happens to requests before they arrive."""
        self.after: dict[str, list[Exception]] = {}
        """Path: what happens to replies on their way back."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry one request there and its reply back."""
        path = request.url.path
        self.seen.append(path)
        if faults := self.before.get(path):
            await request.aread()
            answer = faults.pop(0)(request)
            if answer is not None:
                return answer
        response = await self._inner.handle_async_request(request)
        if losses := self.after.get(path):
            raise losses.pop(0)
        return response


@dataclass
class World:
    """One server and what tests do to it."""

    folder: Path
    project: Project = PLAIN
    clock: Clock = field(default_factory=Clock)

    template: Path | None = None
    """A database made before, to begin with a copy of it."""

    def __post_init__(self) -> None:
        if self.template is not None:
            shutil.copyfile(self.template, self.folder / "server.db")
        self.context = Context(self._open(), self.project, random.Random(5).randbytes)
        if self.template is None:
            self._fill()
        self.network = Network(make_app(self.context))
        self.homes: list[Home] = []

    def _fill(self) -> None:
        prepare(self.context.database, self.project)
        lines = [Line("tasks.jsonl", number, orjson.dumps(task(number))) for number in range(1, 7)]
        taken = taking.take(self.context, "admin", lines, taking.Taking(Catalog()))
        assert taken.imported == 6

    def _open(self) -> Any:
        return opened(f"sqlite:///{self.folder}/server.db", self.clock)

    def tutor(self) -> str:
        """A new tutor who may judge everything."""
        wanted = WantedTutor(qualifications=(qualification_of("*"),))
        return people.add(self.context, "admin", wanted).tutor

    def home(self, tutor: str | None = None) -> "Home":
        """A new home, signed in."""
        made = Home(self, self.folder / f"home{len(self.homes)}", tutor or self.tutor())
        self.homes.append(made)
        return made

    def close(self) -> None:
        """Close everything."""
        for home in self.homes:
            home.queue.close()
        self.context.database.close()

    @contextmanager
    def restored(self) -> Iterator[None]:
        """What happens in the block is lost by the server, which then lives on from before it."""
        file, copy = self.folder / "server.db", self.folder / "copy.db"
        with self.context.database.write() as connection:
            connection.exec_driver_sql("SELECT 1")
        copy_sqlite(file, copy)
        yield
        self.context.database.close()
        for end in ("", "-wal", "-shm"):
            Path(f"{file}{end}").unlink(missing_ok=True)
        shutil.move(copy, file)
        self.context = Context(self._open(), self.project, self.context.random)
        with self.context.database.write() as connection:
            connection.execute(
                update(tables.meta).where(tables.meta.c.key == "epoch").values(value=str(uuid4()))
            )
        self.network = Network(make_app(self.context))

    def under(self, **settings: Any) -> None:
        """The server goes on under other settings."""
        project = replace(self.context.project, **settings)
        self.context = replace(self.context, project=project)
        self.network = Network(make_app(self.context))

    def statuses(self) -> Counter[str]:
        """How many judgments are stored with each status, duplicates left out."""
        query = select(tables.judgments.c.status).where(tables.judgments.c.is_first == 1)
        with self.context.database.read() as connection:
            return Counter(connection.execute(query).scalars())

    def stored(self) -> list[str]:
        """Ids of the judgments that are stored, each once."""
        query = select(tables.judgments.c.id).where(tables.judgments.c.is_first == 1)
        with self.context.database.read() as connection:
            return sorted(connection.execute(query).scalars())


def copy_sqlite(file: Path, copy: Path) -> None:
    """A consistent copy of a database in use."""
    import sqlite3

    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


class Home:
    """A tutor's machine."""

    def __init__(self, world: World, folder: Path, tutor: str) -> None:
        """Sign in a home in a folder that does not exist yet."""
        self.world, self.folder, self.tutor = world, folder, tutor
        self.queue = Queue.open(folder)
        self.made: list[str] = []
        with closing(self.remote()) as remote:
            hello = remote.hello()
            code = people.new_code(world.context, "admin", tutor).text
            reply = remote.enrol(EnrolRequest(code, str(uuid4())))
        self.token, self.name = reply.token, hello.instance
        device = str(uuid4())
        channels.enrol(
            self.queue,
            Channel(
                hello.instance,
                tutor,
                device,
                url=URL,
                project=hello.project,
                region=hello.region,
                epoch=hello.epoch,
                policy=reply.policy,
            ),
        )

    @property
    def channel(self) -> Channel:
        """The channel as it stands."""
        return channels.get(self.queue, self.name)

    def remote(self) -> Client:
        """The server, as this home reaches it."""
        return Client(
            Place(URL, getattr(self, "token", None)),
            patience=Patience(tries=3, sleep=no_sleep, random=lambda: 0.0),
            transport=self.world.network,
        )

    def sync(self, **wanted: Any) -> SyncReport:
        """One sync."""
        wanted.setdefault("now", self.world.clock)
        with closing(self.remote()) as remote:
            return sync(self.queue, self.name, remote, Wanted(**wanted))

    def open_tasks(self) -> list[str]:
        """Tasks of the server that are open here."""
        rows = self.queue.rows(
            "SELECT id FROM tasks WHERE channel = ? AND state = 'open' ORDER BY id", (self.name,)
        )
        return [row[0] for row in rows]

    def judge(self, count: int = 1) -> None:
        """Judge so many open tasks."""
        for task_id in self.open_tasks()[:count]:
            self._say(task_id, ranking=(("a1",), ("a0",)))

    def take_back(self, task_id: str) -> None:
        """Take back for good what was said of a task."""
        current = judgments.current_of(self.queue, task_id, self.tutor)
        assert current
        before = current.judgment
        self._say(
            task_id, disposition="withdrawn", revision=before.revision + 1, supersedes=before.id
        )

    def _say(self, task_id: str, **words: Any) -> None:
        stored = tasks.load(self.queue, task_id)
        assert stored
        now_ms = int(self.world.clock().timestamp() * 1000)
        said = Judgment(
            id=uuid7(now_ms, os.urandom(10)),
            task=task_id,
            task_sha256=stored.sha256,
            tutor=self.tutor,
            assignment=task_id,
            pack=stored.pack,
            guideline=stored.guideline,
            **words,
        )
        judgments.append(self.queue, freeze(said), channel=self.name)
        self.made.append(said.id)

    def unsent(self) -> int:
        """How many judgments are unsent."""
        return judgments.unsent_count(self.queue, self.name)

    @contextmanager
    def restored(self) -> Iterator[None]:
        """What happens in the block is lost by this home, which then lives on from before it."""
        copy_database(self.queue, self.folder / "copy.db")
        made = list(self.made)
        yield
        self.queue.close()
        for end in ("", "-wal", "-shm"):
            (self.folder / f"queue.db{end}").unlink(missing_ok=True)
        (self.folder / "copy.db").rename(self.folder / "queue.db")
        self.queue = Queue.open(self.folder)
        self.made = made
