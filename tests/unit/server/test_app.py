"""What passes the app: replies, problems, versions, request ids, the description."""

import gzip
import json
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.unit.server.serverside import Home, Site
from tutorcli.core.problems import CODES
from tutorcli.core.wire import Hello, PushReply, VerifyReply
from tutorcli.server import tables
from tutorcli.server.app import make_app
from tutorcli.server.bodies import adapter, parse
from tutorcli.server.context import Context

JSON = {"Content-Type": "application/json"}


def _push_body(home: Home, first: int = 1) -> bytes:
    request = home.request(first)
    return adapter(type(request)).dump_json(request)


async def _push(client: httpx.AsyncClient, home: Home, **headers: str) -> httpx.Response:
    return await client.post(
        "/v1/push", content=_push_body(home), headers={**home.headers, **JSON, **headers}
    )


def _problem(response: httpx.Response) -> dict[str, Any]:
    """The problem of a reply, which must be one by the book."""
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    code = CODES[body["code"]]
    assert (body["status"], body["title"]) == (code.status, code.title)
    assert response.status_code == code.status
    assert body["request_id"] == response.headers["x-request-id"]
    return body


async def test_hello_says_who_the_server_is_without_a_token(
    client: httpx.AsyncClient, context: Context
) -> None:
    reply = parse(Hello, (await client.get("/v1/hello")).content)
    assert reply.project == context.project.name
    assert (reply.protocol.min, reply.protocol.max) == (1, 1)
    assert reply.limits == context.project.limits
    again = parse(Hello, (await client.get("/v1/hello")).content)
    assert (again.instance, again.epoch) == (reply.instance, reply.epoch)


async def test_a_push_is_answered_with_what_became_of_it(
    client: httpx.AsyncClient, site: Site
) -> None:
    home = site.home()
    site.judge(home)
    response = await _push(client, home)
    reply = parse(PushReply, response.content)
    assert (response.status_code, reply.have, reply.head) == (200, 1, home.head(1))


async def test_verify_is_answered(client: httpx.AsyncClient, site: Site) -> None:
    home = site.home()
    site.judge(home)
    site.push(home)
    response = await client.get("/v1/verify", params={"device": home.device}, headers=home.headers)
    reply = parse(VerifyReply, response.content)
    assert reply.computed == home.head(1)


@pytest.mark.parametrize("path", ["/v1/push", "/v1/pull", "/v1/verify"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {b"Authorization": b"Basic x"},
        {b"Authorization": b"Bearer \xff"},
        {b"Authorization": b""},
    ],
)
async def test_without_a_token_nothing_is_said(
    client: httpx.AsyncClient, site: Site, path: str, headers: dict[bytes, bytes]
) -> None:
    said = {"device": site.home().device}
    if path == "/v1/verify":
        response = await client.get(path, params=said, headers=list(headers.items()))
    else:
        body = {**said, "prev_head": "0" * 64} if path == "/v1/push" else said
        response = await client.post(path, json=body, headers=list(headers.items()))
    assert _problem(response)["code"] == "token_unknown"
    assert response.headers["www-authenticate"] == "Bearer"


async def test_a_revoked_token_is_refused_at_the_next_request(
    client: httpx.AsyncClient, site: Site
) -> None:
    home = site.home()
    assert (await _push(client, home)).status_code == 200
    site.change(tables.tutors, home.tutor, state="revoked")
    assert _problem(await _push(client, home))["code"] == "token_revoked"


async def test_a_lead_who_is_no_tutor_pulls_nothing(client: httpx.AsyncClient, site: Site) -> None:
    lead = site.home(roles="lead")
    response = await client.post("/v1/pull", json={"device": lead.device}, headers=lead.headers)
    assert _problem(response)["code"] == "wrong_role"


async def test_a_fork_and_anothers_device_have_their_codes(
    client: httpx.AsyncClient, site: Site
) -> None:
    home, thief = site.home(), site.home()
    site.judge(home)
    await _push(client, home)
    forged = Home(thief.tutor, thief.token, home.device)
    assert _problem(await _push(client, forged))["code"] == "not_your_device"
    fork = Home(home.tutor, home.token, home.device)
    site.judge(fork)
    assert _problem(await _push(client, fork))["code"] == "device_forked"


# Addresses, methods and parameters.


@pytest.mark.parametrize("path", ["/", "/v1/nothing", "/docs", "/redoc", "/v1/hello/", "/v2/hello"])
async def test_an_unknown_address_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    assert _problem(await client.get(path))["code"] == "not_found"


async def test_another_method_is_refused_with_those_that_are_allowed(
    client: httpx.AsyncClient,
) -> None:
    response = await client.delete("/v1/push")
    assert _problem(response)["code"] == "method_not_allowed"
    assert response.headers["allow"] == "POST"


