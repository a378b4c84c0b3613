"""Editing in another program: exactly what it left, or an error and nothing changed."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.app import SuspendNotSupported

from tutorcli.errors import ConfigError
from tutorcli.tui.external import edit_outside


class Stepping:
    """Steps aside as an app does."""

    is_aside = False
    can = True

    @contextmanager
    def suspend(self) -> Iterator[None]:
        if not self.can:
            raise SuspendNotSupported
        self.is_aside = True
        yield
        self.is_aside = False


@pytest.fixture
def app() -> Any:
    return Stepping()


def script(folder: Path, code: str) -> str:
    """A command line of a program that finds its file in ``file``."""
    path = folder / "the editor.py"
    path.write_text(f"import sys, pathlib\nfile = pathlib.Path(sys.argv[-1])\n{code}\n")
    return f"{sys.executable} '{path}'"


ANSWER = "One\r\ntwo\u2028 中文\t "


@pytest.mark.parametrize(
    ("code", "text", "after"),
    [
        ("pass", ANSWER, ANSWER),
        ("file.write_bytes(file.read_bytes() + b'!')", ANSWER, ANSWER + "!"),
        ("file.write_bytes(file.read_bytes() + b'\\n')", ANSWER, ANSWER),
        ("file.write_bytes(b'new\\n')", "old", "new"),
        ("file.write_bytes(b'new\\n')", "old\n", "new\n"),
        ("file.write_bytes(b'')", "old", ""),
        ("file.write_bytes(b'a\\r\\nb')", "old", "a\r\nb"),
        ("file.write_bytes('中\\u2028'.encode())", "", "中\u2028"),
    ],
)
def test_the_text_is_what_the_program_left(
    app: Any, tmp_path: Path, code: str, text: str, after: str
) -> None:
    assert edit_outside(app, script(tmp_path, code), text) == after


def test_the_program_gets_exactly_the_text(app: Any, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    edit_outside(app, script(tmp_path, f"pathlib.Path({str(copy)!r}).write_bytes(file.read_bytes())"), ANSWER)  # fmt: skip
    assert copy.read_bytes() == ANSWER.encode()


def test_nothing_of_the_text_is_left_behind(app: Any, tmp_path: Path) -> None:
    where = tmp_path / "where"
    edit_outside(app, script(tmp_path, f"pathlib.Path({str(where)!r}).write_text(str(file))"), "x")
    file = Path(where.read_text())
    assert not file.exists()
    assert not file.parent.exists()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("sys.exit(3)", "ended with 3; nothing changed"),
        ("file.unlink()", "nothing changed"),
        ("file.write_bytes(b'\\xff\\xfe')", "nothing changed"),
    ],
)
def test_a_program_that_failed_is_named(app: Any, tmp_path: Path, code: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        edit_outside(app, script(tmp_path, code), "text")
    assert said in str(caught.value.what)
    assert "the editor.py" in str(caught.value.what)


@pytest.mark.parametrize("command", ["no-such-editor-anywhere", "'unfinished", ""])
def test_a_program_that_cannot_be_started_is_named_with_a_way_out(app: Any, command: str) -> None:
    with pytest.raises(ConfigError, match="cannot be started") as caught:
        edit_outside(app, command, "text")
    assert "config.toml" in str(caught.value.hint)


def test_a_terminal_that_cannot_be_left_is_an_error(app: Any, tmp_path: Path) -> None:
    app.can = False
    with pytest.raises(ConfigError, match="terminal"):
        edit_outside(app, script(tmp_path, "pass"), "text")


def test_the_screen_steps_aside_and_comes_back(app: Any, tmp_path: Path) -> None:
    assert not app.is_aside
    edit_outside(app, script(tmp_path, "pass"), "text")
    assert not app.is_aside
