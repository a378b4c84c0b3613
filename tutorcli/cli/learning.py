"""The lesson: a throwaway home with a few tasks of the tutor's language."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tutorcli.cli import output, screens, session
from tutorcli.cli.trial import moved
from tutorcli.errors import TutorError, message

if TYPE_CHECKING:
    from tutorcli.core.settings import Settings

LANGUAGES = ("en", "zh", "fr", "pt")
"""Those in which there are sample tasks."""
MOST = 4
"""Tasks of a lesson; two are judged."""


def run(*, is_played: bool) -> None:
    """Teach the screen in a new home, or show how it goes, and remove the home.

    Args:
        is_played: The program presses the keys itself; also where there is no terminal.

    Raises:
        TutorError: A step was not reached by its own keys.
    """
    own = session.settings()
    with TemporaryDirectory(prefix="tutorcli-learn-") as home, moved(Path(home)):
        # The keys and the colours are the tutor's own, as every day.
        there = session.settings()
        settings = replace(own, data=there.data, state=there.state, logs=there.logs, sync_min=0)
        _fill(settings, Path(home))
        if is_played or not screens.is_terminal():
            _play(settings)
        else:
            _teach(settings)
    output.say("the lesson's home is removed; begin with your own: tutorcli import FILE")
    output.say("with a code for a server: tutorcli login URL")


def _fill(settings: "Settings", home: Path) -> None:
    from tutorcli import config, i18n
    from tutorcli.services import exchange
    from tutorcli.services.desk import open_desk

    i18n.activate(settings.language)
    chosen = home / "lesson.jsonl"
    tasks = tasks_of(config.find_resource("sample_tasks"), settings.language)
    lines = [json.dumps(task, ensure_ascii=False) + "\n" for task in tasks]
    chosen.write_text("".join(lines), encoding="utf-8")
    with open_desk(settings) as desk:
        exchange.import_files(desk.queue, [str(chosen)])


def tasks_of(samples: Path, language: str) -> list[dict[str, Any]]:
    """The shortest sample tasks with three or four answers, asked only for their ranking.

    Args:
        samples: The folder of the sample tasks.
        language: A BCP-47 tag or the name of a POSIX locale; English where it has no tasks.
    """
    own = language.replace("_", "-").partition("-")[0].casefold()
    wanted = own if own in LANGUAGES else LANGUAGES[0]
    fitting = [task for task in _rows(samples, wanted) if len(task["answers"]) in {3, 4}]
    fitting.sort(key=lambda task: sum(len(answer["text"]) for answer in task["answers"]))
    # Without a protocol the ratings are free, so that a step may ask for one.
    kept = [{name: task[name] for name in task if name != "protocol"} for task in fitting[:MOST]]
    return [task | {"priority": -place} for place, task in enumerate(kept)]


def _rows(samples: Path, language: str) -> Iterator[dict[str, Any]]:
    for file in sorted(samples.glob(f"*_{language}.jsonl")):
        yield from map(json.loads, file.read_text(encoding="utf-8").splitlines())


def _teach(settings: "Settings") -> None:
    screens.require_terminal()
    from tutorcli.cli import ambiguous
    from tutorcli.tui import typeahead

    settings = ambiguous.settled(settings)
    with typeahead.kept():
        from functools import partial

        from tutorcli.store.tasks import Filters
        from tutorcli.tui import opening
        from tutorcli.tui.actions import Keymap
        from tutorcli.tui.classroom import LessonApp
        from tutorcli.tui.learning import Lesson

        lesson = Lesson.begin(Keymap.load(settings.keymap, settings.keys))
        kind = partial(LessonApp, lesson)
        opening.run(settings, screens.theme_folders(settings), None, Filters(), kind)
    output.say(f"{lesson.done} of {len(lesson.steps)} steps done")


def _play(settings: "Settings") -> None:
    from tutorcli.i18n import translate
    from tutorcli.tui.rehearsing import rehearse

    found = rehearse(settings, screens.theme_folders(settings))
    for number, item in enumerate(found, 1):
        result = "done" if item.is_done else "not reached"
        row = f"{number:>2}  {translate(item.step.title)}"
        output.emit(f"{row:<24} {' '.join(item.keys):<34} {result}".rstrip())
    missed = [item for item in found if not item.is_done]
    if missed:
        raise TutorError(
            message('step "{step}" was not reached by its keys', step=missed[0].step.id)
        )
