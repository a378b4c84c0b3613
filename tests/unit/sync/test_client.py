"""Our server's client over transports that answer as networks and servers do."""

import gzip
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from tutorcli.core.chain import START
from tutorcli.core.wire import EnrolRequest, Item, PullRequest, PushReply, PushRequest
from tutorcli.errors import Refused, SyncError, Unreachable
from tutorcli.sync.client import Client
from tutorcli.sync.remote import DeviceForked, Place
from tutorcli.sync.retry import Patience
from tutorcli.sync.transport import Bounds

URL = "https://server.example.org"
TOKEN = "tut_secret"  # noqa: S105 - no real one
HELLO: dict[str, Any] = {
    "server": "tutorcli/9",
    "protocol": {"min": 1, "max": 1},
    "project": "p",
    "instance": "0b9f1c0a-2f2f-4a55-8d3f-0c7d1c1f2a3b",
    "epoch": "e",
    "time": "2026-11-22T09:00:00Z",
}
STANDING = {"have": 0, "head": START.hex(), "durable": 0, "epoch": "e", "time": HELLO["time"]}
DEVICE = "1b9f1c0a-2f2f-4a55-8d3f-0c7d1c1f2a3b"

Handler = Callable[[httpx.Request], httpx.Response]


async def stream(*pieces: bytes) -> AsyncIterator[bytes]:
    """A body that comes piece by piece, as from a network."""
    for piece in pieces:
        yield piece


