"""A question with numbered answers, shown in the panel instead of a window of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tutorcli.i18n import tr
from tutorcli.tui.instruments.seat import Line

PAGE = 9


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to the question."""

    id: str
    label: str


@dataclass(slots=True)
class Choice:
    """A question that is open; digits answer it, Tab turns the page, Escape leaves it."""

    title: str
    options: Sequence[Option]
    chosen: Callable[[str], None]
    """Called with the id of the option."""
    page: int = 0
    at: int = 0
    """The option under the cursor, on this page."""

    def press(self, key: str, action: str | None) -> bool:
        """Take a key; True when the question is done with."""
        shown = self._shown()
        if key.isdecimal() and key.isascii() and len(key) == 1:
            return self._choose(int(key) - 1)
        match action:
            case "submit":
                return self._choose(self.at)
            case "down":
                self.at = min(self.at + 1, len(shown) - 1)
            case "up":
                self.at = max(self.at - 1, 0)
            case "append" | "next_answer" | "page_down":
                self._turn(1)
            case "previous_answer" | "page_up":
                self._turn(-1)
            case "close" | "back":
                return True
        return False

    def lines(self) -> Sequence[Line]:
        """The question and the options of this page."""
        pages = self._pages()
        more = f"  {self.page + 1}/{pages}" if pages > 1 else ""
        lines: list[Line] = [("heading", self.title + more)]
        for index, option in enumerate(self._shown()):
            mark = ">" if index == self.at else " "
            lines.append(("text", f"{mark}{index + 1}  {option.label}"))
        hint = tr("digit chooses, Esc leaves")
        if pages > 1:
            hint += tr(", Tab shows more")
        return [*lines, ("dim", f"    {hint}")]

    def _pages(self) -> int:
        return max(-(-len(self.options) // PAGE), 1)

    def _shown(self) -> Sequence[Option]:
        return self.options[self.page * PAGE : (self.page + 1) * PAGE]

    def _turn(self, step: int) -> None:
        self.page = (self.page + step) % self._pages()
        self.at = 0

    def _choose(self, index: int) -> bool:
        shown = self._shown()
        if not 0 <= index < len(shown):
            return False
        self.chosen(shown[index].id)
        return True
