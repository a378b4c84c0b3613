"""What the server takes at once: of a body, of a token, of everyone."""

import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI

from tests.unit.server.serverside import ZERO_HEAD, Home, Site
from tutorcli.server import tables
from tutorcli.server.app import make_app
from tutorcli.server.limits import Buckets, InFlight
from tutorcli.server.problems import Rejected

JSON = {"Content-Type": "application/json"}
GZIP = {**JSON, "Content-Encoding": "gzip"}
LIMIT = 100_000


@pytest.fixture
async def narrow(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """A server that takes 100 kB of body."""
    limits = replace(site.context.project.limits, body=LIMIT)
    transport = httpx.ASGITransport(make_app(site.under(limits=limits)))
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
        yield client


class _Source(httpx.AsyncByteStream):
    """A body without a stated length that counts how much of it was taken."""

    def __init__(self, chunk: bytes, count: int) -> None:
        self.chunk = chunk
        self.count = count
        self.taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(self.count):
            self.taken += 1
            yield self.chunk


async def _code(
    client: httpx.AsyncClient, home: Home, body: bytes, headers: dict[str, str] = JSON
) -> str:
    response = await client.post("/v1/push", content=body, headers={**home.headers, **headers})
    assert response.headers["content-type"] == "application/problem+json"
    return str(response.json()["code"])


def _padded(home: Home, length: int) -> bytes:
    text = f'{{"device":"{home.device}","prev_head":"{ZERO_HEAD}"}}'
    return text.encode().ljust(length)


async def test_a_body_at_the_limit_is_taken_and_one_byte_more_is_not(
    narrow: httpx.AsyncClient, site: Site
) -> None:
    home = site.home()
    for pack, headers in ((bytes, JSON), (gzip.compress, GZIP)):
        fits = await narrow.post(
            "/v1/push", content=pack(_padded(home, LIMIT)), headers={**home.headers, **headers}
        )
        assert fits.status_code == 200
        over = pack(_padded(home, LIMIT + 1))
        assert await _code(narrow, home, over, headers) == "too_large"


async def test_a_stated_length_over_the_limit_is_refused_before_a_byte_is_read(
    narrow: httpx.AsyncClient, site: Site
) -> None:
    source = _Source(b" " * 50_000, 3)
    headers = {**site.home().headers, **JSON, "Content-Length": str(LIMIT + 1)}
    response = await narrow.post("/v1/push", content=source, headers=headers)
    assert response.json()["code"] == "too_large"
    assert source.taken == 0


@pytest.mark.parametrize("length", ["-1", "x", "٣", "9" * 5000], ids=range(4))
async def test_a_length_that_is_no_number_is_refused(
    narrow: httpx.AsyncClient, site: Site, length: str
) -> None:
    home = site.home()
    headers = httpx.Headers({**home.headers, **JSON})
    headers = httpx.Headers([*headers.raw, (b"Content-Length", length.encode())])
    response = await narrow.post("/v1/push", content=b"{}", headers=headers)
    assert response.json()["code"] == "too_large"


async def test_a_gzip_bomb_is_unpacked_no_further_than_the_limit(
    narrow: httpx.AsyncClient, site: Site
) -> None:
    bomb = gzip.compress(b"[" * 50_000_000, 9)
    assert len(bomb) < LIMIT
    home = site.home()
    tracemalloc.start()
    assert await _code(narrow, home, bomb, GZIP) == "too_large"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


async def test_a_gzip_bomb_in_small_pieces_is_unpacked_no_further_either(site: Site) -> None:
    limits = replace(site.context.project.limits, body=LIMIT)
    app = make_app(site.under(limits=limits))
    flight: InFlight = app.state.in_flight
    flight.most_bytes = LIMIT
    home = site.home()
    bomb = gzip.compress(b" " * 10_000_000, 9)
    pieces = [bomb[at : at + 64] for at in range(0, len(bomb), 64)]

    async def body() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
        response = await client.post("/v1/push", content=body(), headers={**home.headers, **GZIP})
    assert response.json()["code"] in {"too_large", "busy"}
    assert (flight.requests, flight.bytes) == (0, 0)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not gzip",
        gzip.compress(b"{}", mtime=0)[:-4],
        gzip.compress(b"{}", mtime=0) + b"more",
        gzip.compress(b"{}", mtime=0) + gzip.compress(b"{}", mtime=0),
        zlib.compress(b"{}"),
        gzip.compress(b"{}", mtime=0)[:-8] + b"\x00" * 8,
    ],
)
async def test_what_is_no_whole_gzip_stream_is_a_bad_request(
    narrow: httpx.AsyncClient, site: Site, body: bytes
) -> None:
    assert await _code(narrow, site.home(), body, GZIP) == "bad_request"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {**JSON, "Content-Encoding": "br"},
        {**JSON, "Content-Encoding": "gzip, gzip"},
        {**JSON, "Content-Encoding": "deflate"},
    ],
)
async def test_other_types_and_encodings_are_not_taken(
    narrow: httpx.AsyncClient, site: Site, headers: dict[str, str]
) -> None:
    assert await _code(narrow, site.home(), b"{}", headers) == "unsupported_encoding"


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
async def test_json_has_more_than_one_name(
    narrow: httpx.AsyncClient, site: Site, kind: str
) -> None:
    home = site.home()
    headers = {**home.headers, "Content-Type": kind}
    response = await narrow.post("/v1/push", content=_padded(home, 200), headers=headers)
    assert response.status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe{}",
        b"[" * 40_000 + b"]" * 40_000,
        b'{"device":' * 9_000 + b"1" + b"}" * 9_000,
        b'{"device":"x","prev_head":"\\ud800"}',
        b'{"device":"x","prev_head":"y","unheard":1}',
        b'{"device":5,"prev_head":"y"}',
        b'{"device":"x","prev_head":"y","first":"1"}',
        b'{"device":"x","prev_head":"y","first":1e400}',
        b'{"device":"x","prev_head":"y","first":' + b"9" * 60_000 + b"}",
        b'{"device":"x","prev_head":"y","items":[1]}',
        b'{"device":"x","prev_head":"y","items":[{"dseq":1}]}',
    ],
)
async def test_a_body_out_of_form_is_a_bad_request(
    narrow: httpx.AsyncClient, site: Site, body: bytes
) -> None:
    assert await _code(narrow, site.home(), body) == "bad_request"


