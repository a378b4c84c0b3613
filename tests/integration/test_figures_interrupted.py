"""Figures on a real terminal: what is told while they are computed, and Ctrl-C in the middle."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.terminal import Terminal, environment
from tests.unit.stats.sourced import said
from tutorcli.core.judgment import freeze

SLOW = """
import sys, time
from tutorcli.services.figure_files import FileSource
from tutorcli.services.targets import Target

def each(self, kind, then=FileSource.each):
    if kind.name == "RATING":
        time.sleep(60)
    return then(self, kind)

def write(self, data, then=Target.write):
    then(self, data[:len(data) // 2])
    self._stream.flush()
    time.sleep(60)

{place}
from tutorcli.__main__ import main
sys.exit(main())
"""
"""The program with work that takes a minute in one place."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Judgments of two tutors."""
    path = tmp_path / "judgments.jsonl"
    rows = [freeze(said("t", tutor, "a,b")).body for tutor in ("ann", "bob")]
    path.write_bytes(b"".join(row + b"\n" for row in rows))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where pages go."""
    path = tmp_path / "pages"
    path.mkdir()
    return path


def command(*words: str | Path, home: Path, cwd: Path, slow: str = "") -> Terminal:
    """A command in a terminal; ``slow`` is a method of `SLOW` that takes a minute."""
    place = f"{slow} = {slow.rpartition('.')[2]}" if slow else ""
    code = SLOW.replace("{place}", place)
    env = environment(TUTORCLI_HOME=str(home))
    return Terminal([sys.executable, "-c", code, *words], env=env, cwd=cwd)


def interrupt(terminal: Terminal) -> None:
    """Press Ctrl-C; one plain line is all that stays."""
    terminal.press("ctrl+c")
    assert terminal.wait() == 130
    said = terminal.output.rpartition(b"\x1b[K")[2].removeprefix(b"^C")
    assert said == b"tutorcli: interrupted\r\n"
    assert terminal.screen().strip() in ("tutorcli: interrupted", "^Ctutorcli: interrupted")


@pytest.mark.parametrize("words", [("stats", "agreement"), ("report", "-o", "page.html")])
def test_ctrl_c_while_judgments_are_read(home: Path, folder: Path, words: tuple[str, ...]) -> None:
    pipe = folder / "judgments.jsonl"
    os.mkfifo(pipe)
    with command(*words, pipe, home=home, cwd=folder) as terminal:
        terminal.wait_for("reading judgments")
        interrupt(terminal)
    assert list(folder.iterdir()) == [pipe]


@pytest.mark.parametrize(
    "words", [("stats", "agreement"), ("stats", "agreement", "--json"), ("report", "-o", "p.html")]
)
def test_ctrl_c_while_figures_are_computed(
    home: Path, file: Path, folder: Path, words: tuple[str, ...]
) -> None:
    with command(*words, file, home=home, cwd=folder, slow="FileSource.each") as terminal:
        terminal.wait_for("Agreement between tutors: Ratings")
        interrupt(terminal)
    assert list(folder.iterdir()) == []


def test_ctrl_c_while_a_page_is_written(home: Path, file: Path, folder: Path) -> None:
    page = folder / "page.html"
    page.write_text("earlier", "utf-8")
    with command(
        "report", "-o", page, file, home=home, cwd=folder, slow="Target.write"
    ) as terminal:
        deadline = time.perf_counter() + 20
        while not any(path != page and path.stat().st_size for path in folder.iterdir()):
            terminal.read(0.01)
            assert time.perf_counter() < deadline
        interrupt(terminal)
    assert list(folder.iterdir()) == [page]
    assert page.read_text("utf-8") == "earlier"


def test_figures_to_a_reader_that_went_away(home: Path, file: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    ran = subprocess.run(
        [sys.executable, "-m", "tutorcli", "stats", "agreement", file],
        env=environment(TUTORCLI_HOME=str(home)),
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)
    assert (ran.returncode, ran.stderr) == (141, b"")
