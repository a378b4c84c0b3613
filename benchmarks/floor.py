"""The least that a Textual program can do: one Static that names each key."""

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import Static


class Floor(App[None]):
    """Nothing but the framework."""

    ENABLE_COMMAND_PALETTE = False
    CSS: ClassVar[str] = ""

    def __init__(self) -> None:
        """Count keys."""
        super().__init__()
        self.animation_level = "none"
        self.typed = 0

    def compose(self) -> ComposeResult:
        """One Static."""
        yield Static("Ready.")

    def on_key(self, event: Key) -> None:
        """Say which key came, as the cheapest reaction there is."""
        self.typed += 1
        self.query_one(Static).update(f"Ready. {self.typed} {event.key}")


if __name__ == "__main__":
    Floor().run()
