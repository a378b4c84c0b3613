"""Servers that are none, lie, or take their time: nothing is marked as sent, and it is said why."""

import json
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tutorcli.core.ids import uuid7
from tutorcli.core.judgment import Judgment, freeze
from tutorcli.errors import Mismatch, TutorError, Unreachable
from tutorcli.store import channels, judgments
from tutorcli.store.channels import Channel
from tutorcli.store.db import Queue
from tutorcli.sync.client import Client
from tutorcli.sync.remote import Place
from tutorcli.sync.retry import Patience
from tutorcli.sync.run import sync
from tutorcli.sync.transport import Bounds

pytestmark = pytest.mark.integration

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


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    """A home with three judgments that its server has not."""
    with Queue.open(tmp_path / "data") as opened:
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


PORTAL = reply(b"<!doctype html><title>Hotel</title>", kind="text/html")


def test_a_captive_portal_is_told_as_one(queue: Queue) -> None:
    with Server(always(PORTAL)) as server:
        error = failed_sync(queue, server.url)
    assert isinstance(error, Unreachable)
    assert "a login page of the network?" in str(error)
    assert b"SECRET" not in server.bodies


def test_a_portal_that_comes_up_in_the_middle_confirms_nothing(queue: Queue) -> None:
    with Server(then(always(PORTAL))) as server:
        error = failed_sync(queue, server.url)
    assert "a login page of the network?" in str(error)
    assert "/v1/push" in server.seen


def test_a_redirect_to_another_host_is_not_followed(queue: Queue) -> None:
    with Server(always(reply(hello()))) as other:
        moved = reply(b"", "307 Temporary Redirect", more=f"Location: {other.url}/v1/hello\r\n")
        with Server(always(moved)) as server:
            error = failed_sync(queue, server.url)
    assert isinstance(error, Unreachable)
    assert "http://127.0.0.1/v1/hello" in str(error)
    assert other.seen == []


def test_a_push_is_not_sent_on_to_another_host(queue: Queue) -> None:
    with Server(always(reply(b"{}"))) as other:
        moved = reply(b"", "308 Permanent Redirect", more=f"Location: {other.url}/v1/push\r\n")
        with Server(then(always(moved))) as server:
            failed_sync(queue, server.url)
    assert other.bodies == b""


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(reply(hello()), id="the whole reply"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 4096, id="headers without end"),
    ],
)
def test_a_server_that_drips_is_given_up(queue: Queue, data: bytes) -> None:
    with Server(drips(data)) as server:
        error = failed_sync(queue, server.url)
    assert isinstance(error, Unreachable)
    assert "stalled: nothing moved for 0.6 s" in str(error)


def test_a_server_that_drips_its_body_is_given_up(queue: Queue) -> None:
    def answer(to: socket.socket, path: str, ended: threading.Event) -> None:
        to.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
        to.sendall(b"Content-Length: 100000\r\n\r\n")
        drips(b"[" * 100_000)(to, path, ended)

    with Server(then(answer)) as server:
        error = failed_sync(queue, server.url)
    assert "stalled" in str(error)


def test_a_server_that_never_answers_is_given_up(queue: Queue) -> None:
    def answer(to: socket.socket, path: str, ended: threading.Event) -> None:
        ended.wait(5)

    with Server(then(answer)) as server:
        assert "stalled" in str(failed_sync(queue, server.url))


def test_a_slow_server_that_moves_is_waited_for(queue: Queue) -> None:
    """Two seconds in all, but never a pause as long as the stall."""
    body = hello(project="p" * 20_000)

    def answer(to: socket.socket, path: str, ended: threading.Event) -> None:
        data = reply(body)
        for start in range(0, len(data), 2048):
            to.sendall(data[start : start + 2048])
            ended.wait(0.2)

    with Server(answer) as server:
        place = Place(server.url, TOKEN)
        with closing(Client(place, bounds=Bounds(stall_s=STALL_S))) as remote:
            assert len(remote.hello().project) == 20_000


