"""Commands of tutorcli as processes of their own: the server, and what a tutor types."""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from tests import forking

DEADLINE_S = 120.0
"""For what takes a second on an idle machine."""
_PORTS = range(12_000, 32_000)
"""Below those that the system gives to outgoing connections: while a server is dead its port is free."""


def command(
    home: Path,
    *words: str,
    is_warm: bool = False,
    log: Path | None = None,
    patience: Mapping[str, float] | None = None,
) -> "Command":
    """Start ``tutorcli`` with ``words`` in a home.

    Args:
        home: Its TUTORCLI_HOME.
        words: What is typed behind ``tutorcli``.
        is_warm: Whether the process is a fork of one that has imported the program already.
        log: Where what it says goes; by default to a file in the home.
        patience: Constants by module and name, with other seconds than usual; of a warm process only.
    """
    home.mkdir(exist_ok=True)
    log = log or home / "said.log"
    if is_warm:
        return Command(forking.with_log(words, home, log, patience or {}), log)
    with log.open("ab") as said:
        cold = subprocess.Popen(
            [sys.executable, "-m", "tutorcli", *words],
            env={**os.environ, "TUTORCLI_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
    return Command(cold, log)


@dataclass
class Command:
    """A command that runs, or has run."""

    process: Any
    """Of subprocess or of multiprocessing."""
    log: Path

    @property
    def code(self) -> int | None:
        """Its exit code, or None as long as it runs; negative for a signal."""
        if isinstance(self.process, subprocess.Popen):
            return self.process.poll()
        code: int | None = self.process.exitcode
        return code

    @property
    def said(self) -> str:
        """What it, and those before it, said."""
        return self.log.read_text(errors="replace")

    def wait(self, deadline_s: float = DEADLINE_S) -> int:
        """Its exit code, once it has ended by itself."""
        if isinstance(self.process, subprocess.Popen):
            return self.process.wait(deadline_s)
        self.process.join(deadline_s)
        assert self.code is not None, f"it did not end within {deadline_s} s"
        return self.code

    def kill(self) -> int:
        """SIGKILL; the exit code, which is another one when it had ended before."""
        self.process.kill()
        return self.wait()

    def terminate(self) -> int:
        """SIGTERM, and the exit code."""
        self.process.terminate()
        return self.wait()


def is_running(process: int) -> bool:
    """Whether there is a process of that number, and it is more than a remainder."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def free_port() -> int:
    """A port of loopback where nobody listens, and that no outgoing connection gets."""
    while True:
        port = random.choice(_PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


@dataclass
class Server:
    """A server, started again and again on the same port."""

    home: Path
    url: str
    """Of its database."""
    workers: int = 1
    table: dict[str, Any] = field(default_factory=dict)
    """What stands in server.toml."""
    port: int = field(default_factory=free_port)
    patience: dict[str, float] = field(default_factory=dict)
    """Constants by module and name, with fewer seconds than usual, where it is started warm."""
    running: Command | None = None

    def __post_init__(self) -> None:
        """Write its settings."""
        config = self.home / "config"
        config.mkdir(parents=True, exist_ok=True)
        (config / "server.toml").write_text(_toml(self.table))

    def __enter__(self) -> Self:
        """Start it, and wait until it answers."""
        self.start()
        self.await_ready()
        return self

    def __exit__(self, *_: object) -> None:
        """Whatever happened, nothing stays behind."""
        if self.running and self.running.code is None:
            self.running.terminate()

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, *, is_warm: bool = False) -> None:
        """Start the process; it does not answer yet."""
        words = ["server", "start", "--port", str(self.port), "--db", self.url]
        if self.workers > 1:
            words += ["--workers", str(self.workers)]
        log = self.home / "server.log"
        self.running = command(self.home, *words, is_warm=is_warm, log=log, patience=self.patience)

    def await_ready(self) -> None:
        """Wait until it answers."""
        until = time.monotonic() + DEADLINE_S
        while time.monotonic() < until:
            assert self.running is not None
            assert self.running.code is None, f"the server ended: {self.running.said[-2000:]}"
            if self.is_ready():
                return
            time.sleep(0.01)
        raise AssertionError("the server is not ready")

    def is_ready(self) -> bool:
        """Whether it answers now, and its database too."""
        try:
            return self.ask("GET", "/readyz")[0] == http.client.OK
        except (OSError, http.client.HTTPException):
            return False

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, bytes]:
        """Status and body of the answer to one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE_S)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def kill(self) -> None:
        """SIGKILL."""
        assert self.running is not None
        assert self.running.kill() == -signal.SIGKILL, self.running.said[-2000:]

    def stop(self) -> None:
        """SIGTERM; it ends by itself."""
        assert self.running is not None
        code = self.running.terminate()
        assert code in {0, -signal.SIGTERM}, self.running.said[-2000:]

    def worker_ids(self) -> list[int]:
        """The processes that answer, where there are several."""
        assert self.running is not None
        above = self.running.process.pid
        found = Path(f"/proc/{above}/task/{above}/children").read_text().split()
        return [int(it) for it in found if b"spawn_main" in _command_line(int(it))]

    def lines(self) -> list[dict[str, Any]]:
        """What the server wrote into its log: one object a line, but for one cut by a kill."""
        found = []
        for line in (self.home / "server.log").read_text().splitlines():
            with suppress(ValueError):
                found.append(json.loads(line))
        return found

    def faults(self) -> list[dict[str, Any]]:
        """Lines about what the server did not foresee."""
        return [line for line in self.lines() if line.get("status") == 500 or "fault" in line]


def _command_line(process: int) -> bytes:
    """That of a process; empty when it has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def _toml(table: dict[str, Any]) -> str:
    plain = [f"{key} = {json.dumps(value)}" for key, value in table.items() if not _is_table(value)]
    for key, value in table.items():
        if _is_table(value):
            plain += [f"[{key}]", _toml(value)]
    return "\n".join(plain) + "\n"


def _is_table(value: object) -> bool:
    return isinstance(value, dict)
