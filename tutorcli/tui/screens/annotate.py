"""The screen on which answers are judged."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult

from tutorcli.core.draft import COMMENT, EDIT, Operation
from tutorcli.errors import Message, message
from tutorcli.tui import texts
from tutorcli.tui.actions import DONE_EDITING, Keymap, shown
from tutorcli.tui.ahead import Ahead
from tutorcli.tui.choosing import Choice
from tutorcli.tui.contexts import CHOICE, EVERYWHERE, Context, editor, why_not
from tutorcli.tui.face import Face, State
from tutorcli.tui.instruments.seat import Seat, Turned
from tutorcli.tui.rows import NEEDS_TASK, Note, nothing_left
from tutorcli.tui.screens.background import Background, Outside
from tutorcli.tui.screens.beside import Beside
from tutorcli.tui.screens.editing import Editing
from tutorcli.tui.screens.failing import told
from tutorcli.tui.screens.keyed import PASTE_GUARD_S, KeyedScreen, typed
from tutorcli.tui.screens.leaving import Leaving, Ways, ask_confidence
from tutorcli.tui.screens.personal import ask_personal_data
from tutorcli.tui.screens.preparing import Preparing
from tutorcli.tui.screens.reader import Reader
from tutorcli.tui.screens.submitting import Submitting
from tutorcli.tui.seating import following, seat_of, view_of
from tutorcli.tui.sitting import Sitting
from tutorcli.tui.syncing import Synced
from tutorcli.tui.themes import Look
from tutorcli.tui.widgets.answer_grid import SCROLLS, AnswerGrid

if TYPE_CHECKING:
    from tutorcli.tui.widgets.edit_pane import EditPane

CLOCK_S = 10.0


class AnnotateScreen(KeyedScreen[None]):
    """One task: its prompt, its answers, and what was said of them so far."""

    DEFAULT_CSS = """
    #panel { display: none; }
    #prompt { height: 5; }
    """

    def __init__(
        self, sitting: Sitting, keymap: Keymap, look: Look, language: str, ways: Outside
    ) -> None:
        """``language`` is the catalogue's name (en, zh_Hans)."""
        super().__init__(keymap, look)
        self.sitting = sitting
        self._language, self._command = language, ways.editor
        self._state = State()
        self._printed_at = 0.0
        self._pane: EditPane | None = None
        self.editing = Editing(self)
        self.submitting = Submitting(self)
        self.face = Face(look, keymap)
        self.prompt, self.grid = self.face.prompt, self.face.grid
        self.beside = Beside(self)
        self.reader = Reader(self)
        self._ahead = Ahead(sitting, self.prompt, self.grid)
        self._preparing = Preparing(self, self._ahead)
        self._background = Background(self, ways.sync_min, self._synced)

    def compose(self) -> ComposeResult:
        """Everything but the editor, which comes later."""
        yield from self.face.widgets

    def on_mount(self) -> None:
        """Show the task that the sitting has opened; from now on it is read."""
        self.sitting.sign(time.monotonic() * 1000)
        self.show_task()
        self.call_after_refresh(self._count)
        self.set_interval(CLOCK_S, self.show_head)
        self._background.start()

    def _count(self) -> None:
        self.sitting.count()
        self.show_head()
        self._preparing.soon()

    # -- what is shown

    def show_task(self, note: Note | None = None) -> None:
        """Draw the open task from its beginning."""
        opened = self.sitting.opened
        self._state = State(note=self.editing.left() or note)
        self.submitting.is_asked = False
        if opened is None:
            self.prompt.show([])
            self.grid.show([])
            self.sitting.count()
            self._state.note = nothing_left(self.sitting)
        else:
            prompt, answers = self._ahead.take(opened)
            order = opened.assigned.order
            focus = opened.draft.place.get("focus")
            self.prompt.show([prompt])
            self.grid.show(answers, order.index(focus) if focus in order else 0)
        self.reader.opened(opened)
        self.beside.opened(opened)
        self._fit_prompt()
        self.call_after_refresh(self._prompt_fitted)
        self.show_state()
        if opened is not None and (text_id := opened.draft.place.get("editing")):
            self.call_after_refresh(self.editing.open, str(text_id))

    def show_state(self) -> None:
        """Draw what has been said so far."""
        self.show_head()
        self._state.is_editing = self.editing.is_open
        self._state.standing = self.reader.note
        self._state.hints = self.reader.hints or self.beside.hints
        self.face.show(self.seat, self._state)

    def say(self, note: Note | None) -> None:
        """Draw everything that may have changed, and a note."""
        self._state.note = note
        self.show_state()

    def show_head(self) -> None:
        """Draw what task this is, and how the last sync ended."""
        self.face.show_head(self.sitting, self._background.note)

    def _synced(self, synced: Synced | None) -> None:
        """A sync has begun or ended: count anew, and go on where no task was left."""
        self.sitting.count()
        if synced and synced.fetched and self.sitting.opened is None:
            self.sitting.advance()
            self.show_task()
        self.show_head()

    @property
    def seat(self) -> Seat | None:
        """Where the tutor sits; None while no task is open."""
        opened = self.sitting.opened
        return seat_of(opened, self.grid.active, self._language) if opened else None

    # -- keys

    @property
    def context(self) -> Context | None:
        """An open choice or the editor; else every action acts."""
        return editor() if self.editing.is_open else CHOICE if self._state.choice else None

    @property
    def why_not(self) -> Mapping[str, Message]:
        """Actions that cannot act on the open task, and why."""
        return why_not(self.seat, self.keymap)

    async def take_event(self, event: events.Key) -> None:
        """Give a key to the editor, or its meaning here unless it belongs to a paste."""
        self.sitting.sign(time.monotonic() * 1000)
        if self.editing.is_open:
            with told(self):
                await self._edit(event)
            return
        is_late = event.time - self._printed_at >= PASTE_GUARD_S
        if typed(event) is not None:
            self._printed_at = event.time
        with told(self):
            if self.reader.take(event):
                return
            meant = self.meaning(event)
            if meant is not None and meant[1] == "submit" and not is_late:
                self._refuse_enter(*meant)
            elif meant is not None:
                await self.take(*meant)
        self._preparing.soon()

    def _refuse_enter(self, key: str, action: str | None) -> None:
        """Let Enter end the giving of reasons, lest the next digits go there; nothing else."""
        if self._state.choice is not None or not self._press(key, action):
            what = message("Enter came within a paste and was not taken")
            self.say(Note(what, is_warning=True))

    async def _edit(self, event: events.Key) -> None:
        if event.key in self.keymap["quit"].keys:
            self.action_quit()
        elif event.key in {DONE_EDITING, "escape"}:
            await self.editing.close()
        elif event.key in self.keymap.in_the_editor("help"):
            await self.action_help()
        else:
            await (await self.editor()).take(event)

    async def on_paste(self, event: events.Paste) -> None:
        """A paste means nothing outside the editor: it must never rank or submit."""
        event.stop()
        if self.editing.is_open:
            await (await self.editor()).paste(event)
        elif not self.reader.paste(event.text):
            what = message("A paste does nothing here; edit an answer first")
            self.say(Note(what, is_warning=True))

    async def take(self, key: str, action: str | None) -> None:
        """Give a key to the open choice, to the instrument that has the focus, or to an action."""
        was_asked, self.submitting.is_asked = self.submitting.is_asked, False
        with told(self):
            if self._state.choice is not None and action not in EVERYWHERE:
                self._answer(self._state.choice, key, action)
            elif not self._press(key, action):
                self.submitting.is_asked = was_asked and action == "submit"
                await self._act(key, action)

    def _answer(self, choice: Choice, key: str, action: str | None) -> None:
        if choice.press(key, action) and self._state.choice is choice:
            self._state.choice = None
        self.show_state()

    def _press(self, key: str, action: str | None) -> bool:
        seat = self.seat
        view = view_of(seat) if seat else None
        if seat is None or view is None or self._state.is_prompt_open or self.beside.covers:
            return False
        turned = view.press(seat, key, action)
        if turned is not None:
            self._turn(seat, turned)
        return turned is not None

    def _turn(self, seat: Seat, turned: Turned) -> None:
        operations = list(turned.operations)
        if turned.leave:
            operations.append(["at", "instrument", None])
        if turned.focus is not None:
            self.grid.focus_column(seat.answers.index(turned.focus))
            operations.append(["at", "focus", turned.focus])
        self.record(operations)
        self.say(Note(turned.note, is_warning=True) if turned.note else None)

    def record(self, operations: list[Operation]) -> None:
        """Log what a key did, and how far was read."""
        self.sitting.record(operations, self.grid.read())

    async def _act(self, key: str, action: str | None) -> None:
        if self.sitting.opened is None and action in NEEDS_TASK:
            return
        if action in SCROLLS:
            (self.beside.reading or self.reading).scroll_by_action(action)
            self.record([])
            if self._state.note is not None:
                self.say(None)
            return
        own = getattr(self, f"action_{action}", None)
        handler = own or self.reader.handler(action) or self.beside.handler(action)
        if handler is None:
            help_key = self.keymap.key("help")
            what = message(
                "{key} does nothing here; {help} shows every key", key=shown(key), help=help_key
            )
            self.say(Note(what))
            return
        self._state.note = None
        waiting = handler()
        if waiting is not None:
            await waiting

    # -- actions: reading

    @property
    def reading(self) -> AnswerGrid:
        """The texts that the scrolling keys move."""
        return self.prompt if self._state.is_prompt_open else self.grid

    def action_prompt(self) -> None:
        """Enlarge the prompt, or go back to the answers."""
        self._state.is_prompt_open = not self._state.is_prompt_open
        self._fit_prompt()
        self.show_state()

    def _fit_prompt(self) -> None:
        self.face.fit_prompt(self.app.size, is_open=self._state.is_prompt_open)

    def _prompt_fitted(self) -> None:
        """The prompt has its height now: show the end of a chat, and how much lies below."""
        self.prompt.show_ends()
        self.show_head()

    def on_resize(self) -> None:
        """Fit the prompt and the keys to the new size."""
        self._fit_prompt()
        self.beside.fit()
        self.call_after_refresh(self.show_state)

    async def action_guideline(self) -> None:
        """Open the guideline of the task's specialty."""
        seat = self.seat
        if seat is None or seat.assigned.pack is None:
            self.say(Note(message("this domain has no guideline")))
            return
        await self.read(texts.guideline_text(seat.assigned.pack, self._language))

    # -- actions: judging

    def action_instrument(self) -> None:
        """Go to the next way of judging."""
        seat = self.seat
        if seat is not None and seat.answers:
            self.record([["at", "instrument", following(seat).kind]])
            self.show_state()

    def action_submit(self) -> None:
        """Submit, or say what is missing and go there."""
        seat = self.seat
        if seat is not None:
            self.submitting.enter(seat)

    def action_confidence(self) -> None:
        """Ask how sure the tutor is."""
        ask_confidence(self.ask, lambda value: self.record([["set", "confidence", value]]))

    def ask(self, choice: Choice) -> None:
        """Open a choice."""
        self._state.choice = choice
        self.show_state()

    # -- actions: tasks

    def action_set_aside(self) -> None:
        """Ask how the task is to be left."""
        opened = self.sitting.opened
        if opened is not None:
            ways = Ways(self.ask, self.submitting.end, self._discard)
            Leaving(opened, self._language, ways).start()

    def action_personal_data(self) -> None:
        """Ask, then close the task for the personal data in it."""
        key = self.keymap.key("personal_data")
        ask_personal_data(self.ask, self.submitting.end, self.reader.finding.forget, key)

    def _discard(self) -> None:
        self.sitting.discard()
        self.show_task()

    def action_undo(self) -> None:
        """Reopen the task judged last."""
        self.record(self.reader.left())
        self.submitting.undo()

    async def action_tasks(self) -> None:
        """List the tasks."""
        from tutorcli.tui.screens.tasks import TaskList

        self.record(self.reader.left())
        await self.app.push_screen(TaskList(self.sitting, self.keymap, self.look), self._go_to)

    def _go_to(self, task_id: str | None) -> None:
        if task_id is None:
            return
        with told(self):
            self.sitting.go_to(task_id)
            self.show_task()

    def action_quit(self) -> None:
        """Leave, also where how far was read cannot be written; everything else is written already."""
        self.app.exit()
        self.record(self.reader.left())

    # -- actions: editing

    async def action_edit(self) -> None:
        """Edit the answer that has the focus, in place."""
        seat = self.seat
        if seat is not None and seat.active is not None:
            await self.editing.open(EDIT + seat.active)

    async def action_comment(self) -> None:
        """Write a comment."""
        await self.editing.open(COMMENT)

    def action_external_edit(self) -> None:
        """Edit the answer that has the focus in the editor of the settings."""
        seat = self.seat
        if seat is not None and seat.active is not None:
            self.editing.outside(EDIT + seat.active, self._command)

    @property
    def has_editor(self) -> bool:
        """Whether the editor is made."""
        return self._pane is not None

    async def editor(self) -> "EditPane":
        """The editor, made at its first use or once the screen stands."""
        if self._pane is None:
            from tutorcli.tui.widgets.edit_pane import EditPane

            self._pane = EditPane(self.look, id="editing")
            await self.face.row.mount(self._pane, before=0)
        return self._pane

    def show_editor(self, *, is_open: bool) -> None:
        """Put the editor in the answers' place, or the answers back."""
        self.beside.fit(is_editing=is_open)
        if not is_open:
            self.set_focus(None)
