"""What was said stays as it was said: triggers refuse what no code of ours does.

`tests/integration/server` runs these on PostgreSQL too.
"""

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from tests.unit.server.serverside import Home, Site
from tutorcli.server import tables

NOW = "2026-11-22T09:00:00.000Z"
OTHERS = ("rulings", "reviews", "audit", "consents")


@pytest.fixture
def spoken(site: Site) -> Home:
    """A home with one judgment, beside one row in each of the other tables."""
    home = site.home()
    judgment = site.judge(home)
    site.push(home)
    site.add(
        tables.rulings,
        feed=9,
        judgment=judgment.id,
        tutor=home.tutor,
        status="accepted",
        by="lead",
        at=NOW,
    )
    site.add(tables.reviews, id="r", judgment=judgment.id, reviewer="lead", verdict="agree", at=NOW)
    site.add(
        tables.audit,
        seq=1,
        at=NOW,
        actor="admin",
        act="tutor.add",
        object="t",
        detail="{}",
        prev=b"0",
        hash=b"1",
    )
    site.add(tables.consents, tutor=home.tutor, sha256=b"2", device=home.device, at=NOW)
    return home


def _refused(site: Site, statement: object) -> None:
    with (
        pytest.raises(DBAPIError, match="append-only"),
        site.database.write() as connection,
    ):
        connection.execute(statement)  # type: ignore[call-overload]


@pytest.mark.parametrize("name", ["judgments", *OTHERS])
def test_no_row_is_deleted(site: Site, spoken: Home, name: str) -> None:
    _refused(site, delete(tables.METADATA.tables[name]))
    assert len(site.rows(tables.METADATA.tables[name])) == 1


@pytest.mark.parametrize("name", OTHERS)
def test_no_row_is_changed(site: Site, spoken: Home, name: str) -> None:
    table = tables.METADATA.tables[name]
    column = "at"
    before = site.rows(table)
    _refused(site, update(table).values({column: "2000"}))
    assert site.rows(table) == before


@pytest.mark.parametrize(
    "column",
    [column.name for column in tables.judgments.columns if column.name not in {"device", "body"}],
)
def test_no_column_of_a_judgment_is_changed(site: Site, spoken: Home, column: str) -> None:
    is_number = column in {"dseq", "feed", "is_first", "clock_offset_ms"}
    value: object = 77 if is_number else b"x" * 32 if column == "sha256" else "other"
    _refused(site, update(tables.judgments).values({column: value}))


def test_a_judgment_moves_to_no_other_device(site: Site, spoken: Home) -> None:
    other = site.home(spoken.tutor)
    site.push(other)
    _refused(site, update(tables.judgments).values(device=other.device))


def test_the_bytes_of_a_judgment_are_not_changed(site: Site, spoken: Home) -> None:
    _refused(site, update(tables.judgments).values(body="{}"))


def test_a_purge_may_take_the_bytes_and_nobody_puts_others_there(site: Site, spoken: Home) -> None:
    with site.database.write() as connection:
        connection.execute(update(tables.judgments).values(body=None))
    assert site.row(tables.judgments).body is None
    _refused(site, update(tables.judgments).values(body="{}"))


def test_a_purge_may_take_nothing_else_with_the_bytes(site: Site, spoken: Home) -> None:
    _refused(site, update(tables.judgments).values(body=None, status="accepted", reason="late"))


@pytest.fixture
def forgotten(site: Site) -> Home:
    """A home with one judgment of an assignment that the server does not know."""
    home = site.home()
    site.judge(home, "00000000-0000-4000-8000-000000000000")
    site.push(home)
    assert site.row(tables.judgments).task is None
    return home


def test_the_task_of_a_judgment_may_become_known(site: Site, forgotten: Home) -> None:
    with site.database.write() as connection:
        connection.execute(update(tables.judgments).values(task="task-1"))
    assert site.row(tables.judgments).task == "task-1"


@pytest.mark.parametrize("task", ["task-2", None])
def test_a_task_that_is_known_stays(site: Site, forgotten: Home, task: str | None) -> None:
    with site.database.write() as connection:
        connection.execute(update(tables.judgments).values(task="task-1"))
    _refused(site, update(tables.judgments).values(task=task))


@pytest.mark.parametrize(
    "other", [{"status": "accepted"}, {"reason": None}, {"assignment": "a"}, {"body": "{}"}]
)
def test_nothing_else_changes_while_a_task_becomes_known(
    site: Site, forgotten: Home, other: dict[str, str | None]
) -> None:
    _refused(site, update(tables.judgments).values(task="task-1", **other))
    assert site.row(tables.judgments).task is None


def test_replacing_a_row_is_deleting_it(site: Site, spoken: Home) -> None:
    if not site.database.is_sqlite:
        _refused(site, text("TRUNCATE judgments"))
        return
    _refused(site, text("INSERT OR REPLACE INTO judgments SELECT * FROM judgments"))
    _refused(
        site,
        text("INSERT OR REPLACE INTO consents SELECT tutor, sha256, device, '2000' FROM consents"),
    )
