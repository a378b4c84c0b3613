"""How fast the annotate screen answers over a whole sitting: reading, ranking, editing, the next task."""

from functools import partial
from pathlib import Path

from benchmarks import homes
from benchmarks.figures import Figure, Taken, in_turns, p95
from benchmarks.screen import FLOOR, copied, in_chinese, last_ms, program
from tests.terminal import Terminal, environment

READ = ("down", "down", "pagedown", "tab", "down", "up", "tab", "pagedown", "pageup", "tab")
RANK = ("1", "=", "2", "3", "backspace", "3", "4")
EDIT = ("ctrl+e", *"some other words", "backspace", "escape", "enter")
RATE = ("f6", "3", "4", "2", "f6", "f6", "f6")
TASKS = 6
"""A sitting of as many is 210 keys; the answers of every other task are edited."""
QUIET_S = 0.06
"""Silence after which a screen is final; the difference beside an edit comes later than that."""
FLOOR_KEYS = 40


def figures(folder: Path) -> list[Figure]:
    """Measure with homes made in ``folder``."""
    homes.small(folder / "English")
    homes.fill(folder / "Chinese", (in_chinese(number) for number in range(1, 20)))
    return [
        figure
        for language, asked in (("English", "Question"), ("Chinese", "问题"))
        for size in ((160, 45), (80, 24))
        for figure in _of(folder, language, asked, size)
    ]


def _of(folder: Path, language: str, asked: str, size: tuple[int, int]) -> list[Figure]:
    floor, ours = in_turns(partial(_floor, size), partial(_sat, folder, language, asked, size))
    where = f"{language} {size[0]}x{size[1]}"
    return [
        Figure(
            f"start to readable text, {where}", ours["asked"], floor["start"], 1.5, "ms", "ratio"
        ),
        Figure(f"all keys of a sitting, p95, {where}", ours["keys"], floor["key"], 60, "ms"),
        Figure(f"submit and next task, p95, {where}", ours["next"], floor["key"], 80, "ms"),
        Figure(f"open and leave the editor, p95, {where}", ours["editor"], floor["key"], 120, "ms"),
    ]


def _floor(size: tuple[int, int]) -> Taken:
    with Terminal(FLOOR, size=size, env=environment()) as terminal:
        start = terminal.wait_for("Ready.") * 1000
        terminal.settle()
        keys = [terminal.time_key("a", quiet_s=QUIET_S).last_ms for _ in range(FLOOR_KEYS)]
        return {"start": start, "key": p95(keys)}


def _sat(folder: Path, language: str, asked: str, size: tuple[int, int]) -> Taken:
    with copied(folder / language, folder) as home, program(home, size) as terminal:
        start = terminal.wait_for(asked) * 1000
        terminal.settle()
        taken: dict[str, list[float]] = {}
        for number in range(TASKS):
            for key in (*READ, *RANK, *(EDIT * (number % 2)), *RATE):
                timing = terminal.time_key(key, quiet_s=QUIET_S)
                taken.setdefault(key, []).append(timing.last_ms)
            taken.setdefault("next", []).append(last_ms(terminal, "enter"))
        return {
            "asked": start,
            "keys": p95([ms for each in taken.values() for ms in each]),
            "next": p95(taken["next"]),
            "editor": p95(taken["ctrl+e"] + taken["escape"]),
        }
