"""Which task comes next, and what the queue holds."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from tutorcli.core.task import Task
from tutorcli.services.desk import Desk
from tutorcli.store import searching, tasks
from tutorcli.store.tasks import Filters, Listed

DRAFT = "draft"
"""The state of a task that has a draft, whatever its other state."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Tasks by state; one state a task, draft before the others."""

    counts: dict[str, int]
    tasks: list[Listed]


def first_task(desk: Desk, filters: Filters) -> str | None:
    """The task to start with: the last touched draft, else the first open one."""
    return next(iter(_drafts(desk, filters)), None) or tasks.next_open(desk.queue, filters)


def _drafts(desk: Desk, filters: Filters) -> dict[str, str]:
    """Tasks with a draft that are wanted, newest first, and their state without it."""
    found = {}
    for task_id, _ in desk.drafts.touched():
        stored = tasks.load(desk.queue, task_id)
        if stored is not None and _is_wanted(stored.task, filters):
            found[task_id] = stored.state
    return found


def _is_wanted(task: Task, filters: Filters) -> bool:
    return (
        filters.domain in {None, task.domain}
        and filters.language in {None, task.language}
        and (filters.tag is None or filters.tag in task.tags)
    )


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
    drafts = _drafts(desk, wanted.filters)
    counts = {DRAFT: len(drafts), **tasks.counts(desk.queue, wanted.filters)}
    for was in drafts.values():
        counts[was] -= 1
    return Overview(counts, _listed(desk, wanted, drafts)[: wanted.limit])


def _listed(desk: Desk, wanted: Wanted, drafts: dict[str, str]) -> list[Listed]:
    if wanted.search:
        found = searching.search_bodies(desk.queue, wanted.search, wanted.limit + len(drafts))
        found = [item for item in found if _is_listed(item, wanted.filters)]
    else:
        state = None if wanted.state in {None, DRAFT} else wanted.state
        limit = None if wanted.state == DRAFT else wanted.limit + len(drafts)
        found = tasks.listing(desk.queue, wanted.filters, state, limit)
    marked = [replace(item, state=DRAFT) if item.id in drafts else item for item in found]
    if wanted.state is not None:
        marked = [item for item in marked if item.state == wanted.state]
    return sorted(marked, key=lambda item: item.state != DRAFT)


def _is_listed(item: Listed, filters: Filters) -> bool:
    return filters.domain in {None, item.domain} and filters.language in {None, item.language}
