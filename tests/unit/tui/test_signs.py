"""Signs of the screens, and how wide they are counted."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path
from unicodedata import category, east_asian_width

import pytest

from tutorcli.tui import signs, widths

SCREENS = Path(signs.__file__).parent
WORDS = {"message", "tr", "ntr"}
"""Functions that take words of the screens: what draws them makes their signs plain."""


def is_ambiguous(text: str) -> bool:
    return any(
        east_asian_width(character) == "A" and category(character) != "Mn" for character in text
    )


@pytest.fixture
def _plain_signs() -> Iterator[None]:
    signs.use(signs.ASCII)
    yield
    signs.use(signs.FINE)


def test_the_twins_are_ascii() -> None:
    assert all(text.isascii() for text in astuple(signs.ASCII))


@pytest.mark.usefixtures("_plain_signs")
def test_words_lose_their_ambiguous_signs_and_grow_no_wider() -> None:
    assert signs.plain("a · b … “c” 中文") == 'a . b .. "c" 中文'
    assert signs.plain("é") == "é"


def test_words_stay_as_they_are_elsewhere() -> None:
    assert signs.plain("a · b … “c”") == "a · b … “c”"


def drawn(tree: ast.AST) -> Iterator[ast.Constant]:
    """Text constants that are neither docstrings nor words for `signs.plain`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in WORDS:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node
        yield from drawn(node)


TABLES_OF_TEXT = {
    *("signs.py", "inline.py", "wrap.py", "editor_breaks.py", "finding.py", "key_names.py"),
    *("latex.py", "latex_parts.py", "latex_signs.py"),
}
"""Modules that name characters of tasks, not signs that are drawn."""


def test_no_other_module_draws_a_sign_of_its_own() -> None:
    own = [
        f"{file.name}:{node.lineno}: {node.value!r}"
        for file in SCREENS.rglob("*.py")
        if file.name not in TABLES_OF_TEXT
        for node in drawn(ast.parse(file.read_text("utf-8")))
        if is_ambiguous(str(node.value))
    ]
    assert own == []


MEASURED = r"""
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from tutorcli.tui import signs, widths
widths.draw_wide()
from tutorcli.tui.render.palette import Palette
from tutorcli.tui.render.tables import Table, draw
from tutorcli.tui.render.wrap import wrap
from tutorcli.tui.widgets.editor_breaks import next_break

assert [cell_len(text) for text in ("…", "“中”", "é—", "a", "中", "\u0301", "│")] == [2, 6, 4, 1, 2, 0, 2]
assert set_cell_size("……", 3) == "… "
assert Segment("……", Style()).split_cells(2)[0].text == "…"
assert all(line.cells <= 8 for line in wrap([("“abcd” …… “cd” ——" * 5, Style())], 8))
cells = [[[("药物", Style())], [("剂量…", Style())]], [[("“甲”", Style())], [("2 mg — 3 mg", Style())]]]
rows = draw(Table(cells, ["", ""]), 30, Palette.plain())
lines = ["".join(part.text for part in line.segments) for row in rows for line in row]
assert len({cell_len(line[:line.index(sign)]) for line in lines for sign in "|+" if sign in line}) == 1, lines
assert next_break("…" * 9, 0, 8, 4) == 4
print("straight")
"""


def test_a_terminal_that_draws_wide_is_measured_so_and_columns_stay_straight() -> None:
    # In a process of its own: widths that were asked for are remembered.
    done = subprocess.run(
        [sys.executable, "-c", MEASURED], capture_output=True, text=True, check=False
    )
    assert done.stdout == "straight\n", done.stderr


def test_elsewhere_nothing_is_measured_wide() -> None:
    assert not widths.is_wide()
