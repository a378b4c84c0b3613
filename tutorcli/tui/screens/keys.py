"""Which keys arrive in this terminal, and what they would do."""

from collections.abc import Mapping

from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import RichLog

from tutorcli.i18n import tr, translate
from tutorcli.tui.actions import Keymap, name_of


class KeysApp(App[None], inherit_bindings=False):
    """Writes a line for each key; Escape twice ends it."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, keymap: Keymap) -> None:
        """``keymap`` tells what a key would do."""
        super().__init__()
        self._does = keymap
        self._last = ""
        self.seen: list[str] = []
        """Names of the keys that came, oldest first."""

    def compose(self) -> ComposeResult:
        """One log."""
        yield RichLog(markup=False, highlight=False)

    def on_mount(self) -> None:
        """Say what to do."""
        log = self.query_one(RichLog)
        log.can_focus = False
        log.write(tr("Press keys to see which arrive. Escape twice ends."))

    def on_key(self, event: Key) -> None:
        """Write the key and its action."""
        event.stop()
        event.prevent_default()
        name = name_of(event.key, event.character)
        if name == self._last == "escape":
            self.exit()
        self._last = name
        self.seen.append(name)
        action = self._does.action(name)
        does = translate(self._does[action].title) if action else "-"
        self.query_one(RichLog).write(f"{name:<24} {does}")


def show_keys(remapped: Mapping[str, str]) -> None:
    """Run until Escape was pressed twice.

    Raises:
        ConfigError: The settings give an unknown action a key, or one key to two actions.
    """
    KeysApp(Keymap(remapped)).run()
