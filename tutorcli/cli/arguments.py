"""Arguments that several commands take, and how their text is read."""

import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from tutorcli.errors import ConfigError, InputError, message, near

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Domain = Annotated[
    str | None, typer.Option("--domain", metavar="DOMAIN", help="Tasks of this domain only.")
]
Language = Annotated[
    str | None,
    typer.Option(
        "--language", metavar="TAG", help="Tasks in this language only; zh finds zh-Hans too."
    ),
]
Tag = Annotated[str | None, typer.Option("--tag", metavar="TAG", help="Tasks with this tag only.")]

_ANSWER = r'(?P<answer>"(?:[^"\\]|\\.)*"|#[0-9]+|[^:="#]*)'
_RATE = re.compile(_ANSWER + r":(?P<criterion>[^=]+)=(?P<value>-?[0-9]+|na)")
_EDIT = re.compile(r'(?P<answer>"(?:[^"\\]|\\.)*"|#[0-9]+|[^="#]+)=(?P<text>@.+|-)')


@dataclass(frozen=True, slots=True)
class Rate:
    """One ``--rate``; the answer as it was typed, None for the task as a whole."""

    answer: str | None
    criterion: str
    value: int | None
    """None: the criterion does not apply."""


@dataclass(frozen=True, slots=True)
class EditFrom:
    """One ``--edit``: an answer as it was typed, and where the text comes from."""

    answer: str
    source: str
    """``@FILE`` or ``-``."""


def parse_rate(text: str) -> Rate:
    """Read ``ANSWER:CRITERION=VALUE``.

    ANSWER is an id, ``#1`` for the first as shown, a JSON string where the id holds signs, or
    nothing for the task as a whole; VALUE is a whole number or ``na``.

    Raises:
        ConfigError: It has another form.

    >>> parse_rate("b:accuracy=4")
    Rate(answer='b', criterion='accuracy', value=4)
    >>> parse_rate("#1:tone=na").value is None
    True
    """
    found = _RATE.fullmatch(text)
    if found is None:
        raise ConfigError(
            message('--rate cannot be "{text}"', text=text),
            hint=message("write ANSWER:CRITERION=VALUE, such as b:accuracy=4 or b:accuracy=na"),
        )
    value = None if found["value"] == "na" else int(found["value"])
    return Rate(found["answer"] or None, found["criterion"], value)


def parse_edit(text: str) -> EditFrom:
    """Read ``ANSWER=@FILE`` or ``ANSWER=-``.

    Raises:
        ConfigError: It has another form; the text itself never stands in an argument.

    >>> parse_edit("b=@better.md")
    EditFrom(answer='b', source='@better.md')
    """
    found = _EDIT.fullmatch(text)
    if found is None:
        # What was typed may be the edited text itself, so it is not repeated.
        raise ConfigError(
            message("--edit has another form than ANSWER=@FILE"),
            hint=message("put the text into a file, or pass - and give it on stdin"),
        )
    return EditFrom(found["answer"], found["text"])


def answer_id(typed: str, answers: Sequence[str], shown: Sequence[str]) -> str:
    """The id that a typed answer means: ``#1`` as shown, a JSON string, or the id itself.

    Raises:
        InputError: The task lacks it; the near miss is guessed.
    """
    if typed.startswith("#") and typed[1:].isdecimal():
        number = int(typed[1:])
        if 1 <= number <= len(shown):
            return shown[number - 1]
    wanted = json.loads(typed) if typed.startswith('"') else typed
    if wanted in answers:
        return str(wanted)
    guess = near(str(wanted), answers)
    raise InputError(
        message('the task has no answer "{answer}"', answer=wanted),
        hint=message('did you mean "{guess}"?', guess=guess)
        if guess
        else message("answers of this task: {answers}", answers=", ".join(answers)),
    )


def text_from(source: str, flag: str) -> str:
    """The text that ``@FILE`` or ``-`` names, exactly as it is but for a BOM.

    Args:
        source: What was typed.
        flag: The flag's name, for errors.

    Raises:
        ConfigError: Neither ``@FILE`` nor ``-``: text must not stand in a process list.
        InputError: The file is missing, cannot be read, or is not UTF-8.
    """
    if source == "-":
        data, name = sys.stdin.buffer.read(), "stdin"
    elif source.startswith("@"):
        name = source[1:]
        data = _bytes_of(Path(name))
    else:
        raise ConfigError(
            message("{flag} takes @FILE or -", flag=flag),
            hint=message("text in an argument could be read by others in the list of processes"),
        )
    try:
        # No universal newlines: a \r is part of the text.
        return data.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError:
        raise InputError(message("{file} is not UTF-8", file=name)) from None


def line_from(source: str, flag: str) -> str:
    """As `text_from`, without the newline that ends a line of a shell."""
    return text_from(source, flag).removesuffix("\n").removesuffix("\r")


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(
            message("{file} cannot be read: {reason}", file=file, reason=error.strerror)
        ) from None
