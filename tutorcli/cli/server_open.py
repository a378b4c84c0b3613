"""The server's database, opened on its own machine for one command."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tutorcli.cli import output, session
from tutorcli.cli.arguments import line_from
from tutorcli.cli.outcome import INTERRUPTED
from tutorcli.errors import ConfigError, InputError, Refused, StoreError, TutorError, message

if TYPE_CHECKING:
    from tutorcli.server.context import Context
    from tutorcli.server.problems import Rejected

Db = Annotated[
    str | None,
    typer.Option(
        "--db",
        metavar="URL|@FILE",
        help="The database: sqlite:///PATH or postgresql://...; @FILE where it holds a password.",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
FARTHEST = 2**53
"""Numbers of acts and of the feed stay far below."""
Limit = Annotated[
    int, typer.Option("--limit", metavar="N", min=1, max=100_000, help="At most so many.")
]

_BAD_INPUT = {"bad_request", "not_found", "conflict"}
_KINDS = ("sqlite", "postgresql")


@contextmanager
def opened(db: str | None, *, creates: bool = False) -> Iterator["Context"]:
    """The project of ``server.toml`` on its database, which is brought up to this program.

    Args:
        db: As typed: a URL or ``@FILE``; else what ``server.toml`` says, else a file of this home.
        creates: Whether a SQLite file is made where there is none.

    Raises:
        ConfigError: The server is not installed, or a setting is wrong.
        InputError: There is no such database, or what the act inside was asked for does not exist.
        Refused: The act inside is not allowed.
        StoreError: The database cannot be used.
    """
    require_server()
    found = settled(db)
    see_file(found.url, creates=creates)
    from sqlalchemy.exc import DBAPIError

    from tutorcli.server.context import Context
    from tutorcli.server.preparing import prepare
    from tutorcli.server.problems import Rejected
    from tutorcli.server.project import project_of
    from tutorcli.server.storage import open_database

    project = project_of(found.table, found.file)
    database = open_database(found.url)
    try:
        prepare(database, project)
        yield Context(database, project)
    except Rejected as refusal:
        raise told(refusal) from None
    except DBAPIError as error:
        reason = str(error.orig).strip()
        raise StoreError(message("the database cannot be used: {reason}", reason=reason)) from error
    finally:
        database.close()


def require_server(*more: str) -> None:
    """Make sure that the server's libraries are here, and ``more`` of them.

    Raises:
        ConfigError: They are not.
    """
    from importlib import import_module

    try:
        for name in ("alembic", "cryptography", "sqlalchemy", *more):
            import_module(name)
    except ModuleNotFoundError:
        raise ConfigError(
            message("the server is not installed"),
            hint=message("pip install 'tutorcli[server]'"),
        ) from None


@dataclass(frozen=True, slots=True)
class Settled:
    """What ``server.toml`` and the flags say."""

    url: str
    """Of the database; may hold a password."""
    table: dict[str, Any]
    """The project, as the file has it."""
    file: str


def settled(db: str | None) -> Settled:
    """The settings of the server of this home.

    Raises:
        ConfigError: A setting is wrong.
    """
    from tutorcli import config

    session.settings()
    places = config.locations()
    file = str(places.config / config.SERVER_FILE)
    table: dict[str, Any] = dict(config.read_server(places))
    said = table.pop("db", None)
    if said is not None and not isinstance(said, str):
        raise ConfigError(message("{file}: db must be text", file=file))
    if isinstance(consent := table.get("consent"), str):
        table["consent"] = _consent(places.config / consent, file)
    if db is not None:
        url = _url(db, "--db")
    elif said is not None:
        url = _url(said, f"{file}: db")
    else:
        url = f"sqlite:///{places.data / 'server' / 'server.db'}"
    return Settled(url, table, file)


def _consent(path: Path, where: str) -> str:
    """The text that ``consent`` names: a file beside ``server.toml``, exactly as it is."""
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise ConfigError(
            message(
                "{file}: consent: {path} cannot be read: {reason}",
                file=where,
                path=path,
                reason=reason,
            ),
            hint=message("consent is the name of a file with the text that tutors agree to"),
        ) from None


def _url(text: str, where: str) -> str:
    url = line_from(text, where).strip() if text.startswith("@") else text
    kind, is_url, _ = url.partition("://")
    if not is_url or kind.partition("+")[0] not in _KINDS:
        # What was typed may hold a password, so it is not repeated.
        raise ConfigError(
            message("{where} is no URL of a database", where=where),
            hint=message("sqlite:///path/to/server.db or postgresql://user@host/name"),
        )
    return url


def see_file(url: str, *, creates: bool) -> None:
    """Make a SQLite file that is missing, for this person alone, where that is meant.

    Raises:
        ConfigError: The URL cannot be used.
        InputError: There is no file, and none is to be made.
        StoreError: It cannot be made.
    """
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ConfigError(message("the URL of the database cannot be read")) from None
    if parsed.get_backend_name() != "sqlite":
        return
    is_plain = parsed.drivername == "sqlite" and not parsed.query
    if not is_plain or not parsed.database or parsed.database == ":memory:":
        raise ConfigError(message("the database must be a file: sqlite:///path/to/server.db"))
    path = Path(parsed.database)
    if path.exists():
        return
    if not creates:
        raise InputError(
            message("there is no database {path}", path=path),
            hint=message("begin with: tutorcli server tutor add --role admin"),
        )
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreError(
            message("{path} cannot be made: {reason}", path=path, reason=error.strerror)
        ) from None


def told(refusal: "Rejected") -> TutorError:
    """A refusal of the protocol as an error of a command."""
    what = message("{what}", what=refusal.detail or refusal.code.title)
    return InputError(what) if refusal.code.name in _BAD_INPUT else Refused(what)


def ask(question: str, *, yes: bool) -> None:
    """Have somebody say yes to an act that changes more than a mistake is worth.

    Raises:
        ConfigError: There is nobody to ask.
        Abort: They went away.
        Exit: They said no.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise ConfigError(
            message("this must be confirmed, and there is no terminal to ask"),
            hint=message("add --yes if you mean it"),
        )
    if not typer.confirm(question, default=False, err=True):
        output.say("nothing was done")
        raise typer.Exit(INTERRUPTED)
