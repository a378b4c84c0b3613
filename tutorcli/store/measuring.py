"""The figures of judgments as integers, and the words that the integers stand for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tutorcli.core.judgment import Judgment
from tutorcli.core.measures import Kind, measures, names
from tutorcli.store.db import Queue, driver

_AT_ONCE = 5_000
"""Feed numbers of one chunk: its rows stay in the processor's caches."""
_WORDS_AT_ONCE = 500
_JOINS_BLOBS = driver.sqlite_version_info >= (3, 40)
"""Before, what SQLite put together could end at the first zero."""
_HIDDEN = (
    " AND judgment NOT IN"
    " (SELECT feed FROM judgments WHERE import_id = (SELECT id FROM imports WHERE published = 0))"
)


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


def each(queue: Queue, kind: Kind) -> Iterator[tuple[Sequence[int], str, bytes]]:
    """The packed rows of all published judgments, in order of feed, in chunks.

    Yields:
        Feed numbers, sizes in bytes as text with commas, and the rows one after the other.
    """
    is_hidden = queue.row("SELECT 1 FROM imports WHERE published = 0") is not None
    rows = f"FROM measures WHERE kind = ? AND judgment BETWEEN ? AND ?{_HIDDEN * is_hidden}"
    # SQLite puts them together five times as fast as Python does.
    joined = "CAST(group_concat(rows, '') AS BLOB)" if _JOINS_BLOBS else "NULL"
    packed = f"SELECT count(*), group_concat(length(rows)), {joined} {rows}"
    bounds = "SELECT min(judgment), max(judgment) FROM measures WHERE kind = ?"
    ((first, last),) = queue.rows(bounds, (kind,))
    for start in range(first or 0, (last or -1) + 1, _AT_ONCE):
        some = kind, start, min(start + _AT_ONCE - 1, last)
        ((count, sizes, found),) = queue.rows(packed, some)
        if not count:
            continue
        numbers: Sequence[int] = range(start, some[-1] + 1)
        if count < len(numbers):
            numbers = [number for (number,) in queue.rows(f"SELECT judgment {rows}", some)]
        if found is None:
            found = b"".join(one for (one,) in queue.rows(f"SELECT rows {rows}", some))
        yield numbers, sizes, found
