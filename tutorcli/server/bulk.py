"""Many rows at once, the fastest way that each database has."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows; each holds all columns of the table, in their order.

    PostgreSQL takes them by COPY: a third less time there, and a third of the time here, than one
    INSERT a row.

    Raises:
        DBAPIError: As every statement does.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_insert(table), list(rows))
    else:
        _copy(connection, table, rows)


def _copy(connection: Connection, table: Table, rows: Iterable[tuple[Any, ...]]) -> None:
    import psycopg

    # psycopg is asked directly, so its errors must be made those of SQLAlchemy here.
    statement = f"COPY {table.name} ({_columns(table)}) FROM STDIN"
    cursor: Any = connection.connection.cursor()
    try:
        with cursor.copy(statement) as stream:
            for row in rows:
                stream.write_row(row)
    except psycopg.Error as error:
        raise DBAPIError.instance(
            statement, None, error, psycopg.Error, hide_parameters=True
        ) from error
    finally:
        cursor.close()


@cache
def _insert(table: Table) -> str:
    places = ", ".join("?" * len(table.columns))
    return f"INSERT INTO {table.name} ({_columns(table)}) VALUES ({places})"  # noqa: S608 - names of our own tables


@cache
def _columns(table: Table) -> str:
    return ", ".join(column.name for column in table.columns)
