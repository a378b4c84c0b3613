"""What is being computed, told while it is: on a terminal, in the words of the tables to come."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from tutorcli.cli import session
from tutorcli.cli.output import Pulse
from tutorcli.i18n import tr

if TYPE_CHECKING:
    from tutorcli.core.measures import Kind
    from tutorcli.stats.table import Packed, Source

OF_REPORT = ("agreement", "tutors", "gold", "bias", "time", "leaderboard", "sheet")
"""What a report computes, in this order."""

_SECTIONS = {
    "RANK": "preference",
    "STRENGTH": "preference",
    "ACCEPT": "ranking",
    "RATING": "ratings",
    "FLAG": "flags",
    "LABEL": "labels",
    "CRITERION": "rubric",
    "SPAN": "spans",
    "STEP": "steps",
    "EDIT": "edits",
}
"""By kind of rows: the section that is computed when they have been read."""


@contextmanager
def waiting(files: Sequence[str] | None = None) -> Iterator[Pulse]:
    """A line for the time in which judgments are read and computed; none while a person types."""
    pulse = Pulse("")
    if "-" in (files or ()) and sys.stdin.isatty():
        pulse.end()
    if pulse.shows:
        session.settings()  # They choose the language.
        pulse.tell(tr("reading judgments"))
    with pulse:
        yield pulse


def asking() -> Pulse:
    """A line for the time in which the server computes."""
    return Pulse(tr("asking the server"))


def watched(source: "Source", pulse: Pulse, what: Sequence[str]) -> "Source":
    """A source that tells what is being computed, to be seen from what is asked of it.

    The statistics know nothing of it: they ask for all words once for each table that they make,
    and for the rows of a kind when they come to it.

    Args:
        source: Where the judgments are.
        pulse: Told.
        what: A name for each table.
    """
    return cast("Source", _Watched(source, pulse, what)) if pulse.shows else source


class _Watched:
    """All that the source can do."""

    def __init__(self, source: "Source", pulse: Pulse, what: Sequence[str]) -> None:
        self._source, self._pulse, self._coming = source, pulse, iter(what)
        self._what = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    def words(self) -> Mapping[int, str]:
        self._what = next(self._coming, self._what)
        self._tell(tr("reading judgments"))
        return self._source.words()

    def each(self, kind: "Kind") -> "Iterator[Packed]":
        if section := _SECTIONS.get(kind.name):
            self._tell(_section(section))
        return self._source.each(kind)

    def _tell(self, doing: str) -> None:
        self._pulse.tell(tr("{title}: {section}", title=_title(self._what), section=doing))


def _title(what: str) -> str:
    from tutorcli.cli.figure_names import title_of
    from tutorcli.i18n import translate

    match what:
        case "leaderboard":
            return tr("Leaderboard")
        case "sheet":
            return tr("Data sheet")
        case _:
            return translate(title_of(what))


def _section(name: str) -> str:
    from tutorcli.cli.figure_names import kind_of
    from tutorcli.i18n import translate

    return translate(kind_of(name))
