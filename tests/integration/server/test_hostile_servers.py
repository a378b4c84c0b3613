"""Servers that are none, lie, or take their time: nothing is marked as sent, and it is said why."""

import socket
import threading
from contextlib import closing
from uuid import uuid4

import pytest

from tests.integration.server.strangers import (
    INSTANCE,
    STALL_S,
    TOKEN,
    Server,
    always,
    closes,
    drips,
    failed_sync,
    hello,
    reply,
    then,
)
from tutorcli.errors import Mismatch, Unreachable
from tutorcli.store.db import Queue
from tutorcli.sync.client import Client
from tutorcli.sync.remote import Place
from tutorcli.sync.transport import Bounds

pytestmark = pytest.mark.integration


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
