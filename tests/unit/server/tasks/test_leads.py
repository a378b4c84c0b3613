"""What leads and administrators ask over HTTP."""

from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from tests.unit.server.fresh import Clock
from tests.unit.server.serverside import Home, Site
from tests.unit.server.tasks.tasking import judgment_of, known, rows, task, under
from tutorcli.core.judgment import Judgment, freeze
from tutorcli.core.task import Task, task_from_json, task_sha256, task_to_json
from tutorcli.server import tables
from tutorcli.server.app import make_app
from tutorcli.server.context import Context

NDJSON = {"Content-Type": "application/x-ndjson"}


@pytest.fixture
def site(context: Context) -> Site:
    """Hands to put tutors into the project."""
    return Site(context, Clock())


def packed(*records: Task | Judgment) -> bytes:
    """The lines of an import."""
    return b"\n".join(
        orjson.dumps(task_to_json(one)) if isinstance(one, Task) else freeze(one).body
        for one in records
    )


async def imported(
    client: httpx.AsyncClient, who: Home, *records: Task | Judgment, query: str = ""
) -> httpx.Response:
    """Send tasks."""
    return await client.post(
        f"/v1/tasks{query}", content=packed(*records), headers=who.headers | NDJSON
    )


async def pulled(client: httpx.AsyncClient, who: Home, want: int) -> list[dict[str, Any]]:
    """The assignments of a pull."""
    body = {"device": who.device, "want": want}
    answer = await client.post("/v1/pull", json=body, headers=who.headers)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["assignments"]
    return found


async def judged(client: httpx.AsyncClient, who: Home, one: dict[str, Any]) -> str:
    """Push a judgment of an assignment and return its status."""
    said = judgment_of(
        one["task"],
        who.tutor,
        f"j-{one['id'][:8]}",
        task_sha256=task_sha256(task_from_json(one["task"])),
        pack=one.get("pack"),
        guideline=one.get("guideline"),
    )
    item = who.add(said)
    answer = await client.post(
        "/v1/push",
        json={
            "device": who.device,
            "prev_head": who.head(len(who.items) - 1),
            "first": len(who.items),
            "items": [{"dseq": item.dseq, "sha256": item.sha256, "body": item.body}],
        },
        headers=who.headers,
    )
    assert answer.status_code == 200
    return str(answer.json()["results"][0]["status"])


async def test_tasks_go_from_a_lead_to_a_tutor_and_judgments_back(
    client: httpx.AsyncClient, site: Site
) -> None:
    lead, ann = site.home(roles="lead"), site.home()
    answer = await imported(client, lead, task(1), task(2))
    assert answer.json() == {"imported": 2, "duplicates": 0, "otherwise": []}

    found = await pulled(client, ann, 2)
    statuses = [await judged(client, ann, one) for one in found]
    answer = await client.get("/v1/judgments?after=0", headers=lead.headers)

    *lines, end = [orjson.loads(line) for line in answer.content.splitlines()]
    assert statuses == ["accepted", "accepted"]
    assert {line["task"] for line in lines} == {"t1", "t2"}
    assert {line["judgment"]["task"] for line in lines} == {"t1", "t2"}
    assert end == {"next": 2, "more": False}


async def test_late_work_is_accepted_while_a_place_is_free(
    client: httpx.AsyncClient, site: Site, clock: Any
) -> None:
    lead, ann, bob = site.home(roles="lead"), site.home(), site.home()
    await imported(client, lead, task(1), task(2))
    first, second = await pulled(client, ann, 2)
    clock.move(days=15)
    (taken,) = await pulled(client, bob, 1)

    statuses = {one["id"]: await judged(client, ann, one) for one in (first, second)}

    assert taken["id"] not in statuses
    assert sorted(statuses.values()) == ["accepted", "surplus"]


async def test_wrong_lines_are_named_and_nothing_is_imported(
    client: httpx.AsyncClient, site: Site
) -> None:
    lead = site.home(roles="lead")

    answer = await imported(client, lead, task(1), task(2, overlap=0))

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["code"], body["rejected"]) == ("bad_request", 1)
    assert [(error["line"], error["field"]) for error in body["errors"]] == [(2, "overlap")]
    assert rows(site.context, tables.tasks) == []


