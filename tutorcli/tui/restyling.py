"""New styles in the places of old ones, where a widget keeps some between two paints."""

from typing import Protocol, runtime_checkable

from rich.style import Style

from tutorcli.tui.themes import Look


class Change:
    """Which style takes whose place."""

    def __init__(self, old: Look, new: Look) -> None:
        """Roles are told apart by their style objects: two of them may look the same."""
        after = dict(new.styles())
        self.look = new
        # Its styles are told by their ids, which must not be given to others.
        self._old = old
        self._styles = {
            id(style): after.get(role, new.palette.text) for role, style in old.styles()
        }

    def of(self, style: Style) -> Style:
        """The style that takes the place of one that was drawn so far."""
        return self._styles.get(id(style), style)


@runtime_checkable
class Restyled(Protocol):
    """A widget that keeps styles between two paints."""

    def restyle(self, change: Change) -> None:
        """Put the new styles in the old ones' places."""