async def test_a_problem_does_not_repeat_what_was_sent(
    narrow: httpx.AsyncClient, site: Site
) -> None:
    home = site.home()
    body = b'{"device":"x","prev_head":"y","items":"the patient"}'
    response = await narrow.post("/v1/push", content=body, headers={**home.headers, **JSON})
    assert "items" in response.json()["detail"]
    assert "patient" not in response.text


async def test_ten_thousand_bad_items_are_too_large_and_nothing_is_stored(
    client: httpx.AsyncClient, site: Site
) -> None:
    home = site.home()
    for _ in range(10_000):
        home.add_text("bad", "0" * 64)
    items = ",".join(
        f'{{"dseq":{item.dseq},"sha256":"{item.sha256}","body":"bad"}}' for item in home.items
    )
    body = f'{{"device":"{home.device}","prev_head":"{ZERO_HEAD}","items":[{items}]}}'
    assert await _code(client, home, body.encode()) == "too_large"
    assert site.rows(tables.judgments) == []


async def test_a_large_body_of_nobody_is_not_read(narrow: httpx.AsyncClient, site: Site) -> None:
    nobody = Home("t", "tut_00000000_" + "A" * 43, site.home().device)
    source = _Source(b" " * 50_000, 100)
    response = await narrow.send(
        narrow.build_request("POST", "/v1/push", content=source, headers={**nobody.headers, **JSON})
    )
    assert response.json()["code"] == "token_unknown"
    assert source.taken == 0


async def test_a_packed_body_of_nobody_is_not_unpacked(
    narrow: httpx.AsyncClient, site: Site
) -> None:
    nobody = Home("t", "tut_00000000_" + "A" * 43, site.home().device)
    body = gzip.compress(b"[" * LIMIT)
    assert len(body) < 1000
    assert await _code(narrow, nobody, body, GZIP) == "token_unknown"


# Of everyone.


def test_no_more_requests_run_at_once_than_the_bound() -> None:
    flight = InFlight(most_requests=2)
    flight.enter()
    flight.enter()
    with pytest.raises(Rejected) as caught:
        flight.enter()
    assert (caught.value.code.name, caught.value.retry_after) == ("busy", 2)
    flight.leave(0)
    flight.enter()


def test_no_more_bytes_are_held_at_once_than_the_bound() -> None:
    flight = InFlight(most_bytes=10)
    flight.enter()
    flight.hold(10)
    with pytest.raises(Rejected):
        flight.hold(1)
    flight.leave(10)
    flight.hold(10)


async def test_a_full_server_is_busy_and_says_when_to_come_back(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    app.state.in_flight.requests = app.state.in_flight.most_requests
    response = await client.get("/v1/hello")
    assert response.json()["code"] == "busy"
    assert response.headers["retry-after"] == "2"
    assert (await client.get("/healthz")).status_code == 200


async def test_every_request_leaves_the_count_however_it_ends(
    client: httpx.AsyncClient, app: FastAPI, site: Site
) -> None:
    home = site.home()
    await client.get("/v1/hello")
    await client.get("/v1/nothing")
    await _code(client, home, b"{")
    await _code(client, home, b"not gzip", GZIP)
    assert (app.state.in_flight.requests, app.state.in_flight.bytes) == (0, 0)


# Of one token.


def test_a_bucket_lets_a_burst_through_then_its_rate() -> None:
    now = [0.0]
    buckets = Buckets(rate=2, burst=3, clock=lambda: now[0])
    for _ in range(3):
        buckets.take(b"a")
    with pytest.raises(Rejected) as caught:
        buckets.take(b"a")
    assert (caught.value.code.name, caught.value.retry_after) == ("too_many_requests", 1)
    buckets.take(b"b")
    now[0] = 0.5
    buckets.take(b"a")
    with pytest.raises(Rejected):
        buckets.take(b"a")
    now[0] = 100
    for _ in range(3):
        buckets.take(b"a")


async def test_too_many_requests_of_one_token_do_not_stop_another(
    client: httpx.AsyncClient, site: Site
) -> None:
    home, other = site.home(), site.home()
    statuses = set()
    # Fifty a second come back meanwhile.
    for _ in range(2000):
        response = await client.get("/v1/nothing", headers=home.headers)
        statuses.add(response.status_code)
        if response.status_code == 429:
            break
    assert statuses == {404, 429}
    assert (await client.get("/v1/nothing", headers=other.headers)).status_code == 404
