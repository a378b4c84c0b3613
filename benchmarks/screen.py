"""How fast the annotate screen answers, against a Textual program with one Static."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import homes
from benchmarks.figures import Figure, Taken, in_turns, p95
from tests.terminal import Terminal, environment

SIZE = (160, 45)
FLOOR = (sys.executable, Path(__file__).with_name("floor.py"))
PROGRAM = (Path(sys.executable).with_name("tutorcli"), "annotate")
KEYS = 24
"""Keys of a kind in one run."""
WRITTEN = {
    "a rank key": 300,
    "a typed character": 400,
    "a scroll by a line": 6000,
    "a column move": 6000,
}
"""Bytes that a key may cost."""
TASKS = 8
"""Tasks submitted in one run."""


def figures(folder: Path) -> list[Figure]:
    """Measure with homes made in ``folder``."""
    homes.small(folder / "small")
    floor, ours = in_turns(_floor, partial(_ours, folder))
    return [
        Figure("start to readable text", ours["asked"], floor["start"], 1.5, "ms", "ratio"),
        Figure("start to the whole screen", ours["start"], floor["start"], 2.0, "ms", "ratio"),
        Figure("rank key, p95", ours["rank"], floor["key"], 6, "ms"),
        Figure("column move, p95", ours["tab"], floor["key"], 10, "ms"),
        Figure("scroll by a line, p95", ours["line"], floor["key"], 20, "ms"),
        Figure("scroll by a page, p95", ours["page"], floor["key"], 20, "ms"),
        Figure("submit and next task, p95", ours["next"], floor["key"], 110, "ms"),
        Figure("typed character in the editor, p95", ours["typed"], floor["key"], 20, "ms"),
        Figure("resident memory", ours["rss"], floor["rss"], 40, "MB"),
        *_bytes(folder),
    ]


def _bytes(folder: Path) -> list[Figure]:
    """What is written to the terminal for a key."""
    found = []
    homes.fill(folder / "chinese", (in_chinese(number) for number in range(1, 20)))
    for name, home in (("English", "small"), ("Chinese", "chinese")):
        for size in (SIZE, (80, 24)):
            (sizes,) = in_turns(partial(_written, folder / home, folder, size))
            where = f"{name} {size[0]}x{size[1]}"
            found += [
                Figure(f"bytes of {key}, {where}", sizes[key], 0, bound, "B")
                for key, bound in WRITTEN.items()
            ]
    return found


def in_chinese(number: int) -> dict[str, Any]:
    """A task with four answers of some screens."""
    text = "第一，先看剂量；第二，**注意**相互作用，必要时请复诊。这一点患者常常忽略。" * 2
    paragraph = (
        f"{text}\n\n- {text}\n\n| 药物 | 剂量 |\n| --- | ---: |\n| 阿司匹林 | {number} 毫克 |\n\n"
    )
    answers = [{"id": key, "text": f"Text {key}{number}。{paragraph * 12}"} for key in "abcd"]
    asked = {"id": f"zh-{number}", "domain": "medicine", "language": "zh-Hans"}
    return {**asked, "prompt": f"问题{number}：哪一个回答更好？", "answers": answers}


def _written(source: Path, folder: Path, size: tuple[int, int]) -> Taken:
    with copied(source, folder) as home, program(home, size) as terminal:
        terminal.wait_for("Text ")
        terminal.settle()
        # The first rank key changes the keys at the bottom as well.
        terminal.time_key("1")
        taken = {
            "a rank key": [terminal.time_key(key).size for key in "23"],
            "a column move": [terminal.time_key("tab").size for _ in range(5)],
            "a scroll by a line": [terminal.time_key("down").size for _ in range(7)],
        }
        terminal.time_key("ctrl+e")
        terminal.settle()
        taken["a typed character"] = [terminal.time_key(key).size for key in "a few words"]
        return {name: median(sizes) for name, sizes in taken.items()}


@contextmanager
def program(home: Path, size: tuple[int, int] = SIZE) -> Iterator[Terminal]:
    """The annotate screen on a home, just started."""
    with Terminal(PROGRAM, size=size, env=environment(TUTORCLI_HOME=str(home))) as terminal:
        yield terminal


@contextmanager
def copied(home: Path, folder: Path) -> Iterator[Path]:
    """A copy of a home for one run, so that every run begins with the same queue."""
    copy = folder / "copy"
    shutil.copytree(home, copy)
    try:
        yield copy
    finally:
        shutil.rmtree(copy)


def last_ms(terminal: Terminal, *keys: str) -> float:
    """Milliseconds from a key to the final screen."""
    return terminal.time_key(*keys).last_ms


def _floor() -> Taken:
    with Terminal(FLOOR, size=SIZE, env=environment()) as terminal:
        start = terminal.wait_for("Ready.") * 1000
        terminal.settle()
        keys = [last_ms(terminal, "a") for _ in range(2 * KEYS)]
        return {"start": start, "key": p95(keys), "rss": terminal.memory().rss}


def _ours(folder: Path) -> Taken:
    with copied(folder / "small", folder) as home, program(home) as terminal:
        asked = terminal.wait_for("Question 1.") * 1000
        start = terminal.wait_for("Text a1.") * 1000
        # Not waited longer than a person would: what the screen does behind its first picture counts.
        terminal.settle()
        taken = {
            "asked": asked,
            "start": start,
            "rank": p95(_ranked(terminal)),
            "tab": p95([last_ms(terminal, "tab") for _ in range(KEYS)]),
            "line": p95([last_ms(terminal, "down") for _ in range(KEYS)]),
            "page": p95(
                [
                    last_ms(
                        terminal,
                        "pagedown",
                    )
                    for _ in range(2)
                ]
                + [
                    last_ms(terminal, key)
                    for _ in range(KEYS // 2)
                    for key in ("pageup", "pagedown")
                ]
            ),
            "next": p95([submitted(terminal) for _ in range(TASKS)]),
            "typed": p95(_typed(terminal)),
        }
        return {**taken, "rss": terminal.memory().rss}


def _ranked(terminal: Terminal) -> list[float]:
    taken = []
    for _ in range(KEYS // 3):
        taken += [last_ms(terminal, key) for key in "123"]
        for _ in "123":
            terminal.time_key("backspace")
    return taken


def submitted(terminal: Terminal) -> float:
    """Rank a task; milliseconds from Enter to the final screen of the next one."""
    for key in "123":
        terminal.time_key(key)
    return last_ms(terminal, "enter")


def _typed(terminal: Terminal) -> list[float]:
    terminal.time_key("ctrl+e")
    terminal.press(*["down"] * 12)
    terminal.settle()
    taken = []
    for turn, key in enumerate("some more words of an edit, typed here"):
        taken.append(last_ms(terminal, key))
        if turn % 4 == 0:
            # A slower typist's next key meets the difference being computed.
            terminal.settle(0.13)
    return taken
