"""Editing in a program of the tutor's choice."""

import shlex
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path

from tutorcli.errors import ConfigError, StoreError, message

_KEYS = (signal.SIGINT, *((signal.SIGQUIT,) if hasattr(signal, "SIGQUIT") else ()))
"""What a terminal sends at a key to every program that runs in it."""


def edited(command: str, text: str, folder: Path) -> str:
    """Let the tutor edit ``text`` and return it as the program left it.

    Args:
        command: The program's command line.
        text: What it opens.
        folder: Where the file lies that it opens.

    Raises:
        ConfigError: As `edited_in`.
        StoreError: As `laid_out`.
    """
    file = laid_out(text, folder)
    try:
        after = edited_in(file, command, text, nullcontext())
    except ConfigError:
        if not holds_more(file, text):
            put_away(file)
        raise
    put_away(file)
    return after


def laid_out(text: str, folder: Path) -> Path:
    """A new file that holds ``text``, in a folder of its own that only the tutor can read.

    Args:
        text: What it holds.
        folder: One that outlives a crash of the machine, as the system's temporary one may not.

    Raises:
        StoreError: It cannot be written.
    """
    try:
        file = Path(tempfile.mkdtemp(prefix="editing-", dir=folder)) / "answer.md"
        file.write_bytes(text.encode())
    except OSError as error:
        what = message("{path}: {reason}", path=folder, reason=error.strerror or error)
        raise StoreError(what) from error
    return file


def put_away(file: Path) -> None:
    """Remove a file of `laid_out` with its folder, and the one around it where nothing else is."""
    shutil.rmtree(file.parent, ignore_errors=True)
    with suppress(OSError):
        file.parent.parent.rmdir()


def holds_more(file: Path, text: str) -> bool:
    """Whether an editor left more than ``text``: in the file, or in one of its own beside it."""
    try:
        return list(file.parent.iterdir()) != [file] or file.read_bytes() != text.encode()
    except OSError:
        return False


def edited_in(file: Path, command: str, text: str, aside: AbstractContextManager[object]) -> str:
    """Let the tutor edit a file of `laid_out`, and return the text as the program left it.

    A final line break that the program added by itself is taken off again; nothing else changes.

    Args:
        file: What the program opens; it stays where it is.
        command: The program's command line.
        text: What the file held at first.
        aside: Around the run of the program: the screen steps aside.

    Raises:
        ConfigError: The program is not there or failed; the file is named where it `holds_more`.
    """
    with aside:
        code = _run(command, file)
    if code and holds_more(file, text):
        raise ConfigError(
            message(
                'kept in {file}, not taken: the editor "{command}" ended with {code}',
                file=file,
                command=command,
                code=code,
            )
        )
    if code:
        raise ConfigError(
            message(
                'the editor "{command}" ended with {code}; nothing changed',
                command=command,
                code=code,
            )
        )
    after = _read(command, file)
    if after == f"{text}\n":
        return text
    return after.removesuffix("\n") if not text.endswith("\n") else after


def _read(command: str, file: Path) -> str:
    try:
        return file.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise ConfigError(
            message(
                'kept in {file}, not taken: what the editor "{command}" left is no UTF-8: {reason}',
                file=file,
                command=command,
                reason=error.reason,
            ),
            hint=message("have it write UTF-8 to the same file"),
        ) from None
    except OSError as error:
        raise ConfigError(
            message(
                'what the editor "{command}" left cannot be read: {reason}; nothing changed',
                command=command,
                reason=error.strerror,
            ),
            hint=message("have it write UTF-8 to the same file"),
        ) from None


def _run(command: str, file: Path) -> int:
    try:
        with _deaf_to_keys():
            return subprocess.run([*shlex.split(command), str(file)], check=False).returncode
    except (OSError, ValueError) as error:
        raise ConfigError(
            message(
                'the editor "{command}" cannot be started: {reason}', command=command, reason=error
            ),
            hint=message('name another one: editor = "..." in config.toml, or $EDITOR'),
        ) from None


@contextmanager
def _deaf_to_keys() -> Iterator[None]:
    """Leave Ctrl+C to the editor, which has the terminal."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # Not SIG_IGN, which the editor would inherit.
    before = [(number, signal.signal(number, lambda *_: None)) for number in _KEYS]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)
