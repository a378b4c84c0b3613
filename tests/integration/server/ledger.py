"""A project with tutors who sync, and the ledger of what they made, what was acknowledged, what is stored."""

import itertools
import json
import logging
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text

from tutorcli.catalog.shelf import Catalog
from tutorcli.core.settings import Settings
from tutorcli.core.wire import Qualification
from tutorcli.errors import SyncError
from tutorcli.formats.containers import Line
from tutorcli.server import tables
from tutorcli.server.context import Context
from tutorcli.server.preparing import meta_of, prepare
from tutorcli.server.project import project_of
from tutorcli.server.services import auditing, people, taking
from tutorcli.server.storage import open_database
from tutorcli.services import judging, signing
from tutorcli.services.desk import desk_in
from tutorcli.services.judging import Ending, Said
from tutorcli.services.signing import SignIn
from tutorcli.store import channels, judgments, receiving
from tutorcli.store.db import Queue
from tutorcli.sync.client import Client
from tutorcli.sync.course import Wanted
from tutorcli.sync.credentials import open_tokens
from tutorcli.sync.remote import Place, connect
from tutorcli.sync.report import SyncReport
from tutorcli.sync.retry import Patience
from tutorcli.sync.run import sync
from tutorcli.sync.transport import Bounds

ACTOR = "test"
TABLE: dict[str, Any] = {"name": "faults", "gold_rate": 0.0, "repeat_rate": 0.0}
"""A project without gold tasks and repeats, whose places can be counted."""
_DEADLINE_S = 120
_LOG = logging.getLogger(__name__)


@contextmanager
def opened(url: str, table: dict[str, Any] = TABLE) -> Iterator["Office"]:
    """The project on a database, made ready."""
    project = project_of(table, "test")
    database = open_database(url)
    try:
        prepare(database, project)
        yield Office(Context(database, project))
    finally:
        database.close()