def reply(
    body: bytes | dict[str, Any], status: int = 200, kind: str = "application/json", **headers: str
) -> httpx.Response:
    """A reply as a server sends it."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers={"content-type": kind, **named}, content=stream(data))


def problem(code: str, status: int, **more: Any) -> httpx.Response:
    """An error of the protocol."""
    body = {"code": code, "title": f"title of {code}", "status": status, **more}
    return reply(body, status, "application/problem+json", x_request_id="1a2b")


async def no_sleep(seconds: float) -> None:
    """Nobody waits in these tests."""


def client(handler: Handler, **bounds: Any) -> Client:
    """A client that talks to a function."""

    async def handle(request: httpx.Request) -> httpx.Response:
        await request.aread()
        return handler(request)

    return Client(
        Place(URL, TOKEN),
        patience=Patience(sleep=no_sleep, random=lambda: 0.0, tries=3),
        bounds=Bounds(**bounds),
        transport=httpx.MockTransport(handle),
    )


def said(error: SyncError) -> str:
    return f"{error.what} | {error.hint}"


def refused_hello(answer: Callable[[], httpx.Response]) -> SyncError:
    """The error of a hello that gets this answer each time."""
    with closing(client(lambda _: answer())) as remote, pytest.raises(SyncError) as refusal:
        remote.hello()
    assert TOKEN not in said(refusal.value)
    return refusal.value


def push(remote: Client, body: str = "{}") -> PushReply:
    return remote.push(PushRequest(DEVICE, START.hex(), (Item(1, "0" * 64, body),)))


def test_a_hello_is_read_and_what_is_new_in_it_is_ignored() -> None:
    with closing(client(lambda _: reply({**HELLO, "later": [1]}))) as remote:
        assert remote.hello().instance == HELLO["instance"]


def test_every_request_carries_the_version_and_all_but_hello_the_token() -> None:
    """Who says hello may be another server than the one that the token is for."""
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return reply(HELLO if request.method == "GET" else STANDING)

    with closing(client(handler)) as remote:
        remote.hello()
        push(remote)
    assert {it.headers["tutorcli-protocol"] for it in seen} == {"1"}
    assert [it.headers.get("authorization") for it in seen] == [None, f"Bearer {TOKEN}"]
    assert seen[1].headers["content-type"] == "application/json"


def test_long_bodies_are_packed_once_the_server_says_that_it_takes_them() -> None:
    seen: list[tuple[str | None, bytes]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append((request.headers.get("content-encoding"), request.content))
        return reply(HELLO if request.method == "GET" else STANDING)

    with closing(client(handler)) as remote:
        push(remote, "x" * 2000)
        remote.hello()
        push(remote, "x" * 2000)
        push(remote, "x")
    assert [encoding for encoding, _ in seen] == [None, None, "gzip", None]
    assert gzip.decompress(seen[2][1]) == seen[0][1]


def test_the_token_of_an_enrolment_is_used_from_then_on() -> None:
    tokens: list[str | None] = []

    def handler(request: httpx.Request) -> httpx.Response:
        tokens.append(request.headers.get("authorization"))
        if request.url.path == "/v1/enrol":
            return reply({"token": "tut_new", "tutor": "t", "roles": ["tutor"]})
        return reply(STANDING)

    with closing(client(handler)) as remote:
        remote.enrol(EnrolRequest("code", DEVICE))
        push(remote)
    assert tokens[-1] == "Bearer tut_new"


def test_a_packed_reply_is_unpacked() -> None:
    packed = gzip.compress(json.dumps(HELLO).encode())
    with closing(client(lambda _: reply(packed, content_encoding="gzip"))) as remote:
        assert remote.hello().project == "p"


def test_a_bomb_is_left_unexploded() -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    remote = client(lambda _: reply(bomb, content_encoding="gzip"), reply=1 << 20)
    with closing(remote), pytest.raises(Unreachable, match="more than 1 MiB"):
        remote.hello()


@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html><p>Sign in",
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"server": 1}',
        b"\xff\xfe",
        json.dumps(HELLO).encode()[:-1],
        json.dumps(HELLO).encode().replace(b'"p"', b"NaN"),
        json.dumps(HELLO).encode()[:-1] + b', "instance": "twice"}',
    ],
)
def test_an_answer_that_is_no_answer_of_ours_counts_as_none(body: bytes) -> None:
    assert isinstance(refused_hello(lambda: reply(body)), Unreachable)


@pytest.mark.parametrize("status", [200, 401, 403, 404])
def test_a_login_page_of_the_network_is_told_as_one(status: int) -> None:
    page = b"<html>Welcome to the hotel"
    error = refused_hello(lambda: reply(page, status, "text/html; charset=utf-8"))
    assert isinstance(error, Unreachable)
    assert f"{URL} answered with a web page" in said(error)
    assert "login page of the network?" in said(error)


def test_a_redirect_is_not_followed_and_its_target_is_named_without_its_query() -> None:
    calls: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        calls.append(request.url.host)
        return reply(b"", 302, location="https://portal.example.net/in?session=abc")

    with closing(client(handler)) as remote, pytest.raises(Unreachable) as refusal:
        remote.hello()
    assert calls == ["server.example.org"]
    assert "https://portal.example.net/in," in said(refusal.value)
    assert "abc" not in said(refusal.value)


def test_a_redirect_to_nowhere_is_told_as_one() -> None:
    error = refused_hello(lambda: reply(b"", 307, location="http://[x/"))
    assert isinstance(error, Unreachable)
    assert "sends on to" in said(error)


@pytest.mark.parametrize(
    ("code", "status", "hint"),
    [
        ("not_found", 404, "check the address"),
        ("token_unknown", 401, f"tutorcli login {URL}"),
        ("token_revoked", 401, "unsent work stays here"),
        ("code_unknown", 403, "ask for a new one"),
        ("wrong_tutor", 403, "TUTORCLI_HOME"),
        ("wrong_region", 403, "region"),
        ("upgrade_required", 426, "install the newest"),
    ],
)
def test_a_refusal_says_why_what_to_do_and_which_request_it_was(
    code: str, status: int, hint: str
) -> None:
    error = refused_hello(lambda: problem(code, status))
    assert isinstance(error, Refused)
    assert hint in said(error)
    assert "(request 1a2b)" in said(error)


def test_a_code_that_is_not_known_yet_is_a_refusal_with_its_words() -> None:
    error = refused_hello(lambda: problem("of_the_future", 422, detail="no such thing"))
    assert isinstance(error, Refused)
    assert "no such thing" in said(error)


def test_a_forked_device_has_an_error_of_its_own() -> None:
    remote = client(lambda _: problem("device_forked", 409))
    with closing(remote), pytest.raises(DeviceForked):
        push(remote)


@pytest.mark.parametrize(
    "first",
    [
        lambda: problem("busy", 503, retry_after=3),
        lambda: problem("too_many_requests", 429),
        lambda: problem("internal", 500),
        lambda: reply(b"<html>Bad gateway", 502, "text/html"),
        lambda: reply(b"", content_encoding="br"),
        lambda: reply(gzip.compress(b"{}")[:-9], content_encoding="gzip"),
    ],
)
def test_what_passes_is_tried_again(first: Callable[[], httpx.Response]) -> None:
    answers = iter([first(), first(), reply(STANDING)])
    with closing(client(lambda _: next(answers))) as remote:
        assert push(remote).have == 0


def test_what_does_not_pass_ends_as_no_answer() -> None:
    error = refused_hello(lambda: problem("busy", 503, retry_after=3))
    assert isinstance(error, Unreachable)
    assert "in 3 s" in said(error)


@pytest.mark.parametrize("seconds", [-3, 10**400], ids=["negative", "huge"])
def test_a_wait_that_is_none_is_no_answer_all_the_same(seconds: int) -> None:
    error = refused_hello(lambda: problem("busy", 503, retry_after=seconds))
    assert isinstance(error, Unreachable)


def test_a_connection_cut_in_the_middle_is_tried_again_with_the_same_bytes() -> None:
    bodies: list[bytes] = []

    def handler(request: httpx.Request) -> httpx.Response:
        bodies.append(request.content)
        if len(bodies) == 1:
            raise httpx.ReadError("cut")
        return reply(STANDING)

    with closing(client(handler)) as remote:
        push(remote)
    assert len(bodies) == 2
    assert bodies[0] == bodies[1] != b""


def test_a_machine_without_a_network_hears_so_at_the_first_try() -> None:
    tries: list[int] = []

    def handler(_: httpx.Request) -> httpx.Response:
        tries.append(1)
        raise httpx.ConnectError("no route")

    with closing(client(handler)) as remote, pytest.raises(Unreachable, match="no route"):
        remote.hello()
    assert tries == [1]


def test_a_server_that_says_nothing_is_given_up() -> None:
    async def never(request: httpx.Request) -> httpx.Response:
        import asyncio

        await asyncio.Event().wait()
        raise AssertionError

    remote = Client(
        Place(URL),
        patience=Patience(tries=1),
        bounds=Bounds(stall_s=0.01),
        transport=httpx.MockTransport(never),
    )
    with closing(remote), pytest.raises(Unreachable, match="nothing moved for"):
        remote.hello()


def test_another_range_of_versions_is_met_or_refused() -> None:
    wide = {**HELLO, "protocol": {"min": 1, "max": 7}}
    with closing(client(lambda _: reply(wide))) as remote:
        assert remote.hello().protocol.max == 7
    late = {**HELLO, "protocol": {"min": 2, "max": 7}}
    error = refused_hello(lambda: reply(late))
    assert isinstance(error, Refused)
    assert "2-7" in said(error)


@pytest.fixture(autouse=True)
def _quiet_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No test of this file lets a token or a body into a log."""
    with caplog.at_level("DEBUG", logger="tutorcli"):
        yield
    assert TOKEN not in caplog.text


