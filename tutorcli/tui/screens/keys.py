"""Which keys arrive in this terminal, and what they would do."""

from collections.abc import Mapping

from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import RichLog

from tutorcli.i18n import tr, translate
from tutorcli.tui.actions import Keymap, shown


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
        name = self._does.named(event.key, event.character)
        if name == self._last == "escape":
            self.exit()
        self._last = name
        self.seen.append(name)
        self.query_one(RichLog).write(f"{name:<24} {self._words(name)}")

    def _words(self, name: str) -> str:
        """What a key does; of one that begins keys of several parts, all of those."""
        action = self._does.action(name)
        if action is not None:
            return translate(self._does[action].title)
        longer = [
            f"{shown(key)} {translate(item.title)}"
            for item in self._does.actions
            for key in item.keys
            if key.startswith(f"{name} ")
        ]
        return ", ".join(longer) or "-"


def show_keys(preset: str, own: Mapping[str, str]) -> None:
    """Run until Escape was pressed twice.

    Raises:
        ConfigError: The settings name an unknown keymap or action, or give one key to two actions.
    """
    KeysApp(Keymap.load(preset, own)).run()
