"""The command that runs the server."""

from typing import Annotated

import typer

from tutorcli.cli import output
from tutorcli.cli.server_open import Db, require_server, see_file, settled

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def start(
    db: Db = None,
    host: Annotated[
        str, typer.Option("--host", metavar="H", help="Address to listen at.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="P", min=0, max=65535)] = 8710,
    workers: Annotated[
        int, typer.Option("--workers", metavar="N", min=1, help="Processes; needs PostgreSQL.")
    ] = 1,
) -> None:
    """Run the server of a project.

    It runs until it is told to stop. The project's name, region and rules stand in server.toml beside config.toml. Requests under way
    are answered before it ends. It speaks plain HTTP: where it is reached from other machines, a proxy
    with TLS stands before it.
    """
    require_server("fastapi", "uvicorn", "prometheus_client")
    found = settled(db)
    see_file(found.url, creates=True)
    from tutorcli.server.serving import ServeOptions, serve

    options = ServeOptions(
        found.url, found.table, host, port, workers=workers, project_file=found.file
    )
    if host not in LOOPBACK:
        output.say(f"listening at {host} without TLS: others on the way can read; use a proxy")
    try:
        serve(options)
    except KeyboardInterrupt:
        output.say("stopped")
