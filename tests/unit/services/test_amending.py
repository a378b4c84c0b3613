"""Second thoughts on a task: amending a judgment and taking it back, with real stores."""

from dataclasses import replace
from typing import Any

import pytest

from tests.unit.services.acts import ABC, RANKED, at_once, opened, stored, submit
from tests.unit.services.conftest import Reopen
from tests.unit.store.conftest import fill, judged, make_task, state_of
from tutorcli.core.draft import COMMENT, EDIT, entry_of
from tutorcli.core.judgment import Judgment, freeze
from tutorcli.services import judging
from tutorcli.services.desk import Desk
from tutorcli.services.judging import Ending, NotReady
from tutorcli.store import judgments


@pytest.fixture(autouse=True)
def _tasks(desk: Desk) -> None:
    fill(desk.queue, [make_task("t1", answers=ABC), make_task("t2", answers=ABC)])


# -- amending


def test_an_amended_judgment_stays_current_until_it_is_submitted_again(
    desk: Desk, reopen: Reopen
) -> None:
    first = submit(desk, RANKED, ["set", "accept_line", 1], ["set", "confidence", 2])
    again = judging.amend(desk, "t1")
    assert again.draft.supersedes == first.id
    assert entry_of(again.draft).ranking() == first.preference
    assert again.draft.fields["confidence"] == 2
    judging.record(desk, again, [["set", "ranking", [["a"]]]])
    current = judging.current_judgment(reopen(), "t1")
    assert current is not None
    assert current.id == first.id
    assert state_of(desk.queue, "t1") == "done"


def test_a_revision_names_what_it_supersedes(desk: Desk) -> None:
    first = submit(desk, RANKED)
    again = judging.amend(desk, "t1")
    judging.record(desk, again, [["set", "ranking", [["a"], ["b"], ["c"]]]])
    second = judging.submit(desk, again).frozen.judgment
    assert (second.revision, second.supersedes) == (2, first.id)
    assert judging.current_judgment(desk, "t1") == second
    assert stored(desk) == [first, second]


def test_the_bytes_of_the_first_revision_stay(desk: Desk) -> None:
    first = judging.submit(desk, opened(desk, RANKED)).frozen
    judging.submit(desk, judging.amend(desk, "t1"))
    assert judgments.of_task(desk.queue, "t1")[0].body == first.body


def test_amending_brings_everything_that_was_said(desk: Desk) -> None:
    first = submit(
        desk,
        RANKED,
        ["row", "ratings", '["c","safety"]', {"answer": "c", "criterion": "safety", "value": 1}],
        ["row", "ratings", '["a","safety"]', {"answer": "a", "criterion": "safety", "na": True}],
        ["row", "strengths", '["a","b"]', {"first": "a", "second": "b", "value": -2}],
        ["open", EDIT + "b", "Better\r\n"],
        ["row", "edit_reasons", "b", ["wrong_dose"]],
        ["open", COMMENT, "why"],
        ["set", "flags", ["urgent"]],
        ["row", "read", "a", 0.5],
    )
    second = judging.submit(desk, judging.amend(desk, "t1")).frozen.judgment
    changed: dict[str, Any] = {
        "id": "", "revision": 0, "supersedes": None, "started_at": "", "decided_at": "",
    }  # fmt: skip
    assert replace(second, **changed) == replace(first, **changed)


def test_a_draft_that_exists_is_amended_as_it_is(desk: Desk, reopen: Reopen) -> None:
    submit(desk, RANKED)
    judging.record(desk, judging.amend(desk, "t1"), [["set", "ranking", [["c"]]]])
    assert judging.amend(reopen(), "t1").draft.fields["ranking"] == [["c"]]


def test_amending_a_task_never_judged_begins_an_empty_draft(desk: Desk) -> None:
    assert judging.amend(desk, "t1").draft.is_empty
    assert desk.drafts.touched() == []


