"""An editor of the tutor's own is cut off in the middle: nothing is lost of either text."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest

from tests.screens import (
    PROGRAM,
    damage,
    data,
    draft,
    fill,
    judged,
    order_of,
    question,
    submit_first,
)
from tests.terminal import Terminal, environment
from tutorcli.core.draft import COMMENT, EDIT

HALF, WHOLE = "what was saved first", "what was saved first, and the rest"
TYPED = "typed before "
EDITOR = f"""#!/bin/sh
cat "$1" > "$DESK/found"
printf '{HALF}' > "$1"
echo $$ > "$DESK/running.new" && mv "$DESK/running.new" "$DESK/running"
for turn in $(seq 400); do test -e "$DESK/go" && break; sleep 0.05; done
printf '{WHOLE}' > "$1"
"""
"""Saves half of a text, waits, and saves the whole."""
FULL = pytest.mark.integration


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Where the editor lies, and what it says of itself."""
    found = tmp_path / "desk"
    found.mkdir()
    (found / "editor").write_text(EDITOR, "utf-8")
    (found / "editor").chmod(0o700)
    return found


def variables(home: Path, desk: Path) -> dict[str, str]:
    """What the program finds: its home and the editor."""
    found = {"EDITOR": str(desk / "editor"), "DESK": str(desk)}
    return environment(TUTORCLI_HOME=str(home), PS1="shell> ", **found)


def started(home: Path, desk: Path) -> Terminal:
    """The screen, wide enough for the names of files."""
    return Terminal([*PROGRAM, "annotate"], size=(200, 24), env=variables(home, desk))


def begin(terminal: Terminal) -> None:
    """One task judged; on the next one a ranking, a comment and the beginning of an edit."""
    submit_first(terminal)
    terminal.press("3", "ctrl+n", *"so", "ctrl+s")
    terminal.wait_for("3 · comment")
    terminal.press("ctrl+e", *TYPED, "ctrl+s")
    terminal.wait_for("edited 1")
    terminal.settle()


@contextmanager
def open_in(terminal: Terminal, desk: Path) -> Iterator[int]:
    """The editor on the first answer, half of the text saved; its process."""
    terminal.press("ctrl+x")
    until(terminal, (desk / "running").exists)
    editor = int((desk / "running").read_text("ascii"))
    try:
        yield editor
    finally:
        with suppress(ProcessLookupError):
            os.kill(editor, signal.SIGKILL)


def until(terminal: Terminal, is_so: Callable[[], bool]) -> None:
    """Read the terminal until something is so elsewhere; whether it ever is, the caller asserts."""
    for _ in range(500):
        if is_so():
            break
        terminal.read(0.02)
    terminal.settle()


def files(home: Path) -> list[Path]:
    """The editor's files."""
    return sorted(data(home).glob("copied/*/editing-*/*"))


def edit(home: Path) -> str | None:
    """The edit of the answer shown first, as the draft has it."""
    kept = draft(home, "t2")
    assert kept is not None
    assert kept.text(COMMENT) == "so"
    assert len(kept.fields["ranking"]) == 1
    return kept.text(EDIT + order_of(home, "t2")[0])


def original(home: Path) -> str:
    return f"{TYPED}Answer {order_of(home, 't2')[0]} of 2.\n\nIt is a move."


ENDS: dict[str, Callable[[Terminal], None]] = {
    "hangup": Terminal.hang_up,
    **{
        number.name: partial(Terminal.kill, number=number)
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGKILL)
    },
}


@pytest.mark.parametrize(
    "end", ["hangup", *(pytest.param(end, marks=FULL) for end in ENDS if end != "hangup")]
)
def test_what_an_editor_had_saved_when_the_program_ended_is_found_and_gone_on_with(
    home: Path, desk: Path, end: str
) -> None:
    fill(home, map(question, range(1, 4)))
    with started(home, desk) as terminal:
        begin(terminal)
        with open_in(terminal, desk):
            ENDS[end](terminal)
            terminal.wait()
    assert (damage(home), list(judged(home)), edit(home)) == ([], ["t1"], original(home))
    [file] = files(home)
    assert file.read_text("utf-8") == HALF
    (desk / "go").touch()
    with started(home, desk) as terminal:
        terminal.wait_for(str(file))
        assert "answer 1, Ctrl+X: " in terminal.screen()
        terminal.settle()
        terminal.press("ctrl+x")
        until(terminal, lambda: files(home) == [])
        assert (desk / "found").read_text("utf-8") == HALF
        assert "cut off" not in terminal.screen()
    assert edit(home) == WHOLE
    assert files(home) == []


@pytest.mark.parametrize("how", ["ctrl+c", pytest.param("killed", marks=FULL)])
def test_what_an_editor_had_saved_that_was_ended_is_named_and_gone_on_with(
    home: Path, desk: Path, how: str
) -> None:
    fill(home, map(question, range(1, 4)))
    with started(home, desk) as terminal:
        begin(terminal)
        with open_in(terminal, desk) as editor:
            if how == "ctrl+c":
                terminal.press("ctrl+c")
            else:
                os.kill(editor, signal.SIGKILL)
            terminal.wait_for("kept in")
        [file] = files(home)
        assert f"kept in {file}, not taken" in terminal.screen()
        assert edit(home) == original(home)
        (desk / "go").touch()
        terminal.press("ctrl+x")
        until(terminal, lambda: files(home) == [])
    assert (desk / "found").read_text("utf-8") == HALF
    assert (edit(home), files(home)) == (WHOLE, [])


@FULL
def test_a_text_that_was_edited_since_is_not_replaced_by_what_an_editor_had_saved(
    home: Path, desk: Path
) -> None:
    fill(home, map(question, range(1, 4)))
    with started(home, desk) as terminal:
        begin(terminal)
        with open_in(terminal, desk):
            terminal.press("ctrl+c")
            terminal.wait_for("kept in")
        terminal.press("ctrl+e", *"again ", "ctrl+s")
        terminal.settle()
        (desk / "go").touch()
        terminal.press("ctrl+x")
        until(terminal, lambda: edit(home) == WHOLE)
    assert (desk / "found").read_text("utf-8") == f"again {original(home)}"
    assert edit(home) == WHOLE


@pytest.mark.integration
def test_an_editor_that_was_stopped_with_the_program_goes_on_with_it(
    home: Path, desk: Path
) -> None:
    fill(home, map(question, range(1, 4)))
    shell = ["/bin/bash", "--norc", "--noprofile", "-i"]
    with Terminal(shell, size=(200, 24), env=variables(home, desk)) as terminal:
        terminal.wait_for("shell>")
        terminal.write(f"{sys.executable} -m tutorcli annotate\r".encode())
        begin(terminal)
        with open_in(terminal, desk):
            for _ in range(2):
                terminal.press("ctrl+z")
                terminal.wait_for("Stopped")
                assert edit(home) == original(home)
                terminal.write(b"clear\r")
                terminal.settle()
                terminal.write(b"fg\r")
                terminal.settle()
            (desk / "go").touch()
            until(terminal, lambda: files(home) == [])
        terminal.press("ctrl+q")
        terminal.wait_for("shell>")
        assert (edit(home), files(home)) == (WHOLE, [])
