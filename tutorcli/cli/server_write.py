"""Lines of a server into a file, whole or not there, or to standard output."""

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from tutorcli.errors import ConfigError, StoreError, message

Output = Annotated[
    Path,
    typer.Option("-o", "--output", metavar="FILE|-", help="A new file; - is standard output."),
]


def check_target(target: Path, *, as_json: bool) -> None:
    """Keep lines and an object about them apart.

    Raises:
        ConfigError: Both would go to stdout.
    """
    if as_json and str(target) == "-":
        raise ConfigError(
            message("--json tells of a file, and the rows go to standard output"),
            hint=message("name a file with -o, or leave --json out"),
        )


def written(target: Path, lines: Iterable[bytes]) -> int:
    """Write lines to a new file, readable by this person alone, or to stdout for ``-``.

    Returns:
        How many lines.

    Raises:
        StoreError: The file exists or cannot be written; nothing is left behind then.
    """
    if str(target) == "-":
        sys.stdout.flush()
        return _write(sys.stdout.buffer, lines)
    if os.path.exists(target):  # noqa: PTH110 - that of a Path raises for a name that is too long
        raise StoreError(message("{path} exists and is not overwritten", path=target))
    partial = target.with_name(f".{target.name}.partial-{os.getpid()}")
    try:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            count = _write(stream, lines)
            stream.flush()
            os.fsync(handle)
        partial.rename(target)
    except OSError as error:
        raise StoreError(
            message("{path} cannot be written: {reason}", path=target, reason=error.strerror)
        ) from error
    finally:
        with suppress(OSError):
            partial.unlink()
    return count


def _write(stream: object, lines: Iterable[bytes]) -> int:
    count = 0
    for line in lines:
        stream.write(line)  # type: ignore[attr-defined]
        count += 1
    return count
