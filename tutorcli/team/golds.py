"""How tutors judged tasks of which it is known what is right."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from tutorcli.core.judgment import Judgment
from tutorcli.errors import message
from tutorcli.stats.arrays import Ints
from tutorcli.stats.bootstrap import Sampling
from tutorcli.stats.figure import Basis, figure, undefined
from tutorcli.stats.judged import ratio
from tutorcli.stats.rates import proportion
from tutorcli.stats.report import Line
from tutorcli.stats.table import GOLD, Table
from tutorcli.team.gold import Score, score

NO_GOLD = message("this tutor judged no task of which it is known what is right")


def against_gold(table: Table, sampling: Sampling) -> Iterator[Line]:
    """Of each tutor the share of what is known that was said as well, and of tasks all right.

    The first has an interval over whole tasks, for what is known of one task hangs together; the
    second Wilson's, for tasks do not.
    """
    scores = _scores(table)
    for tutor in table.tutors:
        if tutor == GOLD:
            continue
        own = scores.get(tutor, [])
        matched, total = (
            np.array([getattr(one, name) for one in own], np.int64) for name in ("matched", "total")
        )
        points = int(total.sum())
        basis = Basis(len(own), points, points, 1)
        share = ratio(np.arange(len(own)), matched, total)
        if own:
            found = figure("gold", share, basis, sampling, NO_GOLD)
        else:
            found = undefined("gold", basis, NO_GOLD)
        yield Line("gold", {"tutor": tutor}, found)
        right = sum(one.matched == one.total for one in own)
        found = proportion("gold_tasks", right, len(own), level=sampling.level, why=NO_GOLD)
        yield Line("gold", {"tutor": tutor}, found)


def _scores(table: Table) -> dict[str, list[Score]]:
    """The scores of each tutor, of the tasks of which something is known."""
    known = np.flatnonzero(table.is_known & table.is_done & ~table.is_repeat)
    said = np.isin(table.task, table.task[known]) & table.is_done
    said &= ~table.is_known & ~table.is_repeat
    newest_first = known[np.argsort(-table.age[known])]
    truth = {
        int(table.task[index]): judgment for index, judgment in _judgments(table, newest_first)
    }
    scores = defaultdict(list)
    for index, judgment in _judgments(table, np.flatnonzero(said)):
        result = score(truth[int(table.task[index])], judgment)
        if result.total:
            scores[table.tutors[table.tutor[index]]].append(result)
    return scores


def _judgments(table: Table, indices: Ints) -> Iterator[tuple[int, Judgment]]:
    """Judgments with their indices; those that are no more to be had are left out."""
    numbers = table.numbers[indices].tolist()
    found = dict(table.source.judgments(set(numbers)))
    for index, number in zip(indices.tolist(), numbers, strict=True):
        if number in found:
            yield index, found[number]
