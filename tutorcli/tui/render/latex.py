r"""Simple LaTeX formulae as a reader would write them in plain text: ``\frac{a+b}{2}`` is (a+b)/2.

No letter, digit or sign of meaning may be lost: a formula with anything in it that is not known
here stays as it is written. The cost is that of one pass over the formula.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from rich.cells import cell_len

from tutorcli.tui.render.latex_grid import Grid
from tutorcli.tui.render.latex_parts import (
    FRACTION,
    NOTHING,
    PREFIX,
    ROOT,
    WORD,
    Item,
    before_it,
    drawn,
    is_atom,
    is_product,
    join_mixed,
    joined,
    script,
)
from tutorcli.tui.render.latex_signs import (
    ACCENTS,
    AROUND,
    BRACKETS,
    DOUBLE_STRUCK,
    ESCAPED,
    FONTS,
    FUNCTIONS,
    LARGE,
    LINES,
    NEGATED,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    SYMBOLS,
    TEXTS,
    WITH_ARGUMENT,
)

LONGEST = 4_000
"""Characters of a formula, beyond which it stays as it is written."""
DEEPEST = 12
"""Levels of groups."""

_TOKEN = re.compile(
    r"(?P<plain>[^\\{}^_&~$'\s]+)|(?P<stop>[}&]|\\\\|\\end(?![A-Za-z]))|\\(?P<command>[A-Za-z]+)\s*|(?P<space>[\s~]+)|(?P<prime>'+)"
    r"|\\(?P<escaped>[^A-Za-z\\])|(?P<mark>[{^_])"
)
_SPACE = re.compile(r"\s*")
_NAME = re.compile(r"\{([A-Za-z]+\*?)\}")
_FLAT = re.compile(r"\{([^{}]*)\}")
_INDEX = re.compile(r"\[([^\[\]{}\\]+)\]")
_NEW_ROW = re.compile(r"\\\\(?:\s*\[-?[\d.]+\s*(?:pt|em|ex|cm|mm)\])?")
_WORDS = re.compile(r"\s*\{((?:[^{}\\$]|\\[ %_&#$])*)\}")
_BLANKS = re.compile(" {2,}")
_SIGN = re.compile(r"[\^_={]")
_BEGINS = re.compile(r"[A-Za-zͰ-Ͽ(\[|+\-<>]")
_PROSE = re.compile(r"(?<![A-Za-z])[A-Za-z]{2,},? +[A-Za-z]{2,}")
_CLOSING = {"\\(": "\\)", "\\[": "\\]", "$$": "$$"}


class _Unknown(Exception):  # noqa: N818 - never seen outside
    """Something that this module does not know."""


class _Reader:
    """Reads one formula from its start to its end."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._depth = 0

    # -- characters

    def _skip(self) -> str:
        """The character after blanks; empty at the end."""
        self._at = _SPACE.match(self._source, self._at).end()  # type: ignore[union-attr]
        return self._source[self._at : self._at + 1]

    def _take(self, pattern: re.Pattern[str]) -> str | None:
        match = pattern.match(self._source, self._at)
        if match is None:
            return None
        self._at = match.end()
        return match[1] if match.re.groups else match[0]

    def _demand(self, pattern: re.Pattern[str]) -> str:
        taken = self._take(pattern)
        if taken is None:
            raise _Unknown
        return taken

    # -- what stands side by side

    def items(self) -> list[Item]:
        """All up to the end of the group, cell or row; that end is not taken."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise _Unknown
        items: list[Item] = []
        while token := _TOKEN.match(self._source, self._at):
            kind = token.lastgroup
            if kind == "stop":
                break
            self._at = token.end()
            text = token[kind or 0]
            match kind:
                case "plain":
                    items.append(Item(text))
                case "space":
                    items.append(Item(" "))
                case "prime":
                    items.append(Item("′" * len(text)))
                case "escaped":
                    items.append(Item(_known(ESCAPED, text)))
                case "command":
                    items += self._command(text)
                    if items and self._source[self._at : self._at + 1] != "^":
                        join_mixed(items)
                case _:
                    self._marked(items, text)
        self._depth -= 1
        return items

    def _marked(self, items: list[Item], mark: str) -> None:
        """A group, or a script on what stands before it."""
        if mark == "{":
            group = self._group()
            text = joined(group)
            if self._skip() in {"^", "_"} and not is_atom(group, text):
                group = [Item(f"({text})") if text else Item("", NOTHING)]
            items += group
            return
        signs = SUPERSCRIPTS if mark == "^" else SUBSCRIPTS
        marked = script(joined(self._argument()), signs, mark)
        while items and not (items[-1].text.strip() or items[-1].kind):
            items.pop()
        base = items.pop() if items else Item("")
        if base.kind == NOTHING:
            marked = before_it(marked, items)
        elif base.kind == FRACTION:
            base = Item(f"({base.text})")
        elif base.kind == ROOT:
            base = Item(f"({drawn(base, is_apart=True)})")
        kind = base.kind if base.kind == PREFIX else ""
        items.append(Item(base.text.rstrip() + marked, kind))

    def _group(self) -> list[Item]:
        """What stands before a closing brace; the opening one is taken already."""
        items = self.items()
        if self._source[self._at : self._at + 1] != "}":
            raise _Unknown
        self._at += 1
        return items

    def _argument(self) -> list[Item]:
        """A group, a command or one character."""
        character = self._skip()
        if character in {"", "}", "&", "^", "_", "$"}:
            raise _Unknown
        self._at += 1
        if character == "{":
            return self._group()
        if character != "\\":
            return [Item("′" if character == "'" else character)]
        self._at -= 1
        token = _TOKEN.match(self._source, self._at)
        if token is None or token.lastgroup not in {"command", "escaped"}:
            raise _Unknown
        self._at = token.end()
        if token.lastgroup == "escaped":
            return [Item(_known(ESCAPED, token["escaped"]))]
        return self._command(token["command"])

    # -- commands

    def _command(self, name: str) -> list[Item]:
        if name in {"left", "right", "middle"} and self._skip() == ".":
            self._at += 1
        if name in SYMBOLS:
            return [Item(SYMBOLS[name])]
        if name in FUNCTIONS:
            return [Item(name, PREFIX)]
        if name in LARGE:
            return [Item(LARGE[name], PREFIX)]
        if name in TEXTS:
            return [self._words(name)]
        if name in ACCENTS:
            return [Item(self._accented(name))]
        return self._structure(name)

    def _structure(self, name: str) -> list[Item]:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _Unknown
        match name:
            case "frac" | "dfrac" | "tfrac" | "cfrac":
                found = [self._fraction()]
            case "sqrt":
                found = [self._root()]
            case "binom" | "dbinom" | "tbinom":
                upper, lower = joined(self._argument()), joined(self._argument())
                found = [Item(f"binom({upper}, {lower})")]
            case "begin":
                found = [self._environment()]
            case _:
                found = self._wrapped(name)
        self._depth -= 1
        return found

    def _wrapped(self, name: str) -> list[Item]:
        """Commands of one argument that say little more than it does."""
        if name not in FONTS and name not in AROUND and name not in {"mathbb", "not"}:
            raise _Unknown
        items = self._argument()
        text = joined(items).strip()
        if name in AROUND:
            return [Item(AROUND[name].format(text))]
        if name == "mathbb":
            return [Item("".join(DOUBLE_STRUCK.get(letter, letter) for letter in text))]
        if name == "not":
            return [Item(f" {_known(NEGATED, text)} ")]
        if name.endswith("brace") and not is_atom(items, text):
            return [Item(f"({text})")]
        return [Item(text, WORD)] if text.isalpha() and len(text) > 1 else items

    def _words(self, name: str) -> Item:
        words = re.sub(r"\\(.)", r"\1", self._demand(_WORDS))
        return Item(words, PREFIX if name == "operatorname" else WORD)

    def _accented(self, name: str) -> str:
        text = joined(self._argument()).strip()
        if len(text) != 1 and not (name in LINES and text.isalnum()):
            raise _Unknown
        return "".join(character + ACCENTS[name] for character in text)

    def _fraction(self) -> Item:
        above, below = self._argument(), self._argument()
        upper, lower = joined(above).strip(), joined(below).strip()
        if not upper or not lower:
            raise _Unknown
        if not (is_atom(above, upper) or is_product(upper)):
            upper = f"({upper})"
        if not is_atom(below, lower):
            lower = f"({lower})"
        return Item(f"{upper}/{lower}", FRACTION)

    def _root(self) -> Item:
        index = self._take(_INDEX)
        text = joined(self._argument()).strip()
        if not text:
            raise _Unknown
        return Item(f"√[{index}]({text})") if index is not None else Item(text, ROOT)

    # -- rows and columns

    def _environment(self) -> Item:
        name = self._demand(_NAME)
        if name not in BRACKETS:
            raise _Unknown
        if name in WITH_ARGUMENT:
            self._demand(_FLAT)
        grid = Grid(self.rows(), *BRACKETS[name])
        if self._take(re.compile(r"\\end\{" + re.escape(name) + r"\}")) is None:
            raise _Unknown
        return Item(grid.flat(), grid)

    def rows(self) -> list[list[str]]:
        """Cells up to the end of the environment."""
        rows: list[list[str]] = [[]]
        while True:
            rows[-1].append(_BLANKS.sub(" ", joined(self.items()).strip()))
            if self._source[self._at : self._at + 1] == "&":
                self._at += 1
            elif self._take(_NEW_ROW) is not None:
                rows.append([])
            else:
                break
        return rows if any(rows[-1]) else rows[:-1]

    @property
    def is_done(self) -> bool:
        """Whether nothing is left."""
        return self._at == len(self._source)


def _known(signs: Mapping[str, str], sign: str) -> str:
    if sign not in signs:
        raise _Unknown
    return signs[sign]


def _is_no_price(inner: str) -> bool:
    """Whether what stands between two dollar signs is surely no text between two prices."""
    if "\\" in inner:
        return True
    is_like = _SIGN.search(inner) or _BEGINS.match(inner)
    return is_like is not None and _PROSE.search(inner) is None


def _inside(formula: str) -> str | None:
    """What stands between the delimiters; None for what may be a price or is too long."""
    if len(formula) > LONGEST:
        return None
    closing = _CLOSING.get(formula[:2])
    if closing is None and formula.startswith("$"):
        inner = formula[1:-1]
        return inner if formula.endswith("$") and _is_no_price(inner) else None
    if closing is None:
        return formula
    is_whole = len(formula) >= 2 * len(closing) and formula.endswith(closing)
    return formula[2:-2] if is_whole else None


@lru_cache(maxsize=2048)
def readable(formula: str) -> str | None:
    """A formula with its delimiters, on one line.

    Returns:
        None if it is to be shown as it is written.
    """
    source = _inside(formula)
    if source is None:
        return None
    reader = _Reader(source)
    try:
        text = joined(reader.items()).strip()
    except _Unknown:
        return None
    return _BLANKS.sub(" ", text) if text and reader.is_done else None


def displayed(formula: str, fits: int) -> list[str] | None:
    """A formula with its delimiters on lines of its own, rows of it below each other.

    Args:
        formula: Safe text.
        fits: Cells; one that is wider is as `readable` has it.

    Returns:
        None if it is to be shown as it is written.
    """
    formula = formula.strip()
    whole = formula.rstrip(".,;: ")
    source, tail = _inside(whole), formula[len(whole) :]
    if source is None:
        return None
    try:
        lines = _lines(source)
    except _Unknown:
        return None
    if lines and max(map(cell_len, lines)) > fits:
        line = readable(whole)
        lines = [line] if line else lines
    return [*lines[:-1], lines[-1] + tail] if lines else None


def _lines(source: str) -> list[str] | None:
    reader = _Reader(source)
    items = reader.items()
    if not reader.is_done:
        reader = _Reader(source)
        lines = [" ".join(row) for row in reader.rows()]
        return lines if reader.is_done else None
    grids = [index for index, item in enumerate(items) if isinstance(item.kind, Grid)]
    if len(grids) != 1:
        text = _BLANKS.sub(" ", joined(items).strip())
        return [text] if text else None
    (at,) = grids
    grid = items[at].kind
    assert isinstance(grid, Grid)  # noqa: S101 - chosen so above
    return grid.lines(joined(items[:at]).lstrip(), joined(items[at + 1 :]).rstrip())
