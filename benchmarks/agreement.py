"""How fast `tutorcli stats agreement` answers from a home, with every kind of figure and interval.

Each task is judged in one way, as by the protocols that come with the program: see `judged`.
"""

import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.figures import RUNS, Figure, Taken, in_turns
from benchmarks.judged import fill
from tests.terminal import environment

TUTORCLI = Path(sys.executable).with_name("tutorcli")
SIZES = ((100_000, RUNS, 1.5), (1_000_000, 3, 10.0))
"""Judgments, how often they are asked for, and the seconds that it may take."""
MEMORY = 300
"""MB that any of them may take."""
IMPORTS = 5
"""How often each import is timed in each run."""


def figures(folder: Path) -> list[Figure]:
    """Measure homes made in ``folder``."""
    found, peaks = [], []
    for count, runs, bound in SIZES:
        home = folder / f"home{count}"
        fill(home, count)
        (taken,) = in_turns(partial(_asked, home), runs=runs)
        found.append(Figure(f"stats agreement, {count:,} judgments", taken["s"], 0, bound, "s"))
        peaks.append(taken["MB"])
    floor, ours = in_turns(
        partial(_imported, "import numpy"), partial(_imported, "import tutorcli.stats.agreement")
    )
    return [
        *found,
        Figure("peak memory of stats agreement", max(peaks), 0, MEMORY, "MB"),
        Figure("import of the statistics against numpy", ours["ms"], floor["ms"], 30, "ms"),
    ]


def _asked(home: Path) -> Taken:
    began = time.perf_counter()
    child = subprocess.Popen(
        [TUTORCLI, "stats", "agreement", "--json"],
        env=environment(TUTORCLI_HOME=str(home)),
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(child.pid, 0)
    took = time.perf_counter() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    return {"s": took, "MB": usage.ru_maxrss / 1024}


def _imported(statement: str) -> Taken:
    return {"ms": median(_started(statement) for _ in range(IMPORTS))}


def _started(statement: str) -> float:
    began = time.perf_counter()
    root = Path(__file__).parents[1]
    subprocess.run([sys.executable, "-c", statement], check=True, cwd=root)
    return (time.perf_counter() - began) * 1e3
