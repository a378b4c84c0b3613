"""Keys that arrive together: a paste ranks nothing and submits nothing, an Esc stays an Esc."""

from pathlib import Path

import pytest

from tests.screens import annotate, draft, fill, judged, order_of, question
from tests.terminal import Terminal

PASTED = "1234\n"


@pytest.fixture
def screen(home: Path) -> Terminal:
    """The screen on two tasks of four answers; the tests end it."""
    fill(home, [question(1, "abcd"), question(2, "abcd")])
    terminal = annotate(home)
    terminal.wait_for("Enter submit")
    terminal.settle()
    return terminal


@pytest.mark.parametrize("text", [PASTED, "\x1b[31m12\x1b[0m\x1b34\n", "\x1b1\x1b"])
def test_a_bracketed_paste_ranks_nothing_and_submits_nothing(
    home: Path, screen: Terminal, text: str
) -> None:
    with screen:
        screen.paste(text)
        screen.wait_for("A paste does nothing here")
        screen.settle()
        assert "Question 1." in screen.screen()
    assert judged(home) == {}
    left = draft(home, "t1")
    assert left is None or not left.fields


@pytest.mark.parametrize(
    "text", [PASTED, "1234\n\n\n", "12=3/4\n1234\n", "1\n2\n3\n4\n", "12\r\n34\r\n"]
)
def test_an_unmarked_paste_submits_nothing(home: Path, screen: Terminal, text: str) -> None:
    with screen:
        screen.paste(text, bracketed=False)
        screen.settle(0.3)
        assert "Question 1." in screen.screen()
    assert judged(home) == {}


def test_an_unmarked_paste_in_several_packets_submits_nothing(home: Path, screen: Terminal) -> None:
    with screen:
        for byte in b"1234\r1234\r":
            screen.write(bytes([byte]))
            screen.read(0.002)
        screen.settle(0.3)
        assert "Question 1." in screen.screen()
    assert judged(home) == {}


def test_a_bracketed_paste_goes_into_an_open_editor_whole(home: Path, screen: Terminal) -> None:
    text = "1234\nq\t中文，。\x1b[31m1\x1b\n" * 20
    with screen:
        screen.press("ctrl+n")
        screen.wait_for("Ctrl+S done")
        screen.settle()
        screen.paste(text)
        screen.settle()
    kept = draft(home, "t1")
    assert kept is not None
    assert kept.text("comment") == text.replace("\x1b", "")


def test_enter_after_a_pause_submits(home: Path, screen: Terminal) -> None:
    with screen:
        screen.press("1", "2", "3", "4")
        screen.settle()
        screen.press("enter")
        screen.wait_for("Question 2.")
    assert list(judged(home)) == ["t1"]


def test_an_esc_that_arrives_with_the_next_keys_leaves_the_editor(
    home: Path, screen: Terminal
) -> None:
    with screen:
        screen.press("ctrl+e")
        screen.wait_for("Ctrl+S done")
        screen.settle()
        screen.write(b"x\x1b21")
        screen.wait_for("2 > 1")
        shown = order_of(home, "t1")[0]
        screen.settle()
    kept = draft(home, "t1")
    assert kept is not None
    assert kept.text(f"edit:{shown}") == f"xAnswer {shown} of 1.\n\nIt is a move."
