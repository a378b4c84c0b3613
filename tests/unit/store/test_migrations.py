"""From any version to the newest, once, whatever happens."""

from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from tests.unit.store.conftest import fill, make_task
from tutorcli.errors import StoreError
from tutorcli.store import db, migrations, schema
from tutorcli.store.db import Queue


def further(monkeypatch: pytest.MonkeyPatch, *statements: str) -> None:
    """Have the program know one step more."""
    steps = Migrations(migrations.STEPS.name)
    for step in migrations.STEPS._migrations:
        steps(name=step.name)(step.fn)

    @steps()
    def m999_further(database: Database) -> None:
        for statement in statements:
            database.execute(statement)

    monkeypatch.setattr(migrations, "STEPS", steps)
    for module in (schema, db):
        monkeypatch.setattr(module, "VERSION", schema.VERSION + 1 if module is schema else None)
    monkeypatch.setattr(db, "VERSION", schema.VERSION)


def test_the_version_is_the_number_of_steps() -> None:
    assert len(migrations.STEPS._migrations) == schema.VERSION


def test_a_new_queue_needs_no_copy(folder: Path) -> None:
    with Queue.open(folder) as queue:
        assert queue.version() == schema.VERSION
    assert not list(folder.glob("*before*"))


def test_a_step_runs_once_and_the_file_before_is_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Queue.open(folder) as queue:
        fill(queue, [make_task("t1")])
    further(monkeypatch, "CREATE TABLE further (n INTEGER) STRICT")
    for _ in range(2):
        with Queue.open(folder) as queue:
            assert queue.version() == schema.VERSION
            assert queue.rows("SELECT * FROM further") == []
            assert queue.row("SELECT id FROM tasks") == ("t1",)
    before = migrations.before_path(folder, schema.VERSION - 1)
    with db.Store(db.connect(before, create=False), before) as copy:
        assert copy.version() == schema.VERSION - 1
        assert copy.row("SELECT id FROM tasks") == ("t1",)
    assert before.stat().st_mode & 0o077 == 0


def test_a_step_that_fails_leaves_the_file_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Queue.open(folder).close()
    further(monkeypatch, "CREATE TABLE further (n INTEGER) STRICT", "CREATE TABLE tasks (n)")
    with pytest.raises(StoreError, match="already exists"):
        Queue.open(folder)
    with db.Store(db.connect(folder / "queue.db", create=False), folder) as store:
        assert store.version() == schema.VERSION - 1
        assert not store.rows("SELECT 1 FROM sqlite_master WHERE name = 'further'")
        assert len(store.rows("SELECT * FROM _sqlite_migrations")) == schema.VERSION - 1


def test_a_step_that_loses_a_trigger_is_undone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Queue.open(folder).close()
    further(monkeypatch, "DROP TRIGGER judgments_no_update")
    with pytest.raises(StoreError, match="judgments_no_update"):
        Queue.open(folder)
    monkeypatch.undo()
    with Queue.open(folder) as queue:
        assert queue.version() == schema.VERSION
