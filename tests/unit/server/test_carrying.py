"""A restore brings nothing back that had to go, and what it leaves verifies."""

from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import event, insert, text, update
from sqlalchemy.exc import OperationalError

from tests.unit.server.peopled import ADMIN, added, device_of, enrolled, made, values_of
from tests.unit.server.serverside import sample_task
from tutorcli.core.canonical import dumps
from tutorcli.core.task import task_to_json
from tutorcli.errors import StoreError
from tutorcli.server.context import Context
from tutorcli.server.problems import Rejected
from tutorcli.server.services import auditing, people, tokening
from tutorcli.server.services.backing import backup, keys_file
from tutorcli.server.services.carrying import Rights
from tutorcli.server.services.people import Wanted, qualification_of
from tutorcli.server.services.restoring import restore
from tutorcli.server.services.withdrawing import Which, purge, withdraw
from tutorcli.server.storage import next_feed
from tutorcli.server.tables import assignments, audit, devices, judgments, tasks, tokens, tutors


@pytest.fixture
def context(tmp_path: Path) -> Context:
    made_of = made(f"sqlite:///{tmp_path / 'server.db'}")
    device_of(made_of, added(made_of, name="Ada").tutor, 3)
    return made_of


@pytest.fixture
def other(tmp_path: Path) -> Context:
    """An empty database on another machine."""
    return made(f"sqlite:///{tmp_path / 'other.db'}")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "monday.db"


def taken(context: Context, task: str) -> None:
    """A task, put there without a file."""
    row = dict.fromkeys(("sha256", "domain", "language", "protocol"), "x")
    body = dumps(task_to_json(sample_task(task)))
    row |= {"id": task, "due": "~", "state": "open", "imported_at": "x", "body": body}
    counts = {"seq": 1, "priority": 0, "overlap": 1, "free": 0, "is_gold": 0}
    with context.database.write() as connection:
        connection.execute(insert(tasks).values(**row, **counts))


def test_a_judgment_purged_with_a_task_that_became_known_later_still_verifies(
    context: Context, target: Path
) -> None:
    taken(context, "t1")
    backup(context, ADMIN, target)
    with context.database.write() as connection:
        connection.execute(update(judgments).where(judgments.c.dseq == 2).values(task="t1"))
    assert purge(context, ADMIN, Which(("t1",)), with_judgments=True).judgments == 1

    restore(context, ADMIN, target)

    assert values_of(context, judgments.c.body, judgments.c.dseq == 2) == [None]
    assert auditing.verify(context).breaks == ()
    assert backup(context, ADMIN, target.with_name("tuesday.db")).checked.purged == 1


def test_a_cursor_of_a_lost_server_skips_nothing_of_the_restored_one(
    context: Context, other: Context, target: Path
) -> None:
    context.database.run(next_feed)
    backup(context, ADMIN, target)
    lost = context.database.run(next_feed)

    restore(other, ADMIN, target)

    assert other.database.run(next_feed) > lost


def test_a_full_disk_is_not_the_fault_of_the_backup(
    context: Context, other: Context, target: Path
) -> None:
    device_of(context, values_of(context, tutors.c.id)[0], 200, size=5000)
    backup(context, ADMIN, target)
    other.database.close()

    @event.listens_for(other.database.engine, "connect")
    def _narrow(connection: object, _record: object) -> None:
        connection.execute("PRAGMA max_page_count=100")  # type: ignore[attr-defined]

    with pytest.raises(OperationalError, match="full"):
        restore(other, ADMIN, target)
    assert people.everyone(other) == []


def test_a_database_that_cannot_be_read_is_not_said_to_be_the_file(
    context: Context, target: Path
) -> None:
    with context.database.write() as connection:
        connection.execute(text("DROP TABLE reviews"))
    with pytest.raises(StoreError, match="cannot be made: no such table"):
        backup(context, ADMIN, target)
    assert not list(target.parent.glob("*monday*"))


def test_nothing_is_durable_by_a_backup_during_which_another_was_restored(
    context: Context, target: Path
) -> None:
    backup(context, ADMIN, target)
    restored: list[str] = []

    def go_back(_rows: int) -> None:
        if not restored:
            restored.append(restore(context, ADMIN, target).epoch)

    report = backup(context, ADMIN, target.with_name("tuesday.db"), go_back)
    assert report.durable == 0
    assert values_of(context, devices.c.durable) == [0]
    assert backup(context, ADMIN, target.with_name("wednesday.db")).durable == 1


def test_files_of_keys_can_be_joined(context: Context, other: Context, target: Path) -> None:
    backup(context, ADMIN, target.with_name("sunday.db"))
    people.change(context, ADMIN, values_of(context, tutors.c.id)[0], Wanted(name="Ada B"))
    backup(context, ADMIN, target)
    older = keys_file(target.with_name("sunday.db")).read_text()
    keys_file(target).write_text(older + keys_file(target).read_text())

    assert restore(other, ADMIN, target).nameless == 0
    assert [tutor.name for tutor in people.everyone(other)] == ["Ada B"]


