"""A real server in a process of its own, with tutors, tasks and a load, for the figures of sync."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from tutorcli.catalog.shelf import Catalog
from tutorcli.core import chain
from tutorcli.core.ids import uuid7
from tutorcli.core.judgment import Judgment, Rating, freeze
from tutorcli.core.task import task_from_json, task_sha256
from tutorcli.core.wire import EnrolRequest, Qualification
from tutorcli.formats.containers import Line
from tutorcli.server.context import Context
from tutorcli.server.preparing import prepare
from tutorcli.server.project import project_of
from tutorcli.server.services import enrolling, people, taking
from tutorcli.server.storage import open_database

BATCH = 100
"""Judgments in one push."""
SIZE = 1400
"""Bytes of a judgment, about."""
TABLE = {"name": "bench", "gold_rate": 0.0, "repeat_rate": 0.0}


@dataclass
class Office:
    """A project on a database, made ready without a server."""

    url: str
    context: Context

    def add_tasks(self, count: int, size: int, *, overlap: int = 1, prefix: str = "t") -> None:
        """Tasks with two answers, ``size`` bytes each in all."""
        text = ("The dose is taken once a week, and never on two days in a row. " * 400)[
            : size // 2
        ]
        rows = (
            json.dumps(
                {
                    "id": f"{prefix}{number}",
                    "domain": "medicine",
                    "language": "en",
                    "prompt": f"Question {number}?",
                    "answers": [{"id": key, "text": text} for key in "ab"],
                    "overlap": overlap,
                }
            ).encode()
            for number in range(count)
        )
        lines = (Line("tasks", number, row) for number, row in enumerate(rows, 1))
        taken = taking.take(self.context, "bench", lines, taking.Taking(Catalog()))
        assert taken.imported == count, taken.errors[:1]

    def add_code(self) -> str:
        """The enrolment code of a new tutor."""
        wanted = people.Wanted(roles=("tutor",), qualifications=(Qualification("medicine", "*"),))
        return people.add(self.context, "bench", wanted).code.text

    def add_tutor(self) -> "Pusher":
        """A tutor with a token."""
        device = str(uuid4())
        reply = enrolling.enrol(self.context, EnrolRequest(self.add_code(), device))
        return Pusher(reply.token, reply.tutor, device)


@contextmanager
def office(url: str) -> Iterator[Office]:
    """A project on a new database."""
    project = project_of(TABLE, "bench")
    database = open_database(url)
    prepare(database, project)
    try:
        yield Office(url, Context(database, project))
    finally:
        database.close()


@dataclass
class Server:
    """The process."""

    port: int
    process: subprocess.Popen[bytes]

    def memory_mb(self) -> float:
        """Resident memory of it and its children."""
        children = subprocess.run(
            ["ps", "-o", "rss=", "--pid", str(self.process.pid), "--ppid", str(self.process.pid)],
            capture_output=True,
            check=False,
        )
        return sum(map(int, children.stdout.split())) / 1024


@contextmanager
def serving(home: Path, url: str, workers: int = 1) -> Iterator[Server]:
    """A server on that database, ready."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = home / "config"
    config.mkdir(parents=True, exist_ok=True)
    words = [f"{key} = {json.dumps(value)}" for key, value in TABLE.items()]
    (config / "server.toml").write_text("\n".join(words) + "\n")
    command = [sys.executable, "-m", "tutorcli", "server", "start", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--workers", str(workers), "--db", url],
        env={**os.environ, "TUTORCLI_HOME": str(home)},
        stderr=(home / "server.log").open("wb"),
    )
    try:
        _await_ready(port, process)
        yield Server(port, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(40)


def _await_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, f"the server ended with {process.returncode}"
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server is not ready")


@dataclass
class Pusher:
    """A tutor's machine that knows nothing but the protocol, so that the load costs little."""

    token: str
    tutor: str
    device: str
    held: list[tuple[str, str]] = field(default_factory=list)
    """Assignments and the hashes of their tasks."""
    pack: str | None = None
    guideline: str | None = None
    bodies: list[bytes] = field(default_factory=list)
    """Requests, ready to be sent."""
    rows: list[tuple[bytes, str]] = field(default_factory=list)
    """Of each judgment its hash and its body."""
    _head: bytes = chain.START
    _made: int = 0

    def pull(self, port: int, want: int) -> float:
        """Hold that many tasks; seconds that it took."""
        request: dict[str, Any] = {"device": self.device, "want": want, "max_bytes": 64 << 20}
        began = time.perf_counter()
        more = True
        while more:
            request["holding"] = [assignment for assignment, _ in self.held]
            reply = self.post(port, "/v1/pull", json.dumps(request).encode())
            for item in reply["assignments"]:
                self.pack, self.guideline = item["pack"], item["guideline"]
                task = task_from_json(item["task"])
                self.held.append((item["id"], task_sha256(task)))
            more = bool(reply["more"] and reply["assignments"])
        return time.perf_counter() - began

    def prepare(self, count: int, batch: int = BATCH) -> None:
        """Judge the next tasks and make requests of it."""
        for start in range(0, count, batch):
            held = self.held[start : min(start + batch, count)]
            items, prev, first = [], self._head, self._made + 1
            for assignment, sha256 in held:
                frozen = freeze(self._judgment(assignment, sha256))
                self._made += 1
                digest = bytes.fromhex(frozen.sha256)
                self._head = chain.link(self._head, self._made, digest)
                body = frozen.body.decode()
                items.append({"dseq": self._made, "sha256": frozen.sha256, "body": body})
                self.rows.append((digest, body))
            request = {"device": self.device, "prev_head": prev.hex(), "first": first}
            self.bodies.append(json.dumps({**request, "items": items}).encode())
        del self.held[:count]

    def prepare_again(self, count: int) -> None:
        """Judge the same tasks once more, as a change of mind."""
        held = list(self.held[:count])
        self.prepare(count)
        self.held[:0] = held
        self.rows.clear()

    def poll(self, port: int) -> None:
        """Ask whether there is anything new."""
        request = {"device": self.device, "want": 0, "holding": [], "after": 0}
        self.post(port, "/v1/pull", json.dumps(request).encode())

    def _judgment(self, assignment: str, sha256: str) -> Judgment:
        comment = "The first answer names the weekly dose, the second one does not. " * 5
        return Judgment(
            id=uuid7(1_767_225_600_000, os.urandom(10)),
            task=assignment,
            assignment=assignment,
            task_sha256=sha256,
            tutor=self.tutor,
            ranking=(("a0",), ("a1",)),
            accept_line=1,
            ratings=tuple(
                Rating(name, answer, 4)
                for answer in ("a0", "a1")
                for name in ("accuracy", "safety", "clarity")
            ),
            comment=comment,
            shown_order=("a1", "a0"),
            read={"a0": 1, "a1": 1},
            started_at="2026-11-22T08:59:00.000Z",
            decided_at="2026-11-22T09:00:00.000Z",
            active_ms=60_000,
            pack=self.pack,
            guideline=self.guideline,
            app="tutorcli/bench",
        )

    def post(self, port: int, path: str, body: bytes) -> dict[str, Any]:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            return self.send(connection, path, body)
        finally:
            connection.close()

    def send(
        self, connection: http.client.HTTPConnection, path: str, body: bytes
    ) -> dict[str, Any]:
        """One request; its reply, which must be a success."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        said = response.read()
        assert response.status == http.client.OK, said[:300]
        reply: dict[str, Any] = json.loads(said)
        return reply


def push_all(pushers: Sequence[Pusher], port: int) -> tuple[float, list[float]]:
    """Every pusher sends what it has prepared, all at once.

    Returns:
        Seconds from the first request to the last reply, and those of each request.
    """
    took: list[float] = []
    start = threading.Barrier(len(pushers) + 1)

    def run(pusher: Pusher) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.connect()
        start.wait()
        for body in pusher.bodies:
            began = time.perf_counter()
            reply = pusher.send(connection, "/v1/push", body)
            took.append(time.perf_counter() - began)
            assert all(item["status"] == "accepted" for item in reply["results"]), reply
        connection.close()
        pusher.bodies.clear()

    threads = [threading.Thread(target=run, args=(pusher,)) for pusher in pushers]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began, took
