"""The line in which a search of the queue is typed, and what came of it."""

from dataclasses import dataclass

from rich.cells import cell_len

from tutorcli.core.text import previous_grapheme, safe_line
from tutorcli.errors import Message
from tutorcli.i18n import tr, translate
from tutorcli.services.browsing import LONGEST, Found
from tutorcli.tui.themes import Chrome
from tutorcli.tui.widgets.bar import Run


@dataclass(slots=True)
class SearchLine:
    """What was typed, and how far the search for it is."""

    text: str = ""
    is_open: bool = False
    """Whether letters go into it."""
    is_of_texts: bool = False
    """Whether the whole texts are searched, not the titles alone."""
    is_busy: bool = False
    """Whether the texts are being searched."""
    found: Found | None = None
    note: Message | None = None
    """What went wrong, or why a key did nothing."""

    @property
    def is_in_use(self) -> bool:
        """Whether the list is what a search found, or is about to be."""
        return bool(self.text) or self.is_open

    def type(self, text: str) -> None:
        """Put text at the end."""
        self.text = (self.text + text)[:LONGEST]
        self.is_of_texts = self.is_busy = False

    def take_back(self) -> None:
        """Take the last character away."""
        self.text = self.text[: previous_grapheme(self.text, len(self.text))]
        self.is_of_texts = self.is_busy = False

    def clear(self) -> None:
        """As if nothing had been typed."""
        self.text, self.is_open, self.is_of_texts, self.is_busy = "", False, False, False
        self.found = self.note = None

    def row(self, key: str, total: int | None, width: int, chrome: Chrome) -> list[Run]:
        """The line, as drawn.

        Args:
            key: The one that opens it.
            total: How many tasks the list has without a search; None: not known yet.
            width: Cells.
            chrome: Styles.
        """
        said = self._said(total)
        if not self.is_in_use:
            row: list[Run] = [(f" {said}", chrome.bar)]
        else:
            typed = _tail(safe_line(self.text), max(width - cell_len(said) - 8, 8))
            mark = "_" if self.is_open else ""
            row = [(f" {key} ", chrome.key), (typed + mark, chrome.bar), (f"  {said}", chrome.note)]
        if self.note is not None:
            row.append((f"  {safe_line(translate(self.note))}", chrome.warning))
        return row

    def _said(self, total: int | None) -> str:
        if self.is_busy:
            return tr("searching the texts")
        if not self.text.strip():
            return tr("title or id") if self.is_open else _tasks(total)
        if self.found is None:
            return ""
        count = self.found.count
        if count is None:
            return tr("many found")
        if count or self.is_of_texts:
            return tr("{n} found", n=count)
        return tr("in no title; Enter searches the texts")


def _tasks(total: int | None) -> str:
    return "" if total is None else tr("{n} tasks", n=total)


def _tail(text: str, width: int) -> str:
    while cell_len(text) > width:
        text = text[1:]
    return text
