"""All titles in memory, for a search at each letter that is typed."""

from collections.abc import Sequence
from typing import Self

from tutorcli.store import paging
from tutorcli.store.db import Queue

MOST_TASKS = 500_000
"""Of more tasks the titles are not held: they would take hundreds of megabytes."""
_SLICES, _SLICE = 64, 1 << 14
"""Parts of the titles in which words are counted to find the rarest, and the bytes of each."""
# In front of each title a byte that no text has, and its number in two characters that no one types.
_EDGE = b"\xff"
_BASE, _BITS = 0xF0000, 15
_HEAD = 1 + 2 * len(chr(_BASE).encode())
_JOINED = f"""
    SELECT CAST(group_concat(x'ff' || char({_BASE} + (seq >> {_BITS}), {_BASE} + (seq & {(1 << _BITS) - 1}))
        || folded, '') AS BLOB) FROM live_tasks
"""  # noqa: S608


class Titles:
    """The titles as they were when they were read.

    15 to 25 ms for a rare word of 200,000 tasks, where a scan of the index takes 40; they are read in
    a fifth of a second.
    """

    def __init__(self, text: bytes, version: int) -> None:
        """Use `read`."""
        self._text, self._version = text, version

    @classmethod
    def read(cls, queue: Queue) -> Self | None:
        """Read them through a `Queue.reader`; None: there are more than `MOST_TASKS`."""
        count = queue.row("SELECT count(*) FROM tasks")
        if count is None or count[0] > MOST_TASKS:
            return None
        # Before the titles, so that a change beside the reading is seen.
        version = _version(queue)
        row = queue.row(_JOINED)
        return cls(((row and row[0]) or b"") + _EDGE, version)

    def are_current(self, queue: Queue) -> bool:
        """Whether nothing was written since; ``queue`` must be the reader that read them."""
        return self._version == _version(queue)

    def holding(self, queue: Queue, words: Sequence[str]) -> list[int] | None:
        """As `paging.titled`, which is sooner where the words are in many titles."""
        wanted = [word.encode("utf-8", "surrogatepass") for word in words]
        counts = [self._sampled(word) for word in wanted]
        rarest = counts.index(min(counts))
        if counts[rarest] <= paging.MOST and self.are_current(queue):
            found = self._found(wanted[rarest], wanted)
            if found is not None:
                return found
        return paging.titled(queue, words)

    def _sampled(self, word: bytes) -> float:
        """About how many titles hold a word."""
        size = max(len(self._text) // _SLICES, 1)
        starts = range(0, len(self._text), size)
        return sum(
            self._text.count(word, start, start + min(size, _SLICE)) for start in starts
        ) * max(size / _SLICE, 1)

    def _found(self, rarest: bytes, wanted: Sequence[bytes]) -> list[int] | None:
        """None: more than `paging.MOST` hold the rarest word."""
        text, heads = self._text, list[bytes]()
        at = text.find(rarest)
        for _ in range(paging.MOST):
            if at < 0:
                return _numbers(b"".join(heads))
            start, end = text.rfind(_EDGE, 0, at), text.find(_EDGE, at)
            title = text[start + _HEAD : end]
            # All of them: someone may look for the very characters before the title.
            if all(word in title for word in wanted):
                heads.append(text[start + 1 : start + _HEAD])
            at = text.find(rarest, end)
        return None


def _numbers(heads: bytes) -> list[int]:
    parts = [ord(sign) - _BASE for sign in heads.decode()]
    return [(high << _BITS) + low for high, low in zip(parts[::2], parts[1::2], strict=True)]


def _version(queue: Queue) -> int:
    row = queue.row("PRAGMA data_version")
    return int(row[0]) if row else -1
