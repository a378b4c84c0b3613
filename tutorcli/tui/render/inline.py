"""A paragraph's text with its inline markup as styled runs, one list a line of the source."""

import re
from functools import lru_cache

from markdown_it.token import Token
from rich.style import Style

from tutorcli.tui.render.grammar import has_markup, inlines
from tutorcli.tui.render.latex import readable
from tutorcli.tui.render.palette import Palette
from tutorcli.tui.render.wrap import Run

_TOKEN = re.compile("([\u2400-\u2421\u2426]+|⟨U\\+[0-9A-F]{4,6}⟩)")


@lru_cache(maxsize=256)
def _over(base: Style, style: Style) -> Style:
    """``base`` with the attributes of ``style``, not its colours: strong inside a heading."""
    return base + Style(
        bold=style.bold or None,
        dim=style.dim or None,
        italic=style.italic or None,
        underline=style.underline or None,
        strike=style.strike or None,
        reverse=style.reverse or None,
    )


_STRUCK = Style(strike=True)


def marked(text: str, style: Style, palette: Palette) -> list[Run]:
    """The text as runs in which the tokens that ``core.text.safe`` made stand out."""
    return [
        (part, palette.token if index % 2 else style)
        for index, part in enumerate(_TOKEN.split(text))
        if part
    ]


class _Writer:
    """Collects runs while the tokens of one paragraph are read."""

    __slots__ = ("_label", "_line", "_palette", "_styles", "_tokens", "lines")

    def __init__(self, base: Style, palette: Palette, *, tokens: bool) -> None:
        self._styles = [base]
        self._palette = palette
        self._tokens = tokens
        self._line: list[Run] = []
        self._label: list[str] = []
        self.lines: list[list[Run]] = [self._line]

    def _add(self, text: str, style: Style | None = None) -> None:
        style = style or self._styles[-1]
        if not text:
            return
        if self._tokens:
            self._line += marked(text, style, self._palette)
        elif self._line and self._line[-1][1] is style:
            self._line[-1] = (self._line[-1][0] + text, style)
        else:
            self._line.append((text, style))

    def _break(self) -> None:
        if self._line:
            self._line[-1] = (self._line[-1][0].rstrip(" "), self._line[-1][1])
        self._line = []
        self.lines.append(self._line)

    def _enter(self, style: Style) -> None:
        base = self._styles[-1]
        self._styles.append(style if base is self._palette.text else _over(base, style))

    def _add_lines(self, text: str, style: Style | None = None) -> None:
        first, *rest = text.split("\n")
        self._add(first, style)
        for line in rest:
            self._break()
            self._add(line.lstrip(" "), style)

    def _link(self, token: Token) -> None:
        if token.nesting > 0:
            self._enter(self._palette.link)
            self._label = []
            if token.markup == "autolink":
                self._add("<")
            return
        if token.markup == "autolink":
            self._add(">")
        self._styles.pop()
        if token.content and token.content[1:-1] != "".join(self._label):
            self._add(f" {token.content}".replace("\n", " "), self._palette.dim)

    def _image(self, token: Token) -> None:
        self._add_lines(f"[image: {token.content}]")
        self._add(f" {token.info}".replace("\n", " "), self._palette.dim)

    def _formula(self, content: str) -> None:
        palette = self._palette
        text = None if palette.has_raw_formulae else readable(content)
        if text is None:
            self._add_lines(content)
            return
        self._enter(palette.emphasis)
        self._add(text)
        self._styles.pop()

    def write(self, token: Token) -> None:
        palette = self._palette
        match token.type:
            case "text":
                self._label.append(token.content)
                self._add(token.content)
            case "softbreak" | "hardbreak":
                self._break()
            case "code_inline":
                self._label.append(token.content)
                self._add(token.content, palette.code)
            case "strong_open" | "em_open":
                is_strong = token.type == "strong_open"
                self._enter(palette.strong if is_strong else palette.emphasis)
            case "s_open":
                self._styles.append(_over(self._styles[-1], _STRUCK))
            case "strong_close" | "em_close" | "s_close":
                self._styles.pop()
            case "link_open" | "link_close":
                self._link(token)
            case "image":
                self._image(token)
            case "formula":
                self._formula(token.content)
            case _:
                self._add_lines(token.content)


def runs_of(content: str, base: Style, palette: Palette, *, tokens: bool) -> list[list[Run]]:
    """The lines of a paragraph as styled runs; a line break of the source stays one.

    Args:
        content: Safe text without tabs.
        base: The style around it.
        palette: Where the styles of markup come from.
        tokens: Whether ``content`` may hold tokens of ``core.text.safe``.
    """
    if not has_markup(content):
        lines = [line.strip(" ") for line in content.split("\n")]
        return [marked(line, base, palette) if tokens else [(line, base)] for line in lines]
    writer = _Writer(base, palette, tokens=tokens)
    for token in inlines(content):
        writer.write(token)
    return writer.lines
