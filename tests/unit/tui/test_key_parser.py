"""What bytes of a terminal mean."""

import pytest
from textual.events import Key, Paste

from tutorcli.tui.key_parser import KeyParser


def keys(text: str) -> list[str]:
    """Names of the keys that bytes are, all arriving at once and none after them."""
    parser = KeyParser()
    found = [*parser.feed(text)]
    if parser._timeout_time:
        parser._timeout_time = 1e-9
        found += parser.tick()
    return [event.key if isinstance(event, Key) else type(event).__name__ for event in found]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("\x1b", ["escape"]),
        ("\x1b1", ["escape", "1"]),
        ("\x1b13\r", ["escape", "1", "3", "enter"]),
        ("\x1b=2", ["escape", "equals_sign", "2"]),
        ("\x1b/", ["escape", "slash"]),
        ("\x1bA", ["escape", "A"]),
        ("\x1b１２", ["escape", "１", "２"]),
        ("\x1bé", ["escape", "é"]),
        ("\x1b\r", ["escape", "enter"]),
        ("\x1b\x13", ["escape", "ctrl+s"]),
        ("\x1bO", ["escape", "O"]),
        ("\x1b\x1b1", ["escape", "escape", "1"]),
        ("\x1b1\x1b2\x1b", ["escape", "1", "escape", "2", "escape"]),
        ("1\x1b[A\x1bx", ["1", "up", "escape", "x"]),
    ],
)
def test_an_esc_that_arrives_with_the_next_key_is_both(text: str, meant: list[str]) -> None:
    assert keys(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("\x1b\x7f", ["ctrl+w"]),
        ("\x1b\t", ["shift+tab"]),
        ("\x1bb\x1bf", ["ctrl+left", "ctrl+right"]),
        ("\x1b[1;3D", ["alt+left"]),
        ("\x1bOP\x1b[15~", ["f1", "f5"]),
        ("\x1b[[A", ["f1"]),
        ("\x1b[13;5u", ["ctrl+enter"]),
        ("\x1b[1;2R", ["CursorPosition"]),
        ("\x1b[?2026;2$y", ["TerminalSupportsSynchronizedOutput"]),
        ("\x1b[<0;1;1M", ["MouseDown"]),
        ("\x1b[I", ["AppFocus"]),
    ],
)
def test_a_key_or_a_report_that_begins_with_esc_is_one(text: str, meant: list[str]) -> None:
    assert keys(text) == meant


@pytest.mark.parametrize("text", ["\x1b[1;9Z", "\x1b[4;1;2t", "\x1bOX", "\x1b[9;9z"])
def test_an_unknown_key_is_none_and_its_bytes_are_no_characters(text: str) -> None:
    assert keys(text + "2") == ["2"]


def test_a_paste_is_known_at_its_end() -> None:
    [paste] = KeyParser().feed("\x1b[200~1\r2\x1b[201~")
    assert isinstance(paste, Paste)
    assert paste.text == "1\r2"


PASTES = {
    "1\r2\r": "1\r2\r",
    "\x1b1 and \x1b[31m2\x1b[0m": "1 and [31m2[0m",
    "\x1b": "",
    "\x1b\x1b[20": "[20",
    "\x1b[200~again": "[200~again",
}


@pytest.mark.parametrize("text", PASTES)
@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
def test_a_paste_comes_whole_and_nothing_in_it_is_typed(text: str, size: int) -> None:
    parser = KeyParser()
    sent = f"\x1b[A\x1b[200~{text}\x1b[201~3\x1b[200~\x1b[201~4\x1b5"
    found = [
        event for at in range(0, len(sent), size) for event in parser.feed(sent[at : at + size])
    ]
    told = [event.text if isinstance(event, Paste) else event.key for event in found]  # type: ignore[attr-defined]
    assert told == ["up", PASTES[text], "3", *told[3:]]
    assert [key for key in told[3:] if key] == ["4", "escape", "5"]
