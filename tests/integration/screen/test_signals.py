"""The terminal goes away, the program is told to end, the window changes: nothing is lost."""

import signal
import termios
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

import pytest

from tests.screens import annotate, damage, draft, fill, judged, question, submit_first
from tests.terminal import Terminal
from tutorcli.core.draft import COMMENT, EDIT

NOTE = "a comment that was never finished"


def typed(home: Path) -> Terminal:
    """The screen with one judgment submitted and a comment on the second task being typed."""
    fill(home, map(question, range(1, 9)))
    terminal = annotate(home)
    submit_first(terminal)
    terminal.press("3", "ctrl+n")
    terminal.wait_for("Ctrl+S done")
    terminal.write(NOTE.encode())
    terminal.wait_for(NOTE)
    return terminal


ENDS: dict[str, Callable[[Terminal], None]] = {
    "hangup": Terminal.hang_up,
    **{
        number.name: partial(Terminal.kill, number=number)
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
    },
}


@pytest.mark.parametrize("end", ENDS)
def test_what_was_typed_survives_the_end_of_the_program(home: Path, end: str) -> None:
    with typed(home) as terminal:
        ENDS[end](terminal)
        terminal.wait()
    assert damage(home) == []
    assert list(judged(home)) == ["t1"]
    kept = draft(home, "t2")
    assert kept is not None
    assert kept.text(COMMENT) == NOTE
    assert len(kept.fields["ranking"]) == 1


def test_after_a_hangup_the_screen_opens_where_it_was(home: Path) -> None:
    with typed(home) as terminal:
        terminal.hang_up()
        terminal.wait()
    with annotate(home) as terminal:
        terminal.wait_for(NOTE)
        terminal.press("ctrl+s")
        terminal.wait_for("comment")
        assert "Question 2." in terminal.screen()


@pytest.mark.parametrize("storms", [40, pytest.param(400, marks=pytest.mark.integration)])
def test_a_storm_of_resizes_loses_no_key(home: Path, storms: int) -> None:
    fill(home, map(question, range(1, 9)))
    rng, text = Random(storms), ""
    with annotate(home, size=(120, 40)) as terminal:
        terminal.wait_for("Enter submit")
        terminal.press("3", "1", "ctrl+n")
        terminal.wait_for("Ctrl+S done")
        for turn in range(storms):
            terminal.resize(rng.randint(1, 200), rng.randint(1, 60))
            terminal.read(rng.choice((0, 0.001, 0.02)))
            letter = "abcdefgh"[turn % 8]
            terminal.press(letter)
            text += letter
        terminal.resize(120, 40)
        terminal.settle()
        assert terminal.exit_code is None
        terminal.press("ctrl+s")
        terminal.wait_for("Answer 2")
        assert "3 > 1" in terminal.screen()
    kept = draft(home, "t1")
    assert kept is not None
    assert kept.text(COMMENT) == text


@pytest.mark.parametrize(
    "size",
    [
        *((1, 1), (20, 5)),
        *(
            pytest.param(size, marks=pytest.mark.integration)
            for size in ((2, 2), (10, 3), (80, 24), (300, 100))
        ),
    ],
)
def test_every_size_of_window_takes_keys(home: Path, size: tuple[int, int]) -> None:
    fill(home, map(question, range(1, 4)))
    with annotate(home, size=size) as terminal:
        terminal.settle(0.5)
        for key in ("2", "1", "tab", "f12", "f12", "ctrl+n", "x", "ctrl+s"):
            terminal.press(key)
            terminal.settle(0.05)
        terminal.press("enter")
        terminal.settle()
        terminal.press("ctrl+q")
        assert terminal.wait() == 0
    assert judged(home)["t1"].comment == "x"


@pytest.mark.parametrize("opening", ["ctrl+n", "ctrl+e"])
def test_keys_that_come_in_one_packet_with_the_opening_of_the_editor_are_kept(
    home: Path, opening: str
) -> None:
    fill(home, map(question, range(1, 4)))
    with annotate(home) as terminal:
        terminal.wait_for("Enter submit")
        terminal.press(opening, *"hello")
        terminal.wait_for("hello")
        terminal.press(*" you", "ctrl+s", "2", "1")
        terminal.wait_for("2 > 1")
    kept = draft(home, "t1")
    assert kept is not None
    texts = {name: buffer.text for name, buffer in kept.texts.items()}
    if opening == "ctrl+n":
        assert texts == {COMMENT: "hello you"}
    else:
        assert [text[:9] for name, text in texts.items() if name.startswith(EDIT)] == ["hello you"]


def test_keys_that_come_in_one_packet_with_help_go_to_help(home: Path) -> None:
    fill(home, map(question, range(1, 4)))
    with annotate(home) as terminal:
        terminal.wait_for("Enter submit")
        terminal.press("f1", "1", "2", "ctrl+w", "3")
        terminal.wait_for(" 3")
        terminal.settle()
        assert terminal.screen().splitlines()[-2] == " 3"
    kept = draft(home, "t1")
    assert kept is not None
    assert len(kept.fields["ranking"]) == 1


