"""Everything that is to be said of a body of judgments: all reports, and a data sheet."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from tutorcli.errors import message
from tutorcli.stats.bootstrap import Sampling
from tutorcli.stats.table import Source, Table, Window, keys_of
from tutorcli.team.boards import BoardAsk, boards
from tutorcli.team.figures import WHAT, Ask, answer
from tutorcli.team.thresholds import is_headline

SCHEMA = "tutorcli.report/1"


def everything(source: Source, window: Window, sampling: Sampling) -> dict[str, Any]:
    """All reports, the leaderboards and the data sheet of some judgments, as one JSON object.

    Args:
        source: Where they are.
        window: Of which time.
        sampling: Of the intervals.
    """
    parts = [answer(source, Ask(what, window=window, sampling=sampling)) for what in WHAT]
    found = boards(source, BoardAsk(window=window, sampling=sampling))
    table = Table(source, window)
    return {
        "schema": SCHEMA,
        "parts": [*(part for part in parts if part["figures"]), found],
        "sheet": _sheet(table, parts[0]),
    }


def _sheet(table: Table, agreement: Mapping[str, Any]) -> dict[str, Any]:
    judged = set(table.task_keys.tolist())
    known = [subject for key, subject in keys_of(table.source.subjects()) if key in judged]
    sources, licences = Counter[str](), Counter[str]()
    for _, task in table.source.tasks(judged):
        sources[_name(task.source)] += 1
        licences[_name(task.licence)] += 1
    return {
        "sources": _counts(sources),
        "licences": _counts(licences),
        "domains": _counts(Counter(subject.domain for subject in known)),
        "languages": _counts(Counter(subject.language for subject in known)),
        "qualifications": dict(sorted(table.source.qualifications().items())),
        "protocols": _names(table, table.protocol),
        "guidelines": _names(table, table.guideline),
        "agreement": [one for one in agreement["figures"] if is_headline(one)],
        "gaps": list(_gaps(table, agreement)),
    }


def _name(value: Any) -> str:
    """A source or licence as one line; what is not known is empty."""
    if isinstance(value, Mapping):
        for key in ("name", "title", "dataset", "url"):
            if isinstance(value.get(key), str):
                return str(value[key])
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return "" if value is None else str(value)


def _counts(found: Counter[str]) -> dict[str, int]:
    return {name: found[name] for name in sorted(found) if name}


def _names(table: Table, places: np.ndarray) -> list[str]:
    """Documents by which judgments were made."""
    found = (table.words[place] for place in np.unique(places[table.is_done]).tolist())
    return [name for name in found if name]


def _gaps(table: Table, agreement: Mapping[str, Any]) -> Iterator[str]:
    done = table.is_done & ~table.is_known
    tutors = np.unique(np.stack([table.task[done], table.tutor[done]]), axis=1)[0]
    times = np.bincount(tutors, minlength=len(table.task_keys))
    if alone := int((times == 1).sum()):
        judged = int((times > 0).sum())
        yield str(message("judged by one tutor alone: {n} of {all} tasks", n=alone, all=judged))
    if aside := int((~table.is_done).sum()):
        yield str(
            message("judgments that put their task aside (skipped, given up, ...): {n}", n=aside)
        )
    if repeats := int((done & table.is_repeat).sum()):
        yield str(message("repeats, which count for self-agreement alone: {n}", n=repeats))
    keys = {key for key, _ in keys_of(table.source.subjects())}
    if missing := sum(key not in keys for key in table.task_keys.tolist()):
        yield str(
            message("judged tasks of which the text that was judged is not here: {n}", n=missing)
        )
    figures = agreement["figures"]
    if weak := sum(bool(one["weak"]) for one in figures):
        yield str(
            message(
                "figures of agreement that rest on too little: {n} of {all}",
                n=weak,
                all=len(figures),
            )
        )
    yield from agreement["notes"]
