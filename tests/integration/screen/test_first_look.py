"""What is asked can be read before the screen is imported, where the screen shows it then."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.screens import annotate, fill
from tests.terminal import Terminal

WAITING = """
import os, sys, time
from tutorcli.errors import StoreError, message

class Gate:
    def find_spec(self, name, path=None, target=None):
        if name == "textual":
            while not os.path.exists(os.environ["GO"]):
                time.sleep(0.01)
            sys.meta_path.remove(self)
            if os.environ.get("BROKEN"):
                raise StoreError(message("no screen today"))

sys.meta_path.insert(0, Gate())
from tutorcli.__main__ import main
sys.exit(main())
"""
"""The program; it imports what draws the screen only when a file is there."""
FULL = pytest.mark.integration
QUESTION = "Which of these answers is the better one, and would you give it to a patient? "
CHINESE = "以下哪一个回答更好？如果是您的患者，您会这样回答吗？请说明理由。"


def task(**asked: Any) -> dict[str, Any]:
    """A task of medicine."""
    answers = [{"id": key, "text": f"Answer {key}. " * 60} for key in "ab"]
    return {"id": "t", "domain": "medicine", "language": "en", "answers": answers, **asked}


@contextmanager
def waiting(home: Path, go: Path, size: tuple[int, int], broken: str = "") -> Iterator[Terminal]:
    """The program before its screen is imported."""
    program = (sys.executable, "-c", WAITING)
    with annotate(home, size=size, program=program, GO=str(go), BROKEN=broken) as terminal:
        yield terminal


def rows(terminal: Terminal, begin: str) -> list[str]:
    """What stands in the rows of the prompt."""
    room = max(terminal.size[1] // 5, 4)
    terminal.wait_for(begin)
    return terminal.screen().splitlines()[1 : 1 + room]


@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 40), marks=FULL)])
@pytest.mark.parametrize("text", [QUESTION * 12, CHINESE * 20], ids=["English", "Chinese"])
def test_the_prompt_stands_where_the_screen_draws_it(
    home: Path, tmp_path: Path, text: str, size: tuple[int, int]
) -> None:
    fill(home, [task(prompt=text)])
    with waiting(home, tmp_path / "go", size) as terminal:
        before = rows(terminal, text[:10])
        assert "Answer" not in terminal.screen()
        (tmp_path / "go").touch()
        terminal.wait_for("Enter submit")
        terminal.settle()
        assert rows(terminal, text[:10]) == before


def test_of_a_conversation_its_end_stands_there(home: Path, tmp_path: Path) -> None:
    turns = [
        {"role": "user", "content": "My first question."},
        {"role": "assistant", "content": "What I said to it."},
        {"role": "user", "content": QUESTION * 12 + "The end."},
    ]
    fill(home, [task(messages=turns)])
    with waiting(home, tmp_path / "go", (80, 24)) as terminal:
        before = rows(terminal, "The end.")
        (tmp_path / "go").touch()
        terminal.wait_for("Enter submit")
        terminal.settle()
        assert rows(terminal, "The end.") == before


def test_a_start_that_fails_gives_the_terminal_back(home: Path, tmp_path: Path) -> None:
    fill(home, [task(prompt=QUESTION)])
    with waiting(home, tmp_path / "go", (80, 24), broken="yes") as terminal:
        terminal.wait_for("Which of these")
        (tmp_path / "go").touch()
        terminal.wait_for("no screen today")
        terminal.wait()
        assert b"\x1b[?1049l" in terminal.output
        assert b"\x1b[?25h" in terminal.output


@FULL
def test_a_hostile_prompt_steers_nothing(home: Path, tmp_path: Path) -> None:
    fill(home, [task(prompt="\x1b]0;owned\x07\x1b[31mRed\x1b[5;5H\rand\x9b2J so on")])
    with waiting(home, tmp_path / "go", (80, 24)) as terminal:
        terminal.wait_for("so on")
        assert "owned" in terminal.screen()
        drawn = terminal.output.partition(b"\x1b[?1049h")[2]
        assert b"\x1b]0" not in drawn
        assert b"\x1b[31m" not in drawn
        assert b"\r" not in drawn
        (tmp_path / "go").touch()
        terminal.wait_for("Enter submit")


@FULL
def test_what_was_begun_is_shown_only_where_it_was_left(home: Path, tmp_path: Path) -> None:
    fill(home, [task(prompt=QUESTION * 12)])
    with annotate(home) as terminal:
        terminal.wait_for("Enter submit")
        terminal.press("1", "tab")
        terminal.settle()
        terminal.press("ctrl+q")
        terminal.wait()
    with waiting(home, tmp_path / "go", (80, 24)) as terminal:
        terminal.read(0.5)
        assert "Which" not in terminal.screen()
        (tmp_path / "go").touch()
        terminal.wait_for("Enter submit")
