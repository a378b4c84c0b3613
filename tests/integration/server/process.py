"""A server as a process of its own. As a script it is that process: what it serves comes by stdin."""

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx


@dataclass(slots=True)
class Running:
    """A server that listens."""

    process: "subprocess.Popen[str]"
    port: int = 0
    lines: list[str] = field(default_factory=list)
    """What it has logged."""

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @classmethod
    def start(cls, url: str, *, workers: int = 1, **seconds: float) -> Self:
        """Start a server on a database.

        Args:
            url: Of the database.
            workers: How many processes answer.
            seconds: Less patience: ``head`` and ``grace``.
        """
        process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path.cwd())},
        )
        running, listening = cls(process), threading.Event()
        threading.Thread(target=running._listen, args=(listening,), daemon=True).start()
        assert process.stdin is not None
        process.stdin.write(json.dumps({"url": url, "workers": workers, **seconds}))
        process.stdin.close()
        assert listening.wait(30), running.lines
        assert running.port, running.lines
        with running.client() as client:
            assert client.get("/readyz").status_code == 200
        return running

    def client(self) -> httpx.Client:
        """Requests to it; the first waits until it answers."""
        transport = httpx.HTTPTransport(retries=30)
        return httpx.Client(transport=transport, base_url=self.url, timeout=30)

    def stop(self) -> int:
        """End it as an operator does; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def kill(self) -> None:
        """End it whatever it does."""
        self.process.kill()
        self.process.wait(60)

    def _listen(self, listening: threading.Event) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as lines:
            for line in lines:
                self.lines.append(line)
                if '"event":"listening"' in line:
                    self.port = int(json.loads(line)["port"])
                    listening.set()
        listening.set()


def main(said: dict[str, Any]) -> None:
    """Serve until a signal comes."""
    from tutorcli.server import bodies, patience
    from tutorcli.server.serving import ServeOptions, serve

    patience.HEAD_S = said.get("head", patience.HEAD_S)
    bodies.GRACE_S = said.get("grace", bodies.GRACE_S)
    serve(ServeOptions(said["url"], port=0, workers=said["workers"]))


if __name__ == "__main__":
    main(json.load(sys.stdin))
