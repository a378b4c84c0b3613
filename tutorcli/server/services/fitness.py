"""What keeps a task out of a project, whatever else stands in its line."""

from collections.abc import Iterator

from tutorcli.core.rules import Fault
from tutorcli.core.task import Task
from tutorcli.errors import Message, message

_MOST_OVERLAP = 1000
_LONGEST = 800
"""Bytes of a name; an index of PostgreSQL holds three of them, and no more than 2,700."""


def unfit(task: Task, region: str | None) -> Iterator[Fault]:
    """What keeps a task out of this project."""
    if task.region is not None and task.region != region:
        yield Fault("region", _foreign(task.region, region))
    if task.overlap > _MOST_OVERLAP:
        what = message("{value} is more than {most}", value=task.overlap, most=_MOST_OVERLAP)
        yield Fault("overlap", what)
    for name in ("id", "domain", "language", "batch", "due"):
        value = getattr(task, name) or ""
        # PostgreSQL stores no such character, and nothing that names a thing needs one.
        if "\0" in value:
            yield Fault(name, message("holds a zero character"))
        if len(value.encode()) > _LONGEST:
            yield Fault(name, message("is longer than {n} bytes", n=_LONGEST))


def _foreign(wanted: str, region: str | None) -> Message:
    if region is None:
        return message('is "{wanted}", but this server has no region', wanted=wanted)
    return message('is "{wanted}", but this server is in "{region}"', wanted=wanted, region=region)
