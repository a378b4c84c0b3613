"""From files, folders and standard input to numbered lines of bytes."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from tutorcli.errors import InputError, Message, message, near

STDIN = "-"
MAX_LINE = 32 * 1024 * 1024
"""Bytes of the longest line that is read, its end not counted."""

_CHUNK = 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_FOLDER_PATTERN = "*.jsonl"


class SourceError(InputError):
    """A file or folder cannot be read at all."""

    def __init__(self, file: str, what: Message, *, hint: Message | None = None) -> None:
        """``file`` as it was named; ``what`` is said of it."""
        super().__init__(message("{file}: {what}", file=file, what=what), hint=hint)
        self.file = file
        self.reason = what


class Line(NamedTuple):
    """One line that is not blank."""

    file: str
    """The file as it was named, ``-`` for standard input."""
    number: int
    """From 1; blank lines count."""
    raw: bytes | None
    """Without its newline; None when it is longer than `MAX_LINE`."""


def files_of(sources: Iterable[str]) -> list[str]:
    """The files that are named, folders replaced by their ``*.jsonl``, sorted by name.

    Raises:
        SourceError: A file or folder does not exist, or a folder has nothing to read.
    """
    return [file for source in sources for file in _reachable(source)]


def _reachable(source: str) -> list[str]:
    try:
        return _expanded(source)
    except OSError as error:
        raise SourceError(source, _unreadable(error)) from error


def _unreadable(error: OSError) -> Message:
    return message("cannot be read: {reason}", reason=error.strerror or error)


def _expanded(source: str) -> list[str]:
    path = Path(source)
    if source == STDIN:
        return [source]
    if path.is_dir():
        found = sorted(path.glob(_FOLDER_PATTERN), key=lambda file: file.name)
        if not found:
            raise SourceError(
                source, message("this folder has no *.jsonl file"), hint=_inside(path)
            )
        for file in found:
            if file.is_dir():
                raise SourceError(str(file), message("is a folder, not a file"))
        return [str(file) for file in found]
    if not path.exists():
        raise SourceError(source, message("no such file or folder"), hint=_near_miss(path))
    return [source]


def _inside(folder: Path) -> Message | None:
    inner = sorted(
        path for path in folder.iterdir() if path.is_dir() and any(path.glob(_FOLDER_PATTERN))
    )
    return message("did you mean {file}?", file=inner[0]) if inner else None


def _near_miss(path: Path) -> Message | None:
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return None
    guess = near(path.name, names)
    return message("did you mean {file}?", file=path.with_name(guess)) if guess else None


def lines(file: str, spill: Callable[[bytes], object] | None = None) -> Iterator[Line]:
    r"""The lines of one file that are not blank.

    A line ends at ``\n`` alone; a byte order mark at the start of the file is dropped.

    Args:
        file: A path, or ``-``.
        spill: Takes the bytes of a line that is too long, in pieces, its newline included.

    Raises:
        SourceError: The file cannot be read, is no text, or is UTF-16 or UTF-32.
    """
    with _opened(file) as stream:
        number = 0
        # One byte for the newline: what is cut off before it is longer than allowed.
        while raw := stream.readline(MAX_LINE + 1):
            number += 1
            is_cut = len(raw) > MAX_LINE and not raw.endswith(b"\n")
            if number == 1:
                _refuse_wide(file, raw)
                raw = raw.removeprefix(_BOM)
            if is_cut:
                _pass_over(stream, raw, spill)
                yield Line(file, number, None)
            elif raw and not raw.isspace():
                yield Line(file, number, raw.removesuffix(b"\n"))


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    try:
        if file == STDIN:
            yield sys.stdin.buffer
        else:
            with Path(file).open("rb", buffering=_CHUNK) as stream:
                yield stream
    except OSError as error:
        raise SourceError(file, _unreadable(error)) from error


def _pass_over(stream: BinaryIO, start: bytes, spill: Callable[[bytes], object] | None) -> None:
    """Read to the end of a long line without holding it."""
    piece = start
    while piece:
        if spill is not None:
            spill(piece)
        if piece.endswith(b"\n"):
            break
        piece = stream.readline(_CHUNK)


_WIDE = (
    ("UTF-32", re.compile(rb"\xff\xfe\0\0|\0\0\xfe\xff")),
    ("UTF-16", re.compile(rb"\xff\xfe|\xfe\xff")),
    ("UTF-32LE", re.compile(rb"[\s{\[]\0\0\0")),
    ("UTF-32BE", re.compile(rb"\0\0\0[\s{\[]")),
    ("UTF-16LE", re.compile(rb"[\s{\[]\0")),
    ("UTF-16BE", re.compile(rb"\0[\s{\[]")),
)
"""Encodings by their mark, or by the zero bytes beside the first character, with which JSON begins."""


def _refuse_wide(file: str, start: bytes) -> None:
    for encoding, sign in _WIDE:
        if sign.match(start):
            raise SourceError(
                file,
                message("is {encoding}, not UTF-8", encoding=encoding),
                hint=message("convert it first: {command}", command=iconv(encoding, file)),
            )
    if b"\0" in start and start.lstrip()[:1] not in {b"{", b"[", b'"'}:
        raise SourceError(
            file,
            message("is no text: there are zero bytes in it"),
            hint=message("give a file in one of the formats of: tutorcli formats"),
        )


def iconv(encoding: str, file: str) -> str:
    """The command that converts a file to UTF-8."""
    import shlex

    name = "FILE" if file == STDIN else shlex.quote(file)
    return f"iconv -f {encoding} -t UTF-8 {name} > NEW"


def decoded(raw: bytes, file: str) -> str:
    """The text of a line.

    Raises:
        InputError: It is not UTF-8; what it is instead is told where that can be seen.
    """
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        if _is_gb18030(raw):
            raise InputError(
                message(
                    "is GB18030, not UTF-8; convert it first: {command}",
                    command=iconv("GB18030", file),
                )
            ) from None
        raise InputError(
            message(
                "is not UTF-8: byte {offset} of the line cannot be read", offset=error.start + 1
            )
        ) from None


def _is_gb18030(raw: bytes) -> bool:
    """Whether bytes read as GB18030, and most of it as everyday characters.

    Nearly any two bytes are some character of it, so that Latin-1 would often pass; but what
    comes out then is rare, while Chinese text is mostly in GB 2312.
    """
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        return False
    foreign = "".join(character for character in text if not character.isascii())
    everyday = len(foreign.encode("gb2312", "ignore")) // 2
    return everyday * 2 > len(foreign)
