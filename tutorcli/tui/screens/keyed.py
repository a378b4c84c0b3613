"""Screens that take every key themselves, in the order typed."""

from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar, cast

from textual import events
from textual.binding import BindingType
from textual.screen import Screen

from tutorcli.tui.actions import Keymap
from tutorcli.tui.key_names import written
from tutorcli.tui.themes import Look

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tutorcli.errors import Message
    from tutorcli.tui.contexts import Context
    from tutorcli.tui.widgets.column import Text

Result = TypeVar("Result")

PASTE_GUARD_S = 0.030
"""Enter so soon after a printable key is part of a paste, not a decision."""


class Overlays(Protocol):
    """What the program lays over a screen; those screens know this one, not it them."""

    async def text(self, screen: "KeyedScreen[Any]", text: "Text") -> None:
        """Show a text by itself."""

    async def help(self, screen: "KeyedScreen[Any]") -> None:
        """Show the keys that act on a screen."""

    async def palette(self, screen: "KeyedScreen[Any]") -> None:
        """Find an action of a screen by its name."""

    async def lock(self, screen: "KeyedScreen[Any]") -> None:
        """Blank everything until the next key."""


class _Program(Protocol):
    """The program that the screens belong to."""

    overlays: Overlays


class KeyedScreen(Screen[Result], inherit_bindings=False):
    """A key is given its meaning when its turn comes, not when it is read.

    Textual chooses the target of a key as it reads it. Keys that arrive together, as they do over
    a slow line, would then go to a screen or an editor that the first of them has just left.
    """

    BINDINGS: ClassVar[list[BindingType]] = []
    is_locked: ClassVar[bool] = False
    """Whether it is the blank screen that covers the others."""

    def __init__(self, keymap: Keymap, look: Look) -> None:
        """Every key comes from ``keymap``, every colour from ``look``."""
        super().__init__()
        self.keymap, self.look = keymap, look
        self._begun = ""

    async def on_key(self, event: events.Key) -> None:
        """Take the key, or pass it on to the screen that has been opened meanwhile."""
        event.stop()
        event.prevent_default()
        top = self.app.screen
        if isinstance(top, KeyedScreen) and top is not self:
            # What the other screen opens must answer to it, not to this one, which may be gone.
            with top._context():  # noqa: SLF001 - Textual does so for each message
                await top.take_event_or_lock(event)
        else:
            await self.take_event_or_lock(event)

    async def take_event_or_lock(self, event: events.Key) -> None:
        """Cover the screen, whatever is open on it, or give the key its meaning."""
        is_lock = not event.is_printable and self.keymap.action(event.key) == "lock"
        if is_lock and not self.is_locked:
            await self.action_lock()
        else:
            await self.take_event(event)

    async def take_event(self, event: events.Key) -> None:
        """Give the key its meaning."""
        if (meant := self.meaning(event)) is None:
            return
        key, action = meant
        if action == "help" and self.context is not None:
            await self.action_help()
        elif action == "palette" and self.context is not None:
            await self.action_palette()
        else:
            await self.take(key, action)

    def meaning(self, event: events.Key) -> tuple[str, str | None] | None:
        """The name of a key and its action; None while it only begins a key of several parts."""
        key = self.keymap.named(event.key, event.character)
        whole = f"{self._begun} {key}".lstrip()
        if not (self.keymap.action(whole) or self.keymap.begins(whole)):
            whole = key
        self._begun = whole if self.keymap.begins(whole) else ""
        return None if self._begun else (whole, self.keymap.action(whole))

    async def take(self, key: str, action: str | None) -> None:
        """Do what a key means here."""

    # -- what every screen has

    @property
    def context(self) -> "Context | None":
        """What acts here; None: the screen has no help of its own, or all actions act."""
        return None

    @property
    def why_not(self) -> "Mapping[str, Message]":
        """Actions that cannot act now, and why."""
        return {}

    @property
    def _overlays(self) -> Overlays:
        return cast("_Program", self.app).overlays

    async def action_help(self) -> None:
        """Show the keys that act here."""
        await self._overlays.help(self)

    async def read(self, text: "Text") -> None:
        """Show a text by itself."""
        await self._overlays.text(self, text)

    async def action_palette(self) -> None:
        """Find an action by its name."""
        await self._overlays.palette(self)

    async def action_lock(self) -> None:
        """Blank the screen until the next key."""
        await self._overlays.lock(self)


def typed(event: events.Key) -> str | None:
    """The character that a key writes."""
    return written(event.character)
