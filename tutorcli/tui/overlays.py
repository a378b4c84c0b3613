"""What the program lays over any of its screens: help, the list of actions, the lock."""

from typing import Any

from tutorcli.tui.screens.keyed import KeyedScreen
from tutorcli.tui.widgets.column import Text


class Overlays:
    """Each is imported when it is first wanted."""

    async def text(self, screen: KeyedScreen[Any], text: Text) -> None:
        """Show a text by itself."""
        from tutorcli.tui.screens.reading import ReadingScreen

        await screen.app.push_screen(ReadingScreen(text, screen.keymap, screen.look))

    async def help(self, screen: KeyedScreen[Any]) -> None:
        """Show the keys that act on a screen."""
        from tutorcli.tui.screens.reading import help_text

        await self.text(screen, help_text(screen.keymap, screen.context))

    async def palette(self, screen: KeyedScreen[Any]) -> None:
        """Find an action of a screen by its name."""
        from tutorcli.tui.screens.palette import Palette

        await screen.app.push_screen(Palette(screen))

    async def lock(self, screen: KeyedScreen[Any]) -> None:
        """Blank everything until the next key."""
        from tutorcli.tui.screens.locking import LockScreen

        await screen.app.push_screen(LockScreen(screen.keymap, screen.look))
