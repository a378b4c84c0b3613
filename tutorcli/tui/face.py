"""The widgets of the annotate screen, and how the state of a task is drawn on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from textual.geometry import Size
from textual.widget import Widget

from tutorcli.errors import message
from tutorcli.i18n import ntr, tr
from tutorcli.tui.actions import DONE_EDITING, Keymap
from tutorcli.tui.choosing import Choice
from tutorcli.tui.instruments.seat import Hint, Line, Seat
from tutorcli.tui.key_bar import key_row
from tutorcli.tui.rows import Note, head_row, hints_of, strip_row
from tutorcli.tui.seating import badges_of, view_of
from tutorcli.tui.sitting import Sitting
from tutorcli.tui.texts import fold_label
from tutorcli.tui.themes import Look
from tutorcli.tui.widgets.answer_grid import AnswerGrid
from tutorcli.tui.widgets.bar import Bar
from tutorcli.tui.widgets.documents import Documents, Row, Rule
from tutorcli.tui.widgets.grid_shape import prompt_rows

_IN_THE_PROMPT = (
    Hint("prompt", message("to the answers")),
    Hint("page_down", message("page down")),
    Hint("page_up", message("page up")),
    Hint("submit", message("submit")),
    Hint("help", message("help")),
)
"""No key ranks or rates while the prompt has the room of the answers."""


@dataclass(slots=True)
class State:
    """What is open on the screen beside the task."""

    choice: Choice | None = None
    note: Note | None = None
    is_editing: bool = False
    is_prompt_open: bool = False
    standing: Note | None = None
    """What stands where no note has to be said."""
    hints: Sequence[Hint] = ()
    """The keys that act now, where those of the task do not."""


class Face:
    """Head, prompt, answers, panel, strip, keys: from top to bottom."""

    def __init__(self, look: Look, keymap: Keymap) -> None:
        """Make the widgets; nothing is drawn before they are mounted."""
        self._look, self._keymap = look, keymap
        chrome, fold = look.chrome, partial(fold_label, keymap.key("reasoning"))
        self.head = Bar(chrome.bar, id="head")
        self.prompt = AnswerGrid(look, fold, has_heads=False, id="prompt")
        self.grid = AnswerGrid(look, fold, id="answers")
        self.documents = Documents(look, fold, id="documents")
        self.rule = Rule(chrome.rule)
        self.row = Row(self.grid, self.rule, self.documents)
        self.panel = Bar(look.palette.background, id="panel")
        self.strip = Bar(chrome.bar, id="strip")
        self.keys = Bar(chrome.bar, id="keys")

    @property
    def widgets(self) -> tuple[Widget, ...]:
        """All of them in order."""
        return (self.head, self.prompt, self.row, self.panel, self.strip, self.keys)

    def show(self, seat: Seat | None, state: State) -> None:
        """Draw what has been said so far: answers' heads, panel, strip, keys."""
        if seat is not None:
            heads = [tr("Answer {n}", n=number) for number in range(1, len(seat.answers) + 1)]
            self.grid.name_columns(heads, badges_of(seat))
        self._show_panel(seat, state)
        note, width = state.note or state.standing, self.strip.size.width
        self.strip.show(strip_row(seat, note, self._look.chrome, width))
        self.show_keys(seat, state)

    def show_head(self, sitting: Sitting, sync: Note | None = None) -> None:
        """Draw what task this is, where in the queue it stands, and how the last sync ended."""
        key, what = self._keymap.key, []
        if more := self.prompt.below():
            what.append(
                ntr(
                    "{key} {n} more line of prompt",
                    "{key} {n} more lines of prompt",
                    more,
                    key=key("prompt"),
                )
            )
        if documents := len(self.documents.texts):
            what.append(
                ntr("{key} {n} document", "{key} {n} documents", documents, key=key("documents"))
            )
        if folded := self._folded_turns():
            what.append(
                ntr("{key} {n} earlier turn", "{key} {n} earlier turns", folded, key=key("turns"))
            )
        width = self.head.size.width or self.head.app.size.width
        self.head.show(head_row(sitting, self._look.chrome, "  ".join(what), width, sync))

    def _folded_turns(self) -> int:
        """How many turns of the prompt have one line each; documents come after the turns."""
        if not self.prompt.texts:
            return 0
        turns = len(self.prompt.texts[0].parts) - len(self.documents.texts)
        return sum(index < turns for index in self.prompt.stack(0).folded_parts)

    def _show_panel(self, seat: Seat | None, state: State) -> None:
        lines: list[Line] = []
        if state.choice is not None:
            lines = list(state.choice.lines())
        elif seat is not None and not state.is_editing and (view := view_of(seat)):
            lines = list(view.panel(seat))
        palette = self._look.palette
        styles = {"heading": palette.heading, "dim": palette.dim, "strong": palette.strong}
        self.panel.show(*[[(f" {text}", styles.get(role, palette.text))] for role, text in lines])
        self.panel.display = bool(lines)
        self.panel.styles.height = len(lines) or 1

    def show_keys(self, seat: Seat | None, state: State) -> None:
        """Draw the keys that act now."""
        if state.is_editing:
            hints = [Hint(DONE_EDITING, message("done (or Esc)"))]
            hints += [Hint(key, message("help")) for key in self._keymap.in_the_editor("help")]
        elif state.choice is not None:
            hints = [Hint("close", message("close")), Hint("help", message("help"))]
        elif state.is_prompt_open and not state.hints:
            hints = list(_IN_THE_PROMPT)
        else:
            hints = list(state.hints) or hints_of(seat, self._keymap)
        width = self.keys.size.width
        self.keys.show(key_row(self._keymap, hints, width, self._look.chrome))

    def fit_prompt(self, size: Size, *, is_open: bool) -> None:
        """Give the prompt the rows that it needs, within its share of a screen of ``size``."""
        if size.height:
            wanted = self.prompt.wanted_height(size.width, size.height)
            most = size.height * 2 // 3 if is_open else prompt_rows(size.height)
            self.prompt.styles.height = max(min(wanted, most), 1)
