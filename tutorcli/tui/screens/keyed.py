"""Screens that take every key themselves, in the order typed."""

from typing import ClassVar, TypeVar

from textual import events
from textual.binding import BindingType
from textual.screen import Screen

from tutorcli.tui.actions import Keymap, name_of
from tutorcli.tui.themes import Look

Result = TypeVar("Result")


class KeyedScreen(Screen[Result], inherit_bindings=False):
    """A key is given its meaning when its turn comes, not when it is read.

    Textual chooses the target of a key as it reads it. Keys that arrive together, as they do over
    a slow line, would then go to a screen or an editor that the first of them has just left.
    """

    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, keymap: Keymap, look: Look) -> None:
        """Every key comes from ``keymap``, every colour from ``look``."""
        super().__init__()
        self.keymap, self.look = keymap, look

    async def on_key(self, event: events.Key) -> None:
        """Take the key, or pass it on to the screen that has been opened meanwhile."""
        event.stop()
        event.prevent_default()
        top = self.app.screen
        if isinstance(top, KeyedScreen) and top is not self:
            await top.take_event(event)
        else:
            await self.take_event(event)

    async def take_event(self, event: events.Key) -> None:
        """Give the key its meaning."""
        key = name_of(event.key, event.character)
        await self.take(key, self.keymap.action(key))

    async def take(self, key: str, action: str | None) -> None:
        """Do what a key means here."""
