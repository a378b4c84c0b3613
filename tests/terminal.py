"""A program in a pseudo-terminal: typed at, read, drawn and timed as at a person's desk."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tests import forking
from tests.drawing import Drawing

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

QUIET_S = 0.12
"""A screen is final when nothing came for so long, and the program was idle too."""
BUSY_SHARE = 0.3
"""A silent program that uses more of a core than this is still working on its answer."""

_NAMED = {
    "enter": "\r",
    "tab": "\t",
    "escape": "\x1b",
    "space": " ",
    "backspace": "\x7f",
    "shift+tab": "\x1b[Z",
    "ctrl+space": "\0",
    "insert": "\x1b[2~",
    "delete": "\x1b[3~",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
}
_NAMED |= {f"f{n}": f"\x1bO{letter}" for n, letter in enumerate("PQRS", 1)}
_NAMED |= {f"f{n}": f"\x1b[{code}~" for n, code in enumerate((15, 17, 18, 19, 20, 21, 23, 24), 5)}
_LETTERS = {"up": "A", "down": "B", "right": "C", "left": "D", "home": "H", "end": "F"}


def encoded(key: str) -> bytes:
    """The bytes that a terminal without the kitty protocol sends for a key."""
    if len(key) == 1:
        return key.encode()
    if key in _NAMED:
        return _NAMED[key].encode()
    *modifiers, name = key.split("+")
    code = 1 + ("shift" in modifiers) + 2 * ("alt" in modifiers) + 4 * ("ctrl" in modifiers)
    if name in _LETTERS:
        return f"\x1b[{f'1;{code}' if code > 1 else ''}{_LETTERS[name]}".encode()
    if modifiers == ["ctrl"] and len(name) == 1:
        return bytes([ord(name.upper()) & 0x1F])
    raise ValueError(f"no bytes are known for the key {key}")


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one read gave."""

    at: float
    """By `time.perf_counter`."""
    data: bytes


@dataclass(frozen=True, slots=True)
class Timing:
    """What a key brought about; times in ms from the moment in which it was written."""

    first_ms: float
    """Until the first byte."""
    last_ms: float
    """Until the last byte, the program being idle after it."""
    size: int
    """Bytes written."""
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Memory:
    """In MB."""

    rss: float
    pss: float


class TooLate(AssertionError):  # noqa: N818 - a test that fails, no error of the program
    """What was waited for did not come; carries the screen."""


