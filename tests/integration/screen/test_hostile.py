"""Hostile tasks on the real screens and in the tables of the command line."""

import codecs
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests import hostile
from tests.escapes import Tokens, foreign
from tests.screens import annotate, fill, judged
from tests.terminal import Terminal
from tutorcli.__main__ import main

FULL = pytest.mark.integration
TOUR = (
    *("tab", "end", "ctrl+g", "home"),
    *("f12", "end", "f12"),
    *("ctrl+e", "x", "ctrl+s"),
    *("ctrl+n", "x", "ctrl+s"),
    *("f2", "ctrl+w", "f1", "ctrl+w", "f11", "ctrl+w"),
    *("f6", "f7", "ctrl+w", "f5", "ctrl+w"),
)
"""Every screen: answers, reasoning, prompt, editor, comment, guideline, help, tasks, questions."""
NARROW, WIDE = (60, 20), (160, 45)


def tour(terminal: Terminal) -> None:
    """Go through every screen of the task that is open."""
    for key in TOUR:
        press(terminal, key)


def press(terminal: Terminal, key: str) -> None:
    """Press a key and wait until what it does is drawn; some draw nothing."""
    terminal.press(key)
    terminal.read(0.2)
    terminal.settle(0.02)


@dataclass
class Watch:
    """Looks at what a program writes as it comes; the whole again for every task would be long."""

    terminal: Terminal
    _seen: int = 0
    _tokens: Tokens = field(default_factory=Tokens)
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=codecs.getincrementaldecoder("utf-8")
    )

    def foreign(self, *, is_end: bool = False) -> list[str]:
        """What is foreign in what came since the last look; the end leaves nothing unfinished."""
        new = b"".join(chunk.data for chunk in self.terminal.log[self._seen :])
        self._seen = len(self.terminal.log)
        cut = [*self._tokens.feed(self._decoder.decode(new, final=is_end))]
        if is_end:
            cut += self._tokens.close()
        return foreign(cut, self.terminal.size)


def visit(home: Path, made: list[dict[str, Any]], size: tuple[int, int]) -> None:
    """Go through every screen of each task; assert that nothing foreign was written."""
    fill(home, made)
    with annotate(home, size=size) as terminal:
        watch = Watch(terminal)
        terminal.wait_for("1-2")
        for left in range(len(made), 0, -1):
            tour(terminal)
            assert watch.foreign() == []
            assert terminal.exit_code is None, terminal.screen()
            for key in ("f6", "f6", "1", "2"):
                press(terminal, key)
            terminal.settle(0.05)
            press(terminal, "enter")
            assert len(judged(home)) == len(made) - left + 1, terminal.screen()
        terminal.press("ctrl+q")
        assert terminal.wait() == 0
        assert watch.foreign(is_end=True) == []


def test_everything_hostile_at_once_cannot_steer_the_terminal(home: Path) -> None:
    visit(home, [hostile.task("all", "\n\n".join(hostile.SMALL.values()))], WIDE)


@FULL
@pytest.mark.parametrize(("domain", "size"), [("medicine", WIDE), (None, NARROW)])
@pytest.mark.parametrize("texts", [hostile.CONTROL, hostile.HIDDEN, hostile.MARKUP])
def test_a_hostile_task_cannot_steer_the_terminal(
    home: Path, texts: Mapping[str, str], domain: str | None, size: tuple[int, int]
) -> None:
    visit(home, [hostile.task(name, text, domain) for name, text in texts.items()], size)


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
    tmp_path: Path,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made = hostile.task(name, hostile.SMALL[name])
    file = hostile.write(tmp_path / "hostile.jsonl", iter([made]))
    for arguments in commands(name, file, made["id"]):
        monkeypatch.setattr(sys, "argv", ["tutorcli", *arguments])
        code = main()
        out, err = capsys.readouterr()
        said = (out + err).replace("\t", "")
        assert [c for c in foreign(said, WIDE) if c != "\n"] == [], arguments
        assert "\x1b" not in said
        assert "Traceback" not in said
        assert code in {0, 2, 3, 7}, (arguments, said)