ENROLLED: dict[str, Any] = {"token": "tut_x", "tutor": "t1", "roles": ["tutor"]}


@pytest.mark.parametrize("token", ["tut_\xe9", "tut x", "tut\nx", "", "t" * 1001])
def test_a_token_that_no_header_can_carry_is_not_taken(token: str) -> None:
    said_back = {**ENROLLED, "token": token}
    with (
        closing(client(lambda _: reply(said_back))) as remote,
        pytest.raises(Unreachable, match="not as a tutorcli server"),
    ):
        remote.enrol(EnrolRequest("code", DEVICE))


@pytest.mark.parametrize(
    "wrong",
    [
        {"have": 10**30},
        {"have": -1},
        {"durable": 2**63},
        {"until": 10**30},
        {"policy": {"purge_after_days": 10**9}},
        {"policy": {"offline_days": 10**12}},
        {"mine": [{"device": "d", "dseq": 10**30, "sha256": "0" * 64, "body": "{}"}]},
    ],
    ids=str,
)
def test_a_number_that_is_out_of_all_bounds_is_no_answer_of_a_server(wrong: dict[str, Any]) -> None:
    with (
        closing(client(lambda _: reply({**STANDING, **wrong}))) as remote,
        pytest.raises(Unreachable, match="not as a tutorcli server"),
    ):
        remote.pull(PullRequest(DEVICE))


def test_a_limit_or_a_result_that_is_out_of_all_bounds_is_no_answer_of_a_server() -> None:
    assert "not as" in said(refused_hello(lambda: reply({**HELLO, "limits": {"items": 10**30}})))
    result = {"dseq": 10**30, "status": "accepted"}
    with (
        closing(client(lambda _: reply({**STANDING, "results": [result]}))) as remote,
        pytest.raises(Unreachable, match="not as a tutorcli server"),
    ):
        push(remote)