@dataclass
class Office:
    """What an administrator does, and what can be counted on the server."""

    context: Context

    @property
    def instance(self) -> str:
        """The name of its database."""
        with self.context.database.read() as connection:
            return meta_of(connection)["instance"]

    def add_tasks(
        self, count: int, *, overlap: int = 1, size: int = 0, prefix: str = "task"
    ) -> None:
        """Tasks with two answers each, to be ranked; each answer about ``size`` bytes."""
        padding = ("The dose is taken once a week. " * (size // 31 + 1))[:size]
        answers = [{"id": key, "text": f"Answer {key}. {padding}"} for key in "xy"]
        rows = [
            {
                "id": f"{prefix}-{number}",
                "domain": "medicine",
                "language": "en",
                "prompt": f"Question {number}?",
                "answers": answers,
                "overlap": overlap,
            }
            for number in range(count)
        ]
        lines = [
            Line("test", number, json.dumps(row).encode()) for number, row in enumerate(rows, 1)
        ]
        taken = taking.take(self.context, ACTOR, lines, taking.Taking(Catalog()))
        assert (taken.imported, taken.errors) == (count, [])

    def code(self, roles: tuple[str, ...] = ("tutor",)) -> str:
        """The enrolment code of a new tutor."""
        qualifications = (Qualification("medicine", "*"),)
        added = people.add(self.context, ACTOR, people.Wanted(roles, qualifications))
        return added.code.text

    def rows(self, query: str) -> Sequence[Any]:
        """What a query gives."""
        with self.context.database.read() as connection:
            return connection.execute(text(query)).all()


@dataclass
class Tutor:
    """A tutor's home, signed in, with the part of the ledger that is about it."""

    home: Path
    url: str
    """Where its server, or what stands before it, answers."""
    code: str
    seed: int = 0
    instance: str = ""
    token: str = ""
    made: dict[str, str] = field(default_factory=dict)
    """Every judgment that was made here: id to hash."""
    acknowledged: set[str] = field(default_factory=set)
    """Those that the server proved to have."""
    done: Counter[str] = field(default_factory=Counter)
    """How syncs ended, and what they brought."""

    def __post_init__(self) -> None:
        """Sign in, as `tutorcli login` does."""
        self.chance = random.Random(self.seed)
        self._numbers = itertools.count(1)
        with Queue.open(self.settings.data) as queue, closing(connect(Place(self.url))) as remote:
            said = SignIn(self.url, self.code)
            signed = signing.sign_in(self.settings, queue, remote, remote.hello(), said)
        self.instance = signed.channel.name
        credentials = open_tokens(self.settings.data, "file").load(self.instance)
        assert credentials is not None
        self.token = credentials.token

    @property
    def settings(self) -> Settings:
        """Those of a home in that folder."""
        data, config, state, logs = (self.home / it for it in ("data", "config", "state", "logs"))
        return Settings(data, config, state, logs)

    def judge(self, count: int) -> int:
        """Rank the next open tasks, or say something else of one that is judged; how many it were."""
        with desk_in(self.settings.data) as desk:
            chosen = receiving.holding(desk.queue, self.instance)[:count]
            if not chosen:
                done = desk.queue.rows("SELECT id FROM tasks WHERE state = 'done' ORDER BY id")
                chosen = [self.chance.choice(done)[0]] if done else []
            for submitted in judging.judge(desk, [(task, self._said()) for task in chosen]):
                self.made[submitted.frozen.judgment.id] = submitted.frozen.sha256
        return len(chosen)

    def _said(self) -> Said:
        order = [["a0"], ["a1"]]
        self.chance.shuffle(order)
        flags = [f"number {next(self._numbers)}"]
        return Said(Ending(), (["set", "ranking", order], ["set", "flags", flags]))

    def sync(self, *, pull: int = 10, verify: bool = False) -> SyncReport:
        """One sync, and what it proved.

        Raises:
            TutorError: What a sync raises.
        """
        patience = Patience(tries=3, first_s=0.05)
        remote = Client(Place(self.url, self.token), patience=patience, bounds=Bounds(5.0, 20.0))
        report = SyncReport()
        with Queue.open(self.settings.data) as queue, closing(remote):
            try:
                return sync(queue, self.instance, remote, Wanted(pull, verify), report)
            finally:
                self._note(queue, report)

    def try_sync(self, *, pull: int = 10) -> bool:
        """One sync that may fail; whether it went well."""
        try:
            self.sync(pull=pull)
        except SyncError as error:
            self.done[f"syncs that failed: {type(error).__name__}"] += 1
            return False
        self.done["syncs"] += 1
        return True

    def settle(self, *, pull: int = 10) -> None:
        """One sync, after which nothing is left, and the server and the home hold the same."""
        report = self.sync(pull=pull, verify=True)
        assert (report.unsent, report.verified) == (0, True)

    def _note(self, queue: Queue, report: SyncReport) -> None:
        """Take down what is proven; an acknowledged judgment is never asked for again."""
        channel = channels.get(queue, self.instance)
        rows = queue.rows(
            "SELECT id FROM judgments WHERE channel = ? AND device = ? AND dseq <= ?",
            (self.instance, channel.device, channel.have),
        )
        proven = {row[0] for row in rows}
        assert self.acknowledged <= proven, "what was acknowledged is so no more"
        self.acknowledged = proven
        assert (report.went_back, report.new_device) == (0, False)
        assert report.not_accepted == []
        self.done["fetched"] += report.fetched

    def check(self) -> None:
        """The queue is sound, and holds what was made: nothing more, nothing twice."""
        with Queue.open(self.settings.data) as queue:
            assert queue.rows("PRAGMA integrity_check") == [("ok",)]
            assert queue.rows("PRAGMA foreign_key_check") == []
            assert queue.rows("SELECT * FROM imports WHERE published = 0") == []
            assert judgments.unsent_count(queue, self.instance) == 0
            rows = queue.rows("SELECT id, lower(hex(sha256)) FROM judgments")
            assert dict(rows) == self.made
            assert len(rows) == len(self.made)


@contextmanager
def at_work(tutors: Sequence[Tutor], step: Callable[[Tutor], None]) -> Iterator[None]:
    """Every tutor does ``step`` again and again, each in a thread, until the block ends."""
    over = threading.Event()

    def work(tutor: Tutor) -> None:
        while not over.is_set():
            step(tutor)

    with ThreadPoolExecutor(len(tutors)) as pool:
        running = [pool.submit(work, tutor) for tutor in tutors]
        try:
            yield
        finally:
            over.set()
        for one in running:
            one.result(_DEADLINE_S)


def close(url: str, tutors: Sequence[Tutor]) -> Counter[str]:
    """Hold made, acknowledged and stored against one another, to the last judgment.

    Args:
        url: Of the server's database; no server runs on it.
        tutors: All that there are.

    Returns:
        The counts.
    """
    made: dict[str, str] = {}
    for tutor in tutors:
        tutor.check()
        assert not made.keys() & tutor.made.keys()
        made |= tutor.made
    acknowledged = set[str]().union(*(tutor.acknowledged for tutor in tutors))
    with opened(url) as office:
        stored = _stored(office)
        assert stored == made, _difference(stored, made)
        assert acknowledged == made.keys()
        _check_places(office)
        _check_chains(office, tutors)
    counts = Counter(made=len(made), acknowledged=len(acknowledged), stored=len(stored))
    for tutor in tutors:
        counts += tutor.done
    return counts


def _stored(office: Office) -> dict[str, str]:
    table = tables.judgments
    with office.context.database.read() as connection:
        rows = connection.execute(table.select()).all()
    assert {row.status for row in rows} <= {"accepted"}
    assert all(row.is_first for row in rows)
    found = {row.id: bytes(row.sha256).hex() for row in rows}
    assert len(found) == len(rows), "a judgment is stored twice"
    assert sorted(row.feed for row in rows) == list(range(1, len(rows) + 1))
    return found


def _difference(stored: dict[str, str], made: dict[str, str]) -> str:
    lost, phantom = made.keys() - stored.keys(), stored.keys() - made.keys()
    return f"{len(lost)} lost, {len(phantom)} phantom"


def _check_places(office: Office) -> None:
    """No task is in more hands than its overlap, and every place is counted once."""
    wrong = office.rows(
        "SELECT t.id, t.overlap, t.free, count(a.id) FROM tasks t LEFT JOIN assignments a"
        " ON a.task = t.id AND a.state IN ('open', 'accepted', 'held')"
        " GROUP BY t.id, t.overlap, t.free HAVING t.free + count(a.id) <> t.overlap"
    )
    assert wrong == []


def _check_chains(office: Office, tutors: Sequence[Tutor]) -> None:
    checked = auditing.verify(office.context)
    assert checked.breaks == ()
    assert checked.judgments == sum(len(tutor.made) for tutor in tutors)
    if office.context.database.is_sqlite:
        assert [tuple(row) for row in office.rows("PRAGMA integrity_check")] == [("ok",)]
        assert office.rows("PRAGMA foreign_key_check") == []


def tell(name: str, **counts: object) -> None:
    """One line for people; seen with ``--log-cli-level=WARNING``."""
    _LOG.warning("%s: %s", name, ", ".join(f"{what} {count}" for what, count in counts.items()))
