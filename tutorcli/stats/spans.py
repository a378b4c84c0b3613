"""Agreement on stretches of text that tutors marked as wrong.

Spans have no fixed units and no countable negatives, so there is nothing to correct for chance
with; the field reports the F-measure between two tutors instead, to which kappa tends as the
unmarked text grows. Counts are pooled over pairs of tutors and texts before the division, since a
mean of the F1 of texts has no value for a text that nobody marked; agreement on whether there is
an error at all is that of `marking.marked_answers`.

Source:
    Hripcsak and Rothschild 2005, J. Am. Med. Inform. Assoc. 12(3), 296-298 (F-measure as
    agreement, and its limit). WMT 2023 Shared Task on Quality Estimation, task 2 (error spans with
    severities; F1 first, precision and recall beside it). Perrella et al. 2026, arXiv:2603.19921
    (of the ways to score error spans, pooled counts with credit for partial overlap).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from tutorcli.errors import message
from tutorcli.stats.arrays import Bools, Ints
from tutorcli.stats.bootstrap import Estimator
from tutorcli.stats.distinct import distinct, numbered, row_keys
from tutorcli.stats.judged import Judged, changes, couples, judged, ratio, ratios, shared_tasks

NOTHING_MARKED = message("no tutor marked anything in a text that two judged")
NOTHING_SHARED = message("no two tutors marked the same characters")


@dataclass(frozen=True)
class Spans:
    """What tutors marked, and who judged at all.

    Order of the rows, of tasks, units, tutors and labels means nothing. A tutor who marked
    nothing in a unit that he judged says that nothing is wrong there; one who marked something
    has judged, named or not.
    """

    unit: Ints
    """Shape (spans,): which text, one field of one answer; an index into `task`."""
    tutor: Ints
    """Shape (spans,): an index into `tutors`."""
    start: Ints
    """Shape (spans,): first code point."""
    end: Ints
    """Shape (spans,): the code point after the last, not below `start`."""
    label: Ints
    """Shape (spans,): an index into `labels`."""
    severity: Ints
    """Shape (spans,): the level itself, such as 1 minor to 4 critical."""
    judged_unit: Ints
    """Shape (judged,): unit of each pair of a unit and a tutor who judged it."""
    judged_tutor: Ints
    """Shape (judged,)."""
    task: Ints
    """Shape (units,): the task that a unit belongs to."""
    tutors: tuple[str, ...]
    labels: tuple[str, ...]

    @cached_property
    def judged(self) -> Judged:
        """Who judged which text; its `basis` is that of every figure here."""
        unit = np.concatenate([self.judged_unit, self.unit])
        return judged(unit, np.concatenate([self.judged_tutor, self.tutor]), self.task)

    @cached_property
    def line(self) -> "_Line":
        """The spans whatever their labels."""
        return _line(self, np.zeros_like(self.label))

    @cached_property
    def line_by_label(self) -> "_Line":
        """The spans of each label apart."""
        return _line(self, self.label)


def exact_f1(marks: Spans) -> Estimator:
    """Share of the spans that the other tutor marked with the same start, end and label.

    Returns:
        2 * shared / (spans of one + spans of the other), summed over all pairs of tutors of a
        text: precision, recall and F1 over ordered pairs are the same number. 0 to 1;
        nan when no tutor marked anything where two judged.
    """
    return _overall(marks, _exact(marks.line_by_label, marks.judged))


def overlap_f1(marks: Spans) -> Estimator:
    """Share of the marked characters that the other tutor marked too, whatever the label.

    Returns:
        2 * shared / (characters of one + characters of the other), summed as in `exact_f1`.
        0 to 1; nan when no tutor marked a character where two judged.
    """
    return _overall(marks, _overlap(marks.line, marks.judged))


def overlap_f1_by_label(marks: Spans) -> dict[str, Estimator]:
    """`overlap_f1` of the spans of each label that occurs where two judged, in their order."""
    return {marks.labels[label]: found for label, found in _each(marks, marks.line_by_label)}


def overlap_f1_by_severity(marks: Spans) -> dict[int, Estimator]:
    """`overlap_f1` of the spans of each severity that occurs where two judged, lowest first."""
    return dict(_each(marks, _line(marks, marks.severity)))


def severity_agreement(marks: Spans, within: int = 0) -> Estimator:
    """Agreement in severity where two tutors marked the same characters.

    Args:
        marks: The spans; where those of one tutor overlap, his most severe counts.
        within: Levels by which two severities may differ.

    Returns:
        Share of the characters that both tutors of a pair marked, whatever the labels, whose
        severities differ by at most `within`. 0 to 1; nan when no character was shared.
    """
    line = marks.line
    alike = np.zeros_like(line.points)
    for near, above in _worst(line, marks.severity, within):
        alike += couples(near) + near * above
    both = couples(line.cover(line.merged))
    return _over_tasks(marks, line.unit_of_point, line.length * alike, line.length * both)


@dataclass(frozen=True, slots=True)
class _Runs:
    """Spans, those of one tutor and one place that overlap put together."""

    tutor: Ints
    start: Ints
    """An index into the points of the line; so is `end`."""
    end: Ints


@dataclass(frozen=True)
class _Line:
    """The spans with all texts laid end to end, one for each unit and key: its place."""

    order: Ints
    """Shape (spans,): which span stands where; by place, tutor, start and end."""
    tutor: Ints
    """Shape (spans,), in that order; so are the next three."""
    place: Ints
    """An index into `unit` and `key`."""
    start: Ints
    """An index into `points`."""
    end: Ints
    points: Ints
    """Where a span starts or ends on the line, ascending."""
    unit: Ints
    """Shape (places,)."""
    key: Ints
    """Shape (places,)."""
    width: int
    """Code points that each place takes: one more than any text needs."""

    @cached_property
    def length(self) -> Ints:
        """Code points from each point to the next; what lies between two texts nobody marked."""
        return np.diff(self.points, append=self.points[-1:])

    @cached_property
    def place_of_point(self) -> Ints:
        """Shape (points,)."""
        return self.points // self.width

    @property
    def unit_of_point(self) -> Ints:
        """Shape (points,)."""
        return self.unit[self.place_of_point]

    @cached_property
    def merged(self) -> _Runs:
        """All spans; ones of a tutor and a place that overlap are one, touching ones two."""
        return self._merged(np.arange(len(self.order)))

    def of_some(self, chosen: Bools) -> _Runs:
        """As `merged`, of some of the spans as they were told."""
        return self._merged(np.flatnonzero(chosen[self.order]))

    def cover(self, runs: _Runs) -> Ints:
        """How many tutors marked the character at each point."""
        count = len(self.points)
        ends = np.bincount(runs.end, minlength=count)
        return np.cumsum(np.bincount(runs.start, minlength=count) - ends)

    def _merged(self, rows: Ints) -> _Runs:
        first = np.flatnonzero(self._fresh(rows))
        reach = np.maximum.reduceat(self.end[rows], first) if len(first) else self.end[rows]
        return _Runs(self.tutor[rows][first], self.start[rows][first], reach)

    def _fresh(self, rows: Ints) -> Bools:
        """Whether each span, of rows in the line's order, overlaps none before it."""
        fresh = changes(self.place[rows], self.tutor[rows])
        # A lane for each tutor of a place, above all before it: the furthest end starts anew there.
        lane = np.cumsum(fresh) * len(self.points)
        reach = np.maximum.accumulate(self.end[rows] + lane)
        fresh[1:] |= (self.start[rows] + lane)[1:] >= reach[:-1]
        return fresh


