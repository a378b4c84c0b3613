"""Hostile tasks on the real screens and in the tables of the command line."""

import subprocess
from pathlib import Path

import pytest

from tests import hostile
from tests.escapes import foreign
from tests.screens import PROGRAM, annotate, fill
from tests.terminal import Terminal, environment

FULL = pytest.mark.integration
TOUR = (
    *("tab", "end", "ctrl+g", "home"),
    *("f12", "end", "f12"),
    *("ctrl+e", "x", "ctrl+s"),
    *("ctrl+n", "x", "ctrl+s"),
    *("f2", "escape", "f1", "escape", "f11", "escape"),
    *("f6", "f7", "escape", "f5", "escape"),
)
"""Every screen: answers, reasoning, prompt, editor, comment, guideline, help, tasks, questions."""
NARROW, WIDE = (60, 20), (160, 45)


def tour(terminal: Terminal) -> None:
    """Go through every screen of the task that is open."""
    for key in TOUR:
        terminal.press(key)
        terminal.settle(0.03 if key != "escape" else 0.15)


def is_steered(terminal: Terminal) -> list[str]:
    """What came to the terminal and is not the program's own."""
    return foreign(terminal.output.decode("utf-8"), WIDE)


@pytest.mark.parametrize("name", hostile.SMALL)
@pytest.mark.parametrize(
    ("domain", "size"),
    [
        ("medicine", WIDE),
        pytest.param(None, WIDE, marks=FULL),
        pytest.param("medicine", NARROW, marks=FULL),
    ],
)
def test_a_hostile_task_cannot_steer_the_terminal(
    home: Path, name: str, domain: str | None, size: tuple[int, int]
) -> None:
    fill(home, [hostile.task(name, hostile.SMALL[name], domain)])
    with annotate(home, size=size) as terminal:
        terminal.wait_for("unsent")
        terminal.settle()
        tour(terminal)
        assert terminal.exit_code is None
        terminal.press("ctrl+q")
        assert terminal.wait() == 0
        assert is_steered(terminal) == []
        assert "Traceback" not in terminal.screen()


def commands(name: str, file: Path, task_id: str) -> list[list[str]]:
    """Commands that print what stands in a task, tables and errors."""
    bad = file.with_name("bad.jsonl")
    text = hostile.SMALL[name]
    wrong = {**hostile.task(name, text), "overlap": 0, "due": text or "no", "protocol": text}
    hostile.write(bad, iter([wrong, {**wrong, "answers": text}]))
    return [
        ["import", str(file)],
        ["import", str(bad)],
        ["queue"],
        ["queue", "--domain", text or "-"],
        ["show", task_id],
        ["show", task_id, "--unblind"],
        ["show", f"not {task_id}"],
        ["judge", task_id, "--rank", text or "-"],
        ["judge", task_id, "--rank", "#2 > #1"],
        ["show", task_id, "--judgments"],
        ["status"],
        ["protocol", "show", text or "-"],
        ["pack", "show", text or "-"],
    ]


@pytest.mark.parametrize(
    "name", [n if n in {"sgr", "bidi"} else pytest.param(n, marks=FULL) for n in hostile.SMALL]
)
def test_no_command_prints_a_control_character_of_a_task(
    home: Path, tmp_path: Path, name: str
) -> None:
    made = hostile.task(name, hostile.SMALL[name])
    file = hostile.write(tmp_path / "hostile.jsonl", iter([made]))
    for arguments in commands(name, file, made["id"]):
        if any("\0" in argument for argument in arguments):
            continue
        ran = subprocess.run(
            [*PROGRAM, *arguments],
            env=environment(TUTORCLI_HOME=str(home)),
            capture_output=True,
            check=False,
        )
        said = (ran.stdout + ran.stderr).decode("utf-8")
        assert [c for c in foreign(said, WIDE) if c != "\n"] == [], arguments
        assert "\x1b" not in said
        assert "Traceback" not in said
        assert ran.returncode in {0, 2, 3, 7}, (arguments, said)
