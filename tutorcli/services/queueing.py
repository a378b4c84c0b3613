"""Which task comes next, and what the queue holds."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from tutorcli.catalog.shelf import Catalog
from tutorcli.errors import InputError, Message, message, near
from tutorcli.services import judging
from tutorcli.services.desk import Desk
from tutorcli.store import naming, searching, tasks
from tutorcli.store.db import Queue
from tutorcli.store.tasks import Filters, Listed

DRAFT = "draft"
"""The state of a task that has a draft, whatever its other state."""
_EVERY = 1 << 31


@dataclass(frozen=True, slots=True)
class Overview:
    """Tasks by state; one state a task, draft before the others."""

    counts: dict[str, int]
    tasks: list[Listed]


def first_task(desk: Desk, filters: Filters) -> str | None:
    """The task to start with: the last touched draft, else the first open one."""
    return next(iter(drafts(desk, filters)), None) or tasks.next_open(desk.queue, filters)


def drafts(desk: Desk, filters: Filters) -> dict[str, str]:
    """Tasks with a draft that are wanted, newest first, and their state without it."""
    drafted = judging.drafted(desk)
    states = {item.id: item.state for item in tasks.listed(desk.queue, drafted, filters)}
    return {task_id: states[task_id] for task_id in drafted if task_id in states}


def no_such(desk: Desk, filters: Filters) -> tuple[Message, Message] | None:
    """What to say of a domain or language that no task has, and a hint; None when all is well."""
    wanted: tuple[tuple[naming.Column, Message, str | None], ...] = (
        ("domain", message("domain"), filters.domain),
        ("language", message("language"), filters.language),
    )
    for column, kind, word in wanted:
        if word is None or naming.is_any(desk.queue, column, word):
            continue
        if known := naming.words(desk.queue, column):
            what = message('no task has the {kind} "{word}"', kind=kind, word=word)
            return what, _guess(word, known)
    return None


def _guess(word: str, known: list[str]) -> Message:
    if guess := near(word, known):
        return message('did you mean "{guess}"?', guess=guess)
    return message("known: {names}", names=", ".join(known))


def unusable(queue: Queue, catalog: Catalog) -> dict[str, InputError]:
    """The protocols that tasks of the newest import name and that are missing or wrong here."""
    newest = tasks.newest_import(queue)
    named = [] if newest is None else tasks.protocols_of(queue, newest)
    return {ref: error for ref in named if (error := catalog.why_not(ref))}


def upcoming(desk: Desk, filters: Filters, limit: int, skip: Collection[str]) -> list[str]:
    """The next open tasks in order, without those of ``skip``."""
    return tasks.upcoming(desk.queue, filters, limit, skip)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tasks an overview lists; its counts are over all that `filters` let through."""

    filters: Filters = field(default_factory=Filters)
    state: str | None = None
    """draft, open, done, set-aside or withdrawn; None: all."""
    search: str = ""
    """Words that the texts hold."""
    limit: int = 50


def overview(desk: Desk, wanted: Wanted) -> Overview:
    """Counts by state, and the first tasks in the order of the queue, drafts before the others."""
    drafted = drafts(desk, wanted.filters)
    counts = {DRAFT: len(drafted), **tasks.counts(desk.queue, wanted.filters)}
    for was in drafted.values():
        counts[was] -= 1
    listed = _found(desk, wanted, drafted) if wanted.search else _listed(desk, wanted, drafted)
    return Overview(counts, listed[: wanted.limit])


def _listed(desk: Desk, wanted: Wanted, drafted: Collection[str]) -> list[Listed]:
    begun: list[Listed] = []
    if wanted.state in {None, DRAFT}:
        begun = begun_ones(desk, wanted.filters, drafted)
    if wanted.state == DRAFT:
        return begun
    most = wanted.limit + len(drafted)
    others = tasks.listing(desk.queue, wanted.filters, wanted.state, most)
    return [*begun, *(item for item in others if item.id not in drafted)]


def begun_ones(desk: Desk, filters: Filters, drafted: Collection[str]) -> list[Listed]:
    """Tasks of `drafts` in the order of the queue, as the list shows them."""
    return _marked(tasks.listed(desk.queue, drafted, filters), drafted)


def _found(desk: Desk, wanted: Wanted, drafted: Collection[str]) -> list[Listed]:
    # A state, and having a draft, are told apart only once a task was found.
    found = searching.search_bodies(desk.queue, wanted.search, _EVERY, wanted.filters)
    marked = _marked(found, drafted)
    if wanted.state is not None:
        return [item for item in marked if item.state == wanted.state]
    return sorted(marked, key=lambda item: item.state != DRAFT)


def _marked(found: Iterable[Listed], drafted: Collection[str]) -> list[Listed]:
    return [replace(item, state=DRAFT) if item.id in drafted else item for item in found]
