"""One line of JSON a request: who, what, how long; never content, query strings or tokens."""

import logging
import sys
import time
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field

import orjson

from tutorcli.server.storage import stamp, utc_now

_LOG = logging.getLogger("tutorcli.server")


@dataclass(slots=True)
class Trace:
    """What is known of a request while it runs."""

    request_id: str
    method: str
    started: float = field(default_factory=time.perf_counter)
    route: str = "-"
    """The route's template, never the path that was asked for: paths carry ids."""
    status: int = 0
    tutor: str | None = None
    device: str | None = None
    counts: dict[str, int] = field(default_factory=dict)
    fault: str | None = None
    """Of an unexpected error: its class and the line that raised it."""
    body: int = 0
    """Bytes of the request's body that are held in memory."""

    @property
    def ms(self) -> float:
        """Milliseconds since the request began."""
        return round((time.perf_counter() - self.started) * 1000, 1)


TRACE: ContextVar[Trace | None] = ContextVar("trace", default=None)
"""The request that runs now; threads of the pool see it too."""


def note(
    *,
    tutor: str | None = None,
    device: str | None = None,
    counts: Mapping[str, int] | None = None,
) -> None:
    """Add to the line of the request that runs now; outside of one it does nothing."""
    trace = TRACE.get()
    if trace is None:
        return
    trace.tutor = tutor or trace.tutor
    trace.device = device or trace.device
    if counts:
        trace.counts.update(counts)


def written(trace: Trace, *, is_quiet: bool = False) -> None:
    """Write the line of a request that has ended; quiet ones are those of health checks."""
    if trace.fault or trace.status >= 500:
        level = logging.ERROR
    else:
        level = logging.DEBUG if is_quiet else logging.INFO
    if _LOG.isEnabledFor(level):
        _LOG.log(level, "request", extra={"fields": _fields(trace)})


def _fields(trace: Trace) -> dict[str, object]:
    known = {
        "request_id": trace.request_id,
        "method": trace.method,
        "route": trace.route,
        "status": trace.status,
        "ms": trace.ms,
        "tutor": trace.tutor,
        "device": trace.device,
        "counts": trace.counts,
        "fault": trace.fault,
    }
    return {name: value for name, value in known.items() if value not in (None, {})}


def event(name: str, **fields: object) -> None:
    """Write a line about the server itself."""
    _LOG.info(name, extra={"fields": fields})


def failure(name: str, error: BaseException) -> None:
    """Write a line about an act that failed outside of a request."""
    _LOG.error(name, extra={"fields": {"fault": fault_of(error)}})


def fault_of(error: BaseException) -> str:
    """Class of an error and the place that raised it; its words may hold content."""
    trace = error.__traceback__
    place = ""
    while trace is not None:
        # The last line of our own says more than one deep in a library.
        name = str(trace.tb_frame.f_globals.get("__name__"))
        if name.startswith("tutorcli."):
            place = f" {name}:{trace.tb_lineno}"
        trace = trace.tb_next
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    return f"{type(error).__name__}{f' {state}' if state else ''}{place}"


class JsonLines(logging.Formatter):
    """One JSON object a record."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's line: at, level, event and its fields; of other libraries their message."""
        fields = getattr(record, "fields", None)
        line: dict[str, object] = {"at": stamp(utc_now()), "level": record.levelname.lower()}
        if fields is None:
            line |= {"event": record.name, "message": _message(record)}
        else:
            line |= {"event": record.msg, **fields}
        return orjson.dumps(line, default=str).decode()


def _message(record: logging.LogRecord) -> str:
    if record.exc_info and record.exc_info[1] is not None:
        return fault_of(record.exc_info[1])
    return record.getMessage()


def start_logging(level: str) -> None:
    """Send the records of this process to stderr as JSON lines.

    Args:
        level: debug, info, warning or error.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name in ("tutorcli.server", "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(level.upper())
        logger.propagate = False
