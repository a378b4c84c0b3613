"""Everything that is said of some judgments at once."""

from tests.unit.stats.sourced import made_task, said, sha_of, source_of
from tutorcli.core.judgment import Judgment
from tutorcli.stats.bootstrap import Sampling
from tutorcli.stats.table import Window
from tutorcli.team.figures import Ask, answer
from tutorcli.team.sheet import everything

TASKS = [made_task(f"t{n:02}", a="one", b="two") for n in range(12)]


def judgments() -> list[Judgment]:
    """Of two tutors one ties every second pair; only he judged the last task."""
    found = []
    for number, task in enumerate(TASKS):
        sha = sha_of(task)
        ranking = "ab" if number % 2 else "a,b"
        found.append(said(task.id, "ann", ranking, task_sha256=sha, id=f"a{number:02}"))
        if number < 11:
            found.append(said(task.id, "bob", "a,b", task_sha256=sha, id=f"b{number:02}"))
    return [*found, said("t00", "cat", disposition="skip", id="c00")]


def test_the_share_of_ties_is_told_of_each_tutor_who_compared() -> None:
    found = answer(source_of(judgments(), TASKS), Ask("tutors"))
    ties = {one["tutor"]: one for one in found["figures"] if one["figure"] == "ties"}
    assert {tutor: one["value"] for tutor, one in ties.items()} == {"ann": 0.5, "bob": 0}
    assert ties["ann"]["low"] < 0.5 < ties["ann"]["high"]
    assert (ties["ann"]["tasks"], ties["ann"]["tutors"]) == (12, 1)


def test_a_bias_that_cannot_be_told_says_what_is_missing() -> None:
    found = answer(source_of(judgments()), Ask("bias"))
    shown = [one for one in found["figures"] if one["figure"] == "first_shown_preferred"]
    why = "no two answers that differ in this were put in order"
    assert [(one["value"], one["why"]) for one in shown] == [(None, why)] * 3


def test_gaps_are_sentences_with_their_counts() -> None:
    page = everything(source_of(judgments(), TASKS), Window(), Sampling())
    assert page["sheet"]["gaps"][:2] == [
        "judged by one tutor alone: 1 of 12 tasks",
        "judgments that put their task aside (skipped, given up, ...): 1",
    ]


def test_a_sheet_tells_the_headline_figure_of_each_way_of_judging() -> None:
    page = everything(source_of(judgments(), TASKS), Window(), Sampling())
    told = [(one["kind"], one["figure"]) for one in page["sheet"]["agreement"]]
    assert told == [("preference", "alpha_ordinal")]


def test_leaderboards_are_a_part_with_their_notes() -> None:
    page = everything(source_of(judgments(), TASKS), Window(), Sampling())
    last = page["parts"][-1]
    assert last["boards"] == []
    assert last["notes"] == ["of no answer of a judged task is the model known here"]
