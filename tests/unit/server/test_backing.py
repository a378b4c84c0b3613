"""A backup is whole and proven or not there; a restore brings nothing back that had to go."""

import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from tests.unit.server.fresh import Clock
from tests.unit.server.peopled import (
    ADMIN,
    added,
    device_of,
    enrolled,
    made,
    rows_of,
    tampered,
    values_of,
)
from tutorcli.errors import ConfigError, InputError, Mismatch, StoreError
from tutorcli.server import archive
from tutorcli.server.context import Context
from tutorcli.server.problems import Rejected
from tutorcli.server.services import auditing, people, persons, tokening
from tutorcli.server.services.backing import Backup, backup, keys_file, rows_to_copy
from tutorcli.server.services.carrying import Kept
from tutorcli.server.services.restoring import is_empty, restore
from tutorcli.server.tables import (
    assignments,
    audit,
    counters,
    devices,
    judgments,
    meta,
    names,
    tasks,
    tokens,
    tutors,
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def context(tmp_path: Path, clock: Clock) -> Context:
    made_of = made(f"sqlite:///{tmp_path / 'server.db'}", clock)
    who = added(made_of, name="Ada")
    device_of(made_of, who.tutor, 3)
    device_of(made_of, added(made_of, name="Bo").tutor, 2)
    return made_of


@pytest.fixture
def other(tmp_path: Path, clock: Clock) -> Context:
    """An empty database on another machine."""
    return made(f"sqlite:///{tmp_path / 'other.db'}", clock)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "backups" / "monday.db"


def copied(context: Context, target: Path) -> Backup:
    return backup(context, ADMIN, target)


def contents(context: Context) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables but those that a restore adds to."""
    with context.database.read() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(table.select())), key=repr)
            for table in archive.TABLES
            if table.name not in {"audit", "counters", "meta"}
        }


def test_a_backup_holds_every_row_but_no_name_key(context: Context, target: Path) -> None:
    told: list[int] = []
    report = backup(context, ADMIN, target, told.append)
    assert report.rows["judgments"] == 5
    assert report.rows["tutors"] == 2
    assert sum(told) == sum(report.rows.values()) == rows_to_copy(context) - 2 - 1
    raw = sqlite3.connect(target)
    assert raw.execute("SELECT count(*) FROM judgments").fetchone() == (5,)
    assert raw.execute("SELECT count(*) FROM name_keys").fetchone() == (0,)
    assert raw.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    raw.close()
    assert report.keys == keys_file(target)
    assert len(report.keys.read_text().splitlines()) == 2


def test_a_backup_is_for_its_owner_alone_and_leaves_nothing_beside(
    context: Context, target: Path
) -> None:
    copied(context, target)
    assert sorted(file.name for file in target.parent.iterdir()) == ["monday.db", "monday.db.keys"]
    for file in target.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_a_backup_holds_is_durable(context: Context, target: Path) -> None:
    assert values_of(context, devices.c.durable) == [0, 0]
    assert copied(context, target).durable == 2
    assert sorted(values_of(context, devices.c.durable)) == [2, 3]
    assert copied(context, target.with_name("tuesday.db")).durable == 0
    acts = [act for act in auditing.acts(context) if act["act"] == "server.backup"]
    assert len(acts) == 2


def test_a_backup_never_lowers_what_is_durable(context: Context, target: Path) -> None:
    with context.database.write() as connection:
        connection.execute(update(devices).values(have=9, durable=9))
    with pytest.raises(Mismatch):
        copied(context, target)
    assert values_of(context, devices.c.durable) == [9, 9]


def test_a_backup_overwrites_nothing(context: Context, target: Path) -> None:
    copied(context, target)
    was = target.read_bytes()
    with pytest.raises(StoreError):
        copied(context, target)
    assert target.read_bytes() == was


def test_what_does_not_verify_makes_no_backup_and_nothing_durable(
    context: Context, target: Path
) -> None:
    tampered(context, "UPDATE judgments SET body = '{}' WHERE dseq = 2")
    with pytest.raises(Mismatch) as broken:
        copied(context, target)
    assert "was changed" in str(broken.value)
    assert list(target.parent.iterdir()) == []
    assert values_of(context, devices.c.durable) == [0, 0]


def test_a_folder_that_cannot_be_written_is_told(context: Context, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        copied(context, tmp_path / "file" / "backup.db")


def test_a_restore_puts_everything_back(context: Context, other: Context, target: Path) -> None:
    copied(context, target)
    assert is_empty(other)
    report = restore(other, ADMIN, target)
    assert not is_empty(other)
    was = contents(context)
    # What became durable by this backup is so in the next copy only.
    was["devices"] = [(*row[:5], 0, *row[6:]) for row in was["devices"]]
    assert contents(other) == was
    assert {tutor.name for tutor in people.everyone(other)} == {"Ada", "Bo"}
    assert (report.nameless, report.kept) == (0, Kept(erased=0, purged=0, withdrawn=0, narrowed=0))
    checked = auditing.verify(other)
    assert not checked.breaks
    assert checked.judgments == 5
    assert auditing.acts(other)[-1]["act"] == "server.restore"


def test_a_restored_database_has_the_instance_but_an_epoch_of_its_own(
    context: Context, other: Context, target: Path
) -> None:
    copied(context, target)
    report = restore(other, ADMIN, target)

    def of(database: Context, key: str) -> object:
        return values_of(database, meta.c.value, meta.c.key == key)[0]

    assert of(other, "instance") == of(context, "instance")
    assert of(other, "epoch") == report.epoch != of(context, "epoch")
    assert restore(other, ADMIN, target).epoch != report.epoch


def test_a_restored_database_is_still_append_only(
    context: Context, other: Context, target: Path
) -> None:
    copied(context, target)
    restore(other, ADMIN, target)
    for table in (judgments, audit):
        with pytest.raises(IntegrityError), other.database.write() as connection:
            connection.execute(table.delete())


def test_names_cannot_be_read_without_their_keys(
    context: Context, other: Context, target: Path
) -> None:
    report = copied(context, target)
    assert report.keys is not None
    report.keys.unlink()
    assert restore(other, ADMIN, target).nameless == 2
    assert {tutor.name for tutor in people.everyone(other)} == {None}


def test_going_back_takes_what_came_since_but_not_the_feed_s_numbers(
    context: Context, target: Path
) -> None:
    copied(context, target)
    with context.database.write() as connection:
        connection.execute(update(counters).where(counters.c.name == "feed").values(n=1234))
    device_of(context, added(context).tutor, 3)
    restore(context, ADMIN, target)
    assert rows_of(context, judgments) == 5
    assert rows_of(context, tutors) == 2
    assert values_of(context, counters.c.n, counters.c.name == "feed") == [1234]


def test_the_erased_stay_erased(context: Context, target: Path) -> None:
    gone, stays = values_of(context, tutors.c.id)
    copied(context, target)
    persons.erase_person(context, ADMIN, gone)
    report = restore(context, ADMIN, target)
    assert report.kept.erased == 1
    assert people.find(context, gone).name is None
    assert people.find(context, gone).state == "revoked"
    assert people.find(context, stays).name is not None
    assert values_of(context, names.c.tutor) == [stays]
    with pytest.raises(Rejected):
        people.new_code(context, ADMIN, gone)
    assert not auditing.verify(context).breaks
    # Another time it is the restored audit that knows of it.
    assert restore(context, ADMIN, target).kept.erased == 1


def test_the_revoked_stay_revoked(context: Context, target: Path) -> None:
    who = added(context)
    token = enrolled(context, who)
    other = added(context)
    enrolled(context, other)
    copied(context, target)
    people.revoke(context, ADMIN, who.tutor)
    for item in tokening.all_tokens(context, other.tutor):
        tokening.revoke_token(context, ADMIN, item.id)
    restore(context, ADMIN, target)
    assert people.find(context, token.tutor).state == "revoked"
    assert people.find(context, other.tutor).state == "active"
    assert None not in values_of(context, tokens.c.revoked_at)


def test_a_used_code_stays_used(context: Context, target: Path) -> None:
    who = added(context)
    copied(context, target)
    enrolled(context, who)
    restore(context, ADMIN, target)
    with pytest.raises(Rejected):
        enrolled(context, who)


def test_durable_never_lies_above_what_is_there(
    context: Context, other: Context, target: Path
) -> None:
    copied(context, target)
    second = target.with_name("tuesday.db")
    copied(context, second)
    restore(other, ADMIN, second)
    rows = zip(values_of(other, devices.c.durable), values_of(other, devices.c.have), strict=True)
    assert sorted(rows) == [(2, 2), (3, 3)]


def test_a_purged_text_does_not_come_back(context: Context, target: Path) -> None:
    tutor = values_of(context, tutors.c.id)[0]
    with context.database.write() as connection:
        row = dict.fromkeys(("sha256", "domain", "language", "protocol"), "x")
        counts = {"seq": 1, "priority": 0, "overlap": 1, "free": 0, "is_gold": 0}
        row |= {"id": "t1", "due": "~", "state": "open", "imported_at": "x", "body": "A SECRET"}
        connection.execute(insert(tasks).values(**row, **counts))
        lent = dict.fromkeys(("due", "sha256", "granted_at", "expires_at"), "x")
        lent |= {"id": "a1", "task": "t1", "tutor": tutor, "kind": "label", "state": "open"}
        connection.execute(insert(assignments).values(**lent, priority=0))
    copied(context, target)
    assert b"A SECRET" in target.read_bytes()
    with context.database.write() as connection:
        connection.execute(update(tasks).values(state="purged", body="sha256:0"))
        connection.execute(update(judgments).where(judgments.c.dseq == 1).values(body=None))
    assert restore(context, ADMIN, target).kept.purged == 1
    assert values_of(context, tasks.c.body) == ["sha256:0"]
    assert (
        values_of(context, tasks.c.state) == values_of(context, assignments.c.state) == ["purged"]
    )
    assert values_of(context, assignments.c.notice) != [None]
    assert values_of(context, judgments.c.body, judgments.c.dseq == 1) == [None, None]


def spoil(statement: str) -> Callable[[Path], None]:
    def act(file: Path) -> None:
        raw = sqlite3.connect(file)
        raw.execute(statement)
        raw.commit()
        raw.close()

    return act


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:20_000])


def turn(file: Path) -> None:
    """Turn bytes of the first row's body, as a bad disk does."""
    data = bytearray(file.read_bytes())
    at = data.rindex(b'{"id":"')
    data[at + 9] ^= 1
    file.write_bytes(data)


@pytest.mark.parametrize(
    "damage",
    [
        spoil("DELETE FROM judgments WHERE dseq = 2"),
        spoil("DELETE FROM tutors"),
        spoil("UPDATE audit SET detail = '{}'"),
        spoil("UPDATE devices SET head = zeroblob(32)"),
        spoil("UPDATE judgments SET body = '{}'"),
        spoil("INSERT INTO counters VALUES ('x', 1)"),
        cut,
        turn,
    ],
)
def test_a_damaged_backup_is_refused_and_nothing_is_changed(
    context: Context, other: Context, target: Path, damage: Callable[[Path], None]
) -> None:
    copied(context, target)
    damage(target)
    added(other, name="Stays")
    was = contents(other)
    with pytest.raises(Mismatch):
        restore(other, ADMIN, target)
    assert contents(other) == was


def test_a_file_that_is_no_backup_is_refused(
    context: Context, other: Context, tmp_path: Path
) -> None:
    context.database.close()
    text = tmp_path / "text.db"
    text.write_text("hello " * 1000)
    for path, error in (
        (tmp_path / "none.db", InputError),
        (tmp_path / "server.db", InputError),
        (text, Mismatch),
    ):
        with pytest.raises(error):
            restore(other, ADMIN, path)


def test_a_damaged_file_of_keys_is_refused(context: Context, other: Context, target: Path) -> None:
    copied(context, target)
    keys_file(target).write_text('{"tutor": "t-x", "key": "zz"}\n')
    with pytest.raises(Mismatch):
        restore(other, ADMIN, target)


def test_a_backup_of_another_schema_is_refused(
    context: Context, other: Context, target: Path
) -> None:
    copied(context, target)
    spoil("UPDATE backup SET value = '9999' WHERE key = 'schema'")(target)
    with pytest.raises(StoreError) as refused:
        restore(other, ADMIN, target)
    assert "9999" in str(refused.value.hint)


def test_a_backup_of_another_region_is_refused(
    tmp_path: Path, other: Context, target: Path
) -> None:
    copied(made(f"sqlite:///{tmp_path / 'cn.db'}", region="cn"), target)
    with pytest.raises(ConfigError):
        restore(other, ADMIN, target)


def test_a_backup_is_only_read(context: Context, other: Context, target: Path) -> None:
    copied(context, target)
    was = target.read_bytes(), sorted(target.parent.iterdir())
    restore(other, ADMIN, target)
    assert (target.read_bytes(), sorted(target.parent.iterdir())) == was


def test_work_that_goes_on_during_a_backup_is_in_the_next(context: Context, target: Path) -> None:
    def disturb(_rows: int) -> None:
        with context.database.write() as connection:
            number = rows_of(context, tasks)
            row = dict.fromkeys(("sha256", "domain", "language", "protocol", "body"), "x")
            row |= {"id": f"t{number}", "due": "~", "state": "open", "imported_at": "x"}
            counts = {"seq": number, "priority": 0, "overlap": 1, "free": 1, "is_gold": 0}
            connection.execute(insert(tasks).values(**row, **counts))

    assert backup(context, ADMIN, target, disturb).rows["tasks"] == 0
    assert copied(context, target.with_name("tuesday.db")).rows["tasks"] > 1
