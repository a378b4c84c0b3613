"""Rows that wait for their transaction: in memory while they are few, else in a file."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Any, Self

import orjson

_IN_MEMORY = 64 << 20
"""Bytes from which on the rows lie in a temporary file."""


class Spool:
    """Rows in the order in which they were added; read as often as needed."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, row: dict[str, object]) -> None:
        """Put a row of texts and integers by."""
        self._file.write(orjson.dumps(row) + b"\n")

    def batches(self, count: int) -> Iterator[list[dict[str, Any]]]:
        """All rows from the first one on, so many at a time."""
        self._file.seek(0)
        batch: list[dict[str, Any]] = []
        for line in self._file:
            batch.append(orjson.loads(line))
            if len(batch) == count:
                yield batch
                batch = []
        if batch:
            yield batch
