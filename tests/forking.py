"""The program as a fork of a process that has imported it already.

That saves the second in which a kill meets nothing but imports; now and then tests start it as people do.
"""

import fcntl
import importlib
import multiprocessing
import os
import sys
import termios
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        "tutorcli.__main__",
        "tutorcli.cli.main",
        "tutorcli.cli.outcome",
        "tutorcli.cli.screens",
        "tutorcli.cli.server",
        "tutorcli.cli.sync",
        "tutorcli.config",
        "tutorcli.server.app",
        "tutorcli.server.patience",
        "tutorcli.server.serving",
        "tutorcli.services.adopting",
        "tutorcli.services.signing",
        "tutorcli.sync.client",
        "tutorcli.sync.run",
        "tutorcli.tui.app",
        "alembic.runtime.environment",
        "anyio._backends._asyncio",
        "h11",
        "httpcore",
        "psycopg",
        "sqlalchemy.dialects.postgresql.psycopg",
        "sqlalchemy.dialects.sqlite",
        "textual.drivers.linux_driver",
        "uvicorn",
        "uvicorn.lifespan.on",
        "uvloop",
    ]
)


def with_log(
    words: Sequence[str], home: Path, log: Path, patience: Mapping[str, float]
) -> BaseProcess:
    """``tutorcli`` with ``words``; what it says goes to the end of a file.

    Args:
        words: What is typed behind ``tutorcli``.
        home: Its TUTORCLI_HOME.
        log: The file.
        patience: Constants by module and name, with other seconds than usual.
    """
    env = {**os.environ, "TUTORCLI_HOME": str(home)}
    return _started(words, env, partial(_to_log, str(log), dict(patience)))


def in_terminal(words: Sequence[str], env: Mapping[str, str], line: int) -> BaseProcess:
    """``tutorcli`` with ``words`` in a terminal of its own.

    Args:
        words: What is typed behind ``tutorcli``.
        env: All its variables.
        line: The program's end of the terminal; it is closed here.
    """
    with Connection(line) as end:
        return _started(words, dict(env), partial(_to_terminal, end))


def _started(words: Sequence[str], env: dict[str, str], settle: Callable[[], None]) -> BaseProcess:
    process = _FORKS.Process(target=_run, args=(tuple(words), env, settle), daemon=True)
    process.start()
    return process


def _run(words: Sequence[str], env: dict[str, str], settle: Callable[[], None]) -> None:
    """The whole program, in a process that is its own."""
    settle()
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["tutorcli", *words]
    from tutorcli.__main__ import main

    sys.exit(main())


def _to_log(log: str, patience: Mapping[str, float]) -> None:
    said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(said, 1)
    os.dup2(said, 2)
    for name, seconds in patience.items():
        module, _, constant = name.rpartition(".")
        setattr(importlib.import_module(module), constant, seconds)


def _to_terminal(end: Connection) -> None:
    os.setsid()
    fcntl.ioctl(end.fileno(), termios.TIOCSCTTY, 0)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        os.dup2(end.fileno(), number)
        # multiprocessing has closed the first, and the others belong to another file.
        stream = open(number, "w" if number else "r", encoding="utf-8", closefd=False)  # noqa: SIM115 - for good
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
