"""A tutor at the real screens, without a terminal: presses keys, reads what is drawn and stored."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot

from tests.screens import draft, fill, question
from tutorcli import i18n
from tutorcli.core.draft import Draft
from tutorcli.core.judgment import Judgment
from tutorcli.core.ranking import format_ranking
from tutorcli.core.settings import Settings
from tutorcli.services.desk import Desk, open_desk
from tutorcli.services.judging import Opened
from tutorcli.store import judgments
from tutorcli.store.db import Queue
from tutorcli.store.tasks import Filters
from tutorcli.tui.actions import Keymap
from tutorcli.tui.app import TutorApp
from tutorcli.tui.sitting import Sitting
from tutorcli.tui.themes import load_look
from tutorcli.tui.widgets.bar import Bar

ROOT = Path(__file__).parents[2]
DEVICE = "00000001-0000-4000-8000-000000000000"
ENGLISH, CHINESE = ("en", "dark"), ("zh", "dark")
PERSON_S = 0.2
"""Between two keys of a person, by the test's clock."""


@dataclass
class Clock:
    """Goes on only when told to."""

    s: float = 1_767_225_600.0

    def monotonic(self) -> float:
        return self.s

    def unix_ms(self) -> int:
        return round(self.s * 1000)


@dataclass
class Tutor:
    """One program on a home."""

    app: TutorApp
    pilot: Pilot[None]
    clock: Clock

    async def press(self, *keys: str, after_s: float = PERSON_S) -> None:
        """Press keys, each so long after the one before, and wait until they are handled."""
        for key in keys:
            self.clock.s += after_s
            self.app.post_message(self._event(key))
            # From the program to the screen, to the widget, and what that posts.
            for _ in range(3):
                await self.pilot._wait_for_screen()
            if key in {"f3", "f4"}:
                # Nobody moves in an editor that is not drawn yet.
                await self.pilot.pause()
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        await self.press(*("enter" if char == "\n" else char for char in text))

    async def press_at_once(self, *keys: str, after_s: float = PERSON_S) -> None:
        """Keys come in one packet, as over a slow line: the next before the first is handled."""
        for key in keys:
            self.clock.s += after_s
            self.app.post_message(self._event(key))
        for _ in range(3):
            await self.pilot.pause()

    def _event(self, key: str) -> events.Key:
        character = key if len(key) == 1 else " " if key == "space" else None
        event = events.Key(_character_to_key(key) if len(key) == 1 else key, character)
        event.time = self.clock.s
        return event

    async def post(self, event: events.Event) -> None:
        """Something else than a key comes from the terminal."""
        self.app.post_message(event)
        await self.pilot.pause()

    async def resize(self, width: int, height: int) -> None:
        await self.pilot.resize_terminal(width, height)
        await self.pilot.pause()

    async def until(self, text: str) -> None:
        """Wait for what is drawn without a key."""
        for _ in range(100):
            if text in self.screen:
                return
            await self.pilot.pause()
        raise AssertionError(f"{text!r} did not come\n{self.screen}")

    @property
    def opened(self) -> Opened:
        assert self.app.sitting.opened is not None
        return self.app.sitting.opened

    @property
    def task(self) -> str:
        return self.opened.task_id

    @property
    def answers(self) -> Sequence[str]:
        """Ids of the answers as numbered."""
        return self.opened.assigned.order

    @property
    def focus(self) -> int:
        """Number of the answer that has the focus."""
        return self.app.annotate.grid.active + 1

    @property
    def instrument(self) -> str:
        seat = self.app.annotate.seat
        assert seat is not None
        return seat.instrument.kind

    @property
    def rows(self) -> list[str]:
        """What stands on the screen, row by row."""
        width = self.app.size.width
        strips = self.app.screen._compositor.render_strips()
        return [strip.crop(0, width).text.rstrip() for strip in strips]

    @property
    def screen(self) -> str:
        return "\n".join(self.rows)

    @property
    def strip(self) -> str:
        """What was said so far, and the note."""
        return self.app.annotate.face.strip.text

    @property
    def panel(self) -> str:
        panel = self.app.annotate.face.panel
        return panel.text if panel.display else ""

    @property
    def keys(self) -> str:
        return self.app.annotate.face.keys.text

    @property
    def head(self) -> str:
        return self.app.annotate.face.head.text

    def bars(self) -> list[str]:
        """The lines of chrome of the screen on top."""
        return [bar.text for bar in self.app.screen.query(Bar)]


@dataclass
class Home:
    """A home with a fixed device, so that answers always stand in the same order."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    sync_min: int = 0
    keymap: str = "default"

    @property
    def settings(self) -> Settings:
        part = self.folder
        folders = (part / "data", part / "config", part / "state", part / "logs")
        return Settings(*folders, sync_min=self.sync_min)

    def fill(self, tasks: Iterable[dict[str, Any]]) -> None:
        fill(self.folder, tasks)
        self.settle()

    def settle(self) -> None:
        """Give the home the fixed device; before anything is judged."""
        with Queue.open(self.settings.data) as queue, queue.write():
            queue.execute("UPDATE home SET value = ? WHERE key = 'device'", (DEVICE,))
            queue.execute("UPDATE sync_state SET tutor = ?", (f"local-{DEVICE[:8]}",))

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        with open_desk(self.settings) as desk:
            yield replace(desk, now_ms=self.clock.unix_ms)

    @contextmanager
    def sitting(self, task: str | None = None) -> Iterator[Sitting]:
        """What the screen works on, without the screen."""
        with self.desk() as desk:
            sitting = Sitting(desk, Filters())
            sitting.start(task)
            yield sitting

    @contextmanager
    def program(
        self,
        task: str | None = None,
        look: tuple[str, str] = ENGLISH,
        kind: type[TutorApp] = TutorApp,
    ) -> Iterator[TutorApp]:
        """The program, not yet running; ``look`` is its language and its theme."""
        language, theme = look
        i18n.activate(language)
        settings = replace(self.settings, language=language, theme=theme)
        with self.sitting(task) as sitting:
            yield kind(
                sitting, Keymap.load(self.keymap), load_look(theme, [ROOT / "themes"]), settings
            )

    @asynccontextmanager
    async def tutor(
        self,
        task: str | None = None,
        size: tuple[int, int] = (120, 40),
        look: tuple[str, str] = ENGLISH,
    ) -> AsyncIterator[Tutor]:
        """Run the program until the block ends."""
        with self.program(task, look) as app:
            async with app.run_test(size=size) as pilot:
                await pilot.pause()
                yield Tutor(app, pilot, self.clock)

    def judged(self, task: str) -> list[Judgment]:
        """All judgments of a task, oldest first."""
        with Queue.open(self.settings.data, create=False) as queue:
            return [frozen.judgment for frozen in judgments.of_task(queue, task)]

    def draft(self, task: str) -> Draft | None:
        """The draft of a task as its log tells it."""
        return draft(self.folder, task)


def by_number(judgment: Judgment) -> str:
    """A ranking in text form by the numbers shown."""
    names = {answer: str(number) for number, answer in enumerate(judgment.shown_order, 1)}
    return format_ranking(judgment.preference, names)


def asked(number: int, answers: str = "abc", **fields: Any) -> dict[str, Any]:
    """A small task of medicine, whose pack has criteria, reasons and a guideline."""
    return question(number, answers) | {"domain": "medicine"} | fields
