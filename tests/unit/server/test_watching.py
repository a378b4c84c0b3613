"""What machines that watch are told, and what the log says."""

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from starlette.types import Message

from tests.unit.server.serverside import Site
from tutorcli.server.app import make_app
from tutorcli.server.bodies import adapter
from tutorcli.server.context import Context
from tutorcli.server.logs import JsonLines
from tutorcli.server.metrics import FOLDER_VARIABLE, forget_dead_processes
from tutorcli.server.services import auditing
from tutorcli.server.services.auditing import Checked
from tutorcli.server.ticking import Tick, Ticker


class _Lines(logging.Handler):
    """The lines that a process would write."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(JsonLines())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """What the server writes to its log, from debug on."""
    handler, logger = _Lines(), logging.getLogger("tutorcli.server")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield handler.lines
    logger.removeHandler(handler)
    logger.setLevel(level)


async def _push(client: httpx.AsyncClient, site: Site) -> tuple[Any, httpx.Response]:
    home = site.home()
    site.judge(home, comment="the patient's name")
    home.add_text("bad")
    body = adapter(type(home.request())).dump_json(home.request())
    headers = {**home.headers, "Content-Type": "application/json"}
    return home, await client.post("/v1/push?secret=word", content=body, headers=headers)


async def test_a_living_process_says_so(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}


async def test_a_server_is_ready_when_its_database_has_its_tables(
    client: httpx.AsyncClient, site: Site
) -> None:
    assert (await client.get("/readyz")).json() == {"status": "ready"}
    with site.database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    response = await client.get("/readyz")
    assert (response.status_code, response.json()["code"]) == (503, "busy")


async def test_figures_count_requests_by_route_and_judgments_by_status(
    client: httpx.AsyncClient, site: Site
) -> None:
    await _push(client, site)
    await client.get("/v1/nothing/of/the/kind")
    response = await client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    for line in (
        'tutorcli_requests_total{method="POST",route="/v1/push",status="200"} 1.0',
        'tutorcli_requests_total{method="GET",route="-",status="404"} 1.0',
        'tutorcli_request_seconds_count{route="/v1/push"} 1.0',
        'tutorcli_judgments_total{status="accepted"} 1.0',
        'tutorcli_judgments_total{status="invalid"} 1.0',
        "tutorcli_requests_in_flight 0.0",
        "tutorcli_feed 2.0",
        "tutorcli_projector_lag 2.0",
    ):
        assert line in response.text.splitlines()


async def test_figures_are_there_while_the_database_is_away(
    client: httpx.AsyncClient, site: Site
) -> None:
    with site.database.write() as connection:
        connection.execute(text("ALTER TABLE counters RENAME TO elsewhere"))
    response = await client.get("/metrics")
    assert response.status_code == 200
    assert "tutorcli_feed" not in response.text


async def test_a_request_has_one_line_with_ids_and_counts(
    client: httpx.AsyncClient, site: Site, lines: list[str]
) -> None:
    home, response = await _push(client, site)
    (line,) = map(json.loads, lines)
    assert line.pop("at").endswith("Z")
    assert line.pop("ms") > 0
    assert line == {
        "level": "info",
        "event": "request",
        "request_id": response.headers["x-request-id"],
        "method": "POST",
        "route": "/v1/push",
        "status": 200,
        "tutor": home.tutor,
        "device": home.device,
        "counts": {"accepted": 1, "invalid": 1},
    }


async def test_no_content_token_query_or_address_is_in_the_log(
    client: httpx.AsyncClient, site: Site, lines: list[str]
) -> None:
    home, _ = await _push(client, site)
    await client.get("/v1/secret-path")
    text = "".join(lines)
    assert len(lines) == 2
    for word in ("patient", "secret", home.token, home.token[13:]):
        assert word not in text


async def test_a_client_that_hangs_up_is_no_error(
    app: FastAPI, site: Site, lines: list[str]
) -> None:
    sent: list[Message] = []
    parts: list[Message] = [
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return parts.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    headers = {**site.home().headers, "Content-Type": "application/json", "Content-Length": "9"}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/push",
        "query_string": b"",
        "headers": [(key.lower().encode(), value.encode()) for key, value in headers.items()],
    }
    await app(scope, receive, send)
    assert sent == []
    (line,) = map(json.loads, lines)
    assert (line["level"], line["status"]) == ("info", 499)


async def test_health_checks_are_quiet(client: httpx.AsyncClient, lines: list[str]) -> None:
    await client.get("/healthz")
    assert json.loads(lines[0])["level"] == "debug"


def test_a_record_of_a_library_is_a_line_too_without_an_errors_words() -> None:
    handler = _Lines()
    error = ValueError("the patient's name")
    handler.emit(
        logging.LogRecord(
            "uvicorn.error", logging.ERROR, __file__, 1, "failed", (), (ValueError, error, None)
        )
    )
    line = json.loads(handler.lines[0])
    assert (line["level"], line["event"], line["message"]) == (
        "error",
        "uvicorn.error",
        "ValueError",
    )


def test_a_tick_that_finds_something_comes_again_soon_and_one_that_fails_does_not_end_it(
    lines: list[str],
) -> None:
    done = threading.Event()
    calls: list[int] = []

    def act() -> int:
        calls.append(len(calls))
        if len(calls) == 3:
            done.set()
            raise RuntimeError("the patient's name")
        return 1

    ticker = Ticker([Tick("projector", 3600, act)])
    ticker.start()
    assert done.wait(10)
    ticker.stop()
    assert calls == [0, 1, 2]
    assert "RuntimeError" in lines[0]
    assert "patient" not in lines[0]


async def test_the_app_runs_its_ticks_from_start_to_stop(context: Context) -> None:
    came = threading.Event()

    def act() -> int:
        came.set()
        return 0

    app = make_app(context, [Tick("expiry", 3600, act)])
    async with app.router.lifespan_context(app):
        assert came.wait(10)
    assert "ticks" not in {thread.name for thread in threading.enumerate()}


def test_a_worker_that_is_gone_runs_no_requests_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    living = tmp_path / f"gauge_livesum_{os.getpid()}.db"
    counted = tmp_path / f"counter_{ended.pid}.db"
    for file in (living, counted, tmp_path / f"gauge_livesum_{ended.pid}.db"):
        file.touch()
    forget_dead_processes()
    assert set(tmp_path.iterdir()) == {living, counted}


async def test_long_checks_leave_threads_for_others(
    app: FastAPI, client: httpx.AsyncClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready, inside = threading.Event(), []

    def wait(_context: Context) -> Checked:
        inside.append(1)
        assert ready.wait(30)
        return Checked(0, "", 0, 0, 0, ())

    monkeypatch.setattr(auditing, "verify", wait)
    limit = anyio.to_thread.current_default_thread_limiter()
    headers = site.home(roles="admin").headers
    async with anyio.create_task_group() as tasks:
        for _ in range(int(limit.total_tokens)):
            tasks.start_soon(lambda: client.get("/v1/audit/verify", headers=headers))
        await anyio.wait_all_tasks_blocked()
        assert (await client.get("/v1/hello")).is_success
        assert len(inside) == 2
        ready.set()
