"""What was purged or erased, taken out of SQLite's log too."""

from typing import Any

from tutorcli.server.context import Context

_PATIENCE_MS = 1000
"""Writers wait as long as this waits for readers; their own patience must outlast it."""


def sweep(context: Context) -> None:
    """Write SQLite's log into its file and empty it, as far as no reader needs it now."""
    if context.database.is_sqlite:
        with context.database.engine.connect() as connection:
            # Closed afterwards: its patience is not for others.
            connection.detach()
            raw: Any = connection.connection.dbapi_connection
            raw.execute(f"PRAGMA busy_timeout={_PATIENCE_MS}")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
