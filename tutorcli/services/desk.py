"""The desk at which one tutor works: the open stores, the catalog, a clock and a source of ids."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Self

from tutorcli import __version__
from tutorcli.catalog.shelf import Catalog
from tutorcli.core.ids import uuid7
from tutorcli.core.settings import Settings
from tutorcli.store import documents
from tutorcli.store.db import Queue
from tutorcli.store.drafts import Drafts
from tutorcli.store.judgments import LOCAL, Home, home


def _unix_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Desk:
    """What every act of a tutor needs; opened once, closed at the end."""

    queue: Queue
    drafts: Drafts
    catalog: Catalog
    home: Home
    """This machine's device and the tutor's id on the local channel."""
    now_ms: Callable[[], int] = _unix_ms
    """Unix time in milliseconds."""
    random: Callable[[int], bytes] = os.urandom
    app: str = f"tutorcli/{__version__}"

    def tutor_on(self, channel: str) -> str:
        """Who the tutor is on a channel.

        Raises:
            InputError: There is no such channel.
        """
        return self.home.tutor if channel == LOCAL else home(self.queue, channel).tutor

    def new_id(self) -> str:
        """A fresh UUIDv7."""
        return uuid7(self.now_ms(), self.random(10))

    def timestamp(self) -> str:
        """Now, UTC, ISO 8601 with milliseconds."""
        now = datetime.fromtimestamp(self.now_ms() / 1000, UTC)
        return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close both stores."""
        self.drafts.close()
        self.queue.close()


def open_desk(settings: Settings) -> Desk:
    """Open the stores in the data folder, making them at the first start.

    Raises:
        StoreError: A store cannot be used.
    """
    return desk_in(settings.data, settings.config)


def desk_in(data: Path, config: Path | None = None) -> Desk:
    """As `open_desk`, of folders."""
    queue = Queue.open(data)
    try:
        catalog = Catalog(config, partial(documents.find, queue))
        return Desk(queue, Drafts.open(data), catalog, home(queue))
    except BaseException:
        queue.close()
        raise
