"""A tutor's acts on one task, with real stores."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.unit.services.conftest import TUTOR, Clock, Reopen
from tests.unit.store.conftest import fill, judged, make_task, state_of, update
from tutorcli.core.draft import COMMENT, EDIT, READ, Operation, entry_of
from tutorcli.core.judgment import Judgment, freeze
from tutorcli.core.task import Answer
from tutorcli.errors import InputError, StoreError, message
from tutorcli.services import judging
from tutorcli.services.desk import Desk
from tutorcli.services.judging import SNAPSHOT_EVERY, Ending, NotReady, Opened, Said
from tutorcli.store import judgments
from tutorcli.store.drafts import Drafts

ABC = tuple(Answer(name, f"Text of {name}.") for name in "abc")
RANKED: Operation = ["set", "ranking", [["b"], ["a"], ["c"]]]


@pytest.fixture(autouse=True)
def _tasks(desk: Desk) -> None:
    fill(desk.queue, [make_task("t1", answers=ABC), make_task("t2", answers=ABC)])


def opened(desk: Desk, *operations: Operation, task: str = "t1") -> Opened:
    found = judging.open_task(desk, task)
    if operations:
        judging.record(desk, found, operations)
    return found


def submit(desk: Desk, *operations: Operation, task: str = "t1") -> Judgment:
    return judging.submit(desk, opened(desk, *operations, task=task)).frozen.judgment


def stored(desk: Desk, task: str = "t1") -> list[Judgment]:
    return [frozen.judgment for frozen in judgments.of_task(desk.queue, task)]


# -- opening and drafting


def test_opening_a_task_writes_nothing(desk: Desk) -> None:
    first = opened(desk)
    assert (first.judged, first.is_stored, first.is_blind, first.active_ms) == (
        None,
        False,
        True,
        0,
    )
    assert desk.drafts.touched() == []
    assert sorted(first.assigned.order) == ["a", "b", "c"]


def test_a_task_that_is_not_there_is_named(desk: Desk) -> None:
    with pytest.raises(InputError, match='no task "t9"') as caught:
        judging.open_task(desk, "t9")
    assert "tutorcli queue" in str(caught.value.hint)


def test_every_step_of_a_draft_is_there_after_the_program_was_killed(
    desk: Desk, reopen: Reopen
) -> None:
    steps: list[Operation] = [
        ["set", "ranking", [["b"]]],
        ["at", "tie_next", True],
        ["row", "ratings", '["a","accuracy"]', {"answer": "a", "criterion": "accuracy", "value": 3}],
        ["open", EDIT + "a", "Text of a."],
        ["splice", EDIT + "a", 0, 0, 0, 4, "中\r\n文"],
        ["open", COMMENT, "so"],
        ["set", "confidence", 4],
    ]  # fmt: skip
    here = judging.open_task(desk, "t1")
    for step in steps:
        judging.record(desk, here, [step])
        there = judging.open_task(reopen(), "t1")
        assert there.draft == replace(here.draft, texts=there.draft.texts)
        assert {key: there.draft.text(key) for key in here.draft.texts} == {
            key: here.draft.text(key) for key in here.draft.texts
        }
        assert there.is_stored
    assert there.draft.text(EDIT + "a") == "中\r\n文 of a."


def test_the_draft_keeps_its_id_its_beginning_and_the_time_spent(
    desk: Desk, reopen: Reopen
) -> None:
    here = judging.open_task(desk, "t1")
    here.active_ms = 1234
    judging.record(desk, here, [RANKED])
    there = judging.open_task(reopen(), "t1")
    assert (there.draft.judgment_id, there.draft.started_at, there.active_ms) == (
        here.draft.judgment_id,
        here.draft.started_at,
        1234,
    )


def test_a_long_draft_is_written_whole_once_in_a_while(desk: Desk, reopen: Reopen) -> None:
    here = opened(desk, ["open", COMMENT, ""])
    for number in range(SNAPSHOT_EVERY + 10):
        judging.record(desk, here, [["splice", COMMENT, 0, number, 0, number, "x"]])
    saved = desk.drafts.load("t1")
    assert saved is not None
    assert saved.snapshot is not None
    assert len(saved.ops) < SNAPSHOT_EVERY
    there = judging.open_task(reopen(), "t1")
    assert there.draft.text(COMMENT) == "x" * (SNAPSHOT_EVERY + 10)


class Failing(Drafts):
    """Drafts whose disk can be full."""

    is_full = False

    def execute(self, sql: str, values: Any = ()) -> None:
        if self.is_full and sql.startswith(("INSERT", "UPDATE")):
            raise StoreError(message("the disk is full"))
        super().execute(sql, values)


def test_what_could_not_be_written_is_written_with_the_next_key(desk: Desk, reopen: Reopen) -> None:
    failing = Failing.open(desk.drafts.folder)
    desk = replace(desk, drafts=failing)
    here = opened(desk, ["open", COMMENT, "ab"])
    failing.is_full = True
    for column in (2, 3):
        with pytest.raises(StoreError):
            judging.record(desk, here, [["splice", COMMENT, 0, column, 0, column, "x"]])
        assert judging.open_task(reopen(), "t1").draft.text(COMMENT) == "ab"
    failing.is_full = False
    judging.record(desk, here, [["splice", COMMENT, 0, 4, 0, 4, "y"]])
    assert judging.open_task(reopen(), "t1").draft.text(COMMENT) == "abxxy"
    failing.close()


def test_a_draft_that_cannot_be_read_is_named_and_kept(desk: Desk) -> None:
    here = opened(desk, ["open", COMMENT, "ab"])
    desk.drafts.add("t1", '[["splice","comment",0,99,0,99,"x"]]', 1, 1)
    with pytest.raises(InputError, match='"t1"'):
        judging.open_task(desk, here.task_id)
    assert [task for task, _ in desk.drafts.touched()] == ["t1"]


# -- submitting


def test_a_judgment_is_on_the_disk_when_submitting_returns(desk: Desk, reopen: Reopen) -> None:
    here = opened(desk, RANKED)
    submitted = judging.submit(desk, here)
    assert submitted.dseq == 1
    (said,) = stored(reopen())
    assert said == submitted.frozen.judgment
    assert (said.id, said.tutor, said.revision, said.supersedes) == (
        here.draft.judgment_id,
        TUTOR,
        1,
        None,
    )
    assert said.ranking == (("b",), ("a",), ("c",))
    assert said.shown_order == here.assigned.order
    assert said.app == "tutorcli/test"
    assert state_of(desk.queue, "t1") == "done"
    assert desk.drafts.touched() == []


def test_times_come_from_the_desks_clock(desk: Desk, clock: Clock) -> None:
    here = judging.open_task(desk, "t1")
    clock.ms += 60_000
    judging.record(desk, here, [RANKED])
    said = judging.submit(desk, here).frozen.judgment
    assert said.started_at is not None
    assert said.started_at.startswith("2026-01-01T00:00:00.0")
    assert said.decided_at is not None
    assert said.decided_at.startswith("2026-01-01T00:01:00.0")


def test_numbers_of_this_device_have_no_gaps(desk: Desk) -> None:
    numbers = [judging.submit(desk, opened(desk, RANKED, task=task)).dseq for task in ("t1", "t2", "t1")]  # fmt: skip
    assert numbers == [1, 2, 3]


def test_a_judgment_with_faults_stores_nothing_and_keeps_the_draft(
    desk: Desk, reopen: Reopen
) -> None:
    here = opened(desk, ["set", "confidence", 9], ["open", COMMENT, "x"])
    with pytest.raises(NotReady) as caught:
        judging.submit(desk, here)
    assert {fault.field for fault in caught.value.faults} == {"ranking", "confidence"}
    assert stored(desk) == []
    assert state_of(desk.queue, "t1") == "open"
    assert judging.open_task(reopen(), "t1").draft.text(COMMENT) == "x"


def test_a_commit_that_fails_keeps_the_draft(
    desk: Desk, reopen: Reopen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise StoreError(message("the disk is full"))

    here = opened(desk, RANKED)
    monkeypatch.setattr(judgments, "append", full)
    with pytest.raises(StoreError):
        judging.submit(desk, here)
    monkeypatch.undo()
    assert judging.open_task(reopen(), "t1").draft.fields == {"ranking": [["b"], ["a"], ["c"]]}
    assert judging.submit(desk, here).frozen.judgment.revision == 1


def test_a_draft_left_behind_between_the_commit_and_its_end_is_dropped(
    desk: Desk, reopen: Reopen, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = opened(desk, RANKED)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Drafts, "discard", killed)
    with pytest.raises(KeyboardInterrupt):
        judging.submit(desk, here)
    monkeypatch.undo()
    again = judging.open_task(reopen(), "t1")
    assert again.judged is not None
    assert again.judged.id == here.draft.judgment_id
    assert again.draft.judgment_id != here.draft.judgment_id
    assert again.draft.is_empty
    assert desk.drafts.touched() == []
    assert len(stored(desk)) == 1


def test_submitting_the_same_draft_twice_stores_it_once(desk: Desk) -> None:
    here = opened(desk, RANKED)
    judging.submit(desk, here)
    with pytest.raises(InputError, match="exists already"):
        judging.submit(desk, here)
    assert len(stored(desk)) == 1


def test_soft_warnings_come_with_the_judgment_and_block_nothing(desk: Desk) -> None:
    submitted = judging.submit(desk, opened(desk, RANKED, ["row", READ, "a", 0.5]))
    assert "was read to 50 %" in " ".join(map(str, submitted.warnings))


def test_a_task_set_aside_leaves_the_queue_with_its_reason(desk: Desk) -> None:
    here = opened(desk, RANKED, ["open", COMMENT, "why"])
    said = judging.submit(desk, here, Ending("skip", "tired")).frozen.judgment
    assert (said.disposition, said.reason, said.ranking, said.comment) == (
        "skip",
        "tired",
        (),
        "why",
    )
    assert state_of(desk.queue, "t1") == "set-aside"
    assert judging.open_task(desk, "t1").is_blind


def test_a_judged_task_is_blind_no_longer(desk: Desk) -> None:
    submit(desk, RANKED)
    assert not judging.open_task(desk, "t1").is_blind


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


def at_once(desk: Desk, *operations: Operation, **ending: Any) -> Judgment:
    (done,) = judging.judge(desk, [("t1", Said(Ending(**ending), operations, 9))])
    return done.frozen.judgment


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


# -- judging at once


def test_judging_at_once_stores_what_was_said_and_nothing_more(desk: Desk) -> None:
    done = at_once(desk, ["set", "ranking", [["b"], ["a"]]])
    assert (done.ranking, done.active_ms) == ((("b",), ("a",)), 9)
    assert stored(desk) == [done]
    assert desk.drafts.touched() == []


def test_judging_at_once_again_is_a_revision(desk: Desk) -> None:
    first, second = at_once(desk, RANKED), at_once(desk, RANKED)
    assert (second.revision, second.supersedes) == (2, first.id)


def test_judging_at_once_with_faults_stores_none_of_many(desk: Desk) -> None:
    good, bad = Said(operations=(RANKED,)), Said(operations=(["set", "ranking", [["z"]]],))
    with pytest.raises(NotReady):
        judging.judge(desk, [("t1", good), ("t2", bad)])
    assert stored(desk) == stored(desk, "t2") == []
    assert state_of(desk.queue, "t1") == "open"
    with pytest.raises(InputError):
        judging.judge(desk, [("t1", good), ("t9", good)])
    assert stored(desk) == []


def test_a_task_named_twice_in_one_go_gets_two_revisions(desk: Desk) -> None:
    said = Said(operations=(RANKED,))
    first, second = judging.judge(desk, [("t1", said), ("t1", said)])
    assert second.frozen.judgment.supersedes == first.frozen.judgment.id


def test_a_draft_on_the_screen_is_never_lost_to_a_script(desk: Desk) -> None:
    submit(desk, RANKED)
    judging.record(desk, judging.amend(desk, "t1"), [["open", COMMENT, "long work"]])
    for disposition in ("done", "withdrawn"):
        with pytest.raises(NotReady, match="draft"):
            at_once(desk, RANKED, disposition=disposition)
    assert judging.open_task(desk, "t1").draft.text(COMMENT) == "long work"
    assert len(stored(desk)) == 1


# -- tasks that were updated


def test_a_judgment_names_the_text_that_its_tutor_saw(desk: Desk) -> None:
    here = opened(desk)
    update(desk.queue, make_task("t1", "Another prompt", answers=ABC))
    judging.record(desk, here, [RANKED])
    said = judging.submit(desk, here).frozen.judgment
    assert said.task_sha256 == here.task_sha256
    assert judging.open_task(desk, "t1").task_sha256 != here.task_sha256


def test_answers_that_an_update_took_away_are_taken_out_of_the_draft(desk: Desk) -> None:
    opened(
        desk,
        ["set", "ranking", [["b"], ["a"], ["c"]]],
        ["set", "accept_line", 2],
        ["row", "ratings", '["b","safety"]', {"answer": "b", "criterion": "safety", "value": 1}],
        ["row", "ratings", '["a","safety"]', {"answer": "a", "criterion": "safety", "value": 2}],
        ["row", "strengths", '["a","b"]', {"first": "a", "second": "b", "value": 1}],
        ["row", "read", "b", 1],
        ["row", "edit_reasons", "b", ["x"]],
        ["open", EDIT + "b", "x"],
        ["at", "editing", EDIT + "b"],
        ["at", "focus", "b"],
        ["open", COMMENT, "kept"],
    )
    update(desk.queue, make_task("t1", answers=(ABC[0], ABC[2], Answer("d", "New."))))
    draft = judging.open_task(desk, "t1").draft
    assert draft.fields == {"ranking": [["a"], ["c"]], "accept_line": 1}
    assert list(draft.rows["ratings"]) == ['["a","safety"]']
    assert not any(draft.rows[name] for name in ("strengths", "read", "edit_reasons"))
    assert list(draft.texts) == [COMMENT]
    assert "editing" not in draft.place


def test_a_judgment_of_a_task_updated_since_can_be_amended(desk: Desk) -> None:
    submit(desk, RANKED, ["set", "accept_line", 1])
    update(desk.queue, make_task("t1", answers=(ABC[0], ABC[2])))
    again = judging.amend(desk, "t1")
    assert again.draft.fields == {"ranking": [["a"], ["c"]], "accept_line": 0}
    assert judging.submit(desk, again).frozen.judgment.ranking == (("a",), ("c",))


def test_the_log_of_a_draft_is_lines_of_json(desk: Desk) -> None:
    opened(desk, RANKED, ["at", "focus", "a"])
    saved = desk.drafts.load("t1")
    assert saved is not None
    (row,) = saved.ops
    assert json.loads(row)[-2:] == [RANKED, ["at", "focus", "a"]]


def test_looking_at_a_task_makes_no_draft_of_it(desk: Desk) -> None:
    looked = (["at", "focus", "a"], ["row", READ, "a", 0.5])
    here = opened(desk, *looked)
    assert desk.drafts.load("t1") is None
    judging.record(desk, here, [RANKED])
    again = judging.open_task(desk, "t1").draft
    assert (again.place["focus"], again.rows[READ]) == ("a", {"a": 0.5})


def test_a_draft_of_which_all_is_taken_back_is_none(desk: Desk) -> None:
    here = opened(desk, ["at", "focus", "a"], RANKED)
    judging.record(desk, here, [["set", "ranking", None]])
    assert desk.drafts.load("t1") is None
    judging.record(desk, here, [RANKED])
    assert judging.open_task(desk, "t1").draft.place["focus"] == "a"
