"""A proxy that does to connections what networks do: cuts, holds, doubles."""

import random
import socket
import threading
import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Self

_PIECE = 16 << 10


@dataclass(slots=True)
class Plan:
    """What is done to one connection."""

    cut_up: int | None = None
    """Cut after so many bytes from the client."""
    cut_down: int | None = None
    """Cut after so many bytes from the server."""
    hold_s: float = 0.0
    """Keep the first bytes of the reply back for so long."""
    is_doubled: bool = False
    """Send the whole request a second time over a connection of its own, its reply thrown away."""


def dice(random_of: random.Random, share: float = 0.5) -> Plan:
    """A fault with probability ``share``."""
    if random_of.random() >= share:
        return Plan()
    kind = random_of.choice(("up", "down", "hold", "double"))
    if kind == "up":
        return Plan(cut_up=_somewhere(random_of))
    if kind == "down":
        return Plan(cut_down=_somewhere(random_of))
    if kind == "hold":
        return Plan(hold_s=random_of.uniform(0.05, 0.5))
    return Plan(is_doubled=True)


def _somewhere(random_of: random.Random) -> int:
    """From 1 to 30,000 bytes: as often in the first head as in the middle of a long body."""
    return int(10 ** random_of.uniform(0, 4.5))


@dataclass(slots=True)
class Proxy:
    """Listens on a port of its own and forwards to ``target``; used as a context manager."""

    target: tuple[str, int]
    seed: int = 0
    share: float = 0.5
    """How many of the connections are treated badly."""
    done: Counter[str] = field(default_factory=Counter)
    """What was done how often."""
    _random: random.Random = field(default_factory=random.Random)
    _listener: socket.socket | None = None
    _is_open: bool = True

    @property
    def url(self) -> str:
        """Where clients go to."""
        assert self._listener is not None
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._random.seed(self.seed)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_open = False
        assert self._listener is not None
        self._listener.close()

    def _accept(self) -> None:
        assert self._listener is not None
        while self._is_open:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            plan = dice(self._random, self.share)
            threading.Thread(target=self._serve, args=(client, plan), daemon=True).start()

    def _serve(self, client: socket.socket, plan: Plan) -> None:
        self.done["connections"] += 1
        with closing(client):
            try:
                server = socket.create_connection(self.target, timeout=5)
            except OSError:
                self.done["refused"] += 1
                return
            with closing(server):
                server.settimeout(60)
                client.settimeout(60)
                sent: list[bytes] = []
                up = threading.Thread(
                    target=self._pump, args=(client, server, plan.cut_up, "up", sent), daemon=True
                )
                up.start()
                if plan.hold_s:
                    self.done["held"] += 1
                    time.sleep(plan.hold_s)
                self._pump(server, client, plan.cut_down, "down", [])
                up.join(0.2)
            if plan.is_doubled and sent:
                self._again(b"".join(sent))

    def _pump(
        self,
        source: socket.socket,
        sink: socket.socket,
        most: int | None,
        way: str,
        kept: list[bytes],
    ) -> None:
        passed = 0
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                if most is not None and passed + len(piece) >= most:
                    sink.sendall(piece[: most - passed])
                    self.done[f"cut {way}"] += 1
                    for end in (source, sink):
                        with suppress(OSError):
                            end.shutdown(socket.SHUT_RDWR)
                    return
                sink.sendall(piece)
                passed += len(piece)
                kept.append(piece)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def _again(self, request: bytes) -> None:
        """The same bytes once more, late: what a network that doubles does."""
        self.done["doubled"] += 1
        with suppress(OSError), closing(socket.create_connection(self.target, timeout=5)) as server:
            server.settimeout(5)
            server.sendall(request)
            while server.recv(_PIECE):
                pass
