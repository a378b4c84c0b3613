"""Measure against the bounds: a line for each, exit code 1 when one is missed."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.figures import Figure

THEMES = (
    "command",
    "screen",
    "sitting",
    "large",
    "hostile_texts",
    "submit",
    "import_speed",
    "sync",
    "coefficients",
    "leaderboard",
    "agreement",
)
"""Modules of this folder; each has ``figures(folder)``."""


def main() -> int:
    """Run the themes that the arguments name, all by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("themes", nargs="*", choices=[[], *THEMES], help="which to run")
    wanted = parser.parse_args().themes or THEMES
    # With it every start would compile all sources again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    is_kept = True
    for theme in wanted:
        began = time.perf_counter()
        for figure in _taken(import_module(f"benchmarks.{theme}").figures):
            print(figure, flush=True)
            is_kept &= figure.is_kept
        print(f"  ({theme}: {time.perf_counter() - began:.0f} s)", file=sys.stderr, flush=True)
    return not is_kept


def _taken(figures: Callable[[Path], list[Figure]]) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="tutorcli-bench-") as folder:
        return figures(Path(folder))


if __name__ == "__main__":
    sys.exit(main())
