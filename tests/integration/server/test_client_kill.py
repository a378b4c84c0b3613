"""`tutorcli sync` killed at any moment: the next one goes on, and everything is stored once."""

import random
import signal
import socket
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.integration.server import ledger
from tests.integration.server.ledger import TABLE, Tutor, opened
from tests.integration.server.processes import Command, Server, command
from tests.integration.server.proxy import Proxy
from tutorcli.store.db import Queue
from tutorcli.store.sweeping import sweep

pytestmark = pytest.mark.integration

MADE = 18
"""Judgments that are unsent when a sync begins."""
ITEMS = 6
"""Judgments in one push, so that a sync has several."""
PULL = 30
PARTS = 4
"""Equal parts, each with a server and a home, so that all cores have something to do."""


@dataclass
class Watch(Proxy):
    """A network without faults that kills a process once so many bytes have passed."""

    passed: int = 0
    """Bytes up and down since `aim`."""
    kill_at: int | None = None
    victim: Command | None = None
    was_up: bool = False
    """Whether the byte at which it was killed was one of the client."""
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def aim(self, victim: Command | None, kill_at: int | None) -> None:
        """Begin to count."""
        with self._counting:
            self.passed, self.kill_at, self.victim = 0, kill_at, victim

    def _pump(
        self,
        source: socket.socket,
        sink: socket.socket,
        most: int | None,
        way: str,
        kept: list[bytes],
    ) -> None:
        watched: Any = _Watched(sink, self, way)
        # A dataclass with slots is another class than the one its own methods know.
        Proxy._pump(self, source, watched, most, way, kept)

    def room(self) -> int | None:
        """Bytes that may pass before the kill."""
        return None if self.kill_at is None else max(0, self.kill_at - self.passed)


@dataclass
class _Watched:
    """A socket whose bytes are counted on their way."""

    sink: socket.socket
    watch: Watch
    way: str

    def sendall(self, piece: bytes) -> None:
        """Send up to the byte of the kill, kill, send the rest."""
        with self.watch._counting:
            room = self.watch.room()
            victim = self.watch.victim
            is_last = victim is not None and room is not None and room <= len(piece)
            self.watch.passed += len(piece)
            if is_last:
                self.watch.victim = None
        if not is_last or victim is None:
            self.sink.sendall(piece)
            return
        self.sink.sendall(piece[:room])
        victim.process.kill()
        self.watch.was_up = self.way == "up"
        self.sink.sendall(piece[room:])

    def shutdown(self, how: int) -> None:
        """As that of the socket."""
        self.sink.shutdown(how)


def begun(tutor: Tutor, *, is_warm: bool) -> Command:
    """`tutorcli sync` in that home, on its way."""
    return command(tutor.home, "sync", "--pull", str(PULL), is_warm=is_warm)


def measured(tutor: Tutor, watch: Watch) -> tuple[float, int]:
    """Seconds and bytes of a whole sync."""
    tutor.judge(MADE)
    watch.aim(None, None)
    began = time.monotonic()
    process = begun(tutor, is_warm=True)
    assert process.wait() == 0, process.said
    return time.monotonic() - began, watch.passed


def next_start(tutor: Tutor, done: Counter[str]) -> None:
    """What the program finds when it is started again: a sound queue without anything half done."""
    with Queue.open(tutor.settings.data) as queue:
        hidden = queue.rows("SELECT 1 FROM imports WHERE published = 0")
        done["left something hidden"] += len(hidden)
        assert sweep(queue)
        assert queue.rows("SELECT 1 FROM imports WHERE published = 0") == []
        assert queue.rows("PRAGMA integrity_check") == [("ok",)]
        twice = "SELECT id FROM live_tasks GROUP BY id HAVING count(*) > 1"
        assert queue.rows(twice) == []
        ids = {row[0] for row in queue.rows("SELECT id FROM judgments")}
        assert ids == tutor.made.keys()


@pytest.mark.parametrize("part", range(PARTS))
def test_a_sync_that_is_killed_at_any_moment_is_made_good_by_the_next(
    tmp_path: Path, full: bool, part: int
) -> None:
    kills, began = (200 // PARTS if full else 15), time.monotonic()
    chance, done = random.Random(part), Counter[str]()
    url = f"sqlite:///{tmp_path}/server.db"
    table = {**TABLE, "limits": {"items": ITEMS}}
    with opened(url, table) as office:
        office.add_tasks((kills + 3) * PULL, size=800)
        code = office.code()
    server = Server(tmp_path / "server", url, table=table)
    with server, Watch(("127.0.0.1", server.port), share=0.0) as watch:
        tutor = Tutor(tmp_path / "tutor", watch.url, code, seed=part)
        tutor.settle(pull=PULL)
        measured(tutor, watch)
        whole = measured(tutor, watch)
        for kill in range(kills):
            tutor.judge(MADE)
            done += _killed(tutor, watch, whole, chance, _KINDS[kill % len(_KINDS)])
            next_start(tutor, done)
            tutor.settle(pull=PULL)
        server.stop()
    counts = ledger.close(url, [tutor])
    assert server.faults() == []
    assert done["killed"] == kills
    assert done["at a byte up"] * done["at a byte down"] > 0
    if full:
        assert done["left something hidden"]
    ledger.tell("client", **done, **counts, s=time.monotonic() - began)


_KINDS = ("at a time", "at an early byte", "while tasks are stored", "at a late byte")
"""Early ones go up for the most part, late ones down."""


def _killed(
    tutor: Tutor, watch: Watch, whole: tuple[float, int], chance: random.Random, kind: str
) -> Counter[str]:
    """Start a sync and kill it; when it was quicker than the kill, another one."""
    done, (seconds, size) = Counter[str](), whole
    while True:
        # Now and then as people start it; of that most is imports.
        process = begun(tutor, is_warm=chance.random() < 0.95)
        if kind.endswith("byte"):
            watch.aim(process, chance.randrange(size // 2) + ("late" in kind) * size // 2)
        elif kind == "at a time":
            time.sleep(chance.uniform(0, seconds))
            process.process.kill()
        else:
            _await_storing(tutor, process)
            time.sleep(chance.uniform(0, 0.002))
            process.process.kill()
        code = process.wait()
        watch.aim(None, None)
        if code == -signal.SIGKILL:
            break
        assert code == 0, process.said
        done["ended before"] += 1
        tutor.judge(MADE)
    if kind.endswith("byte"):
        kind = f"at a byte {'up' if watch.was_up else 'down'}"
    return done + Counter(("killed", kind))


def _await_storing(tutor: Tutor, process: Command) -> None:
    """Wait until tasks have come that are not yet shown, or until the end."""
    with Queue.open(tutor.settings.data) as queue:
        while process.code is None:
            if queue.rows("SELECT 1 FROM imports WHERE published = 0"):
                return
