"""One row of the table of actions."""

from dataclasses import dataclass

from tutorcli.errors import Message


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a key does."""

    id: str
    title: Message
    """As in the key bar: a word or two."""
    help: Message
    """One sentence."""
    keys: tuple[str, ...]
    """Names of keys, the one that is shown first; each F-key has a Ctrl twin."""
    group: str
    """judge, read, task or program: the part of help in which it stands."""
    in_bar: bool = False
    """Whether the key bar shows it when there is room."""
