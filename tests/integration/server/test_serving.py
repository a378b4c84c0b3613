"""The server's process: it starts, bears slow and large clients, and stops in order."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest

from tests.integration.server.conftest import emptied
from tests.integration.server.processes import Command, Server, is_running
from tests.unit.server.fresh import Clock
from tests.unit.server.serverside import Home, Site, made_context
from tutorcli.core.wire import PushReply
from tutorcli.errors import ConfigError
from tutorcli.server.bodies import adapter, parse
from tutorcli.server.serving import ServeOptions, serve
from tutorcli.server.storage import utc_now

pytestmark = pytest.mark.integration

JSON = {"Content-Type": "application/json"}
HEAD = "tutorcli.server.patience.HEAD_S"
STALL = "tutorcli.server.patience.STALL_S"
IDLE = "tutorcli.server.serving.KEEP_ALIVE_S"
GRACE = "tutorcli.server.bodies.GRACE_S"
Start = Callable[..., Server]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a server that answers; whatever happens, it ends."""
    with ExitStack() as running:

        def made(url: str, workers: int = 1, **patience: float) -> Server:
            server = Server(tmp_path / "server", url, workers, patience=patience)
            running.push(server)
            # What has processes below it cannot be a fork of the tests'.
            server.start(is_warm=workers == 1)
            server.await_ready()
            return server

        yield made


def _process(server: Server) -> Command:
    assert server.running is not None
    return server.running


def _asking(server: Server) -> httpx.Client:
    return httpx.Client(base_url=server.address, timeout=30)


@pytest.fixture
def lone(tmp_path: Path) -> Iterator[tuple[Site, str]]:
    """A database on real time in a file, with its address."""
    url = f"sqlite:///{tmp_path}/server.db"
    context = made_context(url, clock=Clock(utc_now()))
    yield Site(context, Clock(utc_now())), url
    context.database.close()


@pytest.fixture
def real(url: str) -> Iterator[Site]:
    """A database on real time, for servers in other processes."""
    context = made_context(url, clock=Clock(utc_now()))
    yield Site(context, Clock(utc_now()))
    context.database.close()


def _body(home: Home) -> bytes:
    request = home.request()
    return adapter(type(request)).dump_json(request)


