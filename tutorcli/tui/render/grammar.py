"""The Markdown that answers are read as: nothing of the source may vanish in it.

CommonMark with tables and strikethrough, but: no HTML, no entities (``&#27;`` stays six
characters), no references (a definition would leave the page), formulae left alone, table cells
beyond the header kept, and ``**`` next to Chinese punctuation understood.
"""

import re
from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.helpers import parseLinkLabel
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import table as plain_table
from markdown_it.rules_block.table import escapedSplit, getLine
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import link as plain_link
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token

from tutorcli.core.text import is_wide_script
from tutorcli.tui.render.latex import LONGEST

if TYPE_CHECKING:
    from markdown_it.ruler import RuleOptionsType

MAX_NESTING = 24
"""Block levels; where one is reached, markdown-it would skip the text inside."""

_ESCAPABLE = frozenset("*_`~#>+-.!|<$")
"""Before these a backslash is markup; before others it may be LaTeX, and stays."""

_DOLLARS = re.compile(
    r"(?<![A-Za-z0-9])\$(?![\s$])[^$\n]*(?<![\s\\])\$(?![\d$A-Z_])(?!(?<=[/:;,.=]\$)[a-z{(])"
)
"""Neither prices nor what stands between two names of a shell: ``$path/$name``."""
_FORMULA_LINE = re.compile(r"(\$\$|\\\[|\\begin\{(\w+\*?)\})")
_MAX_BRACKETS = 400
_MARKUP = re.compile(r"[*_`\[<\\~$]")


