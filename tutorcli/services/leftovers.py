"""A file in the home for the lines that an import leaves aside."""

import os
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from tutorcli.errors import StoreError, message


class Leftovers:
    """Made with the first line that is written; taken away again unless it is kept."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is made when it is missing."""
        self._folder = folder
        self._stream: BinaryIO | None = None
        self._path: Path | None = None

    def write(self, raw: bytes) -> None:
        """Add bytes.

        Raises:
            StoreError: They cannot be written.
        """
        try:
            if self._stream is None:
                self._stream = self._opened()
            self._stream.write(raw)
        except OSError as error:
            raise self._explained(error) from error

    def keep(self) -> Path | None:
        """Bring what was written to the disk; the file, or None when there was nothing.

        Raises:
            StoreError: It cannot be written.
        """
        if self._stream is None:
            return None
        try:
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()
        except OSError as error:
            raise self._explained(error) from error
        path, self._path = self._path, None
        return path

    def _opened(self) -> BinaryIO:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        self._path = self._folder / f"{stamp}.jsonl"
        return os.fdopen(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    def _explained(self, error: OSError) -> StoreError:
        return StoreError(
            message(
                "{path} cannot be written to: {reason}",
                path=self._path or self._folder,
                reason=error,
            ),
            hint=message("import without --skip-bad, or free some space"),
        )

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the file away if it was not kept."""
        if self._stream is not None:
            self._stream.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)
