"""Running the command line inside the test's process."""

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tutorcli.__main__ import main

SAMPLES = Path(__file__).parents[3] / "sample_tasks"


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON value on stdout."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command line without the program's name; stdin is text."""

    def act(*argv: str, stdin: str = "") -> Ran:
        monkeypatch.setattr(sys, "argv", ["tutorcli", *argv])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        capsys.readouterr()
        code = main()
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return act


@pytest.fixture
def task_file(tmp_path: Path) -> Path:
    """Three small tasks; the first carries everything that a tutor must not see too early."""
    secret = {"provenance": {"from": "SECRET"}, "kind": "human"}
    answers = [
        {"id": "a", "text": "First answer.", "model": "SECRET-model-1", **secret},
        {
            "id": "b",
            "text": "Second \u001b[31manswer.",
            "model": "SECRET-model-2",
            "note": "SECRET",
        },
    ]
    tasks: list[dict[str, Any]] = [
        {
            "id": "t1",
            "domain": "medicine",
            "language": "en",
            "prompt": "A prompt?",
            "answers": answers,
            "source": "SECRET",
            "metadata": {"x": "SECRET"},
            "unknown": "SECRET",
        },
        {
            "id": "t2",
            "domain": "law",
            "language": "zh-Hans",
            "prompt": "合同?",
            "answers": answers[:2],
        },
        {
            "id": "t3",
            "domain": "law",
            "language": "en",
            "prompt": "Three?",
            "answers": [*answers, {"id": "c", "text": "Third."}],
        },
    ]
    path = tmp_path / "tasks.jsonl"
    path.write_text("".join(json.dumps(task) + "\n" for task in tasks), "utf-8")
    return path


@pytest.fixture
def filled(task_file: Path, home: Path) -> Path:
    """The test's home with the three tasks in it."""
    from tutorcli import config
    from tutorcli.services import exchange
    from tutorcli.services.desk import open_desk

    with open_desk(config.load()) as desk:
        assert exchange.import_files(desk.queue, [str(task_file)]).imported == 3
    return home