def shown(context: Context, tutor: str) -> tuple[str, list[tuple[str, str, str | None]]]:
    """Roles and qualifications of a tutor, in words."""
    found = people.find(context, tutor)
    held = [(one.domain, one.language, one.expires) for one in found.qualifications]
    return " ".join((*found.roles, *found.regions)), held


def test_a_code_that_was_spoiled_stays_so(context: Context, target: Path) -> None:
    who, device = added(context), str(uuid4())
    enrolled(context, who, device)
    backup(context, ADMIN, target)
    (token,) = values_of(context, tokens.c.id)
    tokening.revoke_token(context, ADMIN, token)
    restore(context, ADMIN, target)
    with pytest.raises(Rejected):
        enrolled(context, who, device)


def test_what_was_taken_from_a_tutor_does_not_come_back(context: Context, target: Path) -> None:
    wide = tuple(map(qualification_of, ("law:zh", "law:en", "finance")))
    who = added(context, roles=("tutor", "admin"), regions=("cn", "eu"), qualifications=wide).tutor
    backup(context, ADMIN, target)
    narrow = tuple(map(qualification_of, ("law:zh:2027-06-30", "medicine", "finance:fr")))
    now = Wanted(roles=("tutor", "lead"), regions=("eu",), qualifications=narrow)
    people.change(context, ADMIN, who, now)

    kept = restore(context, ADMIN, target).kept

    end = "2027-06-30T23:59:59.999Z"
    assert kept.narrowed == 1
    assert shown(context, who) == ("tutor eu", [("finance", "fr", None), ("law", "zh", end)])
    assert values_of(context, audit.c.object, audit.c.act == "tutor.change") == [who]
    assert auditing.verify(context).breaks == ()


def test_what_a_tutor_has_still_or_more_of_stays_as_it_was(context: Context, target: Path) -> None:
    given = tuple(map(qualification_of, ("law:zh-Hans:2027-06-30", "*:zh-Hans")))
    who = added(context, qualifications=given).tutor
    backup(context, ADMIN, target)
    was = shown(context, who)
    more = (*given, qualification_of("law:zh"))
    people.change(context, ADMIN, who, Wanted(roles=("tutor", "lead"), qualifications=more))

    assert restore(context, ADMIN, target).kept.narrowed == 0
    assert shown(context, who) == was


def test_into_an_empty_database_tutors_come_as_they_are(
    context: Context, other: Context, target: Path
) -> None:
    who = added(context, roles=("lead",), qualifications=(qualification_of("law"),)).tutor
    backup(context, ADMIN, target)

    assert restore(other, ADMIN, target).kept.narrowed == 0
    assert shown(other, who) == ("lead", [("law", "*", None)])


def test_two_rights_allow_what_both_do() -> None:
    one = Rights(frozenset(), frozenset(), {("*", "*"): "~", ("law", "zh"): "2025"})
    two = Rights(frozenset(), frozenset(), {("law", "zh"): "2026"})

    assert one.within(one) == one
    assert one.within(two).qualified == two.within(one).qualified == {("law", "zh"): "2026"}


def test_a_withdrawn_task_is_withdrawn_again_and_told(context: Context, target: Path) -> None:
    taken(context, "t1")
    lent = dict.fromkeys(("due", "sha256", "granted_at", "expires_at"), "x")
    lent |= {"id": "a1", "task": "t1", "kind": "label", "state": "open"}
    tutor = values_of(context, tutors.c.id)[0]
    with context.database.write() as connection:
        connection.execute(insert(assignments).values(**lent, tutor=tutor, priority=0))
    backup(context, ADMIN, target)
    withdraw(context, ADMIN, Which(("t1",)))
    heard = context.database.run(next_feed)

    kept = restore(context, ADMIN, target).kept

    assert (kept.withdrawn, kept.purged) == (1, 0)
    assert values_of(context, tasks.c.state) == ["withdrawn"]
    assert values_of(context, assignments.c.state) == ["withdrawn"]
    assert values_of(context, assignments.c.notice)[0] > heard
    assert restore(context, ADMIN, target).kept.withdrawn == 1


def test_tasks_of_another_project_are_not_withdrawn(
    context: Context, other: Context, target: Path
) -> None:
    taken(context, "t1")
    backup(context, ADMIN, target)
    taken(other, "t1")
    withdraw(other, ADMIN, Which(("t1",)))

    assert restore(other, ADMIN, target).kept.withdrawn == 0
    assert values_of(other, tasks.c.state) == ["open"]
