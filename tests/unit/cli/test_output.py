import io
import json
import sys
import time
from contextlib import redirect_stdout

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutorcli.cli import output
from tutorcli.core.text import safe_line

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(values)
def test_json_stays_the_same_value_on_one_line_of_utf8(value: object) -> None:
    ascii_only = io.TextIOWrapper(io.BytesIO(), "ascii")
    with redirect_stdout(ascii_only):
        output.emit_json(value)
    ascii_only.seek(0)
    text = ascii_only.buffer.read().decode("utf-8")
    assert text.count("\n") == 1
    assert json.loads(text) == value


@pytest.mark.parametrize("steering", ["\x1b[2J", "\x9b2J", "\u202e", "\x7f", "\ud800"])
def test_json_never_holds_what_steers_a_terminal(
    capsys: pytest.CaptureFixture[str], steering: str
) -> None:
    output.emit_json({"text": steering})
    out = capsys.readouterr().out
    assert steering not in out
    assert json.loads(out) == {"text": steering}


def test_json_has_no_nan() -> None:
    with pytest.raises(ValueError, match="JSON"):
        output.emit_json(float("nan"))


def test_a_table_aligns_numbers_right_and_wide_characters_by_cells() -> None:
    shown = output.table(("task", "n"), [("合同", 3), ("ab", 12)])
    assert shown == "task   n\n合同   3\nab    12"


def test_a_table_without_rows_is_its_head() -> None:
    assert output.table(("task", "n"), []) == "task  n"


def test_a_hostile_cell_stays_one_safe_line() -> None:
    shown = output.table(("task",), [("\x1b]0;x\x07a\nb\u202e",)])
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert len(shown.splitlines()) == 2


@given(st.lists(st.lists(st.text(), min_size=3, max_size=3), max_size=5))
def test_a_table_fits_80_cells(rows: list[list[str]]) -> None:
    for line in output.table(("one", "two", "three"), rows).split("\n"):
        assert output.width_of(line) <= 80


@given(st.text(), st.integers(0, 40))
def test_a_cut_line_fits_and_an_uncut_one_is_whole(text: str, cells: int) -> None:
    line = safe_line(text)
    shown = output.cut(line, cells)
    assert output.width_of(shown) <= cells
    if output.width_of(line) <= cells:
        assert shown == line


def test_the_last_column_may_go_on_below() -> None:
    shown = output.table(("a", "b"), [("x", "word " * 40)], wraps=True)
    lines = shown.splitlines()
    assert len(lines) > 3
    assert " ".join(shown.split()) == "a b x " + "word " * 39 + "word"


def test_many_flaws_are_told_up_to_twenty_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    output.say_flaws([f"flaw {n}" for n in range(23)])
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "flaw 0"
    assert lines[20:] == ["... 3 more; --json has all"]


@pytest.mark.parametrize(("n", "said"), [(0, "0 tasks"), (1, "1 task"), (2, "2 tasks")])
def test_things_are_counted_in_words(n: int, said: str) -> None:
    assert output.counted(n, "task") == said


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_waits_a_second_and_cleans_up(monkeypatch: pytest.MonkeyPatch) -> None:
    screen, now = Screen(), [100.0]
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setenv("TERM", "xterm")
    with output.Progress("importing", 30) as progress:
        progress.advance(10)
        assert screen.getvalue() == ""
        now[0] += 1.5
        progress.advance(10)
        assert "importing: 20 of 30" in screen.getvalue()
    assert screen.getvalue().endswith("\r\x1b[K")


def test_progress_is_silent_off_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    with output.Progress("importing") as progress:
        now[0] += 9
        progress.advance()
    assert capsys.readouterr().err == ""


def test_the_name_in_the_first_column_is_never_cut_for_the_others() -> None:
    name = "contract_003_redline_3_of_the_first_lot"
    lines = output.table(("task", "prompt"), [(name, "words " * 40)]).splitlines()
    assert lines[1].startswith(f"{name}  words")
    assert max(map(len, lines)) <= 80
