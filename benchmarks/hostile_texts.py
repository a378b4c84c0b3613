"""How long the slowest key takes on texts that were made to be slow."""

import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks import homes
from benchmarks.figures import RUNS, Figure
from benchmarks.screen import copied, program
from tests import hostile
from tests.terminal import Terminal, TooLate

TEXTS: Mapping[str, str] = {
    **hostile.LARGE,
    **{name: hostile.SMALL[name] for name in ("brackets", "emphasis", "tables")},
    # Short enough to stand on one screen together.
    "nests": "\n\n".join(hostile.SMALL[name] for name in ("quotes", "formulae")),
    "marks": "\n\n".join(hostile.SMALL[name] for name in ("joiners", "combining")),
}
KEYS = (
    *("down", "pagedown", "end", "home", "tab"),
    *("f12", "end", "f12", "ctrl+g", "pagedown", "ctrl+g"),
    *("ctrl+e", "x", "end", "y", "down", "backspace", "pagedown", "ctrl+s"),
    *("f6", "f6", "f6", "ctrl+n", "x", "ctrl+s", "1", "backspace", "1", "2"),
)
"""Reading, the prompt, reasoning, the editor, ways of judging, a comment, ranking."""
Times = list[tuple[str, float]]
"""Keys and their milliseconds."""
BOUND = 100
QUIET_S = 0.03
"""Two frames: what comes later, while the program was idle, is no answer to the key."""


def figures(folder: Path) -> list[Figure]:
    """Measure with a home made in ``folder``."""
    fill(folder / "hostile")
    runs = [timed(folder) for _ in range(RUNS)]
    return [_slowest(name, [run[name] for run in runs]) for name in TEXTS]


def fill(home: Path) -> None:
    """A small task, so that the way to the first hostile one is a key too, then a task a text."""
    made = (hostile.task(name, text, name) for name, text in TEXTS.items())
    homes.fill(home, iter([homes.task(homes.Writer(3), 1, 60), *made]))


def _slowest(name: str, runs: Sequence[Times]) -> Figure:
    """The key whose median is the longest: what another program did to one key is no figure."""
    keys = [key for key, _ in runs[0]]
    medians = [median(ms for _, ms in taken) for taken in zip(*runs, strict=True)]
    slowest = max(range(len(keys)), key=medians.__getitem__)
    title = f"slowest key on {name} ({keys[slowest]})"
    return Figure(title, medians[slowest], 0, BOUND, "ms")


def timed(folder: Path) -> dict[str, Times]:
    """Each key on each text, the one that leads there first, and its milliseconds.

    One sitting on the home in ``folder``: every text is read, edited, ranked and submitted. A key
    that draws nothing takes none.
    """
    with copied(folder / "hostile", folder) as home, program(home) as terminal:
        terminal.wait_for("Text a1.")
        # As long as anybody reads before the first key.
        terminal.settle(1.5)
        for key in ("1", "2", "3"):
            terminal.time_key(key)
        return {
            name: [_opened(terminal), *map(partial(_pressed, terminal), KEYS)] for name in TEXTS
        }


def _opened(terminal: Terminal) -> tuple[str, float]:
    """Submit, which opens the next task."""
    before = len(terminal.log)
    taken = _pressed(terminal, "enter")
    if b"submitted" not in b"".join(chunk.data for chunk in terminal.log[before:]):
        raise TooLate(f"the next text did not come; the screen is\n{terminal.screen()}")
    return taken


def _pressed(terminal: Terminal, key: str) -> tuple[str, float]:
    sent = time.perf_counter()
    terminal.press(key)
    first = terminal.read(BOUND / 1e3)
    # Nothing so far: there is nothing to draw, or the program is still at work on it.
    last = terminal.settle(QUIET_S) or first
    return key, (last.at - sent) * 1e3 if last else 0
