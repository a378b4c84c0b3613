"""How each tutor works, and what sways the choice between answers."""

from collections.abc import Iterator, Mapping

import numpy as np

from tutorcli.core.measures import MISSING, Kind
from tutorcli.core.rules import READ_TO_END, reading_ms
from tutorcli.errors import message
from tutorcli.stats import bias, scales
from tutorcli.stats.arrays import Bools, Ints
from tutorcli.stats.bootstrap import Sampling
from tutorcli.stats.coding import all_preferences, pairs, rated
from tutorcli.stats.distinct import mixed
from tutorcli.stats.figure import NO_TIME, Basis, Figure, count, figure, undefined
from tutorcli.stats.judged import ratio
from tutorcli.stats.lookup import Lookup, looked_up
from tutorcli.stats.others import others
from tutorcli.stats.parts import Part, Parts, Scope
from tutorcli.stats.rates import proportion, quantiles_of
from tutorcli.stats.report import Line
from tutorcli.stats.table import GOLD, Table
from tutorcli.stats.versus import shown_first

NO_REPEATS = message("this tutor was given no task twice")
NO_READING = message("what was read was not recorded")
NO_TEXTS = message("the texts of the tasks are not here")
ASIDE = ("skip", "refer", "bad_task", "give_up", "conflict")
_COUNTED = {"skip": "skips", "refer": "referrals", "bad_task": "bad_tasks", "give_up": "given_up"}


def working(table: Table, sampling: Sampling) -> Iterator[Line]:
    """What each tutor did: counts, time, care, agreement with the others and with themselves."""
    reading = _reading_ms(table)
    edited = np.unique(table.rows(Kind.EDIT).judgment)
    for index, tutor in enumerate(table.tutors):
        own = (table.tutor == index) & ~table.is_known
        if own.any():
            for found in _of_tutor(table, own, reading, edited, sampling):
                yield Line("work", {"tutor": tutor}, found)
    yield from _agreeing(table, sampling)


def _of_tutor(
    table: Table, own: Bools, reading: Ints, edited: Ints, sampling: Sampling
) -> Iterator[Figure]:
    done = np.flatnonzero(own & table.is_done)
    yield count("judged", len(done))
    for word in ASIDE:
        aside = own & (table.disposition == table.place_of(word))
        yield count(_COUNTED.get(word, f"{word}s"), int(aside.sum()))
    active = table.active_ms[done]
    timed = done[active != MISSING]
    yield from quantiles_of("active_s", table.active_ms[timed] / 1000, why=NO_TIME)
    known = timed[reading[timed] != MISSING]
    fast = int((table.active_ms[known] < reading[known]).sum())
    why = NO_TEXTS if len(timed) else NO_TIME
    yield proportion("too_fast", fast, len(known), level=sampling.level, why=why)
    read = table.read[done]
    seen = read[read != MISSING]
    unread = int((seen < READ_TO_END * 1000).sum())
    yield proportion("unread", unread, len(seen), level=sampling.level, why=NO_READING)
    changed = int(np.isin(done, edited).sum())
    yield proportion("edits", changed, len(done), level=sampling.level)


def _agreeing(table: Table, sampling: Sampling) -> Iterator[Line]:
    (part,) = _whole(table, (Kind.RANK, Kind.STRENGTH, Kind.RATING))
    preferred = all_preferences(part)
    for tutor, found in others(preferred, sampling):
        yield Line("pairs", {"tutor": tutor}, found)
    for criterion, of_criterion in rated(part):
        scope = {"criterion": criterion}
        for tutor, found in others(of_criterion, sampling):
            yield Line("ratings", {"tutor": tutor, **scope}, found)
        against = scales.against_others(of_criterion)
        for tutor, sums in zip(of_criterion.tutors, against, strict=True):
            for name, estimate in (("leniency", scales.leniency), ("spread", scales.spread)):
                found = figure(name, estimate(sums), sums.basis, sampling, scales.NO_SPREAD)
                yield Line("ratings", {"tutor": tutor, **scope}, found)
    yield from _tied(table, sampling)
    yield from _repeated(table, sampling)


def _tied(table: Table, sampling: Sampling) -> Iterator[Line]:
    """Of the pairs of answers that each tutor compared, the share of ties."""
    (part,) = _whole(table, (Kind.RANK, Kind.STRENGTH))
    found = pairs(part.rows(Kind.RANK), part.rows(Kind.STRENGTH))
    task, tied = table.task[found.judgment], (found.value == 0).astype(np.int64)
    for index, tutor in enumerate(table.tutors):
        own = table.tutor[found.judgment] == index
        n = int(own.sum())
        if n:
            basis = Basis(len(np.unique(task[own])), n, n, 1)
            estimator = ratio(task[own], tied[own], np.ones(n, np.int64))
            yield Line("work", {"tutor": tutor}, figure("ties", estimator, basis, sampling))


