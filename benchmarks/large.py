"""What a long queue and an import beside it cost the tutor at the screen."""

import subprocess
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks import homes
from benchmarks.command import TUTORCLI
from benchmarks.figures import RUNS, Figure, Taken, in_turns, medians, p95
from benchmarks.screen import FLOOR, SIZE, copied, last_ms, program, submitted
from tests.terminal import Terminal, environment

FEW, MANY = 100, 200_000
IMPORTED = 100_000
TASKS = 6
SEARCHED = (
    "q",
    "u",
    "e",
    "space",
    *"19",
    *"99",
    "backspace",
    "backspace",
    *"xz",
    *["backspace"] * 4,
    *"zzz",
)
"""Words that many titles have, few, and none."""
_KEYS = ("1", "2", "3", "tab", "down", "pagedown", "pageup", "backspace", "backspace", "backspace")


def figures(folder: Path) -> list[Figure]:
    """Measure with homes made in ``folder``."""
    homes.small(folder / "few", FEW)
    homes.large(folder / "many", MANY)
    few, many = in_turns(*(partial(_long_queue, folder / name) for name in ("few", "many")))
    return [
        Figure(f"start with {MANY} tasks, against {FEW}", many["start"], few["start"], 30, "ms"),
        Figure(f"next task with {MANY}, against {FEW}", many["next"], few["next"], 30, "ms"),
        *_queue_screen(folder / "many"),
        *_beside_an_import(folder),
    ]


def _queue_screen(home: Path) -> list[Figure]:
    """The list of tasks and its search; the last byte counts, so all that was found and counted."""
    floor, ours = in_turns(_floor, partial(_listed, home))
    return [
        Figure(f"list of {MANY} tasks with its counts", ours["list"], 0, 150, "ms"),
        Figure("list, its end", ours["end"], 0, 150, "ms"),
        Figure(f"search key in {MANY} titles, p95", ours["search"], floor["key"], 40, "ms"),
    ]


def _floor() -> Taken:
    with Terminal(FLOOR, size=SIZE, env=environment()) as terminal:
        terminal.wait_for("Ready.")
        terminal.settle()
        return {"key": p95([last_ms(terminal, "a") for _ in range(len(SEARCHED))])}


def _listed(home: Path) -> Taken:
    with program(home) as terminal:
        terminal.wait_for("Text a")
        terminal.settle(1)
        opened = [_opened(terminal) for _ in range(3)]
        terminal.time_key("f11")
        end = last_ms(terminal, "end")
        terminal.time_key("/")
        keys = [last_ms(terminal, key) for key in SEARCHED]
    return {"list": median(opened), "end": end, "search": p95(keys)}


def _opened(terminal: Terminal) -> float:
    taken = last_ms(terminal, "f11")
    terminal.time_key("escape")
    terminal.settle(0.3)
    return taken


def _long_queue(home: Path) -> Taken:
    with program(home) as terminal:
        start = terminal.wait_for("Text a") * 1000
        terminal.settle(1)
        return {"start": start, "next": median(submitted(terminal) for _ in range(TASKS))}


def _beside_an_import(folder: Path) -> list[Figure]:
    homes.write_file(folder / "tasks.jsonl", IMPORTED)
    runs = [_import_run(folder) for _ in range(RUNS)]
    taken = medians(runs)
    return [
        Figure(
            "slowest key during an import, against none", taken["beside"], taken["alone"], 60, "ms"
        )
    ]


def _import_run(folder: Path) -> Taken:
    with copied(folder / "few", folder) as home, program(home) as terminal:
        terminal.wait_for("Text a")
        terminal.settle(1)
        alone = [_keys(terminal) for _ in range(8)]
        command: list[str | Path] = [TUTORCLI, "import", folder / "tasks.jsonl", "--json"]
        env = environment(TUTORCLI_HOME=str(home))
        beside = []
        with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL) as importing:
            while importing.poll() is None:
                beside.append(_keys(terminal))
        assert importing.returncode == 0
    # How much longer the slowest of each kind took than it usually does.
    usual = {key: median(turn[key] for turn in alone) for key in alone[0]}
    key = max(usual, key=lambda key: max(turn[key] for turn in beside) - usual[key])
    return {"alone": usual[key], "beside": max(turn[key] for turn in beside)}


def _keys(terminal: Terminal) -> Taken:
    """Milliseconds of one key of each kind; the last one submits and goes on."""
    taken = {f"{n} {key}": last_ms(terminal, key) for n, key in enumerate(_KEYS)}
    return {**taken, "enter": submitted(terminal)}
