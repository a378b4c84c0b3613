"""Backups and restores between both kinds of database."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.unit.server.peopled import ADMIN, added, device_of, enrolled, made, tampered, values_of
from tutorcli.errors import Mismatch, StoreError
from tutorcli.server import archive
from tutorcli.server.context import Context
from tutorcli.server.services import auditing, people, persons, restoring
from tutorcli.server.services.backing import backup
from tutorcli.server.services.restoring import is_empty, restore
from tutorcli.server.storage import open_database
from tutorcli.server.tables import audit, devices, judgments, tutors

pytestmark = pytest.mark.integration

BOTH = ("sqlite", "postgresql")


class Bases:
    """Makes empty databases of either kind, and closes them."""

    def __init__(self, folder: Path, postgresql: Any) -> None:
        self._folder, self._postgresql = folder, postgresql
        self._made: list[Context] = []

    def url(self, kind: str) -> str:
        name = f"base_{uuid4().hex[:12]}"
        if kind == "sqlite":
            return f"sqlite:///{self._folder / name}.db"
        admin = open_database(self._postgresql.get_uri())
        with admin.engine.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            alone.execute(text(f"CREATE DATABASE {name}"))
        admin.close()
        return str(self._postgresql.get_uri(name))

    def empty(self, kind: str) -> Context:
        context = made(self.url(kind))
        self._made.append(context)
        return context

    def peopled(self, kind: str) -> Context:
        context = self.empty(kind)
        who = added(context, name="Ada", regions=("cn",))
        enrolled(context, who)
        device_of(context, who.tutor, 250)
        device_of(context, added(context, name="Bo 博").tutor, 2)
        return context

    def close(self) -> None:
        for context in self._made:
            context.database.close()


@pytest.fixture
def bases(tmp_path: Path, postgresql: Any) -> Iterator[Bases]:
    made_of = Bases(tmp_path, postgresql)
    yield made_of
    made_of.close()


def contents(context: Context) -> dict[str, list[tuple[object, ...]]]:
    """All rows but those that a restore adds, with bytes as bytes."""
    found = {}
    with context.database.read() as connection:
        for table in archive.TABLES:
            if table.name not in {"audit", "counters", "meta", "devices"}:
                rows = connection.execute(table.select())
                found[table.name] = sorted(
                    (tuple(map(plain, row)) for row in rows),
                    key=repr,
                )
    return found


def plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


@pytest.mark.parametrize("source", BOTH)
@pytest.mark.parametrize("target", BOTH)
def test_a_project_moves_from_either_database_to_either(
    bases: Bases, tmp_path: Path, source: str, target: str
) -> None:
    here, there = bases.peopled(source), bases.empty(target)
    was = contents(here)
    report = backup(here, ADMIN, tmp_path / "moving.backup")
    assert report.rows["judgments"] == 252
    assert sorted(values_of(here, devices.c.durable)) == [0, 2, 250]
    assert is_empty(there)
    assert restore(there, ADMIN, tmp_path / "moving.backup").nameless == 0
    assert contents(there) == was
    assert {tutor.name for tutor in people.everyone(there)} == {"Ada", "Bo 博"}
    checked = auditing.verify(there)
    assert (checked.breaks, checked.judgments) == ((), 252)


@pytest.mark.parametrize("kind", BOTH)
def test_a_restored_database_works_on_and_stays_append_only(
    bases: Bases, tmp_path: Path, kind: str
) -> None:
    here = bases.peopled(kind)
    backup(here, ADMIN, tmp_path / "one.backup")
    gone = values_of(here, tutors.c.id)[0]
    persons.erase_person(here, ADMIN, gone)
    device_of(here, added(here).tutor, 3)
    assert restore(here, ADMIN, tmp_path / "one.backup").kept.erased == 1
    assert people.find(here, gone).name is None
    assert len(values_of(here, judgments.c.dseq)) == 252
    for table in (judgments, audit):
        with pytest.raises(Exception, match="append-only"), here.database.write() as connection:
            connection.execute(table.delete())
    enrolled(here, added(here))
    assert auditing.verify(here).breaks == ()


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE judgments SET body = '{}' WHERE dseq = 2",
        "UPDATE judgments SET sha256 = head FROM devices WHERE dseq = 2",
        "DELETE FROM judgments WHERE dseq = 1",
        "UPDATE audit SET object = 't-x' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 1",
    ],
)
def test_what_was_changed_is_found_and_not_copied(
    bases: Bases, tmp_path: Path, kind: str, statement: str
) -> None:
    here = bases.peopled(kind)
    tampered(here, statement)
    assert auditing.verify(here).breaks
    with pytest.raises(Mismatch):
        backup(here, ADMIN, tmp_path / "one.backup")
    assert not list(tmp_path.glob("*.backup*"))
    assert set(values_of(here, devices.c.durable)) == {0}


@pytest.mark.parametrize("kind", BOTH)
def test_a_backup_sees_one_moment_however_much_is_written_meanwhile(
    bases: Bases, tmp_path: Path, kind: str
) -> None:
    here = bases.peopled(kind)
    tutor = values_of(here, tutors.c.id)[0]

    def disturb(_rows: int) -> None:
        if len(values_of(here, devices.c.id)) < 20:
            device_of(here, tutor, 5)

    report = backup(here, ADMIN, tmp_path / "one.backup", disturb)
    assert (report.rows["devices"], report.rows["judgments"]) == (3, 252)
    assert len(values_of(here, devices.c.id)) > 4
    assert backup(here, ADMIN, tmp_path / "two.backup").rows["devices"] > 4


def test_a_copy_holds_a_few_rows_at_once(bases: Bases, tmp_path: Path) -> None:
    here, there = bases.empty("sqlite"), bases.empty("sqlite")
    device_of(here, added(here).tutor, 1000, size=200_000)
    tracemalloc.start()
    backup(here, ADMIN, tmp_path / "one.backup")
    restore(there, ADMIN, tmp_path / "one.backup")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100 << 20
    assert (tmp_path / "one.backup").stat().st_size > 190 << 20 > peak


def test_a_restore_does_not_wait_for_a_server_that_writes(
    bases: Bases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = bases.peopled("postgresql")
    backup(here, ADMIN, tmp_path / "one.backup")
    monkeypatch.setattr(restoring, "_PATIENCE_MS", 100)
    with here.database.write() as connection:
        connection.execute(devices.update().values(name="x"))
        with pytest.raises(StoreError, match="in use") as refused:
            restore(here, ADMIN, tmp_path / "one.backup")
    assert "stop the server" in str(refused.value.hint)
    assert restore(here, ADMIN, tmp_path / "one.backup").rows["judgments"] == 252