def _line(marks: Spans, key: Ints) -> _Line:
    start = np.maximum(marks.start, 0)
    end = np.maximum(marks.end, start)
    keys, code = numbered(key)
    places, place = numbered(marks.unit * len(keys) + code)
    order = np.argsort(row_keys([place, marks.tutor, start, end]))
    place, width = place[order], int(end.max(initial=0)) + 1
    ends = np.concatenate([start[order], end[order]])
    points, index = numbered(np.concatenate([place, place]) * width + ends)
    starts, ends = np.split(index, 2)
    unit, key = places // max(len(keys), 1), keys[places % max(len(keys), 1)]
    return _Line(order, marks.tutor[order], place, starts, ends, points, unit, key, width)


@dataclass(frozen=True, slots=True)
class _Tally:
    """What pairs of tutors share, by unit and key."""

    unit: Ints
    key: Ints
    shared: Ints
    """Twice what both of a pair marked, summed over pairs."""
    marked: Ints
    """What one of a pair marked and what the other did, summed over pairs."""


def _exact(line: _Line, found: Judged) -> _Tally:
    runs, many = line.merged, int(line.tutor.max(initial=0)) + 1
    # A tutor may have marked an empty span twice: nothing there overlaps.
    spans = distinct(row_keys([runs.start, runs.end, runs.tutor])) // many
    first = np.flatnonzero(changes(spans))
    times = np.diff(np.append(first, len(spans)))
    start = spans[first] // (int(runs.end.max(initial=0)) + 1)
    return _tally(line, found, line.place_of_point[start], couples(times), times)


def _overlap(line: _Line, found: Judged) -> _Tally:
    times = line.cover(line.merged)
    return _tally(
        line, found, line.place_of_point, line.length * couples(times), line.length * times
    )


def _tally(line: _Line, found: Judged, place: Ints, both: Ints, each: Ints) -> _Tally:
    places = len(line.unit)
    # With m tutors each is compared with m - 1 others, so what he marked counts m - 1 times.
    others = np.maximum(found.times[line.unit] - 1, 0)
    shared = 2 * np.bincount(place, both, minlength=places).astype(np.int64)
    marked = others * np.bincount(place, each, minlength=places).astype(np.int64)
    return _Tally(line.unit, line.key, shared, marked)


def _overall(marks: Spans, tally: _Tally) -> Estimator:
    return _over_tasks(marks, tally.unit, tally.shared, tally.marked)


def _over_tasks(marks: Spans, unit: Ints, top: Ints, bottom: Ints) -> Estimator:
    """The ratio over all tasks where two tutors judged the same text, marked or not."""
    is_shared = marks.judged.times > 1
    overlapping, judged_twice = is_shared[unit], np.flatnonzero(is_shared)
    none = np.zeros_like(judged_twice)
    return ratio(
        marks.task[np.concatenate([unit[overlapping], judged_twice])],
        np.concatenate([top[overlapping], none]),
        np.concatenate([bottom[overlapping], none]),
    )


def _each(marks: Spans, line: _Line) -> Iterator[tuple[int, Estimator]]:
    tally = _overlap(line, marks.judged)
    tasks = int(np.count_nonzero(shared_tasks(marks.judged)))
    yield from ratios(tally.key, marks.task[tally.unit], tally.shared, tally.marked, tasks)


def _worst(line: _Line, severity: Ints, within: int) -> Iterator[tuple[Ints, Ints]]:
    """At each point, for each severity: tutors whose worst it is; those whose is a little above."""
    levels = np.unique(severity).tolist()
    reaching = [line.cover(line.of_some(severity >= level)) for level in levels]
    nobody = np.zeros_like(line.points)
    worst = [low - high for low, high in pairwise([*reaching, nobody])]
    for index, level in enumerate(levels):
        above = np.zeros_like(nobody)
        for other in range(index + 1, len(levels)):
            if levels[other] <= level + within:
                above += worst[other]
        yield worst[index], above