def stopped(terminal: Terminal) -> bool:
    """Whether the program lies still."""
    state = Path(f"/proc/{terminal.pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    return state == "T"


def wait_until(terminal: Terminal, condition: Callable[[], bool]) -> None:
    """Read until something holds."""
    for _ in range(400):
        if condition():
            return
        terminal.read(0.01)
    raise AssertionError(terminal.screen())


def shows(terminal: Terminal, screen: str) -> bool:
    """Whether exactly this is on the screen."""
    return terminal.screen() == screen


def echoes(terminal: Terminal) -> bool:
    """Whether the terminal is as a shell needs it."""
    return bool(termios.tcgetattr(terminal.fd)[3] & termios.ECHO)


def test_a_stopped_program_gives_the_terminal_back_and_goes_on_where_it_was(home: Path) -> None:
    with typed(home) as terminal:
        for more in (" and", " more"):
            before = terminal.screen()
            terminal.kill(signal.SIGTSTP)
            wait_until(terminal, partial(stopped, terminal))
            terminal.settle(0.05)
            assert echoes(terminal)
            terminal.scribble()
            terminal.kill(signal.SIGCONT)
            wait_until(terminal, partial(shows, terminal, before))
            assert not echoes(terminal)
            terminal.write(more.encode())
            terminal.wait_for(more)
    kept = draft(home, "t2")
    assert kept is not None
    assert kept.text(COMMENT) == f"{NOTE} and more"


def test_a_program_that_others_stopped_draws_everything_anew(home: Path) -> None:
    with typed(home) as terminal:
        before = terminal.screen()
        terminal.kill(signal.SIGSTOP)
        wait_until(terminal, partial(stopped, terminal))
        terminal.scribble()
        terminal.press("a", "b")
        terminal.kill(signal.SIGCONT)
        wait_until(terminal, partial(shows, terminal, before.replace(NOTE, f"{NOTE}ab")))
        terminal.press("c")
        terminal.wait_for(f"{NOTE}abc")


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.integration)])
def test_stops_at_any_moment_lose_no_key(home: Path, seed: int) -> None:
    fill(home, map(question, range(1, 9)))
    random, text = Random(seed), ""
    with annotate(home) as terminal:
        terminal.wait_for("Enter submit")
        terminal.press("3", "1", "ctrl+n")
        terminal.wait_for("Ctrl+S done")
        for turn in range(8):
            letter = "abcdefgh"[turn % 8]
            terminal.press(letter)
            text += letter
            terminal.wait_for(text)
            terminal.kill(signal.SIGTSTP)
            if random.random() < 0.5:
                terminal.kill(signal.SIGTSTP)
            terminal.resize(random.randint(60, 120), random.randint(20, 40))
            wait_until(terminal, partial(stopped, terminal))
            terminal.kill(signal.SIGCONT)
            terminal.read(random.choice((0, 0.02)))
            wait_until(terminal, lambda: not echoes(terminal))
        terminal.settle()
        terminal.wait_for(text)
    kept = draft(home, "t1")
    assert kept is not None
    assert kept.text(COMMENT) == text


def test_keys_typed_while_the_program_starts_take_effect(home: Path) -> None:
    fill(home, map(question, range(1, 4)))
    with annotate(home) as terminal:
        # The kernel has keys in its own hands until the program asks for them.
        terminal.read(0.05)
        terminal.press("2", "3", "backspace", "1")
        wait_until(terminal, lambda: not echoes(terminal))
        assert b"Question" not in terminal.output
        terminal.press("ctrl+n", *"early", "enter", *"lines", "ctrl+s")
        terminal.wait_for("Enter submit")
        terminal.wait_for("2 > 1")
        terminal.settle()
    kept = draft(home, "t1")
    assert kept is not None
    assert kept.text(COMMENT) == "early\nlines"


def test_the_terminal_is_as_it_was_when_the_program_ends(home: Path) -> None:
    fill(home, [question(1)])
    with annotate(home) as terminal:
        before = termios.tcgetattr(terminal.fd)
        terminal.wait_for("Enter submit")
        assert termios.tcgetattr(terminal.fd) != before
        terminal.settle()
        terminal.press("ctrl+q")
        assert terminal.wait() == 0
        assert termios.tcgetattr(terminal.fd) == before


def esc_ms(home: Path, mode: str) -> float:
    """Milliseconds from Esc until help is closed; the least of three."""
    taken = []
    with annotate(home, TUTORCLI_TERMINAL=mode) as terminal:
        terminal.wait_for("Enter submit")
        terminal.settle()
        for _ in range(3):
            terminal.press("f1")
            terminal.settle()
            taken.append(terminal.time_key("escape").last_ms)
    return min(taken)


@pytest.mark.integration
def test_esc_is_known_sooner_than_textual_knows_it(home: Path) -> None:
    fill(home, [question(1)])
    assert esc_ms(home, "fast") < esc_ms(home, "plain") - 25


def test_an_arrow_key_cut_in_two_packets_is_no_esc(home: Path) -> None:
    fill(home, [question(1)])
    with annotate(home) as terminal:
        terminal.wait_for("Enter submit")
        terminal.press("ctrl+n", *"abc")
        terminal.wait_for("abc")
        for piece in (b"\x1b[", b"D"):
            terminal.write(piece)
            terminal.read(0.06)
        terminal.settle()
        terminal.press("x")
        terminal.wait_for("abxc")


def test_bytes_that_are_no_utf8_do_not_end_the_program(home: Path) -> None:
    fill(home, [question(1)])
    with annotate(home) as terminal:
        terminal.wait_for("Enter submit")
        terminal.write(b"\xff\xfe\xe4\xb8")
        terminal.press("2", "1")
        terminal.wait_for("2 > 1")
