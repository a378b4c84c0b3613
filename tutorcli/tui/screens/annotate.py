"""The screen on which answers are judged."""

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.timer import Timer

from tutorcli.core.draft import COMMENT, EDIT, Operation, entry_of
from tutorcli.core.instruments import Instrument
from tutorcli.core.pack import Label, wording
from tutorcli.core.protocol import Assigned
from tutorcli.core.text import safe_line
from tutorcli.errors import Message, TutorError, message
from tutorcli.i18n import tr, translate
from tutorcli.services.judging import Ending, NotReady, Opened
from tutorcli.tui import texts
from tutorcli.tui.actions import DONE_EDITING, Keymap, name_of
from tutorcli.tui.choosing import Choice, Option
from tutorcli.tui.instruments.registry import VIEWS
from tutorcli.tui.instruments.seat import Hint, Seat, Turned, View
from tutorcli.tui.key_bar import key_row, standing
from tutorcli.tui.sitting import Sitting
from tutorcli.tui.themes import Look
from tutorcli.tui.widgets.answer_grid import AnswerGrid, Text
from tutorcli.tui.widgets.bar import Bar, Run

PASTE_GUARD_S = 0.030
"""Enter so soon after a printable key is part of a paste, not a decision."""
PREPARE_AFTER_S = 0.05
"""The next tasks are laid out once no key came for so long."""
EDITOR_AFTER_S = 0.4
"""The editor is made ready once the first screen stands: its import is slow."""
CLOCK_S = 10.0
_SCROLLS: Mapping[str, tuple[str, int]] = {
    "up": ("scroll_lines", -1),
    "down": ("scroll_lines", 1),
    "page_up": ("scroll_pages", -1),
    "page_down": ("scroll_pages", 1),
}
_ASIDE = {
    "skip": message("skip it: I judge another"),
    "refer": message("refer it to a specialty"),
    "bad_task": message("the task itself is bad"),
    "give_up": message("give up: I tried and cannot judge it"),
    "conflict": message("conflict of interest"),
}


if TYPE_CHECKING:
    from tutorcli.tui.widgets.edit_pane import EditPane