@pytest.mark.parametrize("size", [0, 10, 60, 130])
def test_a_server_that_closes_in_the_middle_is_told(queue: Queue, size: int) -> None:
    with Server(then(closes(reply(b'{"have": 3}' + b" " * 100)[:size]))) as server:
        error = failed_sync(queue, server.url)
    assert isinstance(error, Unreachable)
    assert "was cut" in str(error)


def test_another_server_at_the_same_address_is_told(queue: Queue) -> None:
    other = str(uuid4())
    with Server(always(reply(hello(instance=other)))) as server:
        error = failed_sync(queue, server.url)
    assert isinstance(error, Mismatch)
    assert other in str(error)
    assert INSTANCE in str(error)
    assert server.seen == ["/v1/hello"]


def test_nobody_at_the_address_is_told(queue: Queue) -> None:
    with Server(always(b"")) as server:
        url = server.url
    assert "cannot be reached: " in str(failed_sync(queue, url))


def test_what_does_not_speak_http_is_told(queue: Queue) -> None:
    with Server(always(b"220 mail.example.org ESMTP\r\n")) as server:
        assert isinstance(failed_sync(queue, server.url), Unreachable)


@dataclass(frozen=True)
class Authority:
    """A certificate authority made for one test."""

    folder: Path

    def __post_init__(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        object.__setattr__(self, "_key", key)
        object.__setattr__(
            self, "_name", x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "own")])
        )
        made = self._builder(self._name, key).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        self.folder.mkdir()
        signed = made.sign(key, hashes.SHA256())
        self.file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))

    _key: Any = None
    _name: Any = None

    @property
    def file(self) -> Path:
        """Its certificate."""
        return self.folder / "ca.pem"

    def _builder(self, name: x509.Name, key: Any, days: int = 1) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=10))
            .not_valid_after(now + timedelta(days=days))
        )

    def context(self, address: str = "127.0.0.1", days: int = 1) -> ssl.SSLContext:
        """TLS of a server at an address, good for so many days."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")])
        alternative = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
        signed = (
            self._builder(name, key, days)
            .add_extension(alternative, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        file = self.folder / f"{address}-{days}.pem"
        file.write_bytes(
            signed.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """An authority that no system knows."""
    return Authority(tmp_path / "authority")


def test_a_server_of_an_authority_of_its_own_is_reached_with_its_file(
    authority: Authority,
) -> None:
    with (
        Server(always(reply(hello())), authority.context()) as server,
        closing(Client(Place(server.url, TOKEN, authority.file))) as remote,
    ):
        assert remote.hello().instance == INSTANCE


def test_a_certificate_of_an_unknown_authority_is_told(queue: Queue, authority: Authority) -> None:
    with Server(always(reply(hello())), authority.context()) as server:
        error = failed_sync(queue, server.url)
    assert isinstance(error, Unreachable)
    assert "is not trusted: " in str(error)
    assert "--ca FILE" in str(error.hint)
    assert server.seen == []


@pytest.mark.parametrize(
    ("address", "days", "reason"), [("127.0.0.2", 1, "not valid for"), ("127.0.0.1", -1, "expired")]
)
def test_a_certificate_that_does_not_fit_is_told(
    queue: Queue, authority: Authority, address: str, days: int, reason: str
) -> None:
    with Server(always(reply(hello())), authority.context(address, days)) as server:
        error = failed_sync(queue, server.url, authority.file)
    assert reason in str(error)
    assert server.seen == []


def test_a_server_without_tls_behind_https_is_told(queue: Queue, authority: Authority) -> None:
    with Server(always(reply(hello()))) as server:
        error = failed_sync(queue, server.url.replace("http:", "https:"), authority.file)
    assert isinstance(error, Unreachable)
    assert "does not answer" in str(error)
