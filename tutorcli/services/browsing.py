"""What a list of all tasks asks of the queue: stretches of it, searches, how many of each kind."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Literal

from tutorcli.services import queueing
from tutorcli.services.desk import Desk
from tutorcli.services.queueing import DRAFT
from tutorcli.store import paging, searching, tallies
from tutorcli.store.db import Queue
from tutorcli.store.paging import HELD, Placed, Sought
from tutorcli.store.tallies import Kind
from tutorcli.store.tasks import Filters, Listed
from tutorcli.store.titles import Titles

Counts = Mapping[str, Counter[str]]
"""By state, domain, language and disposition: word to number of tasks."""

PAGE = 100
"""Tasks that are read at once."""
KEPT = 10 * PAGE
"""Tasks that a list holds at most while one goes through all of them."""
LONGEST = 200
"""Characters of a search that count."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The tasks that have a draft: read on the screen's side, for a thread that knows no drafts."""

    tasks: tuple[Listed, ...] = ()
    """In the order of the queue, their state being `DRAFT`."""
    was: dict[str, str] = field(default_factory=dict)
    """Id to the state that the task has without its draft."""

    def holding(self, words: Sequence[str]) -> "Begun":
        """Those whose titles hold the words are listed; the others still count as begun."""
        held = [t for t in self.tasks if all(word in t.title.casefold() for word in words)]
        return replace(self, tasks=tuple(held))

    def of(self, sought: Sought) -> tuple[Listed, ...]:
        """Those that are sought."""
        if sought.state not in {None, DRAFT} or sought.disposition is not None:
            return ()
        return tuple(
            task
            for task in self.tasks
            if sought.domain in {None, task.domain} and sought.language in {None, task.language}
        )


@dataclass(frozen=True, slots=True)
class Pages:
    """The stretch of a list that is held."""

    heads: tuple[Listed, ...] = ()
    """Before the beginning of the queue: one that was named, then drafts."""
    others: tuple[Placed, ...] = ()
    """Of the queue without a gap."""
    hidden: frozenset[str] = frozenset()
    """Ids of those among `others` that are not shown there: they have a draft."""
    is_start: bool = True
    is_end: bool = True

    @property
    def rows(self) -> list[Listed]:
        """What the list shows."""
        shown = [item.task for item in self.others if item.task.id not in self.hidden]
        return [*self.heads, *shown] if self.is_start else shown


def begun(desk: Desk, filters: Filters) -> Begun:
    """The tasks that have a draft and that the filters of the program let through."""
    was = queueing.drafts(desk, filters)
    return Begun(tuple(queueing.begun_ones(desk, filters, was)), was)


def pages(
    queue: Queue, sought: Sought, drafts: Begun, beside: str | None = None, *, at_end: bool = False
) -> Pages:
    """The beginning of a list, its end, or the part round one task.

    Args:
        queue: Where to look.
        sought: Which tasks; the state may be `DRAFT`.
        drafts: Those that have one.
        beside: The id of a task that the part is to hold; the beginning when the list lacks it.
        at_end: The end.
    """
    held = Pages(drafts.of(sought), hidden=frozenset(drafts.was))
    if sought.state == DRAFT:
        return held
    place = paging.place_of(queue, beside, sought) if beside and beside not in drafts.was else None
    if place is None:
        held = replace(held, is_start=not at_end, is_end=at_end)
        return further(queue, sought, held, back=at_end)
    before = paging.stretch(queue, sought, PAGE, place, back=True)
    held = replace(held, others=tuple(before), is_start=len(before) < PAGE, is_end=False)
    return further(queue, sought, held)


def further(queue: Queue, sought: Sought, held: Pages, *, back: bool = False) -> Pages:
    """The same list with the next stretch of it, or the one before; the far end of it is let go."""
    last = _last(held, back=back)
    while not (held.is_start if back else held.is_end):
        held = _longer(queue, sought, held, back=back)
        # All of a stretch may be drafts, which are not shown there.
        if _last(held, back=back) != last:
            break
    return held


def _last(held: Pages, *, back: bool) -> Listed | None:
    rows = held.rows
    return rows[0 if back else -1] if rows else None


