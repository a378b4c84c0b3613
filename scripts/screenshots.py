"""Pictures for the docs: screens that the tests compare, and what commands print on a terminal.

Usage: python scripts/screenshots.py
"""

import re
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
TESTS = ROOT / "tests" / "tui" / "test_pictures.py"
PICTURES = (
    *("annotate", "annotate-zh", "annotate-pt", "narrow", "ratings", "edit"),
    *("formulae", "documents", "find", "compare", "palette", "tasks"),
)
"""Which of the tests' pictures the docs show."""

PRINTED = {"agreement": ("stats", "agreement"), "leaderboard": ("leaderboard",)}
"""Commands on the sample judgments; so many lines of each are shown."""
LINES = 34
_NOT_DRAWN = re.compile(r"@font-face \{\{.*?\}\}|<!--.*?-->", re.DOTALL)
"""Drawn with the reader's own fonts: a picture loads nothing from elsewhere."""


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
    for name, words in PRINTED.items():
        (DOCS / f"{name}.svg").write_text(picture(words), encoding="utf-8")
        print(f"docs/{name}.svg")
    return 0


def picture(words: tuple[str, ...]) -> str:
    """What a command prints of the sample judgments on a terminal of 80 columns, as SVG."""
    sys.path.insert(0, str(ROOT))
    from tests.terminal import Terminal

    files = [
        f"sample_tasks/{path.name}" for path in sorted((ROOT / "sample_tasks").glob("*.jsonl"))
    ]
    program = Path(sys.executable).with_name("tutorcli")
    with Terminal([program, *words, *files], size=(80, 200), cwd=ROOT) as terminal:
        terminal.wait()
        raw = b"".join(chunk.data for chunk in terminal.log).decode()
    lines = raw.replace("\r", "").splitlines()[:LINES]
    console = Console(record=True, width=80, file=StringIO(), force_terminal=True)
    console.print(Text.from_ansi("\n".join(lines)))
    title = " ".join(("tutorcli", *words, "sample_tasks/*.jsonl"))
    code = _NOT_DRAWN.sub("", CONSOLE_SVG_FORMAT)
    return console.export_svg(
        title=title, theme=SVG_EXPORT_THEME, code_format=code, unique_id=words[0]
    )


if __name__ == "__main__":
    sys.exit(main())
