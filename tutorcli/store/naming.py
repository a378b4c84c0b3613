"""What stored tasks are called: the words that a filter means, and ids like one that was typed."""

import string
from collections.abc import Iterator
from typing import Literal

from tutorcli.store.db import Queue

Column = Literal["domain", "language"]

_NEIGHBOURS = 100
_LONGEST = 64
"""Characters of an id of which every slip of one key is tried."""
_KEYS = string.ascii_letters + string.digits + "-_.:/"
_AT_ONCE = 500
_STATES = "(VALUES ('open'), ('done'), ('set-aside'), ('withdrawn'))"


def meant(queue: Queue, column: Column, wanted: str) -> list[str]:
    """The words among those of stored tasks that ``wanted`` means, sorted; itself when there are none.

    Letters count in either case. A language means also what is more or less exact: ``zh`` finds
    ``zh-Hans``, and ``zh-Hans`` finds ``zh``, but not ``zh-Hant``.

    Source:
        RFC 4647 (BCP 47), 3.3.1 basic filtering and 3.4 lookup.
    """
    is_meant = _is_language if column == "language" else _is_same
    found = {word for word in _stored(queue, column) if is_meant(wanted, word)}
    # A word that no task has would make the index of the other column go through all of its tasks.
    return sorted(found) or [wanted]


def is_any(queue: Queue, column: Column, wanted: str) -> bool:
    """Whether a task has the domain or language."""
    sql = f"""
        SELECT 1 FROM {_STATES} s WHERE EXISTS (
            SELECT 1 FROM live_tasks WHERE state = s.column1 AND {column} = ?)
    """  # noqa: S608
    return any(queue.row(sql, (word,)) for word in meant(queue, column, wanted))


def words(queue: Queue, column: Column) -> list[str]:
    """The domains or languages that tasks have, sorted; looks at every task."""
    return [row[0] for row in queue.rows(f"SELECT DISTINCT {column} FROM live_tasks ORDER BY 1")]  # noqa: S608


def _is_same(wanted: str, stored: str) -> bool:
    return wanted.casefold() == stored.casefold()


def _is_language(wanted: str, stored: str) -> bool:
    first, second = _subtags(wanted), _subtags(stored)
    least = min(len(first), len(second))
    return first[:least] == second[:least]


def _subtags(tag: str) -> list[str]:
    return tag.replace("_", "-").casefold().split("-")


def _stored(queue: Queue, column: Column) -> set[str]:
    """The words of the tasks, those of an import that is still hidden too.

    Leaps through an index from word to word: DISTINCT would look at every task.
    """
    least = f"SELECT {column} FROM tasks WHERE replaced_by IS NULL AND state ="  # noqa: S608
    first = f"ORDER BY {column} LIMIT 1"
    sql = f"""
        WITH RECURSIVE leap (state, word) AS (
            SELECT s.column1, ({least} s.column1 {first}) FROM {_STATES} s
            UNION ALL
            SELECT state, ({least} leap.state AND {column} > leap.word {first})
                FROM leap WHERE word IS NOT NULL
        )
        SELECT word FROM leap WHERE word IS NOT NULL
    """  # noqa: S608
    return {row[0] for row in queue.rows(sql)}


def ids_like(queue: Queue, wanted: str) -> list[str]:
    """Ids of tasks that someone who typed ``wanted`` may have meant; a few hundred at most.

    Those beside it in the order of ids, and those that one slip of a key has made of it.
    """
    found = {
        row[0]
        for sign, order in ((">=", "ASC"), ("<", "DESC"))
        for row in queue.rows(
            f"SELECT id FROM live_tasks WHERE id {sign} ? ORDER BY id {order} LIMIT ?",  # noqa: S608
            (wanted, _NEIGHBOURS),
        )
    }
    slips = sorted(set(_slips(wanted))) if len(wanted) <= _LONGEST else []
    for start in range(0, len(slips), _AT_ONCE):
        some = slips[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        rows = queue.rows(f"SELECT id FROM live_tasks WHERE id IN ({marks})", some)  # noqa: S608
        found |= {row[0] for row in rows}
    return sorted(found)


def _slips(wanted: str) -> Iterator[str]:
    """Ids from which one wrong, missing, further or exchanged character leads to ``wanted``."""
    yield from (wanted.lower(), wanted.upper())
    for place in range(len(wanted) + 1):
        before, after = wanted[:place], wanted[place:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        for key in _KEYS:
            yield before + key + after
            yield before + key + after[1:]
