"""How fast 20,000 tasks come in, against json.loads of each line and one plain executemany."""

import json
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from benchmarks.figures import Figure, Taken, in_turns
from tutorcli.formats.containers import lines
from tutorcli.formats.encoding import body_of, sha256_of
from tutorcli.formats.own import read
from tutorcli.formats.port import Arrival, Fill
from tutorcli.services.exchange import import_files
from tutorcli.store.db import Queue
from tutorcli.store.importing import TaskRow, row_of

TASKS = 20_000
BOUND = 3.0
"""The import may take so many times as long as the floor."""
DATA = Path(__file__).parents[2] / "shared" / "data"


def figures(folder: Path) -> list[Figure]:
    """The import and its floor, in turns; the median of the runs counts."""
    file = folder / "tasks.jsonl"
    file.write_bytes(b"".join(islice(_lines(), TASKS)))
    names = count()

    def ours() -> Taken:
        # What the run before left to be written is not this one's.
        os.sync()
        return {"s": _import(file, folder / f"home{next(names)}")}

    def floor() -> Taken:
        # Rows made anew each time: a text that was bound once keeps its UTF-8 for the next time.
        rows = _rows(file)
        os.sync()
        return {"s": _floor(file, rows, folder / f"floor{next(names)}.db")}

    imported, least = in_turns(ours, floor)
    return [Figure(f"import of {TASKS:,} tasks", imported["s"], least["s"], BOUND, "s", "ratio")]


def _lines() -> Iterator[bytes]:
    """Real tasks again and again under other ids; made-up ones where the data is not at hand."""
    tasks = [
        json.loads(line)
        for path in sorted(DATA.glob("*.jsonl"))
        for line in path.read_bytes().split(b"\n")
        if line.strip()
    ]
    number = 0
    while True:
        for task in tasks or [_made_up()]:
            number += 1
            row = {**task, "id": f"{task['id']}-{number}"}
            yield json.dumps(row, ensure_ascii=False).encode() + b"\n"


def _made_up() -> dict[str, object]:
    text = "The patient should be told what the drug does, and what it does not do.\n"
    answers = [{"id": key, "model": f"model {key}", "text": text * 24} for key in "abcd"]
    return {"id": "t", "domain": "medicine", "language": "en", "prompt": text, "answers": answers}


def _import(file: Path, home: Path) -> float:
    queue = Queue.open(home)
    began = time.perf_counter()
    report = import_files(queue, [str(file)])
    took = time.perf_counter() - began
    assert report.imported == TASKS
    queue.close()
    shutil.rmtree(home)
    return took


def _rows(file: Path) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for line in lines(str(file)):
        arrival = read(line, Fill())
        assert isinstance(arrival, Arrival)
        row = row_of(arrival.task, body_of(arrival), sha256_of(arrival))
        # As text, which is what lies in the queue.
        rows.append((*row[:-1], row.body.decode()))
    return rows


def _floor(file: Path, rows: list[tuple[object, ...]], target: Path) -> float:
    columns = TaskRow._fields
    database = sqlite3.connect(target)
    database.execute(f"CREATE TABLE tasks ({', '.join(columns)}, PRIMARY KEY (id))")
    marks = ", ".join("?" * len(columns))
    began = time.perf_counter()
    with file.open("rb") as stream:
        for line in stream:
            json.loads(line)
    with database:
        database.executemany(f"INSERT INTO tasks VALUES ({marks})", rows)  # noqa: S608
    took = time.perf_counter() - began
    database.close()
    target.unlink()
    return took
