"""Servers that answer as a test wants, and a home that syncs with them."""

import json
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import pytest

from tutorcli.core.ids import uuid7
from tutorcli.core.judgment import Judgment, freeze
from tutorcli.errors import TutorError
from tutorcli.store import channels, judgments
from tutorcli.store.channels import Channel
from tutorcli.store.db import Queue
from tutorcli.sync.client import Client
from tutorcli.sync.remote import Place
from tutorcli.sync.retry import Patience
from tutorcli.sync.run import sync
from tutorcli.sync.transport import Bounds

INSTANCE = str(uuid4())
TOKEN = "tut_of_this_test"  # noqa: S105 - no real one
STALL_S = 0.6

Answer = Callable[[socket.socket, str, threading.Event], None]


def hello(**changes: Any) -> bytes:
    """A hello of the server that the home knows."""
    said = {
        "server": "tutorcli/9",
        "protocol": {"min": 1, "max": 1},
        "project": "p",
        "instance": INSTANCE,
        "epoch": "e",
        "time": datetime.now(UTC).isoformat(),
    }
    return json.dumps(said | changes).encode()


def reply(
    body: bytes, status: str = "200 OK", kind: str = "application/json", more: str = ""
) -> bytes:
    """A whole HTTP reply."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


def always(data: bytes) -> Answer:
    """The same to every request."""

    def answer(to: socket.socket, path: str, ended: threading.Event) -> None:
        to.sendall(data)

    return answer


def then(answer: Answer) -> Answer:
    """A sound hello, and that to everything after it."""

    def after(to: socket.socket, path: str, ended: threading.Event) -> None:
        if path == "/v1/hello":
            to.sendall(reply(hello()))
        else:
            answer(to, path, ended)

    return after


def drips(data: bytes) -> Answer:
    """One byte now and then, faster than any timeout of a single read."""

    def answer(to: socket.socket, path: str, ended: threading.Event) -> None:
        for byte in data:
            to.sendall(bytes([byte]))
            if ended.wait(STALL_S / 6):
                return

    return answer


def closes(data: bytes) -> Answer:
    """The beginning of a reply, then the end of the connection."""

    def answer(to: socket.socket, path: str, ended: threading.Event) -> None:
        to.sendall(data)
        to.close()

    return answer


@dataclass
class Server:
    """Answers on a port of its own until the block ends."""

    answer: Answer
    context: ssl.SSLContext | None = None
    seen: list[str] = field(default_factory=list)
    bodies: bytes = b""

    def __enter__(self) -> Self:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self._listen)]
        self.threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self.threads:
            thread.join(10)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http{'s' if self.context else ''}://127.0.0.1:{self.listener.getsockname()[1]}"

    def _listen(self) -> None:
        while not self.ended.is_set():
            try:
                raw, _ = self.listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(raw,))
            self.threads.append(thread)
            thread.start()

    def _serve(self, raw: socket.socket) -> None:
        raw.settimeout(5)
        with closing(raw), suppress(OSError):
            to = self.context.wrap_socket(raw, server_side=True) if self.context else raw
            with closing(to):
                while path := self._request(to):
                    self.seen.append(path)
                    self.answer(to, path, self.ended)

    def _request(self, to: socket.socket) -> str:
        """Read one request to its end."""
        data = b""
        while b"\r\n\r\n" not in data:
            piece = to.recv(65536)
            if not piece:
                return ""
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().lower().split("\r\n")[1:])
        while len(body) < int(fields.get("content-length", 0)):
            body += to.recv(65536)
        self.bodies += body
        return head.decode().split()[1]


@contextmanager
def home(folder: Path) -> Iterator[Queue]:
    """A home with three judgments that its server has not."""
    with Queue.open(folder) as opened:
        device = str(uuid4())
        channels.enrol(opened, Channel(INSTANCE, "t1", device, url="http://x", epoch="e"))
        for number in range(3):
            said = Judgment(
                id=uuid7(time.time_ns() // 1_000_000, os.urandom(10)),
                task=f"task-{number}",
                task_sha256="0" * 64,
                tutor="t1",
                assignment=f"task-{number}",
                comment="SECRET of the tutor",
            )
            judgments.append(opened, freeze(said), channel=INSTANCE)
        yield opened


def failed_sync(queue: Queue, url: str, ca: Path | None = None) -> TutorError:
    """The error of a sync, after which everything is still unsent."""
    remote = Client(
        Place(url, TOKEN, ca),
        patience=Patience(tries=2, first_s=0.01),
        bounds=Bounds(connect_s=STALL_S / 2, stall_s=STALL_S),
    )
    began = time.monotonic()
    with closing(remote), pytest.raises(TutorError) as failure:
        sync(queue, INSTANCE, remote)
    assert time.monotonic() - began < 10 * STALL_S
    assert judgments.unsent_count(queue, INSTANCE) == 3
    channel = channels.get(queue, INSTANCE)
    assert channel.have == 0
    assert channel.problem == str(failure.value.what)
    words = f"{failure.value.what} {failure.value.hint}"
    assert TOKEN not in words
    assert "SECRET" not in words
    return failure.value
