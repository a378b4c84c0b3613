"""Editing in a program of the tutor's choice."""

import shlex
import subprocess
import tempfile
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from tutorcli.errors import ConfigError, message


def edited(
    command: str,
    text: str,
    aside: AbstractContextManager[object] = nullcontext(),  # noqa: B008
) -> str:
    """Let the tutor edit ``text`` and return it as the program left it.

    A final line break that the program added by itself is taken off again; nothing else changes.

    Args:
        command: The program's command line.
        text: What it opens.
        aside: Around the run of the program: the screen steps aside.

    Raises:
        ConfigError: The program is not there or failed; the text is as it was.
    """
    with tempfile.TemporaryDirectory(prefix="tutorcli-") as folder:
        file = Path(folder) / "answer.md"
        file.write_bytes(text.encode())
        with aside:
            _run(command, file)
        after = _read(command, file)
    if after == f"{text}\n":
        return text
    return after.removesuffix("\n") if not text.endswith("\n") else after


def _read(command: str, file: Path) -> str:
    try:
        return file.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            message(
                'what the editor "{command}" left cannot be read: {reason}; nothing changed',
                command=command,
                reason=error.reason if isinstance(error, UnicodeDecodeError) else error.strerror,
            ),
            hint=message("have it write UTF-8 to the same file"),
        ) from None


def _run(command: str, file: Path) -> None:
    try:
        done = subprocess.run([*shlex.split(command), str(file)], check=False)
    except (OSError, ValueError) as error:
        raise ConfigError(
            message(
                'the editor "{command}" cannot be started: {reason}', command=command, reason=error
            ),
            hint=message('name another one: editor = "..." in config.toml, or $EDITOR'),
        ) from None
    if done.returncode:
        raise ConfigError(
            message(
                'the editor "{command}" ended with {code}; nothing changed',
                command=command,
                code=done.returncode,
            )
        )
