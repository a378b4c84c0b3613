"""Pictures of the screens for the docs, drawn by the program from the sample tasks.

Usage: python scripts/screenshots.py
"""

import asyncio
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tutorcli import i18n
from tutorcli.core.settings import Settings
from tutorcli.services import exchange
from tutorcli.services.desk import desk_in
from tutorcli.store.tasks import Filters
from tutorcli.tui.actions import Keymap
from tutorcli.tui.app import TutorApp
from tutorcli.tui.sitting import Sitting
from tutorcli.tui.themes import load_look

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
TUTOR = "local-00000001"
"""The order of the answers depends on the tutor; one tutor draws one picture."""


@dataclass(frozen=True)
class Picture:
    """A task on a screen after some keys."""

    name: str
    task: str
    keys: tuple[str, ...]
    size: tuple[int, int] = (120, 36)
    language: str = "en"
    theme: str = "dark"


PICTURES = (
    Picture("annotate", "sample-med-en-01", ("2", "1", "3")),
    Picture("narrow", "sample-law-zh-01", ("3", "1", "equals_sign"), (80, 24), "zh", "light"),
    Picture("edit", "sample-fin-en-01", ("f4", *"Not for 2023: ")),
    Picture("ratings", "sample-med-zh-01", ("2", "1", "3", "f6", "3", "4"), language="zh"),
)


def settings_of(home: Path, picture: Picture) -> Settings:
    return Settings(home, home, home, home, language=picture.language, theme=picture.theme)


def draw(picture: Picture) -> str:
    """The picture as SVG."""
    i18n.activate(picture.language)
    with TemporaryDirectory() as folder:
        settings = settings_of(Path(folder), picture)
        with desk_in(settings.data, settings.config) as opened:
            desk = replace(opened, home=replace(opened.home, tutor=TUTOR))
            samples = sorted(str(path) for path in (ROOT / "sample_tasks").glob("*_*.jsonl"))
            exchange.import_files(desk.queue, samples)
            sitting = Sitting(desk, Filters(), settings.idle_s * 1000)
            sitting.start(picture.task)
            look = load_look(picture.theme, [ROOT / "themes"])
            return asyncio.run(press(TutorApp(sitting, Keymap(), look, settings), picture))


async def press(app: TutorApp, picture: Picture) -> str:
    async with app.run_test(size=picture.size) as pilot:
        for key in picture.keys:
            await pilot.press("space" if key == " " else key)
            await pilot.pause()
        # The program itself has no such pause: what it lays out when idle belongs to the picture.
        await pilot.pause(0.3)
        drawn = app.export_screenshot(title="tutorcli")
        # Who looks at the docs should not fetch fonts from anywhere.
        return re.sub(r"@font-face \{[^}]*\}\s*", "", drawn)


def main() -> int:
    for picture in PICTURES:
        path = DOCS / f"{picture.name}.svg"
        path.write_text(draw(picture) + "\n", encoding="utf-8", newline="\n")
        print(f"docs/{path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
