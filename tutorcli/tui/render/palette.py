"""The styles that task text is drawn in."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar

from rich.style import Style

_ROLES = (
    "text",
    "dim",
    "heading",
    "strong",
    "emphasis",
    "code",
    "code_block",
    "quote",
    "link",
    "table_rule",
    "list_marker",
    "token",
    "fold",
    "warning",
    "background",
)
_BOLD = Style(bold=True)
_ITALIC = Style(italic=True)
_DIM = Style(dim=True)
_ATTRIBUTES = {
    "heading": _BOLD,
    "strong": _BOLD,
    "emphasis": _ITALIC,
    "link": Style(underline=True),
    "token": Style(reverse=True),
    "fold": _ITALIC,
    "warning": _BOLD,
}
"""What a role adds to its colour, so that nothing is told by colour alone."""

_WITHOUT_COLOUR = _ATTRIBUTES | {
    "dim": _DIM,
    "code": _BOLD,
    "table_rule": _DIM,
    "list_marker": _BOLD,
}


@dataclass(frozen=True, slots=True)
class Palette:
    """One complete style for each role of task text.

    Every style carries the background already: nothing is composed while painting.
    """

    text: Style
    dim: Style
    """Addresses of links, continuation marks."""
    heading: Style
    strong: Style
    emphasis: Style
    code: Style
    code_block: Style
    """Also fills a code line to the full width."""
    quote: Style
    link: Style
    table_rule: Style
    list_marker: Style
    token: Style
    """A control character made visible."""
    fold: Style
    """The line that stands for folded reasoning."""
    warning: Style
    background: Style
    """Fills what no text covers."""

    has_raw_formulae: ClassVar[bool] = False
    """Whether formulae are drawn as they are written."""

    def with_raw_formulae(self) -> "Palette":
        """The same styles, with formulae as they are written."""
        return _RawPalette(*(getattr(self, item.name) for item in fields(self)))

    @classmethod
    def from_colours(cls, colours: Mapping[str, str]) -> "Palette":
        """The palette of a theme.

        Args:
            colours: Role to a colour that rich can parse (``#aabbcc``, ``bright_blue``,
                ``default``). A role left out has the colour of ``text``; ``background`` and
                ``text`` are ``default`` when missing. ``code_block_background`` and
                ``code_background`` may differ from ``background``.

        Raises:
            rich.color.ColorParseError: A colour is not one.
        """
        text = colours.get("text", "default")
        background = colours.get("background", "default")
        styles = {
            role: Style(
                color=colours.get(role, text) if role != "background" else text,
                bgcolor=colours.get(f"{role}_background", background),
            )
            + _ATTRIBUTES.get(role, Style())
            for role in _ROLES
        }
        return cls(**styles)

    @classmethod
    def plain(cls) -> "Palette":
        """No colours, only bold, dim, italic, underlined and reversed: for NO_COLOR and tests."""
        return cls(**{role: _WITHOUT_COLOUR.get(role, Style()) for role in _ROLES})


class _RawPalette(Palette):
    """The styles of another palette; a class of its own, for every field is a style."""

    has_raw_formulae: ClassVar[bool] = True
