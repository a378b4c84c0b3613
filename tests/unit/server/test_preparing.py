"""A database made ready."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text, update

from tests.unit.server.fresh import Clock
from tests.unit.server.serverside import Site, made_context
from tutorcli.errors import ConfigError, StoreError
from tutorcli.server import tables
from tutorcli.server.preparing import meta_of, newest_schema, prepare, schema_of
from tutorcli.server.project import Project
from tutorcli.server.storage import open_database


def _is_ours(name: str | None, _kind: str, _parents: object) -> bool:
    """All but the lock that stands beside the tables on PostgreSQL."""
    return name != "schema_lock"


def test_the_steps_make_the_tables_that_the_program_knows(site: Site) -> None:
    with site.database.read() as connection:
        assert schema_of(connection) == newest_schema()
        made = MigrationContext.configure(connection, opts={"include_name": _is_ours})
        assert compare_metadata(made, tables.METADATA) == []


def test_a_database_has_an_identity_from_the_start(site: Site) -> None:
    with site.database.read() as connection:
        meta = meta_of(connection)
    assert meta.keys() == {"instance", "epoch", "region", "project", "created"}
    assert len({meta["instance"], meta["epoch"]}) == 2


def test_twice_changes_nothing(site: Site) -> None:
    with site.database.read() as connection:
        before = meta_of(connection)
    prepare(site.database, site.context.project)
    with site.database.read() as connection:
        assert meta_of(connection) == before


def test_a_new_name_of_the_project_is_taken_over(site: Site) -> None:
    prepare(site.database, Project(name="Cardiology"))
    with site.database.read() as connection:
        assert meta_of(connection)["project"] == "Cardiology"


def test_another_region_is_refused_once_tasks_are_there(site: Site) -> None:
    prepare(site.database, Project(region="eu"))
    site.task()
    with pytest.raises(ConfigError, match='region "eu", not "cn"'):
        prepare(site.database, Project(region="cn"))


def test_a_newer_schema_is_refused(site: Site) -> None:
    with site.database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer tutorcli") as caught:
        prepare(site.database, Project())
    assert caught.value.exit_code == 8


def test_tables_of_another_program_are_left_alone(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/other.db")
    with database.write() as connection:
        connection.execute(text("CREATE TABLE judgments (id TEXT)"))
    with pytest.raises(StoreError, match="another program"):
        prepare(database, Project())
    database.close()


def test_a_file_that_is_no_database_is_a_store_error(tmp_path: Path) -> None:
    file = tmp_path / "server.db"
    file.write_bytes(b"no database at all, " * 200)
    database = open_database(f"sqlite:///{file}")
    with pytest.raises(StoreError, match="cannot be used"):
        prepare(database, Project())
    database.close()


def test_a_database_without_tables_has_no_schema(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/empty.db")
    with database.read() as connection:
        assert schema_of(connection) is None
    database.close()


def test_the_feed_goes_on_where_it_was_after_another_start(tmp_path: Path, clock: Clock) -> None:
    url = f"sqlite:///{tmp_path}/server.db"
    first = Site(made_context(url, clock=clock), clock)
    with first.database.write() as connection:
        connection.execute(update(tables.counters).values(n=7))
    first.database.close()
    second = Site(made_context(url, clock=clock), clock)
    assert [row.n for row in second.rows(tables.counters)] == [7, 7]
    second.database.close()
