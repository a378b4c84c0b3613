"""Every format, in one table: a further one is a file beside this and an entry here."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from tutorcli.errors import ConfigError, Message, message, near
from tutorcli.formats.port import Read, Write


@dataclass(frozen=True, slots=True)
class Format:
    """One way of writing tasks and judgments down."""

    name: str
    """What ``--format`` takes."""
    title: Message
    suffixes: tuple[str, ...]
    loses: Message | None = None
    """What does not come back; None: nothing is lost."""
    reads: str | None = None
    """``module:function`` of tutorcli.formats, a `Read`."""
    writes: str | None = None
    """The same, a `Write`."""
    options: frozenset[str] = frozenset()
    """Those of the options of an export that mean something with this format, not with all."""

    @property
    def can_read(self) -> bool:
        """Whether it can be imported."""
        return self.reads is not None

    @property
    def can_write(self) -> bool:
        """Whether it can be exported."""
        return self.writes is not None


FORMATS: Sequence[Format] = (
    Format(
        "jsonl",
        message("tasks and judgments of tutorcli, one a line"),
        (".jsonl",),
        reads="own:read",
        writes="own:write",
        options=frozenset({"what"}),
    ),
    Format(
        "trl-preference",
        message("preference pairs for TRL, conversational: prompt, chosen, rejected"),
        (".jsonl",),
        loses=message(
            "ties, accept lines, ratings, comments, confidence, times, context and reference"
        ),
        writes="preference:write",
        options=frozenset({"pairs", "tutors", "min-strength", "edits", "reasoning"}),
    ),
)


def reader(name: str) -> Read:
    """The function that reads a line of that format.

    Raises:
        ConfigError: There is no such format, or it cannot be imported.
    """
    chosen = find(name)
    if chosen.reads is None:
        raise ConfigError(
            message('format "{name}" can be written, not read', name=name),
            hint=message("formats that can be read: {names}", names=_names(lambda it: it.can_read)),
        )
    return _load(chosen.reads)  # type: ignore[no-any-return]


def writer(name: str) -> Write:
    """The function that writes a task in that format.

    Raises:
        ConfigError: There is no such format, or it cannot be exported.
    """
    chosen = find(name)
    if chosen.writes is None:
        raise ConfigError(
            message('format "{name}" can be read, not written', name=name),
            hint=message(
                "formats that can be written: {names}", names=_names(lambda it: it.can_write)
            ),
        )
    return _load(chosen.writes)  # type: ignore[no-any-return]


def refuse_foreign(name: str, options: Iterable[str]) -> None:
    """Stop at an option of an export that means nothing with the format.

    Args:
        name: The format.
        options: What was asked for, without dashes.

    Raises:
        ConfigError: There is no such format, or an option belongs to others.
    """
    chosen = find(name)
    for option in options:
        if option not in chosen.options:
            raise ConfigError(
                message(
                    '--{option} means nothing with the format "{name}"', option=option, name=name
                ),
                hint=message(
                    "leave it out, or take --format {names}",
                    names=_names(lambda it, wanted=option: wanted in it.options),  # type: ignore[misc]
                ),
            )


@cache
def find(name: str) -> Format:
    """The format of that name.

    Raises:
        ConfigError: There is none.
    """
    for known in FORMATS:
        if known.name == name:
            return known
    guess = near(name, [known.name for known in FORMATS])
    raise ConfigError(
        message('there is no format "{name}"', name=name),
        hint=message('did you mean "{guess}"?', guess=guess)
        if guess
        else message("see them with: tutorcli formats"),
    )


def _names(which: Callable[[Format], bool]) -> str:
    return ", ".join(known.name for known in FORMATS if which(known))


@cache
def _load(place: str) -> Any:
    module, _, function = place.partition(":")
    return getattr(import_module(f"tutorcli.formats.{module}"), function)