async def test_gold_is_imported_by_administrators_only(
    client: httpx.AsyncClient, site: Site
) -> None:
    lead, admin = site.home(roles="lead"), site.home(roles="admin")
    golden = (task(1), known(task(1)))

    refused = await imported(client, lead, *golden, query="?gold=true")
    taken = await imported(client, admin, *golden, query="?gold=true")

    assert refused.json()["code"] == "wrong_role"
    assert taken.json()["imported"] == 1


async def test_a_lead_sees_no_judgment_of_gold(context: Context, site: Site) -> None:
    app = make_app(under(context, gold_rate=1.0))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
        lead, admin, ann = site.home(roles="lead"), site.home(roles="admin"), site.home()
        await imported(client, lead, task(1))
        await imported(client, admin, task(9), known(task(9)), query="?gold=true")
        (one,) = await pulled(client, ann, 1)
        assert await judged(client, ann, one) == "accepted"

        seen = {
            who.tutor: (await client.get("/v1/judgments", headers=who.headers)).content
            for who in (lead, admin)
        }

    assert len(seen[lead.tutor].splitlines()) == 1
    assert b'"t9"' in seen[admin.tutor]


@pytest.mark.parametrize("roles", ["tutor", "auditor"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/tasks"),
        ("POST", "/v1/tasks/withdraw"),
        ("POST", "/v1/tasks/purge"),
        ("GET", "/v1/judgments"),
        ("GET", "/v1/stats"),
        ("GET", "/v1/quarantine"),
        ("POST", "/v1/quarantine/release"),
        ("POST", "/v1/quarantine/reject"),
        ("POST", "/v1/review"),
    ],
)
async def test_tutors_and_auditors_are_kept_out(
    client: httpx.AsyncClient, site: Site, roles: str, method: str, path: str
) -> None:
    who = site.home(roles=roles)
    body = {
        "/v1/tasks/withdraw": {"ids": ["t1"]},
        "/v1/tasks/purge": {"ids": ["t1"]},
        "/v1/quarantine/release": {"judgment": "j"},
        "/v1/quarantine/reject": {"judgment": "j"},
        "/v1/review": {"judgment": "j", "verdict": "agree"},
    }.get(path)
    headers = who.headers | ({"Content-Type": "application/json"} if body else NDJSON)
    content = orjson.dumps(body) if body else b""

    answer = await client.request(method, path, content=content, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_role")


async def test_tasks_are_withdrawn_and_purged(client: httpx.AsyncClient, site: Site) -> None:
    lead = site.home(roles="lead")
    await imported(client, lead, task(1), task(2))

    withdrawn = await client.post("/v1/tasks/withdraw", json={"ids": ["t1"]}, headers=lead.headers)
    purged = await client.post(
        "/v1/tasks/purge", json={"batch": "secret-batch"}, headers=lead.headers
    )

    assert withdrawn.json() == {"tasks": 1, "assignments": 0, "judgments": 0}
    assert purged.json()["tasks"] == 2
    assert {row.state for row in rows(site.context, tables.tasks)} == {"purged"}


async def test_a_purged_text_is_nowhere_in_the_files_of_a_server_that_runs(
    client: httpx.AsyncClient, site: Site, tmp_path: Path
) -> None:
    lead, text = site.home(roles="lead"), "A secret. " * 3000
    await imported(client, lead, task(1, prompt=text))
    assert b"A secret." in in_files(tmp_path)

    await client.post("/v1/tasks/purge", json={"ids": ["t1"]}, headers=lead.headers)

    assert b"A secret." not in in_files(tmp_path)


def in_files(folder: Path) -> bytes:
    """What the database's files hold."""
    return b"".join(file.read_bytes() for file in folder.glob("server.db*"))


async def test_what_waits_is_listed_and_released(client: httpx.AsyncClient, site: Site) -> None:
    lead, ann = site.home(roles="lead"), site.home()
    await imported(client, lead, task(1))
    (one,) = await pulled(client, ann, 1)
    status = await judged(client, ann, {**one, "pack": "old@1#0"})

    listed = await client.get("/v1/quarantine", headers=lead.headers)
    (waiting,) = listed.json()["waiting"]
    ruled = await client.post(
        "/v1/quarantine/release", json={"judgment": waiting["judgment"]}, headers=lead.headers
    )

    assert (status, waiting["reason"]) == ("quarantined", "stale_guideline")
    assert ruled.json()["status"] == "accepted"


async def test_all_that_wait_for_a_reason_are_released(
    client: httpx.AsyncClient, site: Site
) -> None:
    lead, ann = site.home(roles="lead"), site.home()
    await imported(client, lead, task(1), task(2))
    found = await pulled(client, ann, 2)
    for one in found:
        await judged(client, ann, {**one, "pack": "old@1#0"})

    answer = await client.post(
        "/v1/quarantine/release", json={"reason": "stale_guideline"}, headers=lead.headers
    )

    body = answer.json()
    assert [one["status"] for one in body["ruled"]] == ["accepted", "accepted"]
    assert body["left"] == []


@pytest.mark.parametrize(
    "body",
    [{}, {"judgment": "j", "reason": "unassigned"}, {"reason": "own_work"}, {"reason": None}],
)
async def test_a_release_of_nothing_that_can_be_released_is_refused(
    client: httpx.AsyncClient, site: Site, body: dict[str, Any]
) -> None:
    lead = site.home(roles="lead")

    answer = await client.post("/v1/quarantine/release", json=body, headers=lead.headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


async def test_nobody_reviews_their_own_work(client: httpx.AsyncClient, site: Site) -> None:
    both = site.home(roles="tutor lead")
    other = site.home(roles="lead")
    await imported(client, both, task(1))
    (one,) = await pulled(client, both, 1)
    await judged(client, both, one)
    body = {"judgment": f"j-{one['id'][:8]}", "verdict": "agree"}

    own = await client.post("/v1/review", json=body, headers=both.headers)
    others = await client.post("/v1/review", json=body, headers=other.headers)

    assert (own.status_code, own.json()["code"]) == (403, "own_work")
    assert others.status_code == 200


@pytest.mark.parametrize("what", ["agreement", "tutors", "gold", "bias", "time", "report"])
async def test_leads_ask_for_figures_of_the_judgments(
    client: httpx.AsyncClient, site: Site, what: str
) -> None:
    lead, tutor = site.home(roles="lead"), site.home(roles="tutor")
    path = f"/v1/stats?what={what}&ci=0.9&seed=7&after=0"

    answer = await client.get(path, headers=lead.headers)
    refused = await client.get(path, headers=tutor.headers)

    assert answer.status_code == 200
    assert ("sheet" if what == "report" else "figures") in answer.json()
    assert refused.json()["code"] == "wrong_role"


async def test_leads_ask_for_a_leaderboard(client: httpx.AsyncClient, site: Site) -> None:
    lead = site.home(roles="lead")
    path = "/v1/stats?what=leaderboard&by=domain&model=bradley-terry&control=position"
    answer = (await client.get(path, headers=lead.headers)).json()
    assert answer["boards"] == []
    assert answer["notes"] == ["there are no judgments that count"]


@pytest.mark.parametrize(
    "query",
    [
        "what=agreement&by=domian",
        "what=agreement&ci=2",
        "what=agreement&after=soon",
        "what=everything",
        "what=leaderboard&control=charm",
        "what=leaderboard&by=licence,vendor",
    ],
)
async def test_a_question_that_means_nothing_is_a_bad_request(
    client: httpx.AsyncClient, site: Site, query: str
) -> None:
    lead = site.home(roles="lead")
    answer = await client.get(f"/v1/stats?{query}", headers=lead.headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


@pytest.mark.parametrize(
    "query", ["after=-1", f"after={2**63}", "limit=0", "limit=100000", "after=x"]
)
async def test_a_cursor_that_is_none_is_refused(
    client: httpx.AsyncClient, site: Site, query: str
) -> None:
    lead = site.home(roles="lead")

    answer = await client.get(f"/v1/judgments?{query}", headers=lead.headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


async def test_an_import_of_another_type_is_refused(client: httpx.AsyncClient, site: Site) -> None:
    lead = site.home(roles="lead")

    answer = await client.post("/v1/tasks", json={}, headers=lead.headers)

    assert answer.json()["code"] == "unsupported_encoding"