def _head(home: Home, length: int) -> bytes:
    return (
        f"POST /v1/push HTTP/1.1\r\nHost: server\r\nAuthorization: Bearer {home.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def _connected(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=30)


def _received(connection: socket.socket) -> bytes:
    """All that comes until the server hangs up."""
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def test_a_push_to_a_real_process_is_stored(real: Site, url: str, start: Start) -> None:
    home = real.home()
    for _ in range(20):
        real.judge(home)
    server = start(url)
    with _asking(server) as client:
        response = client.post("/v1/push", content=_body(home), headers={**home.headers, **JSON})
        assert parse(PushReply, response.content).head == home.head(20)
    assert _process(server).terminate() == 0
    (push,) = [line for line in server.lines() if line.get("route") == "/v1/push"]
    assert push["counts"] == {"accepted": 20}
    assert not [line for line in server.lines() if line["level"] in {"warning", "error"}]


def test_a_stop_lets_a_running_request_end(real: Site, url: str, start: Start) -> None:
    home = real.home()
    real.judge(home)
    body = _body(home)
    server = start(url)
    with _connected(server) as connection:
        connection.sendall(_head(home, len(body)) + body[:50])
        time.sleep(0.5)
        _process(server).process.terminate()
        time.sleep(0.5)
        with pytest.raises(OSError, match="refused"):
            _connected(server)
        connection.sendall(body[50:])
        reply = _received(connection)
    assert reply.startswith(b"HTTP/1.1 200")
    assert home.head(1).encode() in reply
    assert _process(server).wait() == 0


def test_a_head_that_does_not_end_is_cut(lone: tuple[Site, str], start: Start) -> None:
    server = start(lone[1], **{HEAD: 1})
    began = time.monotonic()
    with _connected(server) as silent, _connected(server) as slow, _connected(server) as again:
        slow.sendall(b"GET /v1/hello HTTP/1.1\r\nHost: x\r\n")
        again.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /heal")
        assert _received(silent) == b""
        assert _received(slow) == b""
        assert _received(again).count(b"HTTP/1.1 200") == 1
    assert time.monotonic() - began < 10


def test_empty_lines_do_not_keep_a_connection_open(lone: tuple[Site, str], start: Start) -> None:
    server = start(lone[1], **{IDLE: 1})
    until = time.monotonic() + 20
    with _connected(server) as idle, suppress(OSError):
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        while time.monotonic() < until:
            idle.sendall(b"\r\n")
            time.sleep(0.1)
    assert time.monotonic() < until


def test_a_client_that_reads_no_replies_is_cut(lone: tuple[Site, str], start: Start) -> None:
    server = start(lone[1], **{STALL: 1})
    with _connected(server) as silent, _asking(server) as client:
        silent.sendall(b"GET /v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 150)
        for running in ("1.0", "0.0"):
            until = time.monotonic() + 30
            while f"tutorcli_requests_in_flight {running}" not in client.get("/metrics").text:
                assert time.monotonic() < until
                time.sleep(0.05)


def test_a_head_without_end_is_cut(lone: tuple[Site, str], start: Start) -> None:
    server = start(lone[1])
    with _connected(server) as connection:
        try:
            connection.sendall(b"GET /healthz HTTP/1.1\r\n")
            for _ in range(200):
                connection.sendall(b"X-Filler: " + b"x" * 1000 + b"\r\n")
        except OSError:
            pass
        assert b"200" not in _received(connection)[:15]


def test_a_body_that_comes_too_slowly_is_cut_while_others_are_served(
    lone: tuple[Site, str], start: Start
) -> None:
    site, url = lone
    home = site.home()
    server = start(url, **{GRACE: 1})
    with _connected(server) as connection, _asking(server) as client:
        connection.sendall(_head(home, 1000) + b"{")
        assert client.get("/v1/hello").status_code == 200
        reply = _received(connection)
    assert reply.startswith(b"HTTP/1.1 503")
    assert b'"busy"' in reply


def test_a_body_of_100_mb_is_refused_with_a_reply(lone: tuple[Site, str], start: Start) -> None:
    site, url = lone
    home = site.home()
    server = start(url)

    def body() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * (1 << 20)

    with _asking(server) as client:
        response = client.post("/v1/push", content=body(), headers={**home.headers, **JSON})
        assert response.json()["code"] == "too_large"
        stated = client.post(
            "/v1/push", content=b" " * (100 << 20), headers={**home.headers, **JSON}
        )
        assert stated.json()["code"] == "too_large"
        assert client.get("/v1/hello").status_code == 200


def test_a_kill_in_the_middle_loses_nothing_that_was_acknowledged(
    real: Site, url: str, start: Start
) -> None:
    home = real.home()
    for _ in range(30):
        real.judge(home)
    server, have = start(url), 0
    while have < 30:
        with _asking(server) as client:
            request = home.request(have + 1, have + 3)
            response = client.post(
                "/v1/push",
                content=adapter(type(request)).dump_json(request),
                headers={**home.headers, **JSON},
            )
        reply = parse(PushReply, response.content)
        assert reply.have == have + 3
        assert reply.head == home.head(reply.have)
        have = reply.have
        if have % 9 == 0:
            server.kill()
            server.start(is_warm=True)
            server.await_ready()


# Several workers.


def test_workers_on_postgresql_answer_as_one_and_count_together(
    postgresql: object, start: Start, tmp_path: Path
) -> None:
    url = emptied(postgresql)
    with_password = url.replace("postgres:@", "postgres:hidden-word@")
    context = made_context(url, clock=Clock(utc_now()))
    site = Site(context, Clock(utc_now()))
    homes = [site.home() for _ in range(10)]
    secret = tmp_path / "db"
    secret.write_text(with_password)
    server = start(f"@{secret}", workers=2)
    workers = server.worker_ids()
    assert len(workers) == 2
    for pid in [_process(server).process.pid, *workers]:
        assert "hidden-word" not in Path(f"/proc/{pid}/cmdline").read_text()
        assert "hidden-word" not in Path(f"/proc/{pid}/environ").read_text()
    for home in homes:
        site.judge(home)
        with _asking(server) as client:
            response = client.post(
                "/v1/push", content=_body(home), headers={**home.headers, **JSON}
            )
        assert parse(PushReply, response.content).head == home.head(1)
    with _asking(server) as client:
        figures = client.get("/metrics").text
    assert 'tutorcli_judgments_total{status="accepted"} 10.0' in figures
    assert "tutorcli_feed 10.0" in figures
    assert _process(server).terminate() == 0
    assert not [pid for pid in workers if is_running(pid)]
    context.database.close()


def test_several_workers_on_sqlite_are_a_configuration_error(tmp_path: Path) -> None:
    options = ServeOptions(f"sqlite:///{tmp_path}/server.db", workers=2)
    with pytest.raises(ConfigError, match="2 workers need PostgreSQL"):
        serve(options)


def test_an_address_that_is_taken_is_a_configuration_error(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        options = ServeOptions(f"sqlite:///{tmp_path}/server.db", port=taken.getsockname()[1])
        with pytest.raises(ConfigError, match="cannot be bound"):
            serve(options)


def test_nobody_but_this_machine_is_listened_to_by_default() -> None:
    assert ServeOptions("sqlite://").host == "127.0.0.1"


def test_a_client_that_asks_first_is_told_to_go_on_before_it_sends(
    lone: tuple[Site, str], start: Start
) -> None:
    site, url = lone
    home = site.home()
    site.judge(home)
    server = start(url)
    with _asking(server) as client:
        response = client.post(
            "/v1/push",
            content=_body(home),
            headers={**home.headers, **JSON, "Expect": "100-continue"},
        )
    assert response.status_code == 200
