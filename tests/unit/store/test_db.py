"""Opening the queue."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tutorcli.errors import StoreError
from tutorcli.store import connection, db
from tutorcli.store.connection import Store, connect
from tutorcli.store.db import Queue
from tutorcli.store.schema import TRIGGERS, VERSION


def raw(folder: Path) -> Store:
    """The file as another program opens it: no pragma, no check."""
    path = folder / "queue.db"
    return Store(connect(path, create=False), path)


def test_a_new_queue_has_a_device_and_a_local_tutor(folder: Path) -> None:
    with Queue.open(folder) as queue:
        values: dict[str, str] = dict(queue.rows("SELECT key, value FROM home"))
        tutor, have, durable = queue.rows("SELECT tutor, have, durable FROM sync_state")[0]
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", values["device"])
    assert tutor == f"local-{values['device'][:8]}"
    assert (have, durable) == (0, 0)


def test_opening_again_finds_the_same_home(folder: Path) -> None:
    with Queue.open(folder) as first, Queue.open(folder) as second:
        read = "SELECT value FROM home WHERE key = 'device'"
        assert first.rows(read) == second.rows(read)


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX")
def test_files_and_folder_are_their_owners_alone(folder: Path) -> None:
    with Queue.open(folder):
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes.pop("queue.db") == 0o600
    assert not any(mode & 0o077 for mode in modes.values())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_commits_reach_the_disk_and_rules_are_on(queue: Queue) -> None:
    def pragma(name: str) -> object:
        row = queue.row(f"PRAGMA {name}")
        return row[0] if row else None

    assert pragma("journal_mode") == db.journal_mode()
    assert pragma("synchronous") == 2
    assert pragma("foreign_keys") == 1
    assert pragma("recursive_triggers") == 1
    assert pragma("busy_timeout") == 10_000


def test_every_table_is_strict(queue: Queue) -> None:
    tables = queue.rows(
        "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
    )
    ours = {name: strict for name, strict in tables if not name.startswith(("sqlite_", "_sqlite"))}
    assert len(ours) > 8
    assert all(ours.values())


def test_an_affected_sqlite_gets_the_journal_without_wal(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Queue.open(folder).close()
    monkeypatch.setattr(connection, "journal_mode", lambda: "truncate")
    with Queue.open(folder) as queue:
        assert queue.row("PRAGMA journal_mode") == ("truncate",)


def test_a_missing_queue_is_not_made_unasked(folder: Path) -> None:
    with pytest.raises(StoreError, match="does not exist"):
        Queue.open(folder, create=False)
    assert not folder.exists()


def test_a_newer_file_is_refused_and_left_alone(folder: Path) -> None:
    Queue.open(folder).close()
    with raw(folder) as store:
        store.execute(f"PRAGMA user_version={VERSION + 1}")
    with pytest.raises(StoreError, match="newer tutorcli"):
        Queue.open(folder)
    with raw(folder) as store:
        assert store.version() == VERSION + 1


def test_a_file_that_is_no_database_is_refused_and_left_alone(folder: Path) -> None:
    folder.mkdir()
    (folder / "queue.db").write_bytes(b"these are not the pages of a database\n" * 200)
    with pytest.raises(StoreError, match="damaged or not a database"):
        Queue.open(folder)
    assert (folder / "queue.db").read_bytes().startswith(b"these are not")


def test_a_database_of_another_program_is_refused(folder: Path) -> None:
    folder.mkdir()
    path = folder / "queue.db"
    with Store(connect(path, create=True), path) as store:
        store.execute("CREATE TABLE tasks (id)")
    with pytest.raises(StoreError, match="already exists"):
        Queue.open(folder)
    with raw(folder) as store:
        assert store.rows("SELECT name FROM sqlite_master") == [("tasks",)]


@pytest.mark.parametrize("trigger", sorted(TRIGGERS))
def test_a_file_without_its_triggers_is_refused(folder: Path, trigger: str) -> None:
    Queue.open(folder).close()
    with raw(folder) as store:
        store.execute(f"DROP TRIGGER {trigger}")
    with pytest.raises(StoreError, match=trigger):
        Queue.open(folder)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written to"):
        Queue.open(tmp_path / "file" / "data")


def test_a_reader_cannot_write(queue: Queue) -> None:
    with queue.reader() as reader:
        assert reader.rows("SELECT * FROM tasks") == []
        with pytest.raises(StoreError, match="cannot be written to"):
            reader.execute("DELETE FROM tasks")


def test_opening_a_second_connection_keeps_the_locks_of_the_first(queue: Queue) -> None:
    with queue.write():
        Queue.open(queue.folder).close()
        code = (
            "import sys; from pathlib import Path; from tutorcli.store.db import Queue\n"
            "with Queue.open(Path(sys.argv[1]), busy_s=0.05) as queue:\n"
            "    with queue.write(): pass\n"
        )
        ran = subprocess.run(
            [sys.executable, "-c", code, str(queue.folder)],
            capture_output=True,
            text=True,
            check=False,
        )
    assert "locked by another process" in ran.stderr


def test_opening_an_up_to_date_queue_loads_no_sqlite_utils(folder: Path) -> None:
    Queue.open(folder).close()
    code = (
        "import sys; from pathlib import Path\n"
        "from tutorcli.store import drafts, judgments, tasks\n"
        "from tutorcli.store.db import Queue\n"
        "queue = Queue.open(Path(sys.argv[1])); tasks.next_open(queue); judgments.home(queue)\n"
        "drafts.Drafts.open(Path(sys.argv[1]))\n"
        "print(sorted({'sqlite_utils', 'pydantic', 'click', 'textual'} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"
