"""The figures of judgments as integers, and the words that the integers stand for."""

from collections.abc import Iterable, Iterator, Mapping

from tutorcli.core.judgment import Judgment
from tutorcli.core.measures import Kind, measures, names
from tutorcli.store.db import Queue

_AT_ONCE = 10_000
_WORDS_AT_ONCE = 500


def insert(queue: Queue, feed: int, said: Judgment) -> None:
    """Write the measures of the judgment with that feed number; inside a `write`."""
    codes = _codes(queue, names(said))
    queue.executemany(
        "INSERT INTO measures (kind, judgment, rows) VALUES (?, ?, ?)",
        [(kind, feed, rows) for kind, rows in measures(said, codes.__getitem__).items()],
    )


def _codes(queue: Queue, wanted: Iterable[str]) -> Mapping[str, int]:
    """The code of each word; new words are written down.

    Nothing is remembered from one transaction to the next, for it may be undone.
    """
    words = sorted(wanted)
    known = _known(queue, words)
    if fresh := [(word,) for word in words if word not in known]:
        queue.executemany("INSERT INTO words (word) VALUES (?)", fresh)
        known = _known(queue, words)
    return known


def _known(queue: Queue, words: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(words), _WORDS_AT_ONCE):
        some = words[start : start + _WORDS_AT_ONCE]
        places = ", ".join("?" * len(some))
        found |= dict(queue.rows(f"SELECT word, code FROM words WHERE word IN ({places})", some))  # noqa: S608
    return found


def words(queue: Queue) -> Mapping[int, str]:
    """Every word by its code."""
    return dict(queue.each("SELECT code, word FROM words"))


def each(queue: Queue, kind: Kind) -> Iterator[list[tuple[int, bytes]]]:
    """The feed numbers and packed rows of all published judgments, in order of feed, in chunks."""
    last = 0
    query = (
        "SELECT judgment, rows FROM measures WHERE kind = ? AND judgment > ? AND judgment NOT IN"
        " (SELECT feed FROM judgments WHERE import_id = (SELECT id FROM imports WHERE published = 0))"
        " ORDER BY judgment LIMIT ?"
    )
    while chunk := queue.rows(query, (kind, last, _AT_ONCE)):
        last = chunk[-1][0]
        yield chunk
