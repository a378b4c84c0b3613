"""Lock files: one process at a time, let go by the system when the process dies."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from tutorcli.errors import StoreError, message

POLL_S = 0.01
_PRIVATE = 0o600

if sys.platform == "win32":
    import msvcrt

    # A locked byte cannot be read by others there, so it lies far behind the pid.
    _LOCKED_BYTE = 1 << 30

    def _take(handle: int) -> bool:
        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(handle, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _take(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class FileLock:
    """An exclusive lock on a file that is never deleted; the owner's process id stands in it."""

    def __init__(self, path: Path) -> None:
        """Nothing is opened before `acquire`."""
        self.path = path
        self._handle: int | None = None

    def acquire(self, wait_s: float = 0.0) -> bool:
        """Take the lock; False when another holder has not let go within ``wait_s`` seconds.

        Raises:
            StoreError: The file cannot be made or opened.
            RuntimeError: This object holds the lock already.
        """
        if self._handle is not None:
            raise RuntimeError(f"{self.path.name} is held already")
        handle = self._open()
        deadline = time.monotonic() + wait_s
        while not _take(handle):
            if time.monotonic() >= deadline:
                os.close(handle)
                return False
            time.sleep(POLL_S)
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        self._handle = handle
        return True

    def release(self) -> None:
        """Let go; nothing happens when the lock is not held."""
        if self._handle is not None:
            os.ftruncate(self._handle, 0)
            os.close(self._handle)
            self._handle = None

    def owner(self) -> int | None:
        """The process id of whoever holds the lock, to be asked after `acquire` said no.

        None when it is not known. After a crash the file still names the dead process until the
        next owner comes, so this alone does not say that the lock is held.
        """
        try:
            text = self.path.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        return int(text) if text.isdigit() else None

    @contextmanager
    def held(self, wait_s: float) -> Iterator[None]:
        """Hold the lock for a block.

        Raises:
            StoreError: It was not free within ``wait_s`` seconds.
        """
        if not self.acquire(wait_s):
            raise StoreError(
                message("{path} is held by process {pid}", path=self.path, pid=self.owner() or "?"),
                hint=message("wait until that process has ended, then run it again"),
            )
        try:
            yield
        finally:
            self.release()

    def _open(self) -> int:
        try:
            return os.open(self.path, os.O_RDWR | os.O_CREAT, _PRIVATE)
        except OSError as error:
            raise StoreError(
                message("{path} cannot be opened: {reason}", path=self.path, reason=error.strerror),
                hint=message("check who owns the folder, and whether it may be written to"),
            ) from error

    def __enter__(self) -> Self:
        """The lock itself, whether held or not."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go."""
        self.release()
