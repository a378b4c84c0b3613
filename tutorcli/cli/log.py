"""The log file: events with ids and counts, never the text of a task."""

import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

NAME = "tutorcli.log"
LARGEST = 1_000_000
"""Bytes after which the file becomes ``tutorcli.log.1`` and a new one begins."""

_KEPT = 3


def path(logs: Path) -> Path:
    """The log file in the folder of logs."""
    return logs / NAME


def start(logs: Path, *, verbose: bool) -> None:
    """Send the events of this process to the log; also to stderr when ``verbose``.

    The file is made at the first event.
    """
    root = logging.getLogger("tutorcli")
    for old in list(root.handlers):
        root.removeHandler(old)
    root.setLevel(logging.INFO)
    root.addHandler(_File(path(logs)))
    if verbose:
        narrator = logging.StreamHandler()
        narrator.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
        root.addHandler(narrator)


class _File(logging.Handler):
    """Appends each event at once; a logger must never stop the work, so a full disk is silent."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; no traceback, whose message could quote a task."""
        append(self._file, f"{record.levelname} {record.name}: {record.getMessage()}")


def append(file: Path, *lines: str) -> bool:
    """Write lines with the time before them; whether they could be written."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    text = "".join(f"{stamp} {line}\n" for line in lines)
    try:
        _make_private(file.parent)
        _rotate(file)
        descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, text.encode(errors="backslashreplace"))
        finally:
            os.close(descriptor)
    except OSError:
        return False
    return True


def _make_private(folder: Path) -> None:
    """Folders that are missing are made for this person alone."""
    if not folder.is_dir():
        _make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _rotate(file: Path) -> None:
    if not file.exists() or file.stat().st_size < LARGEST:
        return
    for number in range(_KEPT, 1, -1):
        older = file.with_name(f"{NAME}.{number - 1}")
        if older.exists():
            older.replace(file.with_name(f"{NAME}.{number}"))
    file.replace(file.with_name(f"{NAME}.1"))


def frames(error: BaseException | None) -> Iterator[str]:
    """What went wrong and where: types, modules and lines, without any value or message."""
    while error is not None:
        yield f"ERROR {type(error).__module__}.{type(error).__qualname__}"
        trace = error.__traceback__
        while trace is not None:
            code = trace.tb_frame.f_code
            module = trace.tb_frame.f_globals.get("__name__", "?")
            yield f"ERROR   {module}:{trace.tb_lineno} {code.co_qualname}"
            trace = trace.tb_next
        error = error.__cause__ or error.__context__