def _repeated(table: Table, sampling: Sampling) -> Iterator[Line]:
    """Agreement of tutors with themselves, where a task came to them twice."""
    again = Parts(table, chosen=~table.is_known, repeats=True)
    (second,) = again.each((Kind.RANK, Kind.STRENGTH, Kind.RATING))
    (first,) = _whole(table, (Kind.RANK, Kind.STRENGTH, Kind.RATING))
    whose = mixed(table.task, table.tutor)
    came_again: Bools = np.isin(whose, whose[second.judgments])
    before, after = _said(first.of(came_again)), _said(second)
    for index, tutor in enumerate(table.tutors):
        if tutor == GOLD:
            continue
        own = {key: value for key, value in after.items() if key[0] == index and key in before}
        task = np.array([key[1] for key in own], np.int64)
        same = np.array([before[key] == value for key, value in own.items()], np.int64)
        basis = Basis(len(set(task.tolist())), len(own), len(own), 1)
        if own:
            estimator = ratio(task, same, np.ones_like(same))
            found = figure("self_agreement", estimator, basis, sampling)
        else:
            found = undefined("self_agreement", basis, NO_REPEATS)
        yield Line("work", {"tutor": tutor}, found)


def _said(part: Part) -> Mapping[tuple[int, int, int], int]:
    """What tutors said, at first if more than once: tutor, task and unit, and which value."""
    table, found = part.table, pairs(part.rows(Kind.RANK), part.rows(Kind.STRENGTH))
    rows = part.rows(Kind.RATING)
    judgment = np.concatenate([found.judgment, rows.judgment])
    unit = np.concatenate([mixed(found.key, found.ref), mixed(rows.key, rows.ref + 1)])
    value = np.concatenate([np.sign(found.value), rows.value])
    order = np.argsort(-table.age[judgment], kind="stable")
    judgment, unit, value = judgment[order], unit[order], value[order]
    keys = zip(
        table.tutor[judgment].tolist(), table.task[judgment].tolist(), unit.tolist(), strict=True
    )
    return dict(zip(keys, value.tolist(), strict=True))


def swayed(table: Table, sampling: Sampling) -> Iterator[Line]:
    """Whether the place on the screen or the length of answers sways tutors: all, then each."""
    found = _compared(table)
    for index in (None, *range(len(table.tutors))):
        if index is not None and not (found.tutor == index).any():
            continue
        scope: Scope = {} if index is None else {"tutor": table.tutors[index]}
        basis = bias.bias_basis(found, index)
        for name, estimate, why in (
            ("first_shown_preferred", bias.first_shown_preferred, bias.NO_ORDERED_PAIRS),
            ("longer_preferred", bias.longer_preferred, bias.NO_ORDERED_PAIRS),
            ("ties", bias.tie_share, bias.NO_PAIRS),
        ):
            estimator = estimate(found, index)
            known = estimator.sample.tasks > 0
            told = (
                figure(name, estimator, basis, sampling) if known else undefined(name, basis, why)
            )
            yield Line("bias", scope, told)


def _compared(table: Table) -> bias.Compared:
    (part,) = _whole(table, (Kind.RANK, Kind.STRENGTH, Kind.SHOWN))
    found = pairs(part.rows(Kind.RANK), part.rows(Kind.STRENGTH))
    lengths = _lengths(table)
    task = table.task_keys[table.task[found.judgment]]
    one, other = (lengths(mixed(task, side)) for side in (found.key, found.ref))
    return bias.Compared(
        table.task[found.judgment],
        table.tutor[found.judgment],
        np.sign(found.value),
        shown_first(part, found),
        np.where((one < 0) | (other < 0), 0, np.sign(one - other)),
        table.tutors,
    )


def _whole(table: Table, kinds: tuple[Kind, ...]) -> Iterator[Part]:
    return Parts(table).each(kinds)


def _reading_ms(table: Table) -> Ints:
    """Of each judgment, what a very fast reader needs for its answers; `MISSING` without texts."""
    of_task = np.full(len(table.task_keys), MISSING, np.int64)
    for key, task in table.source.tasks(set(table.task_keys.tolist())):
        place = np.searchsorted(table.task_keys, key)
        of_task[place] = sum(reading_ms(answer.text) for answer in task.answers)
    found: Ints = of_task[table.task]
    return found


def _lengths(table: Table) -> Lookup:
    """Code points of answers by task and answer."""
    keys, refs, lengths = [], [], []
    for key, task in table.source.tasks(set(table.task_keys.tolist())):
        for answer in task.answers:
            keys.append(key)
            refs.append(table.place_of(answer.id))
            lengths.append(len(answer.text))
    columns = [np.array(column, np.int64) for column in (keys, refs)]
    return looked_up(mixed(*columns), np.array(lengths, np.int64))
