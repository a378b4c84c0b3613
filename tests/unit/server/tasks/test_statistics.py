"""Figures of the server's judgments: those that anybody computes of its export."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert

from tests.unit.server.tasks.tasking import (
    arrive,
    ask,
    enrol,
    give,
    give_gold,
    judgment_of,
    rows,
    task,
    under,
)
from tutorcli.core.judgment import Edit, Judgment, Rating
from tutorcli.core.measures import key_of
from tutorcli.core.task import task_to_json
from tutorcli.errors import ConfigError
from tutorcli.formats.containers import Line
from tutorcli.formats.encoding import canonical
from tutorcli.server import tables
from tutorcli.server.context import Context
from tutorcli.server.services.exporting import Sight, judgments_after
from tutorcli.server.services.projecting import project
from tutorcli.server.services.statistics import DatabaseSource, statistics
from tutorcli.server.services.withdrawing import Which, purge
from tutorcli.server.storage import next_feed
from tutorcli.services.figure_files import FileSource
from tutorcli.stats.table import Window
from tutorcli.team.figures import WHAT, Ask, answer

TUTORS = ("ann", "bob", "cat")
TASKS = 12


def judged(context: Context) -> None:
    """Three tutors judge all tasks: mostly the right answer first."""
    give(context, *(replace(task(n), overlap=len(TUTORS)) for n in range(TASKS)))
    for seed, tutor in enumerate(TUTORS):
        enrol(context, tutor)
        for number, one in enumerate(ask(context, tutor, TASKS).assignments):
            arrive(context, tutor, said(one.task, tutor, number * 7 + seed))


def said(one: dict[str, Any], tutor: str, chance: int) -> Judgment:
    """What a tutor says; of every few tasks something else."""
    best = sorted(one["answers"], key=lambda answer: not answer["text"].startswith("right"))
    ids = [answer["id"] for answer in best]
    if key_of(f"{tutor}{chance}") % 3 == 0:
        ids.reverse()
    return judgment_of(
        one,
        tutor,
        f"j-{tutor}-{chance:03}",
        ranking=tuple((id_,) for id_ in ids),
        ratings=(Rating("accuracy", ids[0], 1 + chance % 3),),
        edits=(Edit(ids[1], "0" * 64, f"better {chance % 2}"),),
        shown_order=tuple(sorted(ids)),
        active_ms=60_000,
    )


def run_out(context: Context) -> None:
    while project(context):
        pass


def exported(context: Context) -> FileSource:
    """What a lead exports, as files are read: tasks, then the lines of the server's export."""
    source = FileSource()
    lines = [canonical(task_to_json(replace(task(n), overlap=3))) for n in range(TASKS)]
    lines += judgments_after(context, Sight(sees_gold=True), 0).lines
    for number, line in enumerate(lines):
        source.take(Line("export.jsonl", number, line))
    return source


@pytest.mark.parametrize("what", WHAT)
def test_the_server_says_byte_for_byte_what_its_export_says(context: Context, what: str) -> None:
    judged(context)
    run_out(context)
    by = ("domain", "language") if what == "agreement" else ()
    ours = statistics(context, Ask(what, by))
    theirs = answer(exported(context), Ask(what, by))
    assert json.dumps(ours) == json.dumps(theirs)
    assert ours["judgments"] == TASKS * len(TUTORS)


def test_what_is_known_of_gold_tasks_is_held_against_tutors(context: Context) -> None:
    enrol(context, "ann")
    give(context, *map(task, range(4)))
    give_gold(context, task(100), task(101))
    for number, one in enumerate(ask(under(context, gold_rate=1.0), "ann", 2).assignments):
        arrive(context, "ann", said(one.task, "ann", number))
    run_out(context)
    (share, right) = statistics(context, Ask("gold"))["figures"]
    assert (share["figure"], share["tutor"], share["tasks"]) == ("gold", "ann", 2)
    assert right["tasks"] == 2
    scored = rows(context, tables.gold_scores)
    assert share["value"] == sum(row.matched for row in scored) / sum(row.total for row in scored)


def test_a_window_is_of_the_time_of_reception(context: Context) -> None:
    judged(context)
    run_out(context)
    now = round(context.database.now().timestamp() * 1000)
    day = 24 * 60 * 60 * 1000
    held = [
        statistics(context, Ask(window=window))["judgments"]
        for window in (Window(after=now - day), Window(before=now - day), Window(after=now + day))
    ]
    assert held == [TASKS * len(TUTORS), 0, 0]


def test_a_purge_takes_texts_and_leaves_the_figures(context: Context) -> None:
    judged(context)
    run_out(context)
    before = statistics(context, Ask())
    purge(context, "lead", Which(("t0",)), with_judgments=True)
    run_out(context)
    after = statistics(context, Ask())
    ours, theirs = (
        [one for one in it["figures"] if one["kind"] == "ranking" or one["kind"] == "ratings"]
        for it in (before, after)
    )
    assert ours == theirs
    tasks = [
        [one["tasks"] for one in it["figures"] if one["figure"] == "exact_match"]
        for it in (before, after)
    ]
    assert tasks == [[TASKS], [TASKS - 1]]
    assert statistics(context, Ask("bias"))["figures"]


def test_names_stand_beside_only_when_they_are_asked_for(context: Context) -> None:
    judged(context)
    assert "names" not in statistics(context, Ask())
    assert set(statistics(context, Ask(), with_names=True)["names"]) <= set(TUTORS)


def test_a_question_that_means_nothing_is_refused(context: Context) -> None:
    with pytest.raises(ConfigError, match="domian"):
        statistics(context, Ask(by=("domian",)))


def test_words_that_only_gold_uses_are_known(context: Context) -> None:
    give_gold(context, task(100))
    with context.database.read() as connection:
        source = DatabaseSource(connection)
        assert "adjudication" in source.words().values()


def test_what_no_longer_counts_is_left_out_of_an_export(context: Context) -> None:
    judged(context)
    rule_out(context, "j-ann-000")
    run_out(context)
    ours = statistics(context, Ask())
    assert ours["judgments"] == TASKS * len(TUTORS) - 1
    assert json.dumps(ours) == json.dumps(answer(exported(context), Ask()))


def rule_out(context: Context, judgment: str) -> None:
    """A lead decides that a judgment does not count."""
    with context.database.write() as connection:
        connection.execute(
            insert(tables.rulings).values(
                feed=next_feed(connection),
                judgment=judgment,
                tutor="ann",
                status="rejected",
                by="lead",
                at="2026",
            )
        )
