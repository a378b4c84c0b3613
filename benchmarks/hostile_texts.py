"""How long the slowest key takes on texts that were made to be slow."""

from functools import partial
from pathlib import Path

from benchmarks import homes
from benchmarks.figures import Figure, Taken, in_turns
from benchmarks.screen import copied, program
from tests import hostile
from tests.terminal import Terminal, TooLate

NAMES = (
    *hostile.LARGE,
    *("brackets", "emphasis", "quotes", "tables", "formulae", "joiners", "combining"),
)
KEYS = (
    *("down", "pagedown", "end", "pageup", "home", "tab", "shift+tab", "1", "backspace"),
    *("f12", "down", "end", "f12", "ctrl+g", "pagedown", "ctrl+g", "home"),
    *("ctrl+e", "x", "y", "end", "z", "down", "backspace", "pagedown", "ctrl+s"),
    *("f6", "f6", "ctrl+n", "x", "ctrl+s"),
)
"""Reading, ranking, the prompt, reasoning, the editor, a comment."""
BOUND = 100


def figures(folder: Path) -> list[Figure]:
    """Measure with homes made in ``folder``."""
    texts = {**hostile.SMALL, **hostile.LARGE}
    for name in NAMES:
        made = hostile.task(name, texts[name], "chess")
        # A small task first, so that the way to the hostile one is a key too.
        homes.fill(folder / name, iter([homes.task(homes.Writer(3), 1, 60), made]))
    measures = [partial(_slowest, folder, name) for name in NAMES]
    return [
        Figure(f"slowest key on {name}", taken["ms"], 0, BOUND, "ms")
        for name, taken in zip(NAMES, in_turns(*measures), strict=True)
    ]


def _slowest(folder: Path, name: str) -> Taken:
    return {"ms": max(ms for _, ms in timed(folder, name))}


def timed(folder: Path, name: str) -> list[tuple[str, float]]:
    """Each key and its milliseconds; one that draws nothing takes none."""
    with copied(folder / name, folder) as home, program(home) as terminal:
        terminal.wait_for("Text a1.")
        terminal.settle(0.5)
        for key in ("1", "2", "3"):
            terminal.time_key(key)
        return [(key, _ms(terminal, key)) for key in ("enter", *KEYS)]


def _ms(terminal: Terminal, key: str) -> float:
    try:
        return terminal.time_key(key, quiet_s=0.08, timeout=0.3).last_ms
    except TooLate:
        return 0
