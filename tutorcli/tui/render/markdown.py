"""Task text laid out as lines of a given width: Markdown, plain text, code.

Text is made safe here, before anything else reads it. Blocks stand apart where a blank line
stands in the source, and nowhere else; list numbers are those of the source.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from markdown_it.token import Token
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tutorcli.core.text import safe
from tutorcli.tui import signs
from tutorcli.tui.render import tables
from tutorcli.tui.render.grammar import blocks
from tutorcli.tui.render.inline import marked, runs_of
from tutorcli.tui.render.latex import displayed
from tutorcli.tui.render.palette import Palette
from tutorcli.tui.render.wrap import MIN_WIDTH, Line, Run, chop, wrap

TAB = 4
"""Cells that a tab stands for at most."""

_MIN_TEXT = 8
"""Cells that are left for text however deep it nests; outer indents give way first."""

_UNDERLINED = Style(underline=True)


@dataclass(slots=True)
class Page:
    """Lines, and which line of the source each group of them shows."""

    lines: list[Line] = field(default_factory=list)
    marks: list[tuple[int, int]] = field(default_factory=list)
    """(lines so far, source lines so far) after each block, both rising."""


@dataclass(slots=True, eq=False)
class _Container:
    """A list item or quote around text: what stands before its first line and its others."""

    first: Segment | None
    rest: Segment
    cells: int
    text: Style | None = None
    """The style of what stands inside; None for that of the container around."""


def _bullet(depth: int) -> str:
    bullets = signs.now().bullets
    return bullets[depth % len(bullets)]


def _container(first: str, rest: str, style: Style, text: Style | None = None) -> _Container:
    return _Container(Segment(first, style), Segment(rest, style), cell_len(rest), text)


def _table_end(tokens: list[Token], start: int) -> int:
    return next(at for at in range(start, len(tokens)) if tokens[at].type == "table_close")


class _Layout:
    def __init__(self, text: str, width: int, palette: Palette, bar: str) -> None:
        self._source = safe(text)
        self._tokens_made = self._source != text
        if "\t" in self._source:
            self._source = self._source.expandtabs(TAB)
        self._width = max(width, MIN_WIDTH)
        self._palette = palette
        self._stack: list[_Container] = []
        if bar and width >= cell_len(bar) + _MIN_TEXT:
            self._stack.append(_container(bar, bar, palette.fold))
        self._openings: list[Token] = []
        self._before: list[_Container] = []
        self._source_line = 0
        self.page = Page()

    def _visible(self) -> list[_Container]:
        room = self._width - max(MIN_WIDTH, min(_MIN_TEXT, self._width // 2))
        visible: list[_Container] = []
        for container in reversed(self._stack):
            room -= container.cells
            if room < 0:
                break
            visible.insert(0, container)
        return visible

    def _room(self) -> int:
        return self._width - sum(container.cells for container in self._visible())

    def _prefix(self) -> list[Segment]:
        prefix = []
        for container in self._visible():
            prefix.append(container.first or container.rest)
            container.first = None
        return prefix

    def _put(self, lines: list[Line], fill: Style | None = None) -> None:
        if not lines:
            return
        if self._stack:
            self._put_hidden_markers()
            indent = self._width - self._room()
            lines = [
                Line([*self._prefix(), *line.segments], line.cells + indent, fill) for line in lines
            ]
        elif fill is not None:
            lines = [Line(line.segments, line.cells, fill) for line in lines]
        self.page.lines += lines

    def _put_hidden_markers(self) -> None:
        """A marker that has no room beside its text stands above it."""
        visible = self._visible()
        for container in self._stack:
            if container.first and container not in visible:
                text, style, _ = container.first
                if text.strip():
                    self.page.lines += wrap([(text.strip(), style or Style())], self._width)
                container.first = None

    def _gap(self) -> None:
        """One blank line, with the bars of the quotes that go on through it."""
        shared = []
        for before, now in zip(self._before, self._stack, strict=False):
            if before is not now or before.first is not None:
                break
            shared.append(before)
        whole, self._stack = self._stack, shared
        segments = self._prefix()
        cells = sum(cell_len(segment.text) for segment in segments)
        self._stack = whole
        self.page.lines.append(Line(segments, cells))

    def _begin(self, token: Token) -> None:
        start, end = token.map or (self._source_line, self._source_line)
        if start > self._source_line and self.page.lines:
            self._gap()
            self._source_line = start
            self._end()
        self._source_line = end
        self._before = list(self._stack)

    def _end(self) -> None:
        self.page.marks.append((len(self.page.lines), self._source_line))

    def _base(self) -> Style:
        styles = [container.text for container in self._stack if container.text]
        return styles[-1] if styles else self._palette.text

    def _runs(self, content: str, base: Style) -> list[list[Run]]:
        return runs_of(content, base, self._palette, tokens=self._tokens_made)

    def _literal(self, line: str, style: Style) -> list[Run]:
        return marked(line, style, self._palette) if self._tokens_made else [(line, style)]

    def _text(self, content: str, base: Style) -> None:
        room = self._room()
        for runs in self._runs(content, base):
            self._put(wrap(runs, room))

    def _code_lines(self, content: str) -> None:
        style, room = self._palette.code_block, self._room()
        for line in content.removesuffix("\n").split("\n"):
            self._put(chop(self._literal(line, style), room, self._palette.dim), style)

    def _code(self, token: Token) -> None:
        self._begin(token)
        if info := token.info.strip():
            self._put(wrap(self._literal(info, self._palette.dim), self._room()))
        if token.content:
            self._code_lines(token.content)
        self._end()

    def _rule(self, token: Token) -> None:
        self._begin(token)
        room = self._room()
        self._put([Line([Segment(signs.now().line * room, self._palette.table_rule)], room)])
        self._end()

    def _formula(self, token: Token) -> None:
        self._begin(token)
        if not self._displayed(token.content):
            for line in token.content.split("\n"):
                self._put(wrap(self._literal(line, self._base()), self._room()))
        self._end()

    def _displayed(self, content: str) -> bool:
        """Draw a formula that stands by itself; False if it is to be drawn as it is written."""
        lines = None if self._palette.has_raw_formulae else displayed(content, self._room())
        style = self._base() if self._base() is not self._palette.text else self._palette.emphasis
        for line in lines or ():
            self._put(wrap(self._literal(line, style), self._room()))
        return bool(lines)

    def _paragraph(self, opening: Token, inline: Token) -> None:
        self._begin(opening)
        base = self._base()
        if opening.type == "heading_open":
            base = self._palette.heading
            if opening.tag == "h1":
                base += _UNDERLINED
        is_formula = inline.content.startswith(("$$", "\\["))
        if not (is_formula and self._displayed(inline.content)):
            self._text(inline.content, base)
        self._end()

    def _enter(self, token: Token, container: _Container) -> None:
        self._openings.append(token)
        self._stack.append(container)

    def _item(self, token: Token) -> _Container:
        depth = sum(opening.type == "list_item_open" for opening in self._openings)
        number = token.info + token.markup if token.info else _bullet(depth)
        marker = number + " "
        return _container(marker, " " * len(marker), self._palette.list_marker)

    def _leave(self) -> None:
        """Close a container; one that held nothing is its marker alone."""
        container, opening = self._stack[-1], self._openings.pop()
        if container.first is not None:
            self._begin(opening)
            self._put([Line([], 0)])
            self._end()
        self._stack.pop()

    def _table(self, tokens: list[Token]) -> None:
        self._begin(tokens[0])
        rows: list[list[tables.Cell]] = []
        alignments: list[str] = []
        ends: list[int] = []
        base = self._base()
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
                ends.append(token.map[1] if token.map else self._source_line)
            elif token.type == "th_open":
                base = self._palette.strong
                alignments.append(str(token.attrs.get("style", "")).removeprefix("text-align:"))
            elif token.type == "td_open":
                base = self._base()
            elif token.type == "inline":
                rows[-1].append(self._runs(token.content, base)[0])
        drawn = tables.draw(tables.Table(rows, alignments), self._room(), self._palette)
        for lines, end in zip(drawn, ends, strict=True):
            self._put(lines)
            self._source_line = end
            self._end()

    def _containers(self, token: Token) -> None:
        match token.type:
            case "list_item_open":
                self._enter(token, self._item(token))
            case "blockquote_open":
                style, bar = self._palette.quote, f"{signs.now().rule} "
                self._enter(token, _container(bar, bar, style, style))
            case "list_item_close" | "blockquote_close":
                self._leave()

    def _blocks(self, tokens: list[Token]) -> None:
        index = 0
        while index < len(tokens):
            token = tokens[index]
            match token.type:
                case "paragraph_open" | "heading_open":
                    self._paragraph(token, tokens[index + 1])
                    index += 2
                case "fence" | "code_block":
                    self._code(token)
                case "hr":
                    self._rule(token)
                case "formula_block":
                    self._formula(token)
                case "table_open":
                    end = _table_end(tokens, index)
                    self._table(tokens[index:end])
                    index = end
                case _:
                    self._containers(token)
            index += 1

    def markdown(self) -> None:
        tokens = blocks(self._source)
        if tokens is None:
            self.plain()
        else:
            self._blocks(tokens)

    def plain(self) -> None:
        room = self._room()
        for number, line in enumerate(self._source.rstrip("\n").split("\n"), 1):
            self._put(wrap(self._literal(line, self._palette.text), room))
            self.page.marks.append((len(self.page.lines), number))

    def code(self) -> None:
        for number, line in enumerate(self._source.removesuffix("\n").split("\n"), 1):
            self._code_lines(line)
            self.page.marks.append((len(self.page.lines), number))


def _page(
    text: str, width: int, palette: Palette, bar: str, way: Callable[[_Layout], None]
) -> Page:
    layout = _Layout(text, width, palette, bar)
    way(layout)
    return layout.page


def markdown_page(text: str, width: int, palette: Palette, *, bar: str = "") -> Page:
    r"""Markdown as lines of at most ``width`` cells; hostile text comes out harmless.

    Args:
        text: As stored; ``\r\n`` must be ``\n`` already. Blank lines at its ends are dropped.
        width: Cells; under 2 is laid out as 2.
        palette: The styles.
        bar: Stands before every line, such as ``"┊ "``.
    """
    return _page(text, width, palette, bar, _Layout.markdown)


def plain_page(text: str, width: int, palette: Palette, *, bar: str = "") -> Page:
    """Like ``markdown_page``, markup shown as it is written."""
    return _page(text, width, palette, bar, _Layout.plain)


def code_page(text: str, width: int, palette: Palette, *, bar: str = "") -> Page:
    """Like ``markdown_page``, as the inside of a fence."""
    return _page(text, width, palette, bar, _Layout.code)


def strip_of(line: Line, width: int, palette: Palette) -> Strip:
    """The line padded to exactly ``width`` cells, ready to paint."""
    blank = width - line.cells
    if blank <= 0:
        return Strip(line.segments, line.cells)
    fill = line.fill or palette.background
    return Strip([*line.segments, Segment(" " * blank, fill)], width)


def render(text: str, width: int, palette: Palette) -> list[Strip]:
    """Markdown as strips of exactly ``width`` cells; see ``markdown_page``."""
    width = max(width, MIN_WIDTH)
    lines = markdown_page(text, width, palette).lines
    return [strip_of(line, width, palette) for line in lines]
