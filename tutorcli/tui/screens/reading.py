"""A text to be read by itself: the guideline, the help."""

from collections.abc import Sequence
from functools import partial

from textual.app import ComposeResult

from tutorcli.errors import message
from tutorcli.i18n import tr, translate
from tutorcli.tui.actions import DONE_EDITING, GROUPS, Keymap, shown
from tutorcli.tui.contexts import Context
from tutorcli.tui.instruments.seat import Hint
from tutorcli.tui.key_bar import key_row
from tutorcli.tui.render.stack import Part
from tutorcli.tui.screens.keyed import KeyedScreen
from tutorcli.tui.sheet import digits_row
from tutorcli.tui.texts import fold_label
from tutorcli.tui.themes import Look
from tutorcli.tui.widgets.answer_grid import SCROLLS, AnswerGrid
from tutorcli.tui.widgets.bar import Bar
from tutorcli.tui.widgets.column import Text


class ReadingScreen(KeyedScreen[None]):
    """Scrolls by the keys of the answers; any closing key goes back."""

    def __init__(self, text: Text, keymap: Keymap, look: Look) -> None:
        """``text`` has a heading of its own."""
        super().__init__(keymap, look)
        self._text = text
        fold = partial(fold_label, keymap.key("reasoning"))
        self.page = AnswerGrid(look, fold, has_heads=False)
        self.keys = Bar(look.chrome.bar)

    def compose(self) -> ComposeResult:
        """The text and a line of keys."""
        yield self.page
        yield self.keys

    def on_mount(self) -> None:
        """Show the text."""
        self.page.show([self._text])

    def on_resize(self) -> None:
        """Fit the keys to the width."""
        hints = [
            Hint("close", message("close")),
            Hint("page_down", message("page down")),
            Hint("page_up", message("page up")),
        ]
        self.keys.show(key_row(self.keymap, hints, self.app.size.width, self.look.chrome))

    async def take(self, key: str, action: str | None) -> None:
        """Scroll, or go back."""
        del key
        if action is not None and (action in SCROLLS or action == "append"):
            self.page.scroll_by_action("page_down" if action == "append" else action)
        elif action in {"close", "help", "guideline", "submit", "back", "quit"}:
            self.dismiss()


def help_text(keymap: Keymap, context: Context | None = None) -> Text:
    """The keys that act in ``context``; every key by what it is for where that is None."""
    if context is not None:
        rows = [(keys, translate(words)) for keys, words in context.rows(keymap)]
        return Text("help", (Part(_table(rows), translate(context.title)),), 0)
    parts = []
    for group, title in GROUPS.items():
        rows = [
            (", ".join(map(shown, action.keys)), translate(action.help))
            for action in keymap.actions
            if action.group == group
        ]
        parts.append(Part(_table(rows), translate(title)))
    ranking = tr(
        "Press the numbers of the answers, best first: 3 1 4. The last one left is filled in by itself."
    )
    editing = tr("In the editor {key} or Esc ends the edit.", key=shown(DONE_EDITING))
    lines = [ranking, *digits_row(keymap), editing]
    return Text("help", (Part("\n".join(lines), tr("Keys")), *parts), 0)


def _table(rows: Sequence[tuple[str, str]]) -> str:
    """A table of Markdown; a key may be the sign that parts its columns."""
    lines = [f"| {keys.replace('|', chr(92) + '|')} | {words} |" for keys, words in rows]
    return "\n".join([f"| {tr('Keys')} | {tr('What they do')} |", "|---|---|", *lines])
