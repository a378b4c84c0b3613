"""The demo: a throwaway home with the sample tasks."""

import os
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
    with TemporaryDirectory(prefix="tutorcli-demo-") as home:
        os.environ[config.HOME] = home
        session.again()
        _fill(samples)
        if is_played or not screens.is_terminal():
            _play()
        else:
            screens.show(screens.Wanted(bare=True))
    output.say("the demo's home is removed; begin with your own: tutorcli import FILE")


def _fill(samples: Path) -> None:
    from tutorcli.services import exchange
    from tutorcli.services.desk import open_desk

    with open_desk(session.settings()) as desk:
        exchange.import_files(desk.queue, [str(samples)])


def _play() -> None:
    from tutorcli.tui import playing

    playing.play(session.settings(), screens.theme_folders(session.settings()))
