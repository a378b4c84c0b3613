"""A tutor's acts on one task, with real stores."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.unit.services.acts import ABC, RANKED, at_once, opened, stored, submit
from tests.unit.services.conftest import TUTOR, Clock, Reopen
from tests.unit.store.conftest import fill, make_task, state_of, update
from tutorcli.core.draft import COMMENT, EDIT, READ, Operation
from tutorcli.core.task import Answer
from tutorcli.errors import InputError, StoreError, message
from tutorcli.services import judging
from tutorcli.services.desk import Desk
from tutorcli.services.judging import SNAPSHOT_EVERY, Ending, NotReady, Said
from tutorcli.store import judgments
from tutorcli.store.drafts import Drafts


@pytest.fixture(autouse=True)
def _tasks(desk: Desk) -> None:
    fill(desk.queue, [make_task("t1", answers=ABC), make_task("t2", answers=ABC)])


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
