"""The plain mode on a real terminal: an expect-like script, Ctrl-C, and an editor."""

import signal
import sys
from pathlib import Path

import pytest

from tests.screens import annotate, draft, fill, judged, order_of, question
from tests.terminal import Terminal

MARK = "\r\n> "


def send(terminal: Terminal, line: str) -> None:
    """Type a line once the program waits for one."""
    before = len(terminal.output)
    terminal.write(f"{line}\n".encode())
    while MARK.encode() not in terminal.output[before:]:
        assert terminal.read(10) is not None, terminal.output.decode()


def begin(home: Path, **env: str) -> Terminal:
    terminal = annotate(home, "--plain", is_warm=True, size=(100, 30), **env)
    while MARK.encode() not in terminal.output:
        assert terminal.read(10) is not None, terminal.output.decode()
    return terminal


@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        ("C.UTF-8", ("rank 2 > 1", "comment good, but long", "confidence 4", "3 > 1 = 2")),
        ("zh_CN.UTF-8", ("ｒａｎｋ　２＞１", "ｎ　很好，但是长", "ｃ　４", "３＞１＝２")),
    ],
)
def test_a_script_that_waits_for_the_mark_judges_a_task(
    home: Path, lang: str, lines: tuple[str, ...]
) -> None:
    fill(home, [question(1), question(2)])
    with begin(home, LANG=lang) as terminal:
        for line in lines:
            send(terminal, line)
        terminal.write(b"q\n")
        assert terminal.wait() == 0
    assert b"\x1b" not in terminal.output
    order = order_of(home, "t1")
    said = judged(home)["t1"]
    assert [set(tier) for tier in said.ranking] == [{order[2]}, {order[0], order[1]}]
    assert said.confidence == 4


def test_ctrl_c_within_a_text_loses_nothing(home: Path) -> None:
    fill(home, [question(1)])
    with begin(home) as terminal:
        for line in ("confidence 2", "edit 1", "The first line"):
            send(terminal, line)
        terminal.write(b"half\x03")
        assert terminal.wait() == 130
    output = terminal.output.decode()
    assert "what was said is kept" in output
    assert "Traceback" not in output
    kept = draft(home, "t1")
    assert kept is not None
    assert kept.fields["confidence"] == 2
    assert kept.text(f"edit:{order_of(home, 't1')[0]}") == "The first line"


def test_an_answer_is_corrected_in_the_editor_of_the_settings(home: Path, tmp_path: Path) -> None:
    fill(home, [question(1)])
    script = tmp_path / "ed.py"
    script.write_text("import sys; open(sys.argv[-1], 'a').write(' More.')")
    with begin(home, EDITOR=f"{sys.executable} {script}") as terminal:
        send(terminal, "editor 2")
        send(terminal, "said")
        terminal.kill(signal.SIGKILL)
    kept = draft(home, "t1")
    assert kept is not None
    text = kept.text(f"edit:{order_of(home, 't1')[1]}")
    assert text is not None
    assert text.endswith("It is a move. More.")
