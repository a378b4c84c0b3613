"""How alike the edits of one answer by several tutors are.

Similarities, not agreement: nothing is corrected for chance, since nobody knows how alike two
edits of one answer are that agree in nothing. Compare them with `from_base` of the same edits.

Similarity is rapidfuzz's ``Levenshtein.normalized_similarity`` with equal weights: 1 minus the
insertions, deletions and substitutions over the length of the longer text. Tokens are those of
`core.textdiff.words`: words, numbers and marks, Chinese by character, without white space.

What it costs is bounded, in three ways that take effect one after the other:

- The distance of two texts whose lengths multiply to more than `_AT_ONCE` is exact if few changes
  lead from one to the other (0.4 % of a million characters, 40 % of a hundred thousand). If not,
  both are cut where they are the same, and what is still too long into equal parts. The sum of the
  distances of the parts is never below the distance: the similarity is then a lower bound.
- Where the pairs of one answer would take more than `_PER_ANSWER`, a part of them is compared, at
  least `_FEWEST`, drawn by chance that depends on the texts alone.
- Equal texts are compared once.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from rapidfuzz.distance import Levenshtein

from tutorcli.core.textdiff import words
from tutorcli.errors import message
from tutorcli.stats.arrays import Floats, Ints
from tutorcli.stats.bootstrap import Estimator, generator
from tutorcli.stats.judged import Counted, Judged, counted, couples, judged, ratio

NOT_OFFERED = message("no answer could be edited")
NO_EDITS = message("no tutor edited an answer")
NO_PAIRS = message("no two tutors edited the same answer")

By = Literal["character", "token"]

_AT_ONCE = 400_000_000
"""Product of two lengths up to which a distance is exact; it takes about 0.04 s."""
_SHORT = 10_000
"""Product of two lengths up to which it does not pay to try few changes first."""
_IF_NEAR = 10
"""So many times that may be the product of the longer length and the changes."""
_PER_ANSWER = 20_000_000_000
"""Sum of such products over the pairs of one answer; about 2 s."""
_CALL = 50_000
"""What comparing two short texts takes at least, in the same measure."""
_FEWEST = 20
"""Pairs of an answer that are compared in any case, if there are so many."""
_NEAR = 31
"""Changes that are tried first: most edits change little, and few changes cost little."""
_PROBES: dict[By, int] = {"character": 16, "token": 5}
"""How much two texts must have in common to be cut there."""
_CUTS = 500
"""Places where a long text is tried to be cut."""
_FURTHEST = 20_000
"""How far from the expected place the same place of the other text is looked for: twice as far as
the last cut is behind, since what is far is more often alike by chance, but no further."""
_REMEMBERED = 64
"""Code points of the longest stretch whose words are remembered; others seldom come again."""
_MEMORY = 200_000
"""Stretches and words that are remembered from one answer to the next; about 40 MB."""
_CODES = 0x110000
"""Characters there are: words beyond so many different ones would share one."""


@dataclass(frozen=True, slots=True)
class Edits:
    """Edits of answers, and who could have made some.

    Order of the rows, of tasks, answers and tutors means nothing. An edit that equals its base
    is none. Who edited has judged, named or not. Of several edits of one answer by one tutor the
    first by code point counts.
    """

    answer: Ints
    """Shape (edits,): an index into `base` and `task`."""
    tutor: Ints
    """Shape (edits,): an index into `tutors`."""
    text: Sequence[str]
    """Shape (edits,)."""
    base: Sequence[str]
    """Shape (answers,): the text that was edited; of no use where nobody did."""
    judged_answer: Ints
    """Shape (judged,): answer of each pair of an answer and a tutor who was offered to edit it."""
    judged_tutor: Ints
    """Shape (judged,)."""
    task: Ints
    """Shape (answers,): the task that an answer belongs to."""
    tutors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Likeness:
    """What the comparison of edits found; figures are made of it at no further cost."""

    offered: Counted
    """Who could have edited which answer: the basis of `unchanged_rate`."""
    left: Ints
    """Shape (answers,): how many of them left it as it was."""
    edited: Judged
    """Who changed which of the answers that anybody changed: the basis of the other figures."""
    equal: Ints
    """Shape (edited answers,): pairs of edits that are the same, code point by code point."""
    similar: Mapping[By, Floats]
    """Shape (edited answers,): sum of the similarities of all pairs of its edits."""
    distant: Mapping[By, Floats]
    """Shape (edited answers,): sum of the distances of its edits from the base, each 0 to 1."""
    sampled: int
    """Answers of which only a part of the pairs was compared."""


def likeness(edits: Edits) -> Likeness:
    """Compare the edits of each answer with one another and with their base."""
    kept = _changes_of(edits)
    texts: dict[int, Counter[str]] = {}
    for (answer, _), text in kept.items():
        texts.setdefault(answer, Counter())[text] += 1
    codes = _Codes()
    answers = sorted(texts)
    rows = np.zeros((len(answers), 6))
    for place, answer in enumerate(answers):
        rows[place] = _compared(edits.base[answer], texts[answer], codes)
        codes.shrink()
    told = (edits.judged_answer, edits.judged_tutor), (edits.answer, edits.tutor)
    offered = counted(edits.task, *told)
    changed = np.array(list(kept), np.int64).reshape(-1, 2)
    index = np.array(answers, np.int64)
    edited = judged(np.searchsorted(index, changed[:, 0]), changed[:, 1], edits.task[index])
    left = offered.times.copy()
    left[index] -= edited.times
    return Likeness(
        offered,
        left,
        edited,
        equal=rows[:, 0].astype(np.int64),
        similar={"character": rows[:, 1], "token": rows[:, 2]},
        distant={"character": rows[:, 3], "token": rows[:, 4]},
        sampled=int(rows[:, 5].sum()),
    )


def edit_similarity(found: Likeness, by: By) -> Estimator:
    """Mean similarity of two tutors' edits of one answer.

    Returns:
        0 nothing in common to 1 the same, over all pairs of tutors; nan where no two edited the
        same answer.
    """
    return _per_pair(found, found.similar[by])


def exact_match(found: Likeness) -> Estimator:
    """Share of the pairs of edits of one answer that are the same; 0 to 1, nan without pairs."""
    return _per_pair(found, found.equal)


def from_base(found: Likeness, by: By) -> Estimator:
    """Mean distance of the edits from the text that was edited.

    Returns:
        1 minus the similarity: near 0 small changes, 1 all is new; nan without edits.
    """
    return ratio(found.edited.task, found.distant[by], found.edited.times)


def unchanged_rate(found: Likeness) -> Estimator:
    """Share of the tutors who could edit an answer and left it as it was.

    Returns:
        0 to 1, over all answers; nan where no answer could be edited.
    """
    times = found.offered.times
    some = times > 0
    return ratio(found.offered.task[some], found.left[some], times[some])


def similarity(one: str, other: str, by: By) -> float:
    """How alike two texts are, 0 to 1; two empty ones are 1. See the module on long texts."""
    spelling = _Spelling(by, _Codes())
    return spelling.alike(*map(spelling.spell, sorted((one, other))))


def _per_pair(found: Likeness, sums: Ints | Floats) -> Estimator:
    pairs = couples(found.edited.times)
    some = pairs > 0
    return ratio(found.edited.task[some], sums[some], pairs[some])


def _changes_of(edits: Edits) -> dict[tuple[int, int], str]:
    """The edit of each answer and tutor that changed something."""
    kept: dict[tuple[int, int], str] = {}
    rows = zip(edits.answer.tolist(), edits.tutor.tolist(), edits.text, strict=True)
    for answer, tutor, text in rows:
        if text != edits.base[answer]:
            key = answer, tutor
            kept[key] = min(text, kept.get(key, text))
    return kept


def _compared(base: str, times: Mapping[str, int], codes: "_Codes") -> tuple[float, ...]:
    """The sums of one answer.

    Args:
        base: The text that was edited.
        times: How many tutors made each text of it.
        codes: Of words.

    Returns:
        Equal pairs; similarities by character, by token; distances by character, by token; whether
        only a part of the pairs was compared.
    """
    texts = sorted(times)
    edits, equal = sum(times.values()), sum(n * (n - 1) // 2 for n in times.values())
    sampled = _sampled(texts)
    pairs = list(combinations(range(len(texts)), 2)) if sampled is None else sampled
    often = [times[text] for text in texts]
    weights = [often[one] * often[other] for one, other in pairs]
    total, unequal = sum(weights) or 1, edits * (edits - 1) // 2 - equal
    similar, distant = [], []
    for by in ("character", "token"):
        spelling = _Spelling(by, codes)
        alike, spelt, start = spelling.alike, [*map(spelling.spell, texts)], spelling.spell(base)
        found = math.fsum(
            [w * alike(spelt[i], spelt[j]) for w, (i, j) in zip(weights, pairs, strict=True)]
        )
        similar.append(equal + unequal * (found / total))
        # Where long texts are cut depends on which is the first.
        near = [
            alike(start, s) if base < t else alike(s, start)
            for s, t in zip(spelt, texts, strict=True)
        ]
        distant.append(math.fsum([n * (1 - s) for n, s in zip(often, near, strict=True)]))
    return equal, *similar, *distant, sampled is not None


def _sampled(texts: Sequence[str]) -> list[tuple[int, int]] | None:
    """Pairs of texts drawn by chance where all would take too long; None: all are to be compared."""
    if len(texts) * (len(texts) - 1) // 2 <= _FEWEST:
        return None
    sizes = np.minimum([len(text) for text in texts], math.isqrt(_AT_ONCE)).astype(np.float64)
    pairs = len(texts) * (len(texts) - 1) // 2
    cost = (sizes.sum() ** 2 - (sizes**2).sum()) / 2 + pairs * _CALL
    most = max(int(pairs * _PER_ANSWER / cost), _FEWEST) if cost else 0
    if pairs <= most:
        return None
    mixed = hashlib.sha256()
    for text in texts:
        mixed.update(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())
    random = generator("pairs of edits", mixed.digest(), 0)
    first = random.integers(0, len(texts), most)
    second = (first + random.integers(1, len(texts), most)) % len(texts)
    drawn = np.sort(np.column_stack([first, second]), axis=1)
    return [(one, other) for one, other in drawn.tolist()]


class _Spelling:
    """Texts as strings of what is compared, one character for each word if it is words."""

    def __init__(self, by: By, codes: "_Codes") -> None:
        self._probe = _PROBES[by]
        self._codes = codes if by == "token" else None

    def alike(self, first: str, second: str) -> float:
        """1 minus the distance over the greater length, of what `spell` gave."""
        size = len(first) * len(second)
        if size <= _SHORT:
            return Levenshtein.normalized_similarity(first, second)
        distance = _near(first, second, _AT_ONCE)
        if distance is None:
            parts = _in_parts(first, second, self._probe)
            distance = min(parts, max(len(first), len(second)))
        return 1 - distance / max(len(first), len(second))

    def spell(self, text: str) -> str:
        """A character for each of what is compared."""
        if self._codes is None:
            return text
        return "".join(map(self._codes.__getitem__, text.split()))


class _Codes(dict[str, str]):
    """Stretches without white space, their words as one character each.

    Most stretches of an edit are those of the base and of other edits: each is looked at once.
    """

    def __init__(self) -> None:
        super().__init__()
        self._words: dict[str, str] = {}

    def __missing__(self, stretch: str) -> str:
        codes = self._words
        found = "".join(codes.setdefault(word, chr(len(codes) % _CODES)) for word in words(stretch))
        if len(stretch) <= _REMEMBERED:
            self[stretch] = found
        return found

    def shrink(self) -> None:
        """Forget everything when it has become much; texts spelt before fit none after."""
        if len(self) + len(self._words) > _MEMORY:
            self.clear()
            self._words.clear()


def _near(first: str, second: str, at_once: int) -> int | None:
    """The distance of two texts; None where they are too long and too unlike."""
    if len(first) * len(second) <= at_once:
        return Levenshtein.distance(first, second, score_hint=_NEAR)
    most = _IF_NEAR * at_once // max(len(first), len(second))
    found = Levenshtein.distance(first, second, score_cutoff=most, score_hint=_NEAR)
    return found if found <= most else None


def _in_parts(first: str, second: str, probe: int) -> int:
    """At least the distance of two texts: the sum of the distances of their parts."""
    found = list(_stretches(first, second, probe))
    share = max(_AT_ONCE // len(found), 1)
    most = -(-sum(len(one) * len(other) for one, other in found) // _AT_ONCE)
    total = 0
    for one, other in found:
        apart = _near(one, other, share)
        parts = min(-(-len(one) * len(other) // share), most)
        total += _cut_evenly(one, other, parts) if apart is None else apart
    return total


def _cut_evenly(first: str, second: str, parts: int) -> int:
    """The sum of the distances of so many equal parts."""
    return sum(
        Levenshtein.distance(
            first[len(first) * part // parts : len(first) * (part + 1) // parts],
            second[len(second) * part // parts : len(second) * (part + 1) // parts],
            score_hint=_NEAR,
        )
        for part in range(parts)
    )


def _stretches(first: str, second: str, probe: int) -> Iterator[tuple[str, str]]:
    """Both texts cut at places where they are the same, near where the last such place says."""
    at = other = 0
    step = max(len(first) // _CUTS, probe)
    for cut in range(step, len(first), step):
        near, reach = other + cut - at, min(2 * (cut - at) + probe, _FURTHEST)
        low, high = max(other, near - reach), near + reach
        for start in range(cut, cut + step, max(step // 4, 1)):
            place = second.find(first[start : start + probe], low, high)
            if place >= 0:
                yield first[at:start], second[other:place]
                at, other = start, place
                break
    yield first[at:], second[other:]
