"""Where an export goes: a file that appears whole, or standard output."""

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from tutorcli.errors import InputError, message

STDOUT = "-"


class Target:
    """A file written beside its place and moved there at the end; used as a context manager.

    When the block ends with an error, what stood in its place before still does. Standard output,
    devices and pipes are written to directly.
    """

    def __init__(self, name: str) -> None:
        """``name`` is a path or ``-``."""
        self.name = name
        self._place = Path(name).resolve()
        self._beside: Path | None = None
        self._stream: BinaryIO | None = None

    def write(self, data: bytes) -> None:
        """Add bytes."""
        assert self._stream is not None  # noqa: S101 - the block has been entered
        self._stream.write(data)

    def __enter__(self) -> Self:
        """Open it.

        Raises:
            InputError: It cannot be written to.
        """
        if self.name == STDOUT:
            sys.stdout.flush()
            self._stream = sys.stdout.buffer
            return self
        try:
            self._stream = self._opened()
        except OSError as error:
            raise InputError(
                message(
                    "{file} cannot be written: {reason}", file=self.name, reason=error.strerror
                ),
                hint=message("name another file with -o, or make its folder first"),
            ) from error
        return self

    def _opened(self) -> BinaryIO:
        if self._place.exists() and not self._place.is_file():
            return self._place.open("wb")
        self._beside = self._place.with_name(f".{self._place.name}.{os.getpid()}")
        return self._beside.open("wb")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Put it in its place, or take it away."""
        stream = self._stream
        if stream is None:
            return
        if self.name == STDOUT:
            if error is None:
                stream.flush()
            return
        try:
            if error is None:
                self._settle(stream)
        finally:
            stream.close()
            if self._beside is not None:
                self._beside.unlink(missing_ok=True)

    def _settle(self, stream: BinaryIO) -> None:
        stream.flush()
        if self._beside is None:
            return
        os.fsync(stream.fileno())
        stream.close()
        self._beside.replace(self._place)
        self._beside = None
        if os.name == "posix":
            folder = os.open(self._place.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
