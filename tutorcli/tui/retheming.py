"""A theme's file that is written while the program runs."""

from dataclasses import dataclass, replace
from pathlib import Path

from textual.app import App

from tutorcli.errors import ConfigError
from tutorcli.tui.restyling import Change, Restyled
from tutorcli.tui.rows import Note
from tutorcli.tui.themes import Look, read_look, textual_theme, theme_files

POLL_S = 1.0

_Mark = tuple[int, int, int]
"""Time of writing in ns, bytes, inode: another one is another text."""


@dataclass(slots=True)
class Wardrobe:
    """The look that all widgets share, and the files it comes from."""

    look: Look
    folders: list[Path]
    _seen: dict[Path, _Mark] | None = None

    def poll(self) -> Change | Note | None:
        """Read the theme anew where its file has changed.

        Returns:
            What changed, or a note on what is wrong in the file: then the old look stays.
        """
        marks = self._marks()
        seen, self._seen = self._seen, marks
        # An editor empties a file before it writes it.
        if not marks or seen in (None, marks) or not all(size for _, size, _ in marks.values()):
            return None
        old = replace(self.look)
        try:
            file = theme_files(self.folders)[self.look.name]
            # A note has one line: the tutor knows the folder.
            self.look.become(read_look(file, file.name))
        except ConfigError as error:
            return Note(error.what, is_warning=True)
        return Change(old, self.look)

    def _marks(self) -> dict[Path, _Mark]:
        marks = {}
        for folder in self.folders:
            file = folder / f"{self.look.name}.toml"
            try:
                said = file.stat()
            except OSError:
                continue
            marks[file] = (said.st_mtime_ns, said.st_size, said.st_ino)
        return marks


def dress(app: App[None], change: Change, look: Look) -> None:
    """Draw everything that is open in another look."""
    for screen in app.screen_stack:
        for widget in (screen, *screen.walk_children()):
            if isinstance(widget, Restyled):
                widget.restyle(change)
            widget.refresh()
    # Textual takes a theme of a name that it has for the same one.
    theme = textual_theme(look, "look" if app.theme != "look" else "look again")
    app.register_theme(theme)
    app.ansi_color = look.is_ansi
    app.theme = theme.name