class AnnotateScreen(Screen[None], inherit_bindings=False):
    """One task: its prompt, its answers, and what was said of them so far."""

    DEFAULT_CSS = """
    AnnotateScreen { layers: base; }
    #panel { display: none; }
    #prompt { height: 5; }
    """

    def __init__(
        self, sitting: Sitting, keymap: Keymap, look: Look, language: str, editor: str
    ) -> None:
        """``language`` is the catalogue's name (en, zh_Hans), ``editor`` a command line."""
        super().__init__()
        self.editor = editor
        self.sitting = sitting
        self.keymap = keymap
        self.look = look
        self.language = language
        self.choice: Choice | None = None
        self.note: Message | None = None
        self._note_is_warning = False
        self._is_prompt_open = False
        self._is_confirmed = False
        self._printed_at = 0.0
        self._preparing: Timer | None = None
        self._texts: dict[int, tuple[Text, list[Text]]] = {}
        chrome, fold = look.chrome, texts.fold_label
        self.head = Bar(chrome.bar, id="head")
        self.prompt = AnswerGrid(look, fold, has_heads=False, id="prompt")
        self.grid = AnswerGrid(look, fold, id="answers")
        self.editing: "EditPane | None" = None
        self.panel = Bar(look.palette.background, id="panel")
        self.strip = Bar(chrome.bar, id="strip")
        self.keys = Bar(chrome.bar, id="keys")

    def compose(self) -> ComposeResult:
        """Head, prompt, answers, panel, strip, keys: from top to bottom."""
        yield self.head
        yield self.prompt
        yield self.grid
        yield self.panel
        yield self.strip
        yield self.keys

    def on_mount(self) -> None:
        """Show the task that the sitting has opened."""
        self.show_task()
        self.call_after_refresh(self._count)
        self.set_timer(EDITOR_AFTER_S, self._make_editor)
        self.set_interval(CLOCK_S, self._show_head)

    def _count(self) -> None:
        self.sitting.count()
        self._show_head()
        self._prepare_soon()

    # -- what is shown

    def show_task(self) -> None:
        """Draw the open task from its beginning."""
        opened = self.sitting.opened
        self.choice, self._is_confirmed = None, False
        if self._is_prompt_open:
            self._toggle_prompt()
        if opened is None:
            self.prompt.show([])
            self.grid.show([])
            self.note = message("No open task is left.")
        else:
            prompt, answers = self._texts_of(opened)
            order = opened.assigned.order
            focus = opened.draft.place.get("focus")
            self.prompt.show([prompt])
            self.grid.show(answers, order.index(focus) if focus in order else 0)
        self._fit_prompt()
        self.show_state()
        if opened is not None and (text_id := opened.draft.place.get("editing")):
            self._open_editor(str(text_id))

    def _texts_of(self, opened: Opened) -> tuple[Text, list[Text]]:
        known = self._texts.pop(id(opened), None)
        if known is not None:
            return known
        task = opened.assigned.task
        answers = {answer.id: answer for answer in task.answers}
        return (
            texts.prompt_text(task),
            [texts.answer_text(answers[answer]) for answer in opened.assigned.order],
        )

    def show_state(self) -> None:
        """Draw what has been said so far: heads, panel, strip, keys."""
        seat = self._seat()
        self._show_head()
        self._show_columns(seat)
        self._show_panel(seat)
        self._show_strip(seat)
        self._show_keys(seat)

    def _show_head(self) -> None:
        chrome, counts, opened = self.look.chrome, self.sitting.counts, self.sitting.opened
        row: list[Run] = [(" tutorcli ", chrome.key)]
        if opened is not None:
            task = opened.assigned.task
            about = [safe_line(task.domain), safe_line(task.language)]
            if task.jurisdiction:
                about.append(safe_line(task.jurisdiction))
            row.append((f" {' · '.join(about)} ", chrome.bar))
            if opened.judged is not None:
                row.append((f" {tr('judged before')} ", chrome.warning))
            row.append((f"  {tr('{n} min', n=opened.active_ms // 60_000)}", chrome.bar))
        if counts.tasks:
            row.append(
                (f"   {tr('{left} of {n} open', left=counts.left, n=counts.tasks)}", chrome.bar)
            )
        row.append((f"   {tr('{n} unsent', n=counts.unsent)}", chrome.bar))
        self.head.show(row)

    def _show_columns(self, seat: Seat | None) -> None:
        if seat is None:
            return
        heads = [tr("Answer {n}", n=number) for number in range(1, len(seat.answers) + 1)]
        badges: dict[str, list[str]] = {answer: [] for answer in seat.answers}
        for view, instrument in self._views(seat.assigned):
            for answer, badge in view.badges(self._seat_of(seat, instrument)).items():
                badges[answer].append(badge)
        self.grid.name_columns(heads, [" ".join(badges[answer]) for answer in seat.answers])

    def _show_panel(self, seat: Seat | None) -> None:
        lines: Sequence[tuple[str, str]] = ()
        if self.choice is not None:
            lines = self.choice.lines()
        elif seat is not None and not self.is_editing and (view := self._view(seat)):
            lines = view.panel(seat)
        palette = self.look.palette
        styles = {"heading": palette.heading, "dim": palette.dim, "strong": palette.strong}
        self.panel.show(*[[(f" {text}", styles.get(role, palette.text))] for role, text in lines])
        self.panel.styles.display = "block" if lines else "none"
        self.panel.styles.height = len(lines) or 1

    def _show_strip(self, seat: Seat | None) -> None:
        chrome = self.look.chrome
        said = []
        if seat is not None:
            for view, instrument in self._views(seat.assigned):
                if text := view.strip(self._seat_of(seat, instrument)):
                    said.append(text)
            if confidence := seat.draft.fields.get("confidence"):
                said.append(tr("confidence {n}", n=confidence))
            if seat.draft.text(COMMENT):
                said.append(tr("comment"))
        row: list[Run] = [(f" {' · '.join(said) or '-'} ", chrome.key if said else chrome.off)]
        if self.note is not None:
            style = chrome.warning if self._note_is_warning else chrome.note
            row.append((f"  {safe_line(translate(self.note))}", style))
        self.strip.show(row)

    def _show_keys(self, seat: Seat | None) -> None:
        width = self.size.width
        if self.is_editing:
            hints = [Hint("close", message("done: Ctrl+S or Esc"))]
        elif self.choice is not None:
            hints = [Hint("close", message("close"))]
        elif seat is None:
            hints = standing(self.keymap, _NEEDS_TASK, {})
        else:
            hints = self._hints(seat)
        self.keys.show(key_row(self.keymap, hints, width, self.look.chrome))

    def _hints(self, seat: Seat) -> list[Hint]:
        view = self._view(seat)
        own = list(view.hints(seat)) if view else []
        others = [item for item in seat.assigned.instruments if item.kind != "edit"]
        skip = {"submit", "tie", "accept_line", "back"} | {hint.key for hint in own}
        if len(others) < 2:
            skip.add("instrument")
        if view is not None and view.kind == "edit":
            return own
        why = {} if seat.active else {"edit": message("no answer")}
        standing_hints = standing(self.keymap, skip, why)
        for index, hint in enumerate(standing_hints):
            if hint.key == "instrument":
                following = VIEWS[self._following(seat).kind]
                standing_hints[index] = Hint("instrument", following.title)
        return [*own, Hint("submit", message("submit")), *standing_hints]

    # -- where the tutor is

    def _seat(self) -> Seat | None:
        opened = self.sitting.opened
        if opened is None:
            return None
        assigned = opened.assigned
        order = assigned.order
        active = order[self.grid.active] if order else None
        instruments = assigned.instruments
        wanted = opened.draft.place.get("instrument")
        found = [item for item in instruments if item.kind == wanted] or list(instruments)
        if not found:
            return Seat(
                assigned, opened.draft, assigned.protocol.instruments[0], None, self.language
            )
        return Seat(assigned, opened.draft, found[0], active, self.language)

    def _seat_of(self, seat: Seat, instrument: Instrument) -> Seat:
        return Seat(seat.assigned, seat.draft, instrument, seat.active, self.language)

    @staticmethod
    def _views(assigned: Assigned) -> list[tuple[View, Instrument]]:
        return [(VIEWS[item.kind], item) for item in assigned.instruments]

    @staticmethod
    def _view(seat: Seat) -> View | None:
        return VIEWS[seat.instrument.kind] if seat.answers else None

    def _following(self, seat: Seat) -> Instrument:
        kinds = [item for item in seat.assigned.instruments if item.kind != "edit"]
        if seat.instrument not in kinds:
            return kinds[0]
        return kinds[(kinds.index(seat.instrument) + 1) % len(kinds)]

    @property
    def is_editing(self) -> bool:
        """Whether the editor is open."""
        return self.editing is not None and self.editing.display

    # -- keys

    def on_key(self, event: events.Key) -> None:
        """Give a key to what is open, to the instrument that has the focus, or to an action."""
        event.stop()
        event.prevent_default()
        self.sitting.sign(time.monotonic() * 1000)
        if self.is_editing:
            if event.key in {DONE_EDITING, "escape"}:
                self._close_editor()
            return
        key = name_of(event.key, event.character)
        action = self.keymap.action(key)
        is_pasted = action == "submit" and event.time - self._printed_at < PASTE_GUARD_S
        if event.is_printable:
            self._printed_at = event.time
        if is_pasted:
            self._say(message("Enter came within a paste and was not taken"), is_warning=True)
        else:
            self._take(key, action)
        self._prepare_soon()

    def on_paste(self, event: events.Paste) -> None:
        """A paste means nothing here: it must never rank or submit."""
        event.stop()
        self._say(message("A paste does nothing here; edit an answer first"), is_warning=True)

    def on_app_blur(self) -> None:
        """The terminal lost the focus: the time stops."""
        self.sitting.leave(time.monotonic() * 1000)

    def on_app_focus(self) -> None:
        """The terminal has the focus again."""
        self.sitting.sign(time.monotonic() * 1000)

    def _take(self, key: str, action: str | None) -> None:
        self.note = None
        try:
            if self.choice is not None:
                self._answer_choice(key, action)
            elif not self._press_instrument(key, action) and action is not None:
                self._act(action)
        except TutorError as error:
            self._say(error.what, is_warning=True)
        if action != "submit":
            self._is_confirmed = False

    def _answer_choice(self, key: str, action: str | None) -> None:
        choice = self.choice
        if choice is not None and choice.press(key, action) and self.choice is choice:
            self.choice = None
        self.show_state()

    def _press_instrument(self, key: str, action: str | None) -> bool:
        seat = self._seat()
        view = self._view(seat) if seat else None
        if seat is None or view is None or self._is_prompt_open:
            return False
        turned = view.press(seat, key, action)
        if turned is None:
            return False
        self._turn(seat, turned)
        return True

    def _turn(self, seat: Seat, turned: Turned) -> None:
        operations = list(turned.operations)
        if turned.leave:
            operations.append(["at", "instrument", None])
        if turned.focus is not None:
            self.grid.focus_column(seat.answers.index(turned.focus))
        self._record(operations)
        self.note, self._note_is_warning = turned.note, True
        self.show_state()

    def _record(self, operations: list[Operation]) -> None:
        self.sitting.record(operations, self.grid.read())

    def _say(self, what: Message, *, is_warning: bool = False) -> None:
        self.note, self._note_is_warning = what, is_warning
        self._show_strip(self._seat())

    def _act(self, action: str) -> None:
        if action in _SCROLLS:
            method, amount = _SCROLLS[action]
            getattr(self._reading, method)(amount)
            self._after_reading()
            return
        if action in _NEEDS_TASK and self.sitting.opened is None:
            return
        handler = getattr(self, f"action_{action}", None)
        if handler is not None:
            handler()

    @property
    def _reading(self) -> AnswerGrid:
        return self.prompt if self._is_prompt_open else self.grid

    def _after_reading(self) -> None:
        self._record([])
        if self.strip.text and self.note is None:
            self._show_strip(self._seat())

    # -- actions: reading

    def action_top(self) -> None:
        """Go to the beginning."""
        self._reading.scroll_to_top()
        self._after_reading()

    def action_bottom(self) -> None:
        """Go to the end."""
        self._reading.scroll_to_end()
        self._after_reading()

    def action_next_answer(self) -> None:
        """Move the focus on."""
        self._shift_focus(1)

    def action_previous_answer(self) -> None:
        """Move the focus back."""
        self._shift_focus(-1)

    def _shift_focus(self, step: int) -> None:
        if self._is_prompt_open:
            self._toggle_prompt()
        seat = self._seat()
        if seat is None or not seat.answers:
            return
        self._record([])
        self.grid.focus_column((self.grid.active + step) % len(seat.answers))
        self._record([["at", "focus", seat.answers[self.grid.active]]])
        self.show_state()

    def action_reasoning(self) -> None:
        """Fold or unfold reasoning."""
        if not self._reading.toggle_fold():
            self._say(message("this answer has no reasoning"))

    def action_prompt(self) -> None:
        """Enlarge the prompt, or go back to the answers."""
        self._toggle_prompt()
        self._fit_prompt()
        self.show_state()

    def _toggle_prompt(self) -> None:
        self._is_prompt_open = not self._is_prompt_open
        self.prompt.set_class(self._is_prompt_open, "open")

    def _fit_prompt(self) -> None:
        height = self.size.height
        if not height:
            return
        wanted = self.prompt.wanted_height(height)
        most = height * 2 // 3 if self._is_prompt_open else max(height // 5, 4)
        self.prompt.styles.height = max(min(wanted, most), 1)

    def on_resize(self) -> None:
        """Fit the prompt to the new size."""
        self._fit_prompt()
        self._show_keys(self._seat())

    def action_guideline(self) -> None:
        """Open the guideline of the task's specialty."""
        opened = self.sitting.opened
        pack = opened.assigned.pack if opened else None
        if pack is None:
            self._say(message("this domain has no guideline"))
            return
        from tutorcli.tui.screens.reading import ReadingScreen

        text = texts.guideline_text(pack, self.language)
        self.app.push_screen(ReadingScreen(text, self.keymap, self.look))

    def action_help(self) -> None:
        """Show every key."""
        from tutorcli.tui.screens.reading import ReadingScreen, help_text

        self.app.push_screen(ReadingScreen(help_text(self.keymap), self.keymap, self.look))

    # -- actions: judging

    def action_instrument(self) -> None:
        """Go to the next way of judging."""
        seat = self._seat()
        if seat is not None and seat.answers:
            self._record([["at", "instrument", self._following(seat).kind]])
            self.show_state()

    def action_submit(self) -> None:
        """Submit, or say what is missing."""
        seat = self._seat()
        if seat is None or not self._is_complete_enough(seat):
            return
        try:
            self._submit(Ending())
        except NotReady as not_ready:
            fault = not_ready.faults[0]
            kinds = [item.kind for item in seat.assigned.instruments if fault.field in item.fills]
            if kinds and kinds[0] not in {seat.instrument.kind, "edit"}:
                self._record([["at", "instrument", kinds[0]]])
                self.show_state()
            self._say(fault.what, is_warning=True)

    def _is_complete_enough(self, seat: Seat) -> bool:
        entry = entry_of(seat.draft)
        left = len(entry.filled(seat.answers).unranked(seat.answers))
        if entry.tiers and left and not self._is_confirmed:
            self._is_confirmed = True
            self._say(
                message("{n} answers have no place; Enter again submits without them", n=left),
                is_warning=True,
            )
            return False
        return True

    def _submit(self, ending: Ending) -> None:
        self._record([])
        submitted = self.sitting.submit(ending)
        self.sitting.advance()
        self.note = submitted.warnings[0] if submitted.warnings else None
        self._note_is_warning = True
        if self.note is not None:
            self.note = message("submitted; {warning}", warning=self.note)
        self.show_task()

    def action_confidence(self) -> None:
        """Ask how sure the tutor is."""
        words = (
            message("a guess"),
            message("unsure"),
            message("fairly sure"),
            message("sure"),
            message("certain"),
        )
        options = [Option(str(n), translate(word)) for n, word in enumerate(words, 1)]
        self._ask(tr("How sure are you?"), options, self._set_confidence)

    def _set_confidence(self, chosen: str) -> None:
        self._record([["set", "confidence", int(chosen)]])

    def _ask(self, title: str, options: Sequence[Option], chosen: object) -> None:
        self.choice = Choice(title, options, chosen)  # type: ignore[arg-type]
        self.show_state()

    # -- actions: tasks

    def action_set_aside(self) -> None:
        """Ask how the task is to be left."""
        options = [Option(name, translate(title)) for name, title in _ASIDE.items()]
        self._ask(tr("Set this task aside"), options, self._set_aside)

    def _set_aside(self, disposition: str) -> None:
        opened = self.sitting.opened
        if opened is None:
            return
        reasons = opened.assigned.protocol.reasons.get(disposition, ())  # type: ignore[call-overload]
        if disposition == "refer":
            pack = opened.assigned.pack
            targets = self._options(pack.specialties if pack else ())
            targets.append(Option("other", tr("another one, named in the comment")))
            self._ask(tr("Refer to"), targets, lambda to: self._refer(to, reasons))
        else:
            self._ask(
                tr("Why?"),
                self._options(reasons),
                lambda reason: self._end(Ending(disposition, reason)),  # type: ignore[arg-type]
            )

    def _refer(self, to: str, reasons: Sequence[Label]) -> None:
        options = self._options(reasons)
        self._ask(tr("Why?"), options, lambda reason: self._end(Ending("refer", reason, to)))

    def _options(self, labels: Sequence[Label]) -> list[Option]:
        return [Option(label.id, wording(label.title, self.language)) for label in labels]

    def _end(self, ending: Ending) -> None:
        self.choice = None
        self._submit(ending)

    def action_undo(self) -> None:
        """Reopen the task judged last."""
        if self.sitting.undo():
            self.note, self._note_is_warning = (
                message("reopened; what was submitted stands until Enter"),
                False,
            )
            self.show_task()
        else:
            self._say(message("nothing was submitted here yet"))

    def action_tasks(self) -> None:
        """List the tasks."""
        from tutorcli.tui.screens.tasks import TaskList

        self.app.push_screen(TaskList(self.sitting, self.keymap, self.look), self._go_to)

    def _go_to(self, task_id: str | None) -> None:
        if task_id is None:
            return
        try:
            self.sitting.go_to(task_id)
        except TutorError as error:
            self._say(error.what, is_warning=True)
            return
        self.note = None
        self.show_task()

    def action_quit(self) -> None:
        """Leave; everything is written already."""
        self._record([])
        self.app.exit()

    # -- actions: editing

    def action_edit(self) -> None:
        """Edit the answer that has the focus, in place."""
        seat = self._seat()
        if seat is None or seat.active is None:
            return
        self._open_editor(EDIT + seat.active)

    def action_comment(self) -> None:
        """Write a comment."""
        self._open_editor(COMMENT)

    def _open_editor(self, text_id: str) -> None:
        opened = self.sitting.opened
        if opened is None:
            return
        base = self._base(opened, text_id)
        operations: list[Operation] = [["at", "editing", text_id]]
        if text_id not in opened.draft.texts:
            operations.append(["open", text_id, base])
        self._record(operations)
        text = opened.draft.text(text_id) or ""
        if text_id == COMMENT:
            title = tr("Comment")
        else:
            number = opened.assigned.order.index(text_id.removeprefix(EDIT)) + 1
            title = tr("Editing answer {n}", n=number)
        self.run_worker(self._show_editor(title, text, None if text_id == COMMENT else base))

    async def _make_editor(self) -> "EditPane":
        if self.editing is None:
            from tutorcli.tui.widgets.edit_pane import EditPane

            self.editing = EditPane(self.look, id="editing")
            await self.mount(self.editing, before=self.panel)
        return self.editing

    async def _show_editor(self, title: str, text: str, base: str | None) -> None:
        pane = await self._make_editor()
        self.grid.display = False
        pane.open(title, text, base, self._spliced)
        self.show_state()

    @staticmethod
    def _base(opened: Opened, text_id: str) -> str:
        answer = opened.assigned.task.answer(text_id.removeprefix(EDIT))
        return answer.text if answer is not None and text_id.startswith(EDIT) else ""

    def _spliced(self, start: tuple[int, int], end: tuple[int, int], inserted: str) -> None:
        opened = self.sitting.opened
        if opened is None:
            return
        self.sitting.sign(time.monotonic() * 1000)
        text_id = str(opened.draft.place["editing"])
        try:
            self.sitting.record([["splice", text_id, *start, *end, inserted]])
        except TutorError as error:
            self._say(error.what, is_warning=True)

    def _close_editor(self) -> None:
        opened = self.sitting.opened
        if self.editing is not None:
            self.editing.close()
        self.grid.display = True
        self.set_focus(None)
        if opened is None:
            return
        text_id = str(opened.draft.place.get("editing", ""))
        operations: list[Operation] = [["at", "editing", None]]
        self.note = None
        if (opened.draft.text(text_id) or "") == self._base(opened, text_id):
            operations.append(["drop", text_id])
            if text_id.startswith(EDIT):
                self.note, self._note_is_warning = (
                    message("the edit changes nothing and was dropped"),
                    True,
                )
        elif text_id.startswith(EDIT):
            kinds = [item.kind for item in opened.assigned.instruments]
            if "edit" in kinds and opened.assigned.pack is not None:
                operations.append(["at", "instrument", "edit"])
        self._record(operations)
        self.show_state()

    def action_external_edit(self) -> None:
        """Edit in the editor of the settings, the screen set aside meanwhile."""
        opened, seat = self.sitting.opened, self._seat()
        if opened is None or seat is None or seat.active is None:
            return
        from tutorcli.tui.external import edit_outside

        text_id = EDIT + seat.active
        base = self._base(opened, text_id)
        before = opened.draft.text(text_id) or base
        after = edit_outside(self.app, self.editor, before)
        if after == base:
            self._record([["drop", text_id]])
            self._say(message("the edit changes nothing and was dropped"), is_warning=True)
            return
        self._record([["open", text_id, after], ["at", "instrument", "edit"]])
        self.show_state()

    # -- ahead of the tutor

    def _prepare_soon(self) -> None:
        if self._preparing is not None:
            self._preparing.stop()
        self._preparing = self.set_timer(PREPARE_AFTER_S, self._prepare)

    def _prepare(self) -> None:
        """Lay out one text of a coming task; come back until all are ready."""
        for prompt, answers in self._texts.values():
            for text in answers:
                if self.grid.prepare(text):
                    self._prepare_soon()
                    return
            if self.prompt.prepare(prompt):
                self._prepare_soon()
                return
        opened = self.sitting.prepare()
        if opened is not None:
            self._texts[id(opened)] = self._texts_of(opened)
            self._prepare_soon()


_NEEDS_TASK = {
    "submit",
    "tie",
    "accept_line",
    "back",
    "append",
    "instrument",
    "edit",
    "external_edit",
    "comment",
    "confidence",
    "set_aside",
    "prompt",
    "guideline",
    "reasoning",
}
