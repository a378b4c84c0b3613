"""What changed between two texts, word by word; Chinese character by character."""

import re
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal

Op = Literal["equal", "delete", "insert"]
_Match = tuple[int, int, int]
_Chain = tuple[int, int, "_Chain | None"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that stayed, went or came."""

    op: Op
    text: str


_CJK = (
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_MARKS = "\u0300-\u036f\u0900-\u0dff\u200c"
_TAIL = "[\u0300-\u036f\u20d0-\u20ff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]"
_TOKEN = re.compile(
    f"[0-9]+(?:[.,][0-9]+)+(?![{_MARKS}])"  # A dose is one word: 0.5, never the 5 of it.
    f"|[a-zA-Z0-9_]+(?![\\w{_MARKS}])|\n|[^\\S\n]+|(?:(?![{_CJK}])[\\w{_MARKS}])+"
    f"|[\U0001f1e6-\U0001f1ff]{{2}}|.{_TAIL}*(?:\u200d.{_TAIL}*)*",
    re.DOTALL,
)
_SENTENCE = re.compile("[^\n.!?;。！？；]*[\n.!?;。！？；]+[^\\S\n]*|.+", re.DOTALL)

_EDGE = 128
"""Code points kept on either side of a change, so that no word is cut by stripping."""
_BY_WORDS = 4_000
"""Longer middles (about 2,000 tokens) are matched by sentences first, words inside them."""
_WHOLE = 40_000
"""Code points beyond which a stretch without a common sentence counts as replaced."""
_SMALL = 2_500
"""Product of two lengths in tokens up to which difflib, which is quadratic, does it at once."""
_MODERATE = 40_000
"""The same where there is no anchor; beyond it the stretch counts as replaced."""
_BUDGET = 900_000
"""Steps of one diff, about 50 ms; what is left then counts as replaced."""


def diff(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces that turn ``old`` into ``new``, deletions before insertions.

    Joined, the pieces that are not inserts are ``old`` and those that are not deletes are
    ``new``; no two neighbours have the same op and none is empty. The search is bounded:
    texts that differ beyond all likeness are shown as replaced in large pieces.

    Source:
        Anchors are tokens that each side has once, in their longest common order: Cohen's
        patience diff; between them difflib's longest matches.
    """
    head = _common_prefix(old, new)
    tail = _common_suffix(old, new, min(len(old), len(new)) - head)
    if len(old) == len(new) == head:
        return (Piece("equal", old),) if old else ()
    head, tail = max(0, head - _EDGE), max(0, tail - _EDGE)
    middle = _Search().compare(old[head : len(old) - tail], new[head : len(new) - tail])
    before, after = Piece("equal", old[:head]), Piece("equal", old[len(old) - tail :])
    return tuple(_merged([before, *middle, after]))


def words(text: str) -> list[str]:
    """The words of a text as `diff` tells them apart, without white space.

    A number with its point is one word, a Chinese character or a mark is a word of its own.
    """
    return [token for token in _TOKEN.findall(text) if not token.isspace()]


def _common_prefix(old: str, new: str) -> int:
    low, high = 0, min(len(old), len(new))
    while low < high:
        half = (low + high + 1) // 2
        if old[low:half] == new[low:half]:
            low = half
        else:
            high = half - 1
    return low


def _common_suffix(old: str, new: str, limit: int) -> int:
    low, high = 0, limit
    while low < high:
        half = (low + high + 1) // 2
        if old[len(old) - half : len(old) - low] == new[len(new) - half : len(new) - low]:
            low = half
        else:
            high = half - 1
    return low


class _Search:
    """One diff with its budget."""

    def __init__(self) -> None:
        self.budget = _BUDGET

    def compare(self, old: str, new: str) -> Iterator[Piece]:
        if max(len(old), len(new)) <= _BY_WORDS:
            yield from self._words(old, new)
            return
        for equal, gone, come in self._runs(_SENTENCE.findall(old), _SENTENCE.findall(new)):
            if equal:
                yield Piece("equal", gone)
            else:
                yield from self._words(gone, come)

    def _words(self, old: str, new: str) -> Iterator[Piece]:
        if not (old and new) or max(len(old), len(new)) > _WHOLE or self.budget <= 0:
            yield from (Piece("delete", old), Piece("insert", new))
            return
        for equal, gone, come in self._runs(_TOKEN.findall(old), _TOKEN.findall(new)):
            if equal:
                yield Piece("equal", gone)
            else:
                yield from (Piece("delete", gone), Piece("insert", come))

    def _runs(self, old: list[str], new: list[str]) -> Iterator[tuple[bool, str, str]]:
        """Stretches of tokens in order: whether equal, the old text, the new text."""
        at_old = at_new = 0
        for i, j, size in [*sorted(self._matches(old, new)), (len(old), len(new), 0)]:
            if i > at_old or j > at_new:
                yield False, "".join(old[at_old:i]), "".join(new[at_new:j])
            at_old, at_new = i + size, j + size
            if size:
                yield True, "".join(old[i:at_old]), ""

    def _matches(self, old: list[str], new: list[str]) -> Iterator[_Match]:
        ranges = deque([(0, len(old), 0, len(new))])
        while ranges and self.budget > 0:
            a0, a1, b0, b1 = ranges.popleft()
            head = _run_length(old, new, range(a0, a1), range(b0, b1))
            yield a0, b0, head
            a0, b0 = a0 + head, b0 + head
            tail = _run_length(old, new, range(a1 - 1, a0 - 1, -1), range(b1 - 1, b0 - 1, -1))
            a1, b1 = a1 - tail, b1 - tail
            yield a1, b1, tail
            left, right = old[a0:a1], new[b0:b1]
            size = len(left) * len(right)
            anchors = _anchors(left, right) if size > _SMALL else []
            self.budget -= 8 * (len(left) + len(right))
            if anchors:
                stops = [(0, 0), *anchors, (len(left), len(right))]
                ranges += [(a0 + i, a0 + k, b0 + j, b0 + m) for (i, j), (k, m) in pairwise(stops)]
            elif 0 < size <= _MODERATE:
                blocks = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
                self.budget -= size * len(blocks) // 4
                yield from ((a0 + i, b0 + j, size) for i, j, size in blocks)


def _run_length(old: list[str], new: list[str], there: range, here: range) -> int:
    for length, (i, j) in enumerate(zip(there, here, strict=False)):
        if old[i] != new[j]:
            return length
    return min(len(there), len(here))


def _anchors(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Places of tokens that each side has once, increasing on both sides.

    As many as possible; of anchors that follow each other directly only the first.
    """
    in_old, in_new = Counter(old), Counter(new)
    place = {token: j for j, token in enumerate(new) if in_new[token] == 1}
    shared = [(i, place[t]) for i, t in enumerate(old) if in_old[t] == 1 and t in place]
    ends: list[int] = []
    chains: list[_Chain] = []
    for i, j in shared:
        at = bisect_left(ends, j)
        chain = (i, j, chains[at - 1] if at else None)
        ends[at : at + 1] = [j]
        chains[at : at + 1] = [chain]
    chosen = list(_unlinked(chains[-1] if chains else None))[::-1]
    followed = {(i + 1, j + 1) for i, j in chosen}
    return [anchor for anchor in chosen if anchor not in followed]


def _unlinked(chain: _Chain | None) -> Iterator[tuple[int, int]]:
    while chain:
        i, j, chain = chain
        yield i, j


def _merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """One delete and one insert a change; a space between two replaced words goes with them."""
    kept: list[str] = []
    changed: dict[Op, list[str]] = {"delete": [], "insert": []}
    for piece in pieces:
        if piece.op == "equal" or not piece.text:
            kept.append(piece.text)
            continue
        between = "".join(kept)
        if between.isspace() and "\n" not in between and all(changed.values()):
            for texts in changed.values():
                texts.append(between)
        elif between:
            yield from _flushed(changed)
            yield Piece("equal", between)
        kept.clear()
        changed[piece.op].append(piece.text)
    yield from _flushed(changed)
    if any(kept):
        yield Piece("equal", "".join(kept))


def _flushed(changed: dict[Op, list[str]]) -> Iterator[Piece]:
    for op, texts in changed.items():
        if texts:
            yield Piece(op, "".join(texts))
            texts.clear()