def test_a_fork_by_another_process_is_superseded_not_its_ancestor(
    desk: Desk, reopen: Reopen
) -> None:
    first = submit(desk, RANKED)
    here = judging.amend(desk, "t1")
    other = reopen()
    foreign = freeze(
        replace(first, id=other.new_id(), revision=2, supersedes=first.id, comment="fork")
    )
    judgments.append(other.queue, foreign)
    judging.record(desk, here, [["set", "ranking", [["c"], ["a"], ["b"]]]])
    mine = judging.submit(desk, here).frozen.judgment
    assert (mine.revision, mine.supersedes) == (3, foreign.judgment.id)
    assert judging.current_judgment(desk, "t1") == mine
    assert len(stored(desk)) == 3


def test_a_task_judged_elsewhere_while_it_was_open_is_superseded(
    desk: Desk, reopen: Reopen
) -> None:
    here = opened(desk)
    other = reopen()
    theirs = freeze(
        replace(judging.judgment_so_far(other, opened(other)), id=other.new_id(), ranking=(("a",),))
    )
    judgments.append(other.queue, theirs)
    judging.record(desk, here, [RANKED])
    mine = judging.submit(desk, here).frozen.judgment
    assert (mine.revision, mine.supersedes) == (2, theirs.judgment.id)


def test_no_one_elses_judgment_takes_the_place_of_mine(desk: Desk) -> None:
    mine = submit(desk, RANKED)
    foreign = judged("t1", "local-0000000b", revision=2, supersedes=mine.id, ranking=(("c",),))
    judgments.append(desk.queue, foreign)
    assert judging.current_judgment(desk, "t1") == mine
    assert state_of(desk.queue, "t1") == "done"
    again = judging.amend(desk, "t1")
    assert entry_of(again.draft).tiers == mine.ranking


def test_judgments_of_others_open_nothing_for_this_tutor(desk: Desk) -> None:
    judgments.append(desk.queue, judged("t1", "local-0000000b", ranking=(("c",),)))
    assert judging.open_task(desk, "t1").is_blind
    assert state_of(desk.queue, "t1") == "open"


# -- taking back


def take_back(desk: Desk) -> Judgment:
    return at_once(desk, ["open", COMMENT, "a mistake"], disposition="withdrawn")


def test_a_judgment_taken_back_leaves_the_task_open_and_blind(desk: Desk) -> None:
    first = submit(desk, RANKED)
    said = take_back(desk)
    assert (said.disposition, said.revision, said.supersedes) == ("withdrawn", 2, first.id)
    assert (said.ranking, said.comment) == ((), "a mistake")
    assert state_of(desk.queue, "t1") == "open"
    assert judging.open_task(desk, "t1").is_blind


def test_a_judgment_is_taken_back_from_its_draft_too(desk: Desk) -> None:
    submit(desk, RANKED)
    again = judging.amend(desk, "t1")
    judging.submit(desk, again, Ending("withdrawn"))
    assert state_of(desk.queue, "t1") == "open"
    assert desk.drafts.touched() == []


def test_a_task_judged_again_after_taking_back_is_done(desk: Desk) -> None:
    submit(desk, RANKED)
    taken = take_back(desk)
    again = submit(desk, RANKED)
    assert (again.revision, again.supersedes) == (3, taken.id)
    assert state_of(desk.queue, "t1") == "done"


@pytest.mark.parametrize("times", [0, 1])
def test_there_must_be_something_to_take_back(desk: Desk, times: int) -> None:
    if times:
        submit(desk, RANKED)
        take_back(desk)
    with pytest.raises(NotReady, match="no judgment to take back"):
        take_back(desk)


def test_taking_back_from_a_draft_needs_something_to_take_back(desk: Desk) -> None:
    with pytest.raises(NotReady):
        judging.submit(desk, opened(desk, RANKED), Ending("withdrawn"))
    assert stored(desk) == []


def test_why_a_judgment_was_taken_back_is_no_comment_of_the_next_one(desk: Desk) -> None:
    submit(desk, RANKED)
    take_back(desk)
    assert judging.amend(desk, "t1").draft.text(COMMENT) is None


def test_a_draft_thrown_away_leaves_what_was_submitted(desk: Desk) -> None:
    first = submit(desk, RANKED)
    again = judging.amend(desk, "t1")
    judging.discard(desk, again)
    assert desk.drafts.touched() == []
    assert judging.current_judgment(desk, "t1") == first
