"""Pictures of the screens for the docs: those that the tests compare, drawn anew.

Usage: python scripts/screenshots.py
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
TESTS = ROOT / "tests" / "tui" / "test_pictures.py"
PICTURES = ("annotate", "annotate-zh", "narrow", "ratings", "edit")
"""Which of the tests' pictures the docs show."""


def snapshot(name: str) -> Path:
    """The picture as the tests have it."""
    folder = TESTS.parent / "__snapshots__" / TESTS.stem
    return folder / f"test_the_screens_look_as_they_did[{name}].svg"


def main() -> int:
    command = [sys.executable, "-m", "pytest", "-q", "--snapshot-update"]
    subprocess.run([*command, f"{TESTS}", "-k", "look_as_they_did"], cwd=ROOT, check=True)
    for name in PICTURES:
        shutil.copyfile(snapshot(name), DOCS / f"{name}.svg")
        print(f"docs/{name}.svg")
    return 0


if __name__ == "__main__":
    sys.exit(main())
