"""What lies between laptops and a server in one process, and the server's deaths."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
from fastapi import FastAPI
from sqlalchemy import Connection

from tutorcli.server.storage import Database

URL = "http://127.0.0.1"
_HARM = ("lost request", "lost reply", "doubled", "delayed", "cut")


@dataclass
class Weather(httpx.AsyncBaseTransport):
    """What lies between a laptop and the server."""

    app: FastAPI
    database: "Crashing"
    chance: random.Random
    share: float = 0.0
    """How many of the requests are treated badly."""
    done: Counter[str] = field(default_factory=Counter)
    delayed: list[tuple[str, str, httpx.Headers, bytes]] = field(default_factory=list)
    """Requests that may arrive at any later time."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Let a request pass, or not."""
        body = await request.aread()
        harm = self.chance.choice(_HARM) if self.chance.random() < self.share else None
        if harm is not None:
            self.done[harm] += 1
        if harm == "lost request":
            raise httpx.ConnectError("lost", request=request)
        if harm == "delayed":
            self.delayed.append((request.method, request.url.path, request.headers, body))
            raise httpx.ReadTimeout("delayed", request=request)
        path = request.url.raw_path.decode()
        for _ in range(2 if harm == "doubled" else 1):
            answer = await self._send(request.method, path, request.headers, body)
        if harm == "lost reply":
            raise httpx.ReadError("lost", request=request)
        content = answer.content
        if harm == "cut":
            content = content[: self.chance.randrange(len(content) + 1)]
            if content == answer.content:
                raise httpx.ReadError("cut", request=request)
        headers = {
            key: value
            for key, value in answer.headers.items()
            if key not in {"content-encoding", "content-length"}
        }
        return httpx.Response(
            answer.status_code,
            headers=headers,
            stream=httpx.ByteStream(content),
            request=request,
        )

    async def _send(
        self, method: str, path: str, headers: httpx.Headers, body: bytes
    ) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        self.database.is_serving = True
        try:
            async with httpx.AsyncClient(transport=transport, base_url=URL) as client:
                return await client.request(method, path, headers=headers, content=body)
        finally:
            self.database.is_serving = False

    async def deliver(self, which: int) -> None:
        """A delayed request arrives after all; nobody reads the reply."""
        self.done["delivered late"] += 1
        await self._send(*self.delayed.pop(which % len(self.delayed)))


class Crashing(Database):
    """A database whose process dies now and then before it has committed."""

    crashes = 0
    """So many transactions of requests fail next."""
    is_serving = False

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """As the real one, unless it crashes."""
        with super().write() as connection:
            yield connection
            if self.crashes and self.is_serving:
                self.crashes -= 1
                raise OSError("the process died")
