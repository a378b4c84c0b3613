"""What administrators and auditors may do over the network, and nobody else."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.unit.server.peopled import added, enrolled, made
from tutorcli.core.wire import EnrolRequest
from tutorcli.server.app import make_app
from tutorcli.server.context import Context
from tutorcli.server.services import people
from tutorcli.server.services.enrolling import enrol

ROLES = ("tutor", "lead", "admin", "auditor")


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return made(f"sqlite:///{tmp_path / 'server.db'}")


@pytest.fixture
async def client(context: Context) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(make_app(context), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as asked:
        yield asked


def signed(context: Context, *roles: str) -> dict[str, str]:
    """The headers of somebody new with these roles."""
    return {"Authorization": f"Bearer {enrolled(context, added(context, roles=roles)).token}"}


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/tutors", {"admin"}),
        ("POST", "/v1/tutors", {"admin"}),
        ("POST", "/v1/tutors/{tutor}/revoke", {"admin"}),
        ("POST", "/v1/tutors/{tutor}/code", {"admin"}),
        ("GET", "/v1/audit", {"admin", "auditor"}),
        ("GET", "/v1/audit/verify", {"admin", "auditor"}),
    ],
)
async def test_each_route_is_for_its_roles_alone(
    context: Context, client: httpx.AsyncClient, method: str, path: str, allowed: set[str]
) -> None:
    where = path.format(tutor=added(context).tutor)
    body: dict[str, Any] = {"json": {}} if where == "/v1/tutors" and method == "POST" else {}
    for role in ROLES:
        reply = await client.request(method, where, headers=signed(context, role), **body)
        assert reply.status_code == (200 if role in allowed else 403), role
        if role not in allowed:
            assert reply.json()["code"] == "wrong_role"
    assert (await client.request(method, where, **body)).status_code == 401


async def test_somebody_added_over_the_network_can_enrol(
    context: Context, client: httpx.AsyncClient
) -> None:
    body = {
        "roles": ["tutor", "lead"],
        "qualifications": [{"domain": "law", "language": "zh", "expires": "2027-06-30"}],
        "regions": ["cn"],
        "name": "Ada",
    }
    reply = await client.post("/v1/tutors", json=body, headers=signed(context, "admin"))
    said = reply.json()
    taken = enrol(context, EnrolRequest(said["code"], str(uuid4())))
    assert taken.tutor == said["tutor"]
    found = people.find(context, said["tutor"])
    assert (found.roles, found.regions, found.name) == (("tutor", "lead"), ("cn",), "Ada")
    assert found.qualifications[0].expires == "2027-06-30T23:59:59.999Z"


@pytest.mark.parametrize(
    "body",
    [
        {"roles": ["boss"]},
        {"roles": "admin"},
        {"regions": ["a b"]},
        {"qualifications": [{"domain": "law", "language": "zh", "expires": "x" * 40}]},
        {"unknown": 1},
        {"name": "a\u0000b"},
    ],
)
async def test_a_wrong_body_adds_nobody(
    context: Context, client: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    headers = signed(context, "admin")
    reply = await client.post("/v1/tutors", json=body, headers=headers)
    assert reply.status_code == 400
    assert len(people.everyone(context)) == 1


@pytest.mark.parametrize("tutor", ["t-nobody", "%00", "..%2f..", "'%20OR%201=1"])
async def test_a_tutor_who_does_not_exist_is_not_found(
    context: Context, client: httpx.AsyncClient, tutor: str
) -> None:
    headers = signed(context, "admin")
    for act in ("revoke", "code"):
        reply = await client.post(f"/v1/tutors/{tutor}/{act}", headers=headers)
        assert reply.status_code == 404
        assert reply.json()["code"] == "not_found"


async def test_the_revoked_are_refused_at_their_next_request(
    context: Context, client: httpx.AsyncClient
) -> None:
    gone = added(context, roles=("auditor",))
    token = {"Authorization": f"Bearer {enrolled(context, gone).token}"}
    assert (await client.get("/v1/audit", headers=token)).status_code == 200
    admin = signed(context, "admin")
    reply = await client.post(f"/v1/tutors/{gone.tutor}/revoke", headers=admin)
    assert reply.json()["state"] == "revoked"
    refused = await client.get("/v1/audit", headers=token)
    assert (refused.status_code, refused.json()["code"]) == (401, "token_revoked")


async def test_the_audit_is_read_in_stretches(context: Context, client: httpx.AsyncClient) -> None:
    headers = signed(context, "auditor")
    first = (await client.get("/v1/audit?limit=2", headers=headers)).json()
    assert [act["seq"] for act in first["acts"]] == [1, 2]
    assert (first["next"], first["more"]) == (2, True)
    rest = (await client.get("/v1/audit?after=2", headers=headers)).json()
    assert [act["seq"] for act in rest["acts"]] == [3]
    assert (rest["next"], rest["more"]) == (3, False)
    assert rest["acts"][0]["prev"] == first["acts"][1]["hash"]
    for wrong in ("after=-1", "limit=0", "limit=100000", f"after={1 << 70}"):
        assert (await client.get(f"/v1/audit?{wrong}", headers=headers)).status_code == 400


async def test_the_audit_can_be_verified_from_afar(
    context: Context, client: httpx.AsyncClient
) -> None:
    said = (await client.get("/v1/audit/verify", headers=signed(context, "auditor"))).json()
    assert said["breaks"] == []
    assert said["acts"] == 3
