"""Figures for Prometheus; of one process, or of all workers together."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from tutorcli.server.context import Context
from tutorcli.server.tables import counters

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Set before the first import of prometheus_client when there are several workers."""

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """What one worker counts."""

    def __init__(self, context: Context) -> None:
        """Count from nothing."""
        own = CollectorRegistry()
        self._shown = own
        if os.environ.get(FOLDER_VARIABLE):
            self._shown = CollectorRegistry()
            MultiProcessCollector(self._shown)  # type: ignore[no-untyped-call]
        self._shown.register(_OfTheDatabase(context))
        self.requests = Counter(
            "tutorcli_requests",
            "Requests that have ended.",
            ("method", "route", "status"),
            registry=own,
        )
        self.seconds = Histogram(
            "tutorcli_request_seconds",
            "How long requests took.",
            ("route",),
            buckets=_SECONDS,
            registry=own,
        )
        self.judgments = Counter(
            "tutorcli_judgments", "Items of pushes, by status.", ("status",), registry=own
        )
        self.in_flight = Gauge(
            "tutorcli_requests_in_flight",
            "Requests that run now.",
            registry=own,
            multiprocess_mode="livesum",
        )

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that has ended."""
        named = method if method in _METHODS else "OTHER"
        self.requests.labels(named, route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def count_judgments(self, by_status: Mapping[str, int]) -> None:
        """Count the items of a push."""
        for status, count in by_status.items():
            self.judgments.labels(status).inc(count)

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self._shown)


def forget_dead_processes() -> int:
    """Take workers that are gone out of the gauges of what runs now.

    Returns:
        0: there is never more to do at once.
    """
    for file in Path(os.environ[FOLDER_VARIABLE]).glob("gauge_live*.db"):
        process = int(file.stem.rpartition("_")[2])
        if not _is_running(process):
            mark_process_dead(process)  # type: ignore[no-untyped-call]
    return 0


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, PermissionError):
        # A process of somebody else has the number of a worker that is gone.
        return False
    return True


class _OfTheDatabase(Collector):
    """Figures that the database knows; they are asked for at each scrape."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The feed, and how far the projector lies behind it; nothing when the database is away."""
        try:
            with self._context.database.read() as connection:
                rows = connection.execute(select(counters.c.name, counters.c.n))
                known = {name: int(number) for name, number in rows}
        except SQLAlchemyError:
            return
        feed = known.get("feed", 0)
        yield GaugeMetricFamily("tutorcli_feed", "The last feed number.", value=feed)
        yield GaugeMetricFamily(
            "tutorcli_projector_lag",
            "Feed numbers that the projector has not seen.",
            value=feed - known.get("projected", 0),
        )
