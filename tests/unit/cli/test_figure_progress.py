"""What is told while figures are computed."""

import contextlib
import io
import sys
import threading
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from tests.unit.stats.sourced import made_task, said, source_of
from tutorcli.cli import figure_progress, output
from tutorcli.cli.figure_progress import OF_REPORT, watched
from tutorcli.core.judgment import freeze
from tutorcli.stats.bootstrap import Sampling
from tutorcli.stats.table import Source, Window
from tutorcli.team.boards import BoardAsk, boards
from tutorcli.team.figures import WHAT, Ask, answer
from tutorcli.team.sheet import everything

from .conftest import Run

PATIENCE_S = 5.0


class Screen(io.StringIO):
    """A terminal on which somebody waits for words."""

    def __init__(self) -> None:
        super().__init__()
        self._news = threading.Condition()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        with self._news:
            self._news.notify_all()
            return super().write(text)

    def wait_for(self, text: str) -> None:
        with self._news:
            assert self._news.wait_for(lambda: text in self.getvalue(), PATIENCE_S)


def screen_of(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """In place of stderr, which no fixture can change; a pulse draws on it at once."""
    made = Screen()
    monkeypatch.setattr(sys, "stderr", made)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(output.Pulse, "_PATIENCE_S", 0.001)
    monkeypatch.setattr(output.Pulse, "_EVERY_S", 0.001)
    return made


class Told(output.Pulse):
    """A pulse that remembers what it was told, and draws nothing."""

    def __init__(self) -> None:
        super().__init__("")
        self.lines: list[str] = []

    @property
    def shows(self) -> bool:
        return True

    def tell(self, what: str) -> None:
        self.lines.append(what)

    def once(self) -> list[str]:
        """The lines, each once where it came several times in a row."""
        return [line for line, _ in groupby(self.lines)]


@pytest.fixture
def source() -> Source:
    """Two tutors on one task."""
    return source_of(
        [said("t", "ann", "a,b"), said("t", "bob", "b,a")], [made_task("t", a="", b="")]
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The same as a file."""
    path = tmp_path / "judgments.jsonl"
    rows = [freeze(said("t", tutor, "a,b")).body for tutor in ("ann", "bob")]
    path.write_bytes(b"".join(row + b"\n" for row in rows))
    return path


def test_a_pulse_is_drawn_without_a_step_and_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = screen_of(monkeypatch)
    with output.Pulse("reading") as pulse:
        screen.wait_for("\rreading\x1b[K")
        pulse.tell("computing")
        screen.wait_for("\rcomputing\x1b[K")
    drawn = screen.getvalue()
    assert drawn.endswith("\r\x1b[K")
    assert not pulse.shows


def test_a_pulse_tells_the_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = screen_of(monkeypatch)
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    with output.Pulse("reading"):
        now[0] += 12.9
        screen.wait_for("\rreading (12 s)\x1b[K")


def test_a_pulse_is_taken_away_before_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = screen_of(monkeypatch)
    with contextlib.suppress(KeyboardInterrupt), output.Pulse("reading"):
        screen.wait_for("reading")
        raise KeyboardInterrupt
    assert screen.getvalue().endswith("\r\x1b[K")


def test_work_that_is_soon_over_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = screen_of(monkeypatch)
    monkeypatch.setattr(output.Pulse, "_PATIENCE_S", PATIENCE_S)
    with output.Pulse("reading"):
        pass
    assert screen.getvalue() == ""


def test_off_a_terminal_no_thread_is_started(capsys: pytest.CaptureFixture[str]) -> None:
    before = threading.active_count()
    with output.Pulse("reading") as pulse:
        assert not pulse.shows
        assert threading.active_count() == before
    assert capsys.readouterr().err == ""


def test_in_the_background_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = screen_of(monkeypatch)
    asked = threading.Event()

    def of_the_shell(_: int) -> int:
        asked.set()
        return 0

    monkeypatch.setattr(screen, "fileno", lambda: 2)
    monkeypatch.setattr("os.tcgetpgrp", of_the_shell)
    with output.Pulse("reading"):
        assert asked.wait(PATIENCE_S)
    assert screen.getvalue() == ""


def test_agreement_tells_its_sections_in_the_words_of_the_tables(source: Source) -> None:
    told = Told()
    answer(watched(source, told, ("agreement",)), Ask())
    title = "Agreement between tutors: "
    assert [line.removeprefix(title) for line in told.once()] == [
        "reading judgments",
        "Preference",
        "Ranking",
        "Ratings",
        "Flags",
        "Edits",
        "Labels",
        "Rubric criteria",
        "Spans",
        "Steps",
        "Edits",
    ]


@pytest.mark.parametrize("what", WHAT)
def test_every_question_names_itself(source: Source, what: str) -> None:
    told = Told()
    answer(watched(source, told, (what,)), Ask(what))
    title = told.lines[0].partition(":")[0]
    assert all(line.startswith(f"{title}: ") for line in told.lines)
    assert title != what


def test_a_leaderboard_names_itself(source: Source) -> None:
    told = Told()
    boards(watched(source, told, ("leaderboard",)), BoardAsk())
    assert told.lines[0] == "Leaderboard: reading judgments"


def test_a_report_names_each_of_its_parts(source: Source) -> None:
    told = Told()
    everything(watched(source, told, OF_REPORT), Window(), Sampling())
    titles = [title for title, _ in groupby(line.partition(":")[0] for line in told.lines)]
    assert titles == [figure_progress._title(name) for name in OF_REPORT]
    assert titles[-2:] == ["Leaderboard", "Data sheet"]


def test_watching_changes_no_figure(source: Source) -> None:
    seen = watched(source, Told(), ("agreement",))
    assert answer(seen, Ask(by=("task",))) == answer(source, Ask(by=("task",)))


def test_nothing_is_watched_where_nobody_sees(source: Source) -> None:
    assert watched(source, output.Pulse(""), ("agreement",)) is source


def test_judgments_are_typed_without_a_line_between(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = screen_of(monkeypatch)
    monkeypatch.setattr(sys, "stdin", Screen())
    with figure_progress.waiting(["-"]) as pulse:
        assert not pulse.shows
    with figure_progress.waiting(["judgments.jsonl"]) as pulse:
        assert pulse.shows
        screen.wait_for("reading judgments")


def test_the_line_is_gone_before_bad_lines_are_named(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = screen_of(monkeypatch)
    from tutorcli.services import figure_files

    of_files = figure_files.of_files

    def slow(files: list[str]) -> Any:
        screen.wait_for("reading judgments")
        return of_files(files)

    monkeypatch.setattr(figure_files, "of_files", slow)
    bad = tmp_path / "bad.jsonl"
    bad.write_text("{}\n", "utf-8")
    assert run("stats", "agreement", str(bad)).code == 3
    _, gone, words = screen.getvalue().rpartition("\r\x1b[K")
    assert gone
    assert "bad.jsonl:1" in words


@pytest.mark.parametrize(
    "words", [("stats", "tutors"), ("leaderboard",), ("report", "-o", "page.html")]
)
def test_the_server_is_waited_for_aloud(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    screen = screen_of(monkeypatch)

    def ask(*_: object) -> Any:
        screen.wait_for("\rasking the server\x1b[K")
        raise KeyboardInterrupt

    monkeypatch.setattr("tutorcli.services.asking.ask_server", ask)
    ran = run(*words, "--remote")
    assert (ran.code, ran.out) == (130, "")
    assert screen.getvalue().endswith("\r\x1b[Ktutorcli: interrupted\n")


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Path]:
    """Where a report goes; nothing may stay beside it."""
    folder = tmp_path / "pages"
    folder.mkdir()
    yield folder / "page.html"
    assert {path.name for path in folder.iterdir()} <= {"page.html"}


def test_an_interrupted_report_leaves_the_earlier_page(
    run: Run, file: Path, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tutorcli.services.targets import Target

    def cut(self: Target, data: bytes) -> None:
        write(self, data[: len(data) // 2])
        raise KeyboardInterrupt

    write = Target.write
    page.write_text("earlier", "utf-8")
    monkeypatch.setattr(Target, "write", cut)
    ran = run("report", str(file), "-o", str(page))
    assert (ran.code, ran.out, ran.err) == (130, "", "tutorcli: interrupted\n")
    assert page.read_text("utf-8") == "earlier"


@pytest.mark.parametrize("as_json", [(), ("--json",)])
def test_off_a_terminal_figures_come_without_a_word(
    run: Run, file: Path, as_json: tuple[str, ...]
) -> None:
    ran = run("stats", "agreement", str(file), *as_json)
    assert (ran.code, ran.err) == (0, "")
