"""What may go wrong on this machine, found before it does."""

import os
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tutorcli.core import terminals
from tutorcli.core.settings import Settings
from tutorcli.errors import Message, StoreError, message
from tutorcli.services.copying import FOLDER
from tutorcli.services.disks import Encryption, encryption_of
from tutorcli.store import db

Level = Literal["ok", "note", "problem"]

LITTLE_SPACE = 100_000_000
"""Bytes below which the disk is a problem."""
MODEST_SPACE = 1_000_000_000
NARROWEST, LOWEST = 80, 24


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    name: str
    """What was looked at, in a word; stable."""
    what: Message
    run: str | None = None
    """The command that helps."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """What is known of the terminal."""

    env: Mapping[str, str]
    size: tuple[int, int] | None
    """Columns and rows; None where stdout is no terminal."""
    encoding: str
    """Of stdout."""
    ambiguous_cells: int | None = None
    """Cells that a character of ambiguous width takes; None when the terminal does not answer."""
    escape_time_ms: int | None = None
    """How long tmux waits after Escape; None outside tmux."""
    has_screen_lock: bool | None = None
    """None when it cannot be known."""


def findings(settings: Settings, terminal: Terminal) -> list[Finding]:
    """Everything that was looked at, in the order of the report."""
    return [
        _sqlite(),
        *_stores(settings.data),
        *_permissions(settings),
        *_copied(settings.data / FOLDER),
        _space(settings.data),
        _encryption(settings.data),
        *_terminal(terminal, settings),
        _locale(terminal),
        _screen_lock(terminal),
    ]


def _sqlite() -> Finding:
    driver = vars(db)["driver"]
    version, module = driver.sqlite_version, driver.__name__.partition(".")[0]
    if db.has_wal_reset_bug(driver.sqlite_version_info):
        return Finding(
            "note",
            "sqlite",
            message(
                "SQLite {version} ({module}) has the WAL-reset bug; a slower journal is used",
                version=version,
                module=module,
            ),
            "uv pip install pysqlite3",
        )
    return Finding(
        "ok", "sqlite", message("SQLite {version} ({module})", version=version, module=module)
    )


def _stores(data: Path) -> Iterator[Finding]:
    if not (data / "queue.db").exists():
        what = message("no queue yet in {folder}", folder=data)
        yield Finding("note", "store", what, "tutorcli import FILE")
        return
    for name in ("queue.db", "drafts.db"):
        path = data / name
        if not path.exists():
            continue
        try:
            with db.Store(db.connect(path, create=False), path) as store:
                said = store.row("PRAGMA quick_check(1)")
        except StoreError as error:
            yield Finding("problem", "store", error.what, "tutorcli backup -o FOLDER")
            continue
        if said == ("ok",):
            yield Finding("ok", "store", message("{file} is whole", file=name))
        else:
            what = message("{file} is damaged: {said}", file=path, said=said[0] if said else "?")
            yield Finding("problem", "store", what, "put back a copy that tutorcli backup made")


def _permissions(settings: Settings) -> Iterator[Finding]:
    if sys.platform == "win32":
        return
    open_to_others = [
        path for path in _private_paths(settings) if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    for path in open_to_others:
        mode = f"{stat.S_IMODE(path.stat().st_mode):o}"
        wanted = "700" if path.is_dir() else "600"
        what = message("others on this machine may read {path} (mode {mode})", path=path, mode=mode)
        yield Finding("problem", "permissions", what, f"chmod {wanted} {_quoted(path)}")
    if not open_to_others:
        yield Finding("ok", "permissions", message("only you can read the home"))


def _private_paths(settings: Settings) -> Iterator[Path]:
    """The folders with text of tasks, and the files in them."""
    for folder in (settings.data, settings.state, settings.logs):
        if folder.is_dir():
            yield folder
            yield from sorted(path for path in folder.iterdir() if path.is_file())


def _copied(folder: Path) -> Iterator[Finding]:
    if count := sum(path.is_file() for path in folder.rglob("*")):
        what = message("copied texts in {folder}: {n}", n=count, folder=folder)
        yield Finding("note", "copies", what, f"ls -R {_quoted(folder)}")


def _quoted(path: Path) -> str:
    from shlex import quote

    return quote(str(path))


def _space(folder: Path) -> Finding:
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    level: Level = "problem" if free < LITTLE_SPACE else "note" if free < MODEST_SPACE else "ok"
    what = message("{megabytes} MB free for {folder}", megabytes=free // 1_000_000, folder=folder)
    return Finding(level, "space", what, None if level == "ok" else "df -h")


def _encryption(folder: Path) -> Finding:
    match encryption_of(folder):
        case Encryption.ON:
            return Finding("ok", "disk", message("the disk is encrypted"))
        case Encryption.OFF:
            what = message("the disk is not encrypted: a thief of the machine reads the tasks")
            return Finding("note", "disk", what)
        case Encryption.MEMORY:
            what = message("the home lies in memory and is lost at the next restart")
            return Finding("note", "disk", what)
        case Encryption.UNKNOWN:
            what = message("whether the disk is encrypted could not be found out")
            return Finding("note", "disk", what)


def _terminal(terminal: Terminal, settings: Settings) -> Iterator[Finding]:
    if terminal.size is None:
        yield Finding("note", "terminal", message("no terminal here; run it again on one"))
        return
    term = terminal.env.get("TERM", "")
    if term in {"", "dumb"}:
        what = message('TERM is "{term}": the screen cannot be shown', term=term)
        yield Finding("problem", "terminal", what, "export TERM=xterm-256color")
    else:
        yield Finding("ok", "terminal", message("terminal {term}", term=term))
    yield _size(*terminal.size)
    yield _colours(terminal.env, settings)
    yield from _multiplexer(terminal)
    yield _ambiguous(terminal.ambiguous_cells, settings.ambiguous)


def _size(columns: int, rows: int) -> Finding:
    what = message("{columns} columns, {rows} rows", columns=columns, rows=rows)
    if columns < NARROWEST or rows < LOWEST:
        what = message(
            "{columns} columns, {rows} rows; the screen needs 80 by 24", columns=columns, rows=rows
        )
        return Finding("note", "size", what)
    return Finding("ok", "size", what)


def _colours(env: Mapping[str, str], settings: Settings) -> Finding:
    if env.get("NO_COLOR"):
        return Finding("ok", "colour", message("no colour, as NO_COLOR asks"))
    if not settings.color:
        return Finding("ok", "colour", message("no colour, as the settings ask"))
    if terminals.has_all_colours(env):
        return Finding("ok", "colour", message("all colours"))
    what = message("COLORTERM is not set: colours may be coarse")
    if not terminals.has_many_colours(env):
        what = message("only 16 colours: theme terminal is the one to read there")
        if settings.theme == "auto":
            what = message("only 16 colours: the terminal's own are used (theme terminal)")
    return Finding("note", "colour", what, "export COLORTERM=truecolor")


def _multiplexer(terminal: Terminal) -> Iterator[Finding]:
    if terminal.escape_time_ms is not None:
        slow = terminal.escape_time_ms > 50
        what = message("tmux waits {ms} ms after Escape", ms=terminal.escape_time_ms)
        run = "tmux set -s escape-time 20" if slow else None
        yield Finding("note" if slow else "ok", "tmux", what, run)
    if "SSH_CONNECTION" in terminal.env:
        what = message(
            "over SSH: copied text reaches your clipboard only if the terminal allows it"
        )
        yield Finding("ok", "ssh", what)


def _ambiguous(cells: int | None, setting: str) -> Finding:
    """What the terminal does, against what the screens count on."""
    if cells is None:
        what = message("the terminal does not tell where its cursor is")
        return Finding("note", "width", what)
    if cells > 1 and setting == "narrow":
        what = message("characters of ambiguous width take two cells: lines will look ragged")
        return Finding("note", "width", what, 'put ambiguous = "auto" into config.toml')
    if cells > 1:
        what = message("characters of ambiguous width take two cells: borders are drawn in ASCII")
        return Finding("note", "width", what)
    if setting == "wide":
        what = message("characters of ambiguous width take one cell, not two as the settings say")
        return Finding("note", "width", what, 'put ambiguous = "auto" into config.toml')
    return Finding("ok", "width", message("characters of ambiguous width take one cell"))


def _locale(terminal: Terminal) -> Finding:
    encoding = terminal.encoding.lower().replace("_", "-")
    if encoding in {"utf-8", "utf8"}:
        return Finding("ok", "locale", message("text is UTF-8"))
    what = message("text is {encoding}, not UTF-8: Chinese cannot be shown", encoding=encoding)
    return Finding("problem", "locale", what, "export LC_ALL=C.UTF-8")


def _screen_lock(terminal: Terminal) -> Finding:
    if terminal.has_screen_lock is None:
        what = message("whether the screen locks by itself could not be found out")
        return Finding("note", "lock", what)
    if terminal.has_screen_lock:
        return Finding("ok", "lock", message("the screen locks by itself"))
    what = message("the screen does not lock by itself: tasks stay readable when you leave")
    return Finding("note", "lock", what)


def process_terminal() -> tuple[tuple[int, int] | None, str]:
    """Size and encoding of stdout; no size where it is no terminal."""
    size = None
    if sys.stdout.isatty():
        columns, rows = os.get_terminal_size(sys.stdout.fileno())
        size = (columns, rows)
    return size, sys.stdout.encoding or "ascii"
