"""An import of many megabytes that is killed, and one that is interrupted."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tutorcli.store import tasks
from tutorcli.store.db import Queue

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]

TASKS = 3000
STAGED = 4_000_000
"""Bytes of the store from which on an import is in the middle of its work."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """20 MB, so that a kill meets the import at its work."""
    path = tmp_path / "tasks.jsonl"
    answers = [{"id": key, "text": f"An answer. {key} " * 260} for key in "ab"]
    with path.open("w", encoding="utf-8") as stream:
        for number in range(TASKS):
            row = {"id": f"t{number}", "domain": "law", "language": "en", "prompt": "?"}
            stream.write(json.dumps({**row, "answers": answers}) + "\n")
    return path


def begun(file: Path, home: Path) -> subprocess.Popen[bytes]:
    """An import that has staged something; busy waiting, for it is over within a second."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tutorcli", "import", str(file)],
        env={**os.environ, "TUTORCLI_HOME": str(home)},
        stderr=subprocess.PIPE,
    )
    folder = home / "data"
    until(lambda: sum(path.stat().st_size for path in folder.glob("queue.db*")) > STAGED)
    assert process.poll() is None
    return process


def until(holds: Callable[[], bool]) -> None:
    for _ in range(3_000_000):
        try:
            if holds():
                return
        except FileNotFoundError:
            pass
    raise AssertionError("it never came")


def test_a_killed_import_leaves_nothing(file: Path, home: Path) -> None:
    process = begun(file, home)
    process.kill()
    process.communicate()
    with Queue.open(home / "data") as queue:
        assert list(tasks.each_task(queue)) == []
    again = subprocess.run(
        [sys.executable, "-m", "tutorcli", "import", str(file), "--json"],
        env={**os.environ, "TUTORCLI_HOME": str(home)},
        capture_output=True,
        check=True,
    )
    assert json.loads(again.stdout)["imported"] == TASKS


def test_an_interrupted_import_says_so_and_leaves_nothing(file: Path, home: Path) -> None:
    process = begun(file, home)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 130
    assert said.startswith(b"tutorcli: interrupted: nothing was imported\n")
    with Queue.open(home / "data") as queue:
        assert queue.row("SELECT count(*) FROM tasks") == (0,)
        assert queue.rows("SELECT * FROM imports") == []
