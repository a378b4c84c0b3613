"""The server's commands about tasks, on a database of the test's home."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run


@pytest.fixture
def database(home: Path) -> Path:
    return home / "data" / "server" / "server.db"


def test_tasks_come_in_once_and_go(run: Run, task_file: Path) -> None:
    ran = run("server", "tasks", "import", str(task_file), "--json")
    assert (ran.code, ran.json["imported"], ran.json["rejected"]) == (0, 3, 0)
    assert run("server", "tasks", "import", str(task_file), "--json").json["duplicates"] == 3
    assert run("server", "tasks", "withdraw", "t1", "--yes", "--json").json["tasks"] == 1
    ran = run("server", "tasks", "purge", "t1", "t2", "--yes", "--json")
    assert ran.json["tasks"] == 2
    assert run("server", "tasks", "publish", "--json").json == {"subjects": 0}


def in_files(database: Path) -> bytes:
    """What the files of a database hold."""
    return b"".join(file.read_bytes() for file in database.parent.iterdir())


def test_a_purged_text_is_nowhere_in_the_file(run: Run, tmp_path: Path, database: Path) -> None:
    # Long texts lie in pages of their own.
    said = {"domain": "law", "language": "en", "prompt": "A secret. " * 3000, "answers": []}
    tasks = [{"id": key, **said} for key in ("t1", "t2", "t3")]
    file = tmp_path / "tasks.jsonl"
    file.write_text("".join(json.dumps(task) + "\n" for task in tasks))
    assert run("server", "tasks", "import", str(file)).code == 0
    assert b"A secret." in in_files(database)
    assert run("server", "tasks", "purge", "t1", "t2", "--yes").code == 0
    assert b"A secret." in in_files(database)
    assert run("server", "tasks", "purge", "t3", "--yes").code == 0
    assert b"A secret." not in in_files(database)


def test_one_bad_line_and_nothing_is_imported(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text('{"id": "x"}\nno json\n')
    ran = run("server", "tasks", "import", str(file), "--json")
    assert ran.code == 3
    assert {error["line"] for error in ran.json["errors"]} == {1, 2}
    ran = run("server", "tasks", "import", str(file))
    assert ran.code == 3
    assert f"{file}:2:" in ran.err
    assert "nothing was imported" in ran.err


def test_what_is_not_imported_makes_no_database(run: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    ran = run("server", "tasks", "import", str(tmp_path / "none.jsonl"), "--db", url)
    assert ran.code == 3
    assert not (tmp_path / "new.db").exists()


def test_a_dry_run_stores_nothing(run: Run, task_file: Path) -> None:
    ran = run("server", "tasks", "import", str(task_file), "--dry-run", "--json")
    assert (ran.json["imported"], ran.json["dry_run"]) == (3, True)
    assert run("server", "tasks", "withdraw", "t1", "--yes").code == 3


def test_an_import_says_what_stays_judged_by_something_else(
    run: Run, task_file: Path, database: Path
) -> None:
    run("server", "tasks", "import", str(task_file))
    raw = sqlite3.connect(database)
    raw.execute("UPDATE subjects SET guideline = 'old@1#0' WHERE domain = 'medicine'")
    raw.commit()
    raw.close()
    ran = run("server", "tasks", "import", str(task_file))
    assert ran.code == 0
    assert "medicine en stays judged by old@1#0" in ran.err
    assert "tutorcli server tasks publish" in ran.err
    (item,) = run("server", "tasks", "import", str(task_file), "--json").json["otherwise"]
    assert (item["domain"], item["language"], item["guideline"]) == ("medicine", "en", "old@1#0")
    assert run("server", "tasks", "publish", "--json").json == {"subjects": 1}
    assert "stays" not in run("server", "tasks", "import", str(task_file)).err
