"""The server's process, or processes: uvicorn around the app."""

import ctypes
import functools
import gc
import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tutorcli.errors import ConfigError, message

if TYPE_CHECKING:
    from fastapi import FastAPI
    from uvicorn import Config

    from tutorcli.server.context import Context
    from tutorcli.server.ticking import Tick

KEEP_ALIVE_S = 75
"""Longer than the proxies before it keep theirs, so that none sends into a closing connection."""
STOP_S = 30
"""Seconds that running requests have to end."""
MOST_CONNECTIONS = 2000
_M_ARENA_MAX = -8
"""As in malloc.h of glibc."""
_EXPIRY_S = 60
_PROJECTION_S = 2
_METRICS_S = 10
_FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How to serve a project."""

    url: str
    """Of the database; it may hold a password, so it stands in no command line and no log."""
    project_table: Mapping[str, Any] = field(default_factory=dict)
    """The parsed ``server.toml``."""
    host: str = "127.0.0.1"
    port: int = 8710
    workers: int = 1
    log_level: str = "info"
    project_file: str = "server.toml"
    """Name of that file, for messages."""


def serve(options: ServeOptions) -> None:
    """Serve until a signal says stop; requests that run then are answered first.

    Raises:
        ConfigError: The project is wrong, there are several workers on SQLite, or the address
            cannot be bound.
        StoreError: The database cannot be used.
    """
    from tutorcli.server.logs import start_logging

    if options.workers < 1:
        raise ConfigError(message("workers must be at least 1"))
    _check_database(options)
    start_logging(options.log_level)
    if options.workers == 1:
        _serve_alone(options)
    else:
        _serve_together(options)


def make_worker(options: ServeOptions) -> "FastAPI":
    """The app of one process, with a database of its own; a single one does the ticks too."""
    from tutorcli.server.app import make_app
    from tutorcli.server.logs import start_logging

    _share_heaps()
    start_logging(options.log_level)
    if options.workers > 1:
        _end_with_the_process_above()
    context = _open(options)
    app = make_app(context, _ticks(context) if options.workers == 1 else [])
    app.router.lifespan_context = _closing(app.router.lifespan_context, context)
    return app


def _end_with_the_process_above() -> None:
    """Stop in order once that process has gone, however it went.

    Alone a worker would hold the port for ever: no server could start again, and nobody would tick.
    """
    above = multiprocessing.parent_process()
    if above is None:
        return

    def wait() -> None:
        above.join()
        signal.raise_signal(signal.SIGTERM)

    threading.Thread(target=wait, name="above", daemon=True).start()


def _check_database(options: ServeOptions) -> None:
    """Make the database ready, so that what is wrong with it is said before anything listens."""
    context = _open(options)
    try:
        if options.workers > 1 and context.database.is_sqlite:
            raise ConfigError(
                message("{n} workers need PostgreSQL; SQLite has one", n=options.workers),
                hint=message("tutorcli server start --db postgresql://user@host/name"),
            )
    finally:
        context.database.close()


def _open(options: ServeOptions) -> "Context":
    from tutorcli.server.context import Context
    from tutorcli.server.preparing import prepare
    from tutorcli.server.project import project_of
    from tutorcli.server.storage import open_database

    project = project_of(options.project_table, options.project_file)
    database = open_database(options.url)
    prepare(database, project)
    return Context(database, project)


def _ticks(context: "Context") -> "list[Tick]":
    from tutorcli.server.services import leases, projecting
    from tutorcli.server.ticking import Tick

    return [
        Tick("expiry", _EXPIRY_S, lambda: leases.give_back(context)),
        Tick("projector", _PROJECTION_S, lambda: projecting.project(context)),
    ]


def _closing(life: Any, context: "Context") -> Any:
    @asynccontextmanager
    async def closed_at_the_end(app: "FastAPI") -> AsyncIterator[None]:
        async with life(app):
            _spare_collections()
            yield
        context.database.close()

    return closed_at_the_end


def _share_heaps() -> None:
    """Let all threads take memory from two heaps.

    The C library of most Linux systems gives each thread its own, and pieces of all of them stay in
    use: the server would grow for hours.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def _spare_collections() -> None:
    """Collect garbage seldom, and never look through what was imported: each look stops all requests.

    A push makes tens of thousands of objects that die with it; the collector would look for circles
    among them, and among all that was ever imported, every few pushes.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@contextmanager
def _ticking(options: ServeOptions) -> Iterator[None]:
    """Ticks in the process above the workers: once for all of them, and on nobody's time."""
    from tutorcli.server.metrics import forget_dead_processes
    from tutorcli.server.ticking import Tick, Ticker

    context = _open(options)
    ticker = Ticker([*_ticks(context), Tick("metrics", _METRICS_S, forget_dead_processes)])
    ticker.start()
    try:
        yield
    finally:
        ticker.stop()
        context.database.close()


def _config(options: ServeOptions) -> "Config":
    from uvicorn import Config

    from tutorcli.server.patience import PatientProtocol

    return Config(
        # The workers get the options through a pipe: no variable and no argument holds the URL.
        functools.partial(make_worker, options),
        factory=True,
        host=options.host,
        port=options.port,
        workers=options.workers,
        http=PatientProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=STOP_S,
    )


def _serve_alone(options: ServeOptions) -> None:
    from uvicorn import Server

    config = _config(options)
    with _bound(config) as listening:
        _announce(options, listening)
        # uvicorn raises the signal once more when all is done; the process has ended in order.
        signal.signal(signal.SIGTERM, lambda *_: None)
        Server(config).run(sockets=[listening])


def _serve_together(options: ServeOptions) -> None:
    from uvicorn.supervisors import Multiprocess

    folder = tempfile.mkdtemp(prefix="tutorcli-metrics-")
    os.environ[_FOLDER_VARIABLE] = folder
    try:
        config = _config(options)
        with _bound(config) as listening, _ticking(options):
            _announce(options, listening)
            Multiprocess(config, sockets=[listening]).run()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.environ.pop(_FOLDER_VARIABLE, None)


def _bound(config: "Config") -> Any:
    """The listening socket; it closes at the end of its ``with``."""
    import socket

    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((config.host, config.port))
    except OSError as error:
        listening.close()
        raise ConfigError(
            message(
                "{host}:{port} cannot be bound: {reason}",
                host=config.host,
                port=config.port,
                reason=error.strerror,
            )
        ) from None
    listening.set_inheritable(True)
    # From here on whoever comes waits; before a worker is there, nobody is turned away.
    listening.listen(config.backlog)
    return listening


def _announce(options: ServeOptions, listening: Any) -> None:
    from tutorcli.server import logs

    host, port = listening.getsockname()[:2]
    logs.event("listening", host=host, port=port, workers=options.workers)
