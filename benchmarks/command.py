"""How fast the command line says the least that it can say, against a bare interpreter."""

import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.figures import Figure, Taken, in_turns
from tests.terminal import environment

TUTORCLI = Path(sys.executable).with_name("tutorcli")
ROUNDS = 5
BOUND = 7.5


def figures(folder: Path) -> list[Figure]:
    """Measure in ``folder``."""
    commands: dict[str, list[str | Path]] = {
        "bare": [sys.executable, "-c", "pass"],
        "--version": [TUTORCLI, "--version"],
        "--help": [TUTORCLI, "--help"],
    }
    measures = [partial(_took, folder, command) for command in commands.values()]
    floor, *ours = in_turns(*measures)
    return [
        Figure(f"tutorcli {name}", one["ms"], floor["ms"], BOUND, "ms", "ratio")
        for name, one in zip(list(commands)[1:], ours, strict=True)
    ]


def _took(folder: Path, command: list[str | Path]) -> Taken:
    return {"ms": median(_once(folder, command) for _ in range(ROUNDS))}


def _once(folder: Path, command: list[str | Path]) -> float:
    began = time.perf_counter()
    subprocess.run(
        command, env=environment(TUTORCLI_HOME=str(folder)), stdout=subprocess.DEVNULL, check=True
    )
    return (time.perf_counter() - began) * 1e3