async def test_a_missing_parameter_is_named(client: httpx.AsyncClient) -> None:
    body = _problem(await client.get("/v1/verify"))
    assert body["code"] == "bad_request"
    assert "device" in body["detail"]


# Versions.


@pytest.mark.parametrize("version", ["2", "0", "-1", "1.0", "one", "", "٣", "1" * 5000])
async def test_a_version_that_is_not_served_is_told_which_are(
    client: httpx.AsyncClient, site: Site, version: str
) -> None:
    home = site.home()
    headers = httpx.Headers({**home.headers, **JSON})
    headers = httpx.Headers([*headers.raw, (b"Tutorcli-Protocol", version.encode())])
    response = await client.post("/v1/push", content=_push_body(home), headers=headers)
    body = _problem(response)
    assert (body["code"], body["min"], body["max"]) == ("upgrade_required", 1, 1)
    assert site.rows(tables.devices) == []


async def test_the_version_that_is_served_is_in_the_reply(
    client: httpx.AsyncClient, site: Site
) -> None:
    response = await _push(client, site.home(), **{"Tutorcli-Protocol": "1"})
    assert response.status_code == 200
    assert response.headers["tutorcli-protocol"] == "1"


async def test_hello_is_there_for_every_version(client: httpx.AsyncClient) -> None:
    response = await client.get("/v1/hello", headers={"Tutorcli-Protocol": "9"})
    assert response.status_code == 200


# Request ids.


async def test_a_request_id_that_was_sent_comes_back(client: httpx.AsyncClient) -> None:
    response = await client.get("/v1/hello", headers={"X-Request-Id": "sync-7.3"})
    assert response.headers["x-request-id"] == "sync-7.3"


@pytest.mark.parametrize("sent", ["x" * 65, "a b", '{"a":1}', "a/../b"])
async def test_a_request_id_out_of_form_is_replaced(client: httpx.AsyncClient, sent: str) -> None:
    response = await client.get("/v1/hello", headers={"X-Request-Id": sent})
    assert response.headers["x-request-id"] != sent
    assert len(response.headers["x-request-id"]) == 16


# Replies.


async def test_a_long_reply_is_packed_for_those_who_take_it(
    client: httpx.AsyncClient, site: Site
) -> None:
    home = site.home()
    for _ in range(30):
        site.judge(home)
    packed = await _push(client, home, **{"Accept-Encoding": "gzip"})
    plain = await _push(client, home, **{"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert parse(PushReply, packed.content) == parse(PushReply, plain.content)


async def test_nothing_is_to_be_cached(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/hello")).headers["cache-control"] == "no-store"


# Errors that nobody foresaw.


class _Broken:
    """A database that fails with words that nobody may read."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __getattr__(self, name: str) -> Any:
        raise self.error


async def test_an_unexpected_error_is_a_problem_without_its_words(
    context: Context, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(context)
    app.state.context = _Broken(RuntimeError("the patient's name"))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
        response = await client.get("/v1/hello")
    assert _problem(response)["code"] == "internal"
    assert "patient" not in response.text
    assert "patient" not in caplog.text
    fault = caplog.records[-1].__dict__["fields"]["fault"]
    assert fault.startswith("RuntimeError ")


async def test_a_database_that_is_away_is_busy(
    client: httpx.AsyncClient, app: FastAPI, site: Site
) -> None:
    home = site.home()
    with site.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE devices RENAME TO elsewhere")
    response = await _push(client, home)
    assert _problem(response)["code"] == "busy"
    assert int(response.headers["retry-after"]) > 0


# The description.


async def test_the_description_has_the_wire_types_also_where_the_stream_is_read(
    client: httpx.AsyncClient,
) -> None:
    response = await client.get("/v1/openapi.json")
    document = response.json()
    push = document["paths"]["/v1/push"]["post"]
    body = push["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/PushRequest"}
    assert push["responses"]["200"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/PushReply"
    }
    assert "application/problem+json" in push["responses"]["default"]["content"]
    assert push["security"] == [{"token": []}]
    assert "security" not in document["paths"]["/v1/hello"]["get"]


async def test_every_reference_of_the_description_leads_somewhere(
    client: httpx.AsyncClient,
) -> None:
    text = (await client.get("/v1/openapi.json")).text
    document = json.loads(text)
    names = {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names <= document["components"]["schemas"].keys()
    assert "#/$defs" not in text


async def test_a_packed_push_is_taken(client: httpx.AsyncClient, site: Site) -> None:
    home = site.home()
    site.judge(home)
    response = await client.post(
        "/v1/push",
        content=gzip.compress(_push_body(home)),
        headers={**home.headers, **JSON, "Content-Encoding": "gzip"},
    )
    assert parse(PushReply, response.content).have == 1