_ANSWERS: tuple[tuple[re.Pattern[bytes], bytes], ...] = (
    (re.compile(rb"\x1b\[0?c"), b"\x1b[?62;22;52c"),
    (re.compile(rb"\x1b\[>0?c"), b"\x1b[>1;10;0c"),
    (re.compile(rb"\x1b\[5n"), b"\x1b[0n"),
    (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"),
    (re.compile(rb"\x1b\[\?2026\$p"), b"\x1b[?2026;2$y"),
    (re.compile(rb"\x1b\[\?(?!2026)(\d+)\$p"), b"\x1b[?\\1;0$y"),
    (re.compile(rb"\x1b\[\?u"), b"\x1b[?0u"),
    (re.compile(rb"\x1b\]10;\?(?:\x1b\\|\x07)"), b"\x1b]10;rgb:e0e0/e0e0/e0e0\x1b\\\\"),
    (re.compile(rb"\x1b\]11;\?(?:\x1b\\|\x07)"), b"\x1b]11;rgb:1010/1010/1010\x1b\\\\"),
)
"""What a program asks its terminal, and what a modern one says."""
_PTN = 0x80045430
"""TIOCGPTN, which termios does not have: the number of a pseudo-terminal."""
_UNFINISHED = re.compile(rb"\x1b[\[\]]?[0-9;?>$]*\x1b?$")


def environment(**more: str) -> dict[str, str]:
    """What a program finds in a plain terminal, whatever the developer has set."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    plain = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
    return {**kept, **plain, **more}


class Terminal:
    """A running program and the terminal that it runs in; a context manager that ends it."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        size: tuple[int, int] = (80, 24),
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        is_warm: bool = False,
    ) -> None:
        """Start a program.

        Args:
            command: The program and its words; of a warm one, the words behind ``tutorcli``.
            size: Columns, rows.
            env: The whole environment.
            cwd: The folder that it starts in.
            is_warm: Whether it is ``tutorcli`` as a fork of a process that has imported it.
        """
        self.size = size
        self.log: list[Chunk] = []
        self.exit_code: int | None = None
        """Negative: the signal that ended it; None: it runs."""
        self._drawing = Drawing(size)
        self._drawn = 0
        self._query = b""
        self._ended = False
        self.started = time.perf_counter()
        words, env = [str(part) for part in command], env or environment()
        self._fork: BaseProcess | None = None
        if is_warm:
            self._fd, line = pty.openpty()
            _set_size(line, size)
            self._fork = forking.in_terminal(words, env, line)
            self.pid = self._fork.pid or 0
        else:
            self.pid, self._fd = pty.fork()
            if self.pid == 0:  # pragma: no cover - the child
                _become(words, size, env, cwd)
        self._set_size()
        os.set_blocking(self._fd, False)

    @property
    def fd(self) -> int:
        """The terminal's end of the line."""
        return self._fd

    # -- reading

    def read(self, timeout: float) -> Chunk | None:
        """What came next, or None when nothing came in ``timeout`` seconds."""
        if self._ended or not select.select([self._fd], [], [], max(timeout, 0))[0]:
            return None
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:
            data = b""
        chunk = Chunk(time.perf_counter(), data)
        if not data:
            self._ended = True
            return None
        self.log.append(chunk)
        self._reply(data)
        return chunk

    def _reply(self, data: bytes) -> None:
        if b"\x1b" not in data and not self._query:
            return
        data = self._query + data
        asked = [
            (found.start(), found.expand(answer))
            for question, answer in _ANSWERS
            for found in question.finditer(data)
        ]
        for _, answer in sorted(asked):
            self.write(answer)
        rest = _UNFINISHED.search(data[-32:])
        self._query = rest.group() if rest else b""

    @property
    def output(self) -> bytes:
        """Everything that was written so far."""
        return b"".join(chunk.data for chunk in self.log)

    def settle(self, quiet_s: float = QUIET_S, timeout: float = 10) -> Chunk | None:
        """Read until the program has read every key, is silent and idle; the last thing that came."""
        deadline = time.perf_counter() + timeout
        last = None
        while not self._ended and (now := time.perf_counter()) < deadline:
            cpu = self.cpu_s()
            chunk = self.read(quiet_s)
            if chunk is not None:
                last = chunk
            elif self.cpu_s() - cpu <= BUSY_SHARE * (time.perf_counter() - now) and self._waits():
                break
        return last

    def _waits(self) -> bool:
        """Whether the program waits for keys: a busy machine may keep it from going on."""
        threads = Path(f"/proc/{self.pid}/task").glob("*/stat")
        with suppress(OSError):
            states = {thread.read_text("utf-8").rpartition(") ")[2][0] for thread in threads}
            return not states & set("RD") and not self._unread()
        return True

    def _unread(self) -> int:
        """Bytes that were typed and that the program has not read."""
        try:
            number = struct.unpack("i", fcntl.ioctl(self._fd, _PTN, bytes(4)))[0]
            line = os.open(f"/dev/pts/{number}", os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError:
            return 0
        try:
            return int(struct.unpack("i", fcntl.ioctl(line, termios.FIONREAD, bytes(4)))[0])
        finally:
            os.close(line)

    def wait_for(self, text: str, timeout: float = 10) -> float:
        """Read until ``text`` stands on the screen.

        Returns:
            Seconds from the start of the program to the bytes that showed it.

        Raises:
            TooLate: It did not come.
        """
        deadline = time.perf_counter() + timeout
        if text in self._drawing.text:
            return self.log[-1].at - self.started
        while True:
            for chunk in self._undrawn():
                if text in self._drawing.text:
                    return chunk.at - self.started
            if self._ended or time.perf_counter() > deadline:
                raise TooLate(f"{text!r} did not come; the screen is\n{self._drawing.text}")
            self.read(0.2)

    def _undrawn(self) -> Iterator[Chunk]:
        while self._drawn < len(self.log):
            chunk = self.log[self._drawn]
            self._drawn += 1
            self._drawing.feed(chunk.data)
            yield chunk

    def screen(self) -> str:
        """What stands on the screen after everything that was read, one row a line."""
        for _ in self._undrawn():
            pass
        return self._drawing.text

    def cells(self) -> list[tuple[object, ...]]:
        """Every cell of every row as it was read so far; the cursor's place last."""
        self.screen()
        return self._drawing.cells()

    def scribble(self) -> None:
        """Write over every cell of the screen, unseen by the program."""
        self.screen()
        self._drawing.scribble()

    # -- typing

    def write(self, data: bytes) -> None:
        """Send bytes as they are; reads meanwhile when the program does not take them."""
        view = memoryview(data)
        while view and not self._ended:
            try:
                view = view[os.write(self._fd, view) :]
            except BlockingIOError:
                self.read(0.01)
            except OSError:
                self._ended = True

    def press(self, *keys: str) -> None:
        """Type keys by name, in one go."""
        self.write(b"".join(encoded(key) for key in keys))

    def paste(self, text: str, *, bracketed: bool = True) -> None:
        """Paste text, marked as pasted or as a terminal that cannot mark it does."""
        data = text.replace("\n", "\r").encode()
        self.write(b"\x1b[200~%s\x1b[201~" % data if bracketed else data)

    def time_key(self, *keys: str, quiet_s: float = QUIET_S, timeout: float = 10) -> Timing:
        """Type keys in one go and wait for the final screen.

        Raises:
            TooLate: They brought nothing about.
        """
        before, cpu, sent = len(self.log), self.cpu_s(), time.perf_counter()
        self.press(*keys)
        if self.read(timeout) is None:
            raise TooLate(f"{keys} brought nothing about; the screen is\n{self.screen()}")
        self.settle(quiet_s, timeout)
        new = self.log[before:]
        return Timing(
            (new[0].at - sent) * 1e3,
            (new[-1].at - sent) * 1e3,
            sum(len(chunk.data) for chunk in new),
            (self.cpu_s() - cpu) * 1e3,
        )

    # -- the process

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the terminal; the kernel tells the program."""
        self.size = (columns, rows)
        self.screen()
        self._drawing.resize(self.size)
        self._set_size()

    def _set_size(self) -> None:
        _set_size(self._fd, self.size)

    def cpu_s(self) -> float:
        """Seconds of processor time used so far by all threads."""
        total = 0
        try:
            for task in Path(f"/proc/{self.pid}/task").iterdir():
                total += int((task / "schedstat").read_text("ascii").split()[0])
        except OSError:
            pass
        return total / 1e9

    def memory(self) -> Memory:
        """What the program holds in memory."""
        found = dict.fromkeys(("Rss", "Pss"), 0)
        for line in Path(f"/proc/{self.pid}/smaps_rollup").read_text("ascii").splitlines():
            name, _, rest = line.partition(":")
            if name in found:
                found[name] = int(rest.split()[0])
        return Memory(found["Rss"] / 1024, found["Pss"] / 1024)

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal; nothing is waited for."""
        if self.exit_code is None:
            # Of one that has ended, the server of forks may have taken the number away already.
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def hang_up(self) -> None:
        """Close the terminal under the program, as a lost connection does."""
        os.close(self._fd)
        self._fd, self._ended = -1, True

    def wait(self, timeout: float = 10) -> int:
        """Read until the program has ended.

        Returns:
            Its exit code; negative: the signal.

        Raises:
            TooLate: It still runs.
        """
        deadline = time.perf_counter() + timeout
        while self.exit_code is None:
            # Output that nobody reads would keep it from ending.
            if self.read(0.01) is None and self._ended:
                time.sleep(0.002)
            self.exit_code = self._ended_with()
            if self.exit_code is None and time.perf_counter() > deadline:
                raise TooLate(f"the program still runs; the screen is\n{self.screen()}")
        while self.read(0) is not None:
            pass
        return self.exit_code

    def _ended_with(self) -> int | None:
        if self._fork is not None:
            return self._fork.exitcode
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if pid else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        self.wait()
        if self._fd >= 0:
            os.close(self._fd)


def _set_size(fd: int, size: tuple[int, int]) -> None:
    columns, rows = size
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, columns * 8, rows * 16))


def _become(
    command: list[str], size: tuple[int, int], env: Mapping[str, str], cwd: Path | None
) -> None:  # pragma: no cover - the child
    try:
        _set_size(0, size)
        if cwd is not None:
            os.chdir(cwd)
        os.execvpe(command[0], command, dict(env))  # noqa: S606 - the point of it
    except OSError as error:
        os.write(2, f"cannot run {command[0]}: {error}\n".encode())
    finally:
        os._exit(127)


@contextmanager
def running(
    *command: str | Path, size: tuple[int, int] = (80, 24), **env: str
) -> Iterator[Terminal]:
    """A program in a terminal with a plain environment and some variables more."""
    with Terminal(command, size=size, env=environment(**env)) as terminal:
        yield terminal
