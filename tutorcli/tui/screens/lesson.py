"""The annotate screen with a teacher: two lines that say what to press now, and why."""

from typing import TYPE_CHECKING

from rich.style import Style
from textual import events
from textual.app import ComposeResult

from tutorcli import i18n
from tutorcli.errors import message
from tutorcli.i18n import tr, translate
from tutorcli.store import judgments
from tutorcli.tui.actions import Keymap, shown
from tutorcli.tui.learning import Lesson, Scene
from tutorcli.tui.render.stack import Part
from tutorcli.tui.render.wrap import Run, spans
from tutorcli.tui.rows import Note
from tutorcli.tui.screens.annotate import AnnotateScreen
from tutorcli.tui.screens.background import Outside
from tutorcli.tui.screens.reading import ReadingScreen
from tutorcli.tui.sitting import Sitting
from tutorcli.tui.themes import Look
from tutorcli.tui.widgets.bar import Bar
from tutorcli.tui.widgets.column import Text

if TYPE_CHECKING:
    from textual.timer import Timer

PATIENCE_S = 1.5
"""How long after a key that does not belong to the step the hint comes."""
LONG_PATIENCE_S = 12.0
"""The same after a key that does."""
_ROWS = 2
"""Rows of each of the two texts at most."""


class LessonScreen(AnnotateScreen):
    """Judges real tasks; what was done is seen in the draft and in what is stored."""

    def __init__(
        self, lesson: Lesson, sitting: Sitting, keymap: Keymap, look: Look, editor: str
    ) -> None:
        """``lesson`` goes on as its steps are done; ``editor`` is a command line."""
        super().__init__(sitting, keymap, look, i18n.language(), Outside(editor, 0))
        self.lesson = lesson
        self.teacher = Bar(look.chrome.bar, id="lesson")
        self._waiting: Timer | None = None
        self._needs_hint = False
        self._is_leaving = False

    def compose(self) -> ComposeResult:
        """The teacher stands above the strip."""
        for widget in self.face.widgets:
            if widget is self.face.strip:
                yield self.teacher
            yield widget

    def on_mount(self) -> None:
        """Say what the first step is; Textual has the handlers of the screen below run as well."""
        self.teach()

    def on_resize(self) -> None:
        """Wrap the teacher's lines anew."""
        self.teach()

    def on_screen_resume(self) -> None:
        """See what the list of all actions has run here."""
        self.look_on(is_on_the_way=True)

    # -- the teacher

    @property
    def scene(self) -> Scene:
        """How the screen stands."""
        last = judgments.last_of(self.sitting.desk.queue)
        return Scene(
            self.sitting.opened,
            last.judgment if last else None,
            self._state.is_prompt_open,
            self.editing.is_open,
            self.reader.finding.cleared,
        )

    def teach(self) -> None:
        """Draw what is to be done."""
        step = self.lesson.step
        if step is None:
            return
        chrome, words = self.look.chrome, self.lesson.worded
        number = f"{self.lesson.done + 1}/{len(self.lesson.steps)}"
        head = tr("{number} {title}. {what}", number=number, title=step.title, what=words(step.do))
        rows = self._wrapped(head, chrome.key)
        if self._needs_hint:
            rows += self._wrapped(tr("Not yet. {hint}", hint=words(step.hint)), chrome.warning)
        else:
            rows += self._wrapped(translate(words(step.why)), chrome.note)
        self.teacher.styles.height = len(rows)
        self.teacher.show(*rows)

    def _wrapped(self, text: str, style: Style) -> list[list[Run]]:
        width = max(self.app.size.width - 2, 1)
        return [[(f" {text[start:end]}", style)] for start, end, _ in spans(text, width)[:_ROWS]]

    def look_on(self, *, is_on_the_way: bool) -> None:
        """See whether the step is done; if not, a hint comes after a moment."""
        if self._waiting is not None:
            self._waiting.stop()
        self._needs_hint = False
        if not self.lesson.see(self.scene):
            delay = LONG_PATIENCE_S if is_on_the_way else PATIENCE_S
            self._waiting = self.set_timer(delay, self._hint)
        elif self.lesson.step is None:
            self.app.push_screen(
                ReadingScreen(summary(self.keymap), self.keymap, self.look), self._end
            )
        self.teach()

    def _hint(self) -> None:
        self._needs_hint = True
        self.teach()

    def _end(self, _: None) -> None:
        self.action_quit()

    # -- keys

    async def take_event(self, event: events.Key) -> None:
        """Take a key as ever, and look at what came of it."""
        if self.lesson.step is None:
            self.action_quit()
            return
        key = self.keymap.named(event.key, event.character)
        # What is typed into an open text or line belongs to the step that asked for it.
        is_typed = self.editing.is_open or self.reader.finding.is_open
        is_on_the_way = is_typed or self.lesson.press(key, self.keymap.action(key))
        await super().take_event(event)
        self.look_on(is_on_the_way=is_on_the_way)

    async def take(self, key: str, action: str | None) -> None:
        """What would lead away from the step waits for its own."""
        was_leaving, self._is_leaving = self._is_leaving, False
        if self._state.choice is None and self.lesson.withholds(action):
            what = message("{key} comes later in this lesson", key=shown(key))
            self.say(Note(what, is_warning=True))
            return
        self._is_leaving = was_leaving and action == "close"
        await super().take(key, action)

    def action_close(self) -> None:
        """Close what is open, or leave the lesson at the second time."""
        if handler := self.reader.handler("close") or self.beside.handler("close"):
            handler()
        elif self._state.is_prompt_open:
            self.action_prompt()
        elif self._is_leaving:
            self.action_quit()
        else:
            self._is_leaving = True
            what = message("{key} again leaves the lesson", key=self.keymap.key("close"))
            self.say(Note(what))


def summary(keymap: Keymap) -> Text:
    """What was learnt, and what comes next."""
    lines = [
        tr("You ranked, tied, drew the accept line, rated, set aside, undid, edited and submitted."),
        tr("{help} shows every key at any time; {quit} leaves, and the draft is kept.",
           help=keymap.key("help"), quit=keymap.key("quit")),
        tr("{guideline} shows the guideline of the specialty.", guideline=keymap.key("guideline")),
    ]  # fmt: skip
    after = [
        "- " + tr("with files of tasks: {command}", command="`tutorcli import FILE`"),
        "- " + tr("with a code for a server: {command}", command="`tutorcli login URL`"),
        "- " + tr("then, every day: {command}", command="`tutorcli`"),
    ]
    done = Part("\n\n".join(lines), tr("That is all there is to it"))
    return Text("summary", (done, Part("\n".join(after), tr("What comes next"))), 0)
