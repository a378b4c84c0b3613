"""A server and several laptops in one process, with the weather between them.

Server, client and stores are the real ones; only the socket is missing, and in its place stands
`Weather`, which loses, doubles, delays and cuts what passes.
"""

import asyncio
import random
import shutil
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import orjson
from sqlalchemy import select

from tests.unit.server.fresh import Clock
from tests.unit.server.serverside import made_context
from tests.weather import URL, Crashing, Weather
from tutorcli.catalog.shelf import Catalog
from tutorcli.core.judgment import Judgment, freeze
from tutorcli.core.task import task_from_json, task_sha256
from tutorcli.core.wire import EnrolRequest, Qualification
from tutorcli.errors import Refused
from tutorcli.formats.containers import Line
from tutorcli.server import tables
from tutorcli.server.app import make_app
from tutorcli.server.project import Project
from tutorcli.server.services import auditing, backing, people, restoring, taking, withdrawing
from tutorcli.services import judging
from tutorcli.services.desk import Desk, desk_in
from tutorcli.services.judging import Ending, Said
from tutorcli.store import channels, judgments, receiving
from tutorcli.store.channels import Channel
from tutorcli.store.db import Queue
from tutorcli.sync.client import Client
from tutorcli.sync.course import Wanted
from tutorcli.sync.remote import Place
from tutorcli.sync.report import SyncReport
from tutorcli.sync.retry import Patience
from tutorcli.sync.run import sync

ACTOR = "test"


@dataclass
class Laptop:
    """A tutor's home."""

    lab: "Lab"
    folder: Path
    tutor: str
    token: str
    clock_days: int = 0
    """How wrong its clock is."""

    @contextmanager
    def queue(self) -> Iterator[Queue]:
        """Its queue, open."""
        with Queue.open(self.folder) as queue:
            yield queue

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Its desk with its own idea of the time."""
        with desk_in(self.folder) as desk:
            wrong = timedelta(days=self.clock_days)
            now = self.lab.clock() + wrong
            yield Desk(
                desk.queue,
                desk.drafts,
                desk.catalog,
                desk.home,
                now_ms=lambda: round(now.timestamp() * 1000),
            )

    def remote(self, share: float = 0.0) -> Client:
        """The way to the server in weather of that badness."""
        self.lab.weather.share = share
        return Client(
            Place(URL, self.token), patience=self.lab.patience(), transport=self.lab.weather
        )

    def sync(self, share: float = 0.0, *, pull: int = 8, verify: bool = False) -> SyncReport:
        """One sync.

        Raises:
            TutorError: What a sync raises.
        """
        remote = self.remote(share)
        wanted = Wanted(pull=pull, verify=verify, now=self._now)
        try:
            with self.queue() as queue:
                return sync(queue, self.lab.instance, remote, wanted)
        finally:
            remote.close()

    def _now(self) -> datetime:
        return self.lab.clock() + timedelta(days=self.clock_days)

    def open_tasks(self) -> list[str]:
        """Its open tasks."""
        with self.queue() as queue:
            return receiving.holding(queue, self.lab.instance)

    def judge(self, count: int = 1) -> int:
        """Judge the next tasks; how many it were."""
        wanted = self.open_tasks()[:count]
        with self.desk() as desk:
            judging.judge(desk, [(task, self._said()) for task in wanted])
        return self._note(len(wanted))

    def amend(self) -> int:
        """Say something else of a task that is judged."""
        with self.desk() as desk:
            rows = desk.queue.rows(
                "SELECT id FROM tasks WHERE state = 'done' AND channel <> 'local' ORDER BY id"
            )
            if not rows:
                return 0
            task = self.lab.chance.choice(rows)[0]
            judging.judge(desk, [(task, self._said())])
        return self._note(1)

    def _said(self) -> Said:
        order = ["a0", "a1"]
        self.lab.chance.shuffle(order)
        comment = f"said {self.lab.chance.randrange(10**9)}"
        return Said(
            Ending(), (["set", "ranking", [[order[0]], [order[1]]]], ["set", "flags", [comment]])
        )

    def _note(self, count: int) -> int:
        """Put what was made into the ledger."""
        self.lab.made |= self.stored()
        return count

    def stored(self) -> dict[str, str]:
        """The judgments of this home's own on the channel: id to hash."""
        with self.queue() as queue:
            rows = queue.rows(
                "SELECT id, sha256 FROM judgments WHERE channel = ?", (self.lab.instance,)
            )
        return {row[0]: row[1].hex() for row in rows}

    def standing(self) -> Channel:
        """How its channel stands."""
        with self.queue() as queue:
            return channels.get(queue, self.lab.instance)

    def unsent(self) -> int:
        """How many of its judgments the server is not known to have."""
        with self.queue() as queue:
            return judgments.unsent_count(queue, self.lab.instance)