class _Inline(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803
        """Let ``**`` open and close beside Chinese: ``**诊断：**感冒`` is strong.

        Source: the rules of github.com/tats-u/markdown-cjk-friendly.
        """
        found = super().scanDelims(start, canSplitWord)
        end = start + found.length
        before = self.src[start - 1] if start else " "
        after = self.src[end] if end < self.posMax else " "
        if not canSplitWord or not (is_wide_script(before) or is_wide_script(after)):
            return found
        return Scanned(
            found.can_open or not after.isspace(),
            found.can_close or not before.isspace(),
            found.length,
        )


class _InlineParser(ParserInline):
    def parse(
        self,
        src: str,
        md: MarkdownIt,
        env: object,
        tokens: list[Token],
    ) -> list[Token]:
        state = _Inline(src, md, env, tokens)  # type: ignore[arg-type]
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _formula_end(source: str, start: int) -> int:
    r"""Where the formula that opens at ``start`` ends (``\(``, ``\[``, ``$$``, ``$``); else -1."""
    opening = source[start : start + 2]
    closing = {"\\(": "\\)", "\\[": "\\]", "$$": "$$"}.get(opening)
    if closing is not None:
        # Bounded, so that many openings without an end cost no more than other text.
        found = source.find(closing, start + 2, start + LONGEST)
        return found + 2 if found > 0 else -1
    match = _DOLLARS.match(source, start)
    return match.end() if match else -1


def _formula(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "\\$":
        return False
    end = _formula_end(state.src, state.pos)
    if end < 0 or end > state.posMax:
        return False
    if not silent:
        state.push("formula", "", 0).content = state.src[state.pos : end]
    state.pos = end
    return True


def _escape(state: StateInline, silent: bool) -> bool:
    start = state.pos
    if state.src[start] != "\\" or start + 1 >= state.posMax:
        return False
    character = state.src[start + 1]
    if character == "\n":
        return False
    if not silent:
        state.append_pending(character if character in _ESCAPABLE else "\\" + character)
    state.pos = start + 2
    return True


def _link(state: StateInline, silent: bool) -> bool:
    """A link whose address is kept as written, brackets and title included, on its last token."""
    start = state.pos
    if state.src[start] != "[" or not plain_link(state, silent):
        return False
    if not silent:
        end = state.pos
        state.pos = start
        label_end = parseLinkLabel(state, start, disableNested=True)
        state.pos = end
        state.tokens[-1].content = state.src[label_end + 1 : end]
    return True


def _image(state: StateInline, silent: bool) -> bool:
    start = state.pos
    if not state.src.startswith("![", start):
        return False
    state.pos = start + 1
    label_end = parseLinkLabel(state, start + 1)
    if label_end < 0 or not plain_link(state, True):
        state.pos = start
        return False
    if not silent:
        token = state.push("image", "", 0)
        token.content = state.src[start + 2 : label_end]
        token.info = state.src[label_end + 1 : state.pos]
    return True


def _formula_block(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    r"""Lines from ``$$``, ``\[`` or ``\begin{...}`` to its end: no list, no heading inside."""
    if state.is_code_block(first):
        return False
    match = _FORMULA_LINE.match(getLine(state, first))
    if match is None:
        return False
    closing = {"$$": "$$", "\\[": "\\]"}.get(match[1], f"\\end{{{match[2]}}}")
    if closing in getLine(state, first)[match.end() :]:
        return False
    for line in range(first + 1, end):
        if state.isEmpty(line) or state.sCount[line] < state.blkIndent:
            return False
        if closing in getLine(state, line):
            break
    else:
        return False
    if not silent:
        token = state.push("formula_block", "", 0)
        token.content = state.getLines(first, line + 1, state.blkIndent, keepLastLF=False)
        token.map = [first, line + 1]
        state.line = line + 1
    return True


def _cells(line: str) -> list[str]:
    cells = escapedSplit(line.strip(" \t"))
    if cells and not cells[0]:
        cells.pop(0)
    if cells and not cells[-1]:
        cells.pop()
    return [cell.strip(" \t") for cell in cells]


def _surplus(line: str, columns: int) -> list[Token]:
    tokens: list[Token] = []
    for cell in _cells(line)[columns:]:
        inline = Token("inline", "", 0, content=cell)
        tokens += [Token("td_open", "td", 1), inline, Token("td_close", "td", -1)]
    return tokens


def _table(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    known = len(state.tokens)
    if not plain_table(state, first, end, silent):
        return False
    if silent:
        return True
    columns = 0
    whole: list[Token] = []
    line = first
    for token in state.tokens[known:]:
        if token.type == "th_open":
            columns += 1
        elif token.type == "tr_open" and token.map:
            line = token.map[0]
        elif token.type == "tr_close" and line > first:
            whole += _surplus(getLine(state, line), columns)
        whole.append(token)
    state.tokens[known:] = whole
    return True


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING})
    parser.inline = _InlineParser()
    parser.enable(["table", "strikethrough"])
    parser.disable(["reference", "html_block", "html_inline", "entity", "linkify"])
    parser.block.ruler.at("table", _table, {"alt": ["paragraph"]})
    ends: RuleOptionsType = {"alt": ["paragraph", "blockquote", "list"]}
    parser.block.ruler.before("code", "formula_block", _formula_block, ends)
    parser.inline.ruler.at("escape", _escape)
    parser.inline.ruler.before("escape", "formula", _formula)
    parser.inline.ruler.at("link", _link)
    parser.inline.ruler.at("image", _image)
    # Text is shown, never followed: any address will do, as it was written.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    return parser


def blocks(source: str) -> list[Token] | None:
    """The block tokens of Markdown, inline ones unparsed; None where it nests too deep to show."""
    parser = _parser()
    tokens: list[Token] = []
    parser.block.parse(source, parser, {}, tokens)
    if any(token.nesting == 1 and token.level + 1 >= MAX_NESTING for token in tokens):
        return None
    return tokens


def has_markup(content: str) -> bool:
    """Whether a paragraph's text holds any character that inline markup begins with.

    No for one with more brackets than people write: nested ones cost their number squared.
    """
    return _MARKUP.search(content) is not None and content.count("[") <= _MAX_BRACKETS


def inlines(content: str) -> list[Token]:
    """The inline tokens of a paragraph's text."""
    parser = _parser()
    return parser.inline.parse(content, parser, {}, [])
