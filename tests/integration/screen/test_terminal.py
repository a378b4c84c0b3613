"""What the terminal shows is what a full repaint shows, after any keys and sizes of window."""

import re
import signal
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.drawing import Drawing
from tests.screens import annotate, fill
from tests.terminal import Terminal

FULL = pytest.mark.integration
READING = ("tab", "shift+tab", "down", "up", "pagedown", "pageup", "home", "end", "f12", "ctrl+g")
JUDGING = ("1", "2", "3", "4", "=", "/", "backspace", "f11", "f8", "enter", "u")
ELSEWHERE = ("f1", "f2", "f6", "f7", "f5", "s", "ctrl+w", "escape", "zzz")
WRITING = ("e", "n", "ctrl+s", "left", "right", "ctrl+z", "delete")
TYPED = ("a", "word ", "中", "文字，", "é", "🙂", "\r", "Ａ")
KEYS = READING * 4 + JUDGING * 3 + ELSEWHERE + WRITING * 2 + TYPED * 2
SIZES = ((100, 30), (80, 24), (160, 45), (41, 12), (101, 30), (12, 5), (200, 50))
ENGLISH = """Answer {n} has **bold words**, `code`, and a list:

1. first things first, and then some more words that wrap in a narrow column
2. e\u0301 with a mark of its own, and an arrow \u2192

| drug | dose |
| --- | ---: |
| one | {n} mg |

"""
CHINESE = """第{n}个回答：**首先**，这是一个很长的句子，它会在窄栏里换行，也会在宽栏里换行。

- 第一点，`代码`，全角标点「引号」
- 第二点 with English 🙂 和数字 {n}

| 药物 | 剂量 |
| --- | ---: |
| 阿司匹林 | {n} 毫克 |

"""


def task(number: int, text: str) -> dict[str, Any]:
    """A task of medicine with four answers, longer than any screen."""
    return {
        "id": f"t{number}",
        "domain": "medicine",
        "language": "zh-Hans" if text is CHINESE else "en",
        "prompt": f"Question {number}. 请比较这些回答。" * 3,
        "answers": [
            {"id": key, "text": text.replace("{n}", str(number)) * 12, "reasoning": "想一想 " * 30}
            for key in "abcd"
        ],
    }


def home_of(home: Path) -> None:
    """A queue in two languages."""
    fill(home, (task(number, (ENGLISH, CHINESE)[number % 2]) for number in range(1, 120)))


SHOWING = """
import asyncio, os, signal, sys
from pathlib import Path
from textual._compositor import LayoutUpdate
from textual._context import visible_screen_stack
from tutorcli.__main__ import main
from tutorcli.tui.app import TutorApp

def show(app):
    visible_screen_stack.set(app._background_screens)
    compositor = app.screen._compositor
    rows = [[strip] for strip in compositor.render_strips()]
    written = LayoutUpdate(rows, compositor.size.region).render_segments(app.console)
    x, y = app._previous_cursor_position
    file = Path(os.environ["SHOWN"])
    file.with_suffix(".new").write_bytes((written + f"\\x1b[{y + 1};{x + 1}H").encode())
    file.with_suffix(".new").replace(file)

signal.signal(signal.SIGUSR1, signal.SIG_IGN)
mounted = TutorApp.on_mount

def on_mount(self):
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, show, self)
    mounted(self)

TutorApp.on_mount = on_mount
sys.exit(main())
"""
"""The program; at SIGUSR1 it writes down what Textual holds to be on the screen, once there is one."""


def whole(terminal: Terminal, file: Path) -> list[Any]:
    """Every cell of the screen as Textual alone would have drawn it."""
    file.unlink(missing_ok=True)
    for turn in range(500):
        if turn % 50 == 0:
            terminal.kill(signal.SIGUSR1)
        terminal.read(0.01)
        if file.exists():
            break
    drawing = Drawing(terminal.size)
    drawing.feed(b"\x1b[?7l" + file.read_bytes().replace(b"\n", b""))
    return drawing.cells()


def stale(terminal: Terminal, file: Path) -> list[str]:
    """Rows of the screen that are not what they should be, however long one waits.

    On a busy machine the program may still be drawing; what is stale is drawn by nobody.
    """
    wrong = ["nothing was compared"]
    for quiet_s in (0.06, *[0.3] * 15):
        terminal.settle(quiet_s)
        should = whole(terminal, file)
        rows = enumerate(zip(terminal.cells(), should, strict=True), 1)
        wrong = [
            f"{y}: {shown(was)} instead of {shown(now)}" for y, (was, now) in rows if was != now
        ]
        if not wrong:
            break
    return wrong


def shown(row: tuple[Any, ...]) -> str:
    """The text of a row; of two that say the same the colours differ."""
    return repr("".join(str(getattr(cell, "data", cell)) for cell in row))


def storm(terminal: Terminal, random: Random, keys: int, between: int, file: Path) -> None:
    """Type anything, resize, and look now and then."""
    for turn in range(1, keys + 1):
        key = random.choice(KEYS)
        if key in TYPED or len(key) == 3:
            terminal.write(key.encode())
        else:
            terminal.press(key)
        terminal.read(random.choice((0, 0.002, 0.02)))
        if random.random() < 0.02:
            terminal.resize(*random.choice(SIZES))
        if turn % between == 0:
            rows = stale(terminal, file)
            assert rows == [], "\n".join([f"after {turn} keys, {terminal.size}", *rows])
    assert terminal.exit_code is None


@pytest.mark.parametrize(
    ("keys", "between", "seed"),
    [(150, 15, 3), *(pytest.param(500, 20, n, marks=FULL) for n in range(4))],
)
def test_no_cell_is_stale_after_any_keys_and_resizes(
    home: Path, tmp_path: Path, keys: int, between: int, seed: int
) -> None:
    home_of(home)
    file, program = tmp_path / "shown", (sys.executable, "-c", SHOWING)
    with annotate(home, program=program, SHOWN=str(file)) as terminal:
        terminal.wait_for("Question 1.")
        storm(terminal, Random(seed), keys, between, file)


def test_no_update_is_empty_and_each_is_whole(home: Path) -> None:
    home_of(home)
    with annotate(home) as terminal:
        terminal.wait_for("Question 1.")
        for key in ("f6", "3", "f6", "tab", "down", "f1", "escape", "f11", "escape", "1"):
            terminal.time_key(key)
        marks = re.findall(rb"\x1b\[\?2026[hl](?:\x1b\[\d+;\d+H\x1b\[\?2026l)?", terminal.output)
    begin, end = b"\x1b[?2026h", b"\x1b[?2026l"
    assert len(marks) > 20
    assert marks == [begin, end] * (len(marks) // 2)
