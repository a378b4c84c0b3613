"""The program, telling when each commit of its queue was done: ``watched.py FILE ARGUMENTS``."""

import sys
import time
from pathlib import Path
from typing import Any, TextIO

from tutorcli.__main__ import main
from tutorcli.store import connection, db


class Watched:
    """A connection that writes down the moment after each commit."""

    def __init__(self, inner: Any, moments: TextIO) -> None:
        """Pass everything on to ``inner``."""
        self._inner, self._moments = inner, moments

    def execute(self, sql: str, *rest: Any) -> Any:
        """Run one statement."""
        result = self._inner.execute(sql, *rest)
        if sql == "COMMIT":
            # Seconds of the system's monotonic clock: the same in every process.
            self._moments.write(f"{time.perf_counter()}\n")
        return result

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def watch(moments: TextIO) -> None:
    """Have the queue opened from now on write its commits down."""
    connect = connection.connect

    def watched(path: Path, *, create: bool) -> Any:
        return Watched(connect(path, create=create), moments)

    vars(db)["connect"] = watched


if __name__ == "__main__":
    with Path(sys.argv.pop(1)).open("a", buffering=1, encoding="ascii") as file:
        watch(file)
        sys.exit(main())
