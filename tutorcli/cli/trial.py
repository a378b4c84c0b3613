"""The demo: a throwaway home with the sample tasks."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tutorcli.cli import output, screens, session


def run(*, is_played: bool) -> None:
    """Fill a new home, show the screens or play them, and remove the home.

    Args:
        is_played: The program presses the keys; also where there is no terminal.
    """
    from tutorcli import config

    samples = config.find_resource("sample_tasks")
    # A prefix that tells what it is, for whoever finds one after a power cut.
    with TemporaryDirectory(prefix="tutorcli-demo-") as home, moved(Path(home)):
        _fill(samples)
        if is_played or not screens.is_terminal():
            _play()
        else:
            screens.show(screens.Wanted(bare=True))
    output.say("the demo's home is removed; begin with your own: tutorcli import FILE")


@contextmanager
def moved(home: Path) -> Iterator[None]:
    """The home lies elsewhere; the log of a crash must outlive the demo, so only for a while."""
    from tutorcli.config import HOME

    before = os.environ.get(HOME)
    os.environ[HOME] = str(home)
    session.again()
    try:
        yield
    finally:
        del os.environ[HOME]
        if before is not None:
            os.environ[HOME] = before
        session.again()


def _fill(samples: Path) -> None:
    from tutorcli.services import exchange
    from tutorcli.services.desk import open_desk

    with open_desk(session.settings()) as desk:
        exchange.import_files(desk.queue, [str(samples)])


PICTURE = "tutorcli-demo.svg"
"""The last screen of a played demo, written into the folder you are in."""


def _play() -> None:
    from tutorcli.core.text import safe, safe_line
    from tutorcli.tui import playing

    settings = session.settings()
    played = playing.play(settings, screens.theme_folders(settings))
    for line in played.lines:
        output.emit(safe_line(line))
    output.emit(f"\n{safe(played.screen)}\n")
    picture = Path.cwd() / PICTURE
    try:
        picture.write_text(played.svg, encoding="utf-8")
    except OSError:
        output.say("the picture of the last screen cannot be written into this folder")
    else:
        output.say(f"picture of the last screen: {picture}")
