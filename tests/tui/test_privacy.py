"""A crash leaves no text of a task: not in the log, not on the terminal, not in its title."""

import re
import sys
from pathlib import Path

import pytest

from tests.screens import annotate, fill, question
from tests.terminal import Terminal

MARK = "Zanzibarov"
_BOOM = f"""
import sys
def boom(*_, **__):
    text = "{MARK} in a variable"
    try:
        raise KeyError("{MARK} in a cause")
    except KeyError as error:
        raise ValueError("{MARK} in the message") from error
"""
_SCREEN = f"""{_BOOM}
from tutorcli.tui.screens.annotate import AnnotateScreen
AnnotateScreen.action_confidence = boom
"""
_PLAIN = f"""{_BOOM}
from tutorcli.services import judging
judging.record = boom
"""
_MAIN = "from tutorcli.__main__ import main\nsys.exit(main())\n"


def crashed(home: Path, code: str, *argv: str, keys: bytes) -> Terminal:
    """The program, once it has ended by an error that no code foresees."""
    fill(home, [question(1) | {"prompt": f"{MARK}?", "id": f"{MARK}-1"}])
    program = (sys.executable, "-c", code + _MAIN)
    with annotate(home, *argv, program=program) as terminal:
        terminal.wait_for(MARK)
        terminal.settle()
        terminal.write(keys)
        terminal.wait_for("unexpected")
        assert terminal.wait() == 1
    return terminal


@pytest.mark.parametrize(
    ("code", "argv", "keys"),
    [(_SCREEN, (), b"c"), (_PLAIN, ("--plain",), b"confidence 3\n")],
    ids=["screen", "plain"],
)
def test_a_crash_leaves_no_text_behind(
    home: Path, code: str, argv: tuple[str, ...], keys: bytes
) -> None:
    output = crashed(home, code, *argv, keys=keys).output
    assert b"unexpected ValueError" in output
    after = output.rpartition(keys.strip() if argv else b"\x1b[?1049l")[2]
    assert MARK.encode() not in after
    titles = re.findall(rb"\x1b\][0-9]*;[^\x07\x1b]*", output)
    assert not any(MARK.encode() in title for title in titles)
    logs = [path.read_text() for path in (home / "logs").iterdir()]
    assert "ValueError" in "".join(logs)
    assert MARK not in "".join(logs)
