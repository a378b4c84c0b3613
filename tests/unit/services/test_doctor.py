import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from tutorcli.core.settings import Settings
from tutorcli.services import doctor
from tutorcli.services.doctor import Finding, Terminal
from tutorcli.store import db

GOOD = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


def settings(home: Path) -> Settings:
    return Settings(home / "data", home / "config", home / "state", home / "logs")


def found(home: Path, terminal: Terminal | None = None) -> dict[str, Finding]:
    terminal = terminal or Terminal(GOOD, (80, 24), "utf-8", 1, None, has_screen_lock=True)
    return {item.name: item for item in doctor.findings(settings(home), terminal)}


def level(home: Path, name: str, **terminal: object) -> str:
    usual = {"env": GOOD, "size": (80, 24), "encoding": "utf-8"}
    return found(home, Terminal(**(usual | terminal)))[name].level  # type: ignore[arg-type]


def test_a_good_terminal_has_no_problem(home: Path) -> None:
    report = found(home)
    for name in ("terminal", "size", "colour", "width", "locale", "lock"):
        assert report[name].level == "ok", name


@pytest.mark.parametrize("term", ["", "dumb"])
def test_a_terminal_that_shows_no_screen_is_a_problem(home: Path, term: str) -> None:
    assert level(home, "terminal", env={"TERM": term}) == "problem"


@pytest.mark.parametrize(
    ("name", "terminal"),
    [
        ("terminal", {"size": None}),
        ("size", {"size": (79, 24)}),
        ("size", {"size": (80, 23)}),
        ("colour", {"env": {"TERM": "xterm"}}),
        ("tmux", {"escape_time_ms": 500}),
        ("width", {"ambiguous_cells": 2}),
        ("width", {"ambiguous_cells": None}),
        ("lock", {"has_screen_lock": None}),
        ("lock", {"has_screen_lock": False}),
    ],
)
def test_what_is_less_than_good_is_a_note(
    home: Path, name: str, terminal: dict[str, object]
) -> None:
    assert level(home, name, **terminal) == "note"


def test_text_that_is_not_utf8_is_a_problem(home: Path) -> None:
    assert level(home, "locale", encoding="iso8859-1") == "problem"


def test_a_quick_tmux_is_fine(home: Path) -> None:
    assert level(home, "tmux", escape_time_ms=10) == "ok"


@pytest.mark.parametrize(("version", "expected"), [((3, 40, 1), "note"), ((3, 51, 3), "ok")])
def test_the_sqlite_in_use_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], expected: str
) -> None:
    text = ".".join(map(str, version))
    driver = SimpleNamespace(sqlite_version=text, sqlite_version_info=version, __name__="x.dbapi2")
    monkeypatch.setattr(db, "driver", driver)
    finding = doctor._sqlite()
    assert finding.level == expected
    assert text in str(finding.what)


@pytest.mark.parametrize(
    ("free", "expected"), [(50_000_000, "problem"), (500_000_000, "note"), (5_000_000_000, "ok")]
)
def test_little_space_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch, free: int, expected: str
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    assert found(home)["space"].level == expected


def test_an_empty_home_is_a_note_not_a_problem(home: Path) -> None:
    assert found(home)["store"].level == "note"


def test_a_damaged_store_is_a_problem(home: Path) -> None:
    with db.Queue.open(home / "data"):
        pass
    assert found(home)["store"].level == "ok"
    file = home / "data" / "queue.db"
    data = bytearray(file.read_bytes())
    data[4096:] = bytes(len(data) - 4096)
    file.write_bytes(data)
    assert found(home)["store"].level == "problem"
    file.write_bytes(b"not a database at all, but long enough" * 10)
    assert found(home)["store"].level == "problem"


def test_looking_changes_nothing(home: Path) -> None:
    found(home)
    assert not home.exists()


@pytest.mark.parametrize(
    ("env", "theme", "color", "said"),
    [
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "auto", True, "all colours"),
        ({"TERM": "xterm-256color"}, "auto", True, "may be coarse"),
        ({"TERM": "xterm"}, "auto", True, "the terminal's own are used"),
        ({"TERM": "linux"}, "dark", True, "theme terminal is the one to read there"),
        ({"TERM": "xterm", "NO_COLOR": "1"}, "auto", False, "NO_COLOR asks"),
        ({"TERM": "xterm"}, "auto", False, "the settings ask"),
    ],
)
def test_the_colours_that_the_screens_will_have_are_told(
    home: Path, env: dict[str, str], theme: str, color: bool, said: str
) -> None:
    wanted = replace(settings(home), theme=theme, color=color)
    terminal = Terminal(env, (80, 24), "utf-8")
    what = {item.name: str(item.what) for item in doctor.findings(wanted, terminal)}
    assert said in what["colour"]


@pytest.mark.parametrize(
    ("cells", "setting", "level", "said"),
    [
        (1, "auto", "ok", "one cell"),
        (1, "wide", "note", "not two as the settings say"),
        (2, "auto", "note", "borders are drawn in ASCII"),
        (2, "wide", "note", "borders are drawn in ASCII"),
        (2, "narrow", "note", "lines will look ragged"),
    ],
)
def test_what_wide_characters_do_to_the_screens_is_told(
    home: Path, cells: int, setting: str, level: str, said: str
) -> None:
    wanted = replace(settings(home), ambiguous=setting)
    terminal = Terminal(GOOD, (80, 24), "utf-8", cells)
    item = {item.name: item for item in doctor.findings(wanted, terminal)}["width"]
    assert (item.level, said in str(item.what)) == (level, True)


def test_copies_of_texts_are_told(home: Path) -> None:
    assert "copies" not in found(home)
    folder = home / "data" / "copied" / "t1"
    folder.mkdir(parents=True)
    (folder / "prompt.md").write_text("a", "utf-8")
    copies = found(home)["copies"]
    assert (copies.level, copies.run) == ("note", f"ls -R {folder.parent}")
    assert str(copies.what) == f"copied texts in {folder.parent}: 1"