def _longer(queue: Queue, sought: Sought, held: Pages, *, back: bool) -> Pages:
    edge = held.others[0 if back else -1].place if held.others else None
    found = tuple(paging.stretch(queue, sought, PAGE, edge, back=back))
    is_edge = len(found) < PAGE
    if back:
        others, is_cut = found + held.others, len(found) + len(held.others) > KEPT
        return replace(
            held, others=others[:KEPT], is_start=is_edge, is_end=held.is_end and not is_cut
        )
    others, is_cut = held.others + found, len(found) + len(held.others) > KEPT
    return replace(
        held, others=others[-KEPT:], is_end=is_edge, is_start=held.is_start and not is_cut
    )


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found."""

    pages: Pages
    count: int | None
    """None: many; they are read a stretch at a time."""
    is_named: bool = False
    """Whether the first one has the very id that was searched."""
    words: tuple[str, ...] = ()
    seqs: tuple[int, ...] | None = None
    """All whose titles hold the words, for the search that goes on from there."""
    reading: Sought | None = None
    """What further pages are read with, where there are any."""


def words_of(text: str) -> tuple[str, ...]:
    """The words of a search, folded like titles."""
    return tuple(text[:LONGEST].casefold().split())


@dataclass(frozen=True, slots=True)
class Before:
    """What a search finds ready."""

    last: Found | None = None
    """What the search before found; a search that goes on from it looks there alone."""
    titles: Titles | None = None
    """All of them, in memory."""


def search(
    queue: Queue,
    sought: Sought,
    drafts: Begun,
    text: str,
    before: Before = Before(),
) -> Found:
    """Tasks whose titles hold all the words of ``text``, before them the one of that id.

    Where nothing is found, those whose ids begin so.

    Args:
        queue: Where to look; some tens of milliseconds with 200,000 tasks.
        sought: Which tasks; its words are replaced.
        drafts: Those that have one.
        text: As it was typed; not blank.
        before: What is there already.
    """
    words = words_of(text)
    last = before.last
    among = last.seqs if last and _goes_on(last.words, words) else None
    if among is None and before.titles is not None:
        seqs = before.titles.holding(queue, words)
    else:
        seqs = paging.titled(queue, words, among)
    name = text.strip()
    one = tuple(row.task for row in _complete(queue, paging.named(queue, name), sought, drafts))
    if seqs is None or len(seqs) > HELD:
        held = None if seqs is None else tuple(seqs)
        reading = replace(sought, words=words) if held is None else replace(sought, seqs=held)
        found = pages(queue, reading, drafts.holding(words))
        return Found(_led(found, one), None, bool(one), words, held, reading)
    others = _complete(queue, seqs, sought, drafts)
    if not others and not one:
        begins = paging.named(queue, name, begins=True)
        others = _complete(queue, begins, sought, drafts)
    found = _led(_listed(others), one)
    return Found(found, len(found.rows), bool(one), words, tuple(seqs))


def warm(queue: Queue, titles: Titles | None) -> Titles | None:
    """All titles for the searches that follow, anew where ``titles`` are not those of the queue."""
    return titles if titles is not None and titles.are_current(queue) else Titles.read(queue)


def _goes_on(before: Sequence[str], words: Sequence[str]) -> bool:
    """Whether all that hold ``words`` hold those before too."""
    return all(any(old in new for new in words) for old in before)


def _led(found: Pages, one: tuple[Listed, ...]) -> Pages:
    """The same with the task first whose id was searched."""
    if not one:
        return found
    heads = tuple(task for task in found.heads if task.id != one[0].id)
    return replace(found, heads=one + heads, hidden=found.hidden | {one[0].id})


def search_texts(queue: Queue, sought: Sought, drafts: Begun, text: str) -> Found:
    """Tasks with ``text`` in what a tutor sees of them; seconds with 200,000 tasks."""
    holding = searching.each_holding(queue, text[:LONGEST], _stored(queue, sought, drafts))
    is_apart = sought.state not in {None, DRAFT} or sought.disposition is not None
    seqs = (seq for task, seq in holding if not (is_apart and task in drafts.was))
    some = list(islice(seqs, HELD + 1))
    found = _listed(_complete(queue, some[:HELD], sought, drafts))
    return Found(found, None if len(some) > HELD else len(found.rows))


def _stored(queue: Queue, sought: Sought, drafts: Begun) -> Sought:
    """The same for the store, which knows no drafts."""
    if sought.state != DRAFT:
        return replace(sought, words=())
    seqs = [seq for task in drafts.of(sought) for seq in paging.named(queue, task.id)]
    return replace(sought, state=None, words=(), seqs=tuple(seqs))


def _complete(queue: Queue, seqs: Sequence[int], sought: Sought, drafts: Begun) -> list[Placed]:
    """The tasks of these numbers that are sought, in the order of the queue."""
    if sought.state == DRAFT:
        wanted = {task.id for task in drafts.of(replace(sought, words=()))}
        found = paging.numbered(queue, seqs, replace(sought, state=None, words=()))
        return _marked([item for item in found if item.task.id in wanted], drafts)
    found = paging.numbered(queue, seqs, replace(sought, words=()))
    if sought.state is not None or sought.disposition is not None:
        return [item for item in found if item.task.id not in drafts.was]
    return _marked(found, drafts)


def _marked(found: Iterable[Placed], drafts: Begun) -> list[Placed]:
    return [
        replace(item, task=replace(item.task, state=DRAFT)) if item.task.id in drafts.was else item
        for item in found
    ]


def _listed(found: Sequence[Placed]) -> Pages:
    """All that was found, drafts before the others."""
    heads = tuple(item.task for item in found if item.task.state == DRAFT)
    return Pages(heads, tuple(item for item in found if item.task.state != DRAFT))


def count(
    queue: Queue, kind: Literal["domain", "language"], sought: Sought, drafts: Begun
) -> Counts:
    """How many tasks there are of each domain or language, beside that by state or disposition.

    What is sought of a kind itself does not count for that kind: the others are seen beside it.
    """
    cells = _cells(queue, kind, sought, drafts)
    word: str | None = getattr(sought, kind)
    found: dict[str, Counter[str]] = {
        kind: _sum(cells, lambda state, _: sought.state in {None, state}, 1)
    }
    if kind == "domain":
        return {**found, "state": _sum(cells, lambda _, other: word in {None, other}, 0)}
    aside = _cells(queue, "disposition", sought.beside("disposition"), drafts)
    return {**found, "disposition": _sum(aside, lambda state, _: state == "set-aside", 1)}


def kinds(desk: Desk, filters: Filters, state: str | None) -> tuple[Counter[str], Counter[str]]:
    """How many tasks of a state, by default of all, there are of each domain and of each language."""
    sought, drafts = Sought(filters, state), begun(desk, filters)
    domains, languages = (
        +Counter(count(desk.queue, kind, sought, drafts)[kind]) for kind in ("domain", "language")
    )
    return domains, languages


def _sum(
    cells: Counter[tuple[str, str]], is_counted: Callable[[str, str], bool], part: int
) -> Counter[str]:
    found: Counter[str] = Counter()
    for cell, number in cells.items():
        if number and is_counted(*cell):
            found[cell[part]] += number
    return found


def _cells(queue: Queue, kind: Kind, sought: Sought, drafts: Begun) -> Counter[tuple[str, str]]:
    """Tasks by (state, word), those with a draft under `DRAFT`."""
    cells = tallies.tally(queue, kind, sought)
    open_to = replace(sought.beside(kind), state=None, disposition=None)
    for task in drafts.of(open_to):
        if sought.disposition in {None, task.disposition}:
            cells[drafts.was[task.id], getattr(task, kind)] -= 1
        if sought.disposition is None:
            cells[DRAFT, getattr(task, kind)] += 1
    return cells


@dataclass(frozen=True, slots=True)
class Progress:
    """How the day stands."""

    judged: int
    """Tasks judged or set aside in this home since midnight, here."""
    overdue: int
    """Open tasks that were due before today."""
    due: tuple[tuple[str, int], ...] = ()
    """Day (ISO 8601) and how many open tasks are due until then, those overdue among them: the next
    day that has any, and the last one."""


def progress(queue: Queue, sought: Sought, now_ms: int) -> Progress:
    """What was done today, and what is left until the days on which tasks are due."""
    now = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    since = midnight.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    today = now.date().isoformat()
    days = tallies.due(queue, sought)
    overdue = sum(number for day, number in days if day < today)
    upcoming, total = [], overdue
    for day, number in days:
        if day >= today:
            total += number
            upcoming.append((day, total))
    ends = upcoming if len(upcoming) < 2 else [upcoming[0], upcoming[-1]]
    return Progress(tallies.judged_since(queue, since), overdue, tuple(ends))