class Lab:
    """A server, its laptops, and the ledger of what was made."""

    def __init__(self, folder: Path, seed: int = 0, project: Project | None = None) -> None:
        """An empty project in a new folder."""
        self.folder = folder
        self.chance = random.Random(seed)
        self.clock = Clock()
        project = project or Project(gold_rate=0.2, repeat_rate=0.1)
        made = made_context(f"sqlite:///{folder}/server.db", project, self.clock)
        plain = made.database
        self.database = Crashing(plain.engine, plain.now, plain._lock)
        self.context = replace(made, database=self.database)
        self.app = make_app(self.context)
        self.weather = Weather(self.app, self.database, self.chance)
        self.laptops: list[Laptop] = []
        self.made: dict[str, str] = {}
        """Every judgment that was ever made: id to hash."""
        self.backups: list[Path] = []
        self.numbers = Counter[str]()
        with self.context.database.read() as connection:
            query = select(tables.meta.c.value).where(tables.meta.c.key == "instance")
            self.instance = connection.execute(query).scalar_one()

    def close(self) -> None:
        """Close the database."""
        self.context.database.close()

    def patience(self) -> Patience:
        """Two tries, and no waiting."""

        async def at_once(_: float) -> None:
            return

        return Patience(tries=2, sleep=at_once, random=self.chance.random)

    # -- the server

    def add_tasks(self, count: int, **fields: object) -> list[str]:
        """Tasks with two answers each; every fifth is a gold task."""
        plain: list[bytes] = []
        gold: list[bytes] = []
        ids = []
        for _ in range(count):
            self.numbers["tasks"] += 1
            number = self.numbers["tasks"]
            row = {
                "id": f"task-{number}",
                "domain": "medicine",
                "language": "en",
                "prompt": f"Question {number}?",
                "answers": [{"id": key, "text": f"Answer {key} to {number}."} for key in "xy"],
                "overlap": 1 + number % 3,
                **fields,
            }
            ids.append(f"task-{number}")
            line = orjson.dumps(row)
            if number % 5:
                plain.append(line)
            else:
                gold += [line, _known(row)]
        for lines, is_gold in ((plain, False), (gold, True)):
            taken = taking.take(
                self.context, ACTOR, _lines(lines), taking.Taking(Catalog(), is_gold=is_gold)
            )
            assert not taken.errors, taken.errors
        return ids

    def backup(self) -> Path:
        """A verified backup."""
        self.numbers["backups"] += 1
        path = self.folder / f"backup-{self.numbers['backups']}.db"
        self.backups.append(backing.backup(self.context, ACTOR, path).file)
        return path

    def restore(self, backup: Path) -> None:
        """Put an old backup in the place of all that there is."""
        restoring.restore(self.context, ACTOR, backup)

    def withdraw(self, task: str) -> None:
        """Take a task back."""
        withdrawing.withdraw(self.context, ACTOR, withdrawing.Which(ids=(task,)))

    def stored(self) -> dict[str, str]:
        """Judgments on the server: id to hash; an id that stands twice is an error."""
        kept = tables.judgments
        query = select(kept.c.id, kept.c.sha256).where(kept.c.is_first == 1)
        with self.context.database.read() as connection:
            rows = connection.execute(query).all()
        found = {row.id: row.sha256.hex() for row in rows}
        assert len(found) == len(rows), "a judgment is stored twice"
        return found

    def deliver(self, which: int) -> None:
        """A delayed request arrives after all."""
        asyncio.run(self.weather.deliver(which))

    def crash_next(self) -> None:
        """The next transaction that writes ends before its commit, as if the process had died."""
        self.database.crashes += 1

    # -- people

    def add_laptop(self) -> Laptop:
        """A new tutor, signed in on a new laptop."""
        wanted = people.Wanted(roles=("tutor",), qualifications=(Qualification("medicine", "*"),))
        added = people.add(self.context, ACTOR, wanted)
        laptop = Laptop(self, self._new_folder(), added.tutor, "")
        self.laptops.append(laptop)
        self.sign_in(laptop, added.code.text)
        return laptop

    def sign_in(self, laptop: Laptop, code: str | None = None) -> None:
        """Change a code into a token."""
        if code is None:
            code = people.new_code(self.context, ACTOR, laptop.tutor).text
        remote = laptop.remote()
        try:
            with laptop.queue() as queue:
                known = channels.find(queue, self.instance)
                device = (
                    known.device
                    if known
                    else str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
                )
                hello = remote.hello()
                reply = remote.enrol(EnrolRequest(code, device))
                channels.enrol(
                    queue,
                    Channel(
                        hello.instance,
                        reply.tutor,
                        device,
                        url=URL,
                        project=hello.project,
                        region=hello.region,
                        policy=reply.policy,
                    ),
                )
        finally:
            remote.close()
        laptop.token = reply.token

    def revoke(self, laptop: Laptop) -> None:
        """The tutor may not come any more."""
        people.revoke(self.context, ACTOR, laptop.tutor)

    def copy(self, laptop: Laptop) -> Path:
        """What a backup program made of a laptop's folder."""
        folder = self._new_folder()
        with laptop.queue() as queue:
            queue.row("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copytree(laptop.folder, folder)
        return folder

    def roll_back(self, laptop: Laptop, copy: Path) -> None:
        """The laptop was lost; an old copy of it takes its place."""
        shutil.rmtree(laptop.folder)
        shutil.copytree(copy, laptop.folder)

    def clone(self, laptop: Laptop) -> Laptop:
        """A second laptop with the same disk."""
        twin = Laptop(self, self.copy(laptop), laptop.tutor, laptop.token)
        self.laptops.append(twin)
        return twin

    def _new_folder(self) -> Path:
        self.numbers["folders"] += 1
        return self.folder / f"home-{self.numbers['folders']}"

    # -- the ledger

    def settle(self) -> None:
        """The sky clears: everybody signs in where needed and syncs until nothing is left."""
        self.database.crashes = 0
        for laptop in self.laptops:
            try:
                laptop.sync(verify=True)
            except Refused:
                # A clone that has signed in has ended the token of its twin.
                self.sign_in(laptop)
                laptop.sync(verify=True)

    def check(self) -> None:
        """Nothing is lost, nothing doubled, nothing made up, and every chain holds."""
        stored = self.stored()
        for laptop in self.laptops:
            own = laptop.stored()
            missing = own.keys() - stored.keys()
            assert not missing, f"{len(missing)} judgments of {laptop.folder.name} are lost"
            assert all(stored[key] == value for key, value in own.items())
            assert laptop.unsent() == 0
        for key, value in stored.items():
            assert self.made.get(key) == value, f"judgment {key} was never made"
        checked = auditing.verify(self.context)
        assert not checked.breaks, checked.breaks


def _known(row: dict[str, object]) -> bytes:
    """What is known of a gold task: x is better."""
    task = task_from_json(row)
    said = Judgment(
        id=str(uuid.uuid4()),
        task=task.id,
        assignment=task.id,
        task_sha256=task_sha256(task),
        tutor="gold",
        ranking=(("x",), ("y",)),
    )
    return freeze(said).body


def _lines(rows: list[bytes]) -> list[Line]:
    return [Line("tasks", number, row) for number, row in enumerate(rows, 1)]
