"""What a pull brings is stored whole or not at all."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.unit.store.conftest import fill, judged, make_task, state_of, update
from tests.unit.store.serving import (
    EPOCH,
    SERVER,
    UNTIL,
    Killed,
    MortalQueue,
    document,
    lend,
    mine,
    pulled,
    signed_in,
    submit,
    visible,
)
from tutorcli.core.policy import Policy
from tutorcli.core.task import Answer
from tutorcli.core.wire import Outcome, Withdrawn
from tutorcli.errors import Mismatch
from tutorcli.store import channels, documents, judgments, searching, tasks, withdrawing
from tutorcli.store.db import Queue
from tutorcli.store.drafts import Drafts
from tutorcli.store.receiving import Received, document_refs, holding, receive
from tutorcli.store.sweeping import sweep

LATER = "2026-03-01T00:00:00.000Z"


def stored(queue: Queue, task_id: str) -> tasks.StoredTask:
    found = tasks.load(queue, task_id)
    assert found is not None
    return found


def back(task_id: str, reason: Any = "withdrawn") -> Withdrawn:
    return Withdrawn(task_id, reason)


def test_assignments_become_tasks_of_the_channel(queue: Queue) -> None:
    signed_in(queue)
    fill(queue, [make_task("own")])
    lent = (lend("t1", pack="p@1#a", guideline="p@1#b"), lend(make_task("t2", tags=("x",))))
    assert receive(queue, SERVER, pulled(assignments=lent)) == Received(tasks=2)
    first = stored(queue, "t1")
    assert (first.channel, first.lease, first.pack, first.guideline) == (
        SERVER,
        UNTIL,
        "p@1#a",
        "p@1#b",
    )
    assert (stored(queue, "own").channel, stored(queue, "own").lease) == ("local", None)
    assert tasks.upcoming(queue, tasks.Filters(tag="x")) == ["t2"]
    assert holding(queue, SERVER) == ["t1", "t2"]
    assert holding(queue, "local") == holding(queue, "another") == []
    assert [item.channel for item in tasks.each_task(queue)] == ["local", SERVER, SERVER]


def test_a_reply_that_comes_twice_changes_nothing_more(queue: Queue) -> None:
    signed_in(queue)
    reply = pulled(
        assignments=(lend("t1"), lend("t2", is_open=False)),
        documents=(document(),),
        mine=(mine(judged("t2", "dr-7")),),
        outcomes=(Outcome("j", "accepted"),),
        withdrawn=(back("t1"),),
        until=4,
    )
    assert receive(queue, SERVER, reply) == Received(2, 1, 0, 0, 1, 1, 1)
    before = visible(queue)
    # It is told open again by the same reply, and taken back again.
    again = receive(queue, SERVER, replace(reply, withdrawn=()))
    assert again == Received()
    receive(queue, SERVER, reply)
    after = visible(queue)
    for rows in (before, after):
        rows["channels"] = [row[:5] for row in rows["channels"]]
        rows["tasks"] = [row[:7] for row in rows["tasks"]]
    assert after == before


def test_a_known_text_is_never_replaced(queue: Queue) -> None:
    signed_in(queue)
    receive(queue, SERVER, pulled(assignments=(lend(make_task("t1", "First text")),)))
    again = lend(make_task("t1", "Second text"), expires=LATER)
    assert receive(queue, SERVER, pulled(assignments=(again,))) == Received()
    assert stored(queue, "t1").task.prompt == "First text"
    assert stored(queue, "t1").lease == LATER


def test_a_task_from_a_file_that_is_lent_belongs_to_the_server_from_now_on(queue: Queue) -> None:
    signed_in(queue)
    fill(queue, [make_task("t1"), make_task("t2", "Another text")])
    local = judgments.home(queue).tutor
    judgments.append(queue, judged("t1", local))
    assert state_of(queue, "t1") == "done"
    receive(queue, SERVER, pulled(assignments=(lend("t1"), lend("t2"))))
    assert (stored(queue, "t1").channel, state_of(queue, "t1")) == (SERVER, "open")
    assert stored(queue, "t2").channel == "local"
    assert holding(queue, SERVER) == ["t1"]


def test_leases_that_were_prolonged_are_noted(queue: Queue) -> None:
    signed_in(queue)
    receive(queue, SERVER, pulled(assignments=(lend("t1"),)))
    receive(queue, SERVER, pulled(leases={"t1": LATER, "unknown": LATER}))
    assert stored(queue, "t1").lease == LATER


def test_work_from_another_machine_sets_the_state_and_is_not_undone_here(queue: Queue) -> None:
    signed_in(queue)
    theirs = judged("t1", "dr-7", ranking=(("b",), ("a",)))
    reply = pulled(assignments=(lend("t1", is_open=False),), mine=(mine(theirs, 31),))
    assert receive(queue, SERVER, reply).mine == 1
    assert state_of(queue, "t1") == "done"
    kept = queue.rows("SELECT device, dseq, channel, body FROM judgments")
    assert kept == [("laptop", 31, SERVER, theirs.body)]
    assert judgments.last_of(queue) is None
    assert judgments.current_of(queue, "t1", "dr-7") == theirs
    assert holding(queue, SERVER) == []


def test_a_number_used_twice_elsewhere_stops_nothing(queue: Queue) -> None:
    signed_in(queue)
    first, second = judged("t1", "dr-7"), judged("t1", "dr-7")
    receive(queue, SERVER, pulled(mine=(mine(first, 1),)))
    assert receive(queue, SERVER, pulled(mine=(mine(first, 1), mine(second, 1)))).mine == 1
    assert judgments.get(queue, second.judgment.id) == second


def test_what_was_judged_elsewhere_is_not_open_before_its_judgment_came(queue: Queue) -> None:
    signed_in(queue)
    receive(queue, SERVER, pulled(assignments=(lend("t1", is_open=False),)))
    assert state_of(queue, "t1") == "done"
    taken_back = judged("t1", "dr-7", disposition="withdrawn")
    receive(queue, SERVER, pulled(mine=(mine(taken_back),)))
    assert state_of(queue, "t1") == "open"


def test_documents_are_found_by_their_exact_names(queue: Queue) -> None:
    signed_in(queue)
    one = document('{"a":1}')
    receive(queue, SERVER, pulled(documents=(one, one)))
    assert documents.find(queue, one.ref) == one
    assert documents.find(queue, "d@1") is None
    assert document_refs(queue) == [one.ref]
    kept = queue.rows("SELECT kind, name, version FROM documents")
    assert kept == [("pack", "d", "1")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"documents": (document(), replace(document('{"a":1}'), body="{}"))},
        {"assignments": (lend("t1"), replace(lend("t2"), id="t3"))},
        {"assignments": (lend("t1"), replace(lend("t2"), task={"id": "t2"}))},
        {"mine": (mine(judged("t1", "x")), replace(mine(judged("t2", "x")), sha256="0" * 64))},
    ],
)
def test_of_a_reply_with_something_wrong_nothing_is_stored(
    queue: Queue, wrong: dict[str, Any]
) -> None:
    signed_in(queue)
    before = visible(queue)
    with pytest.raises(Mismatch):
        receive(queue, SERVER, pulled(**wrong, outcomes=(Outcome("j", "accepted"),), until=3))
    assert visible(queue) == before


def test_a_task_taken_back_leaves_the_queue_and_may_come_again(queue: Queue) -> None:
    signed_in(queue)
    fill(queue, [make_task("own")])
    receive(queue, SERVER, pulled(assignments=(lend("t1"), lend("t2"))))
    submit(queue, "t1")
    reply = pulled(withdrawn=(back("t1"), back("t2"), back("own"), back("unknown")))
    assert receive(queue, SERVER, reply) == Received(withdrawn=2)
    assert [state_of(queue, name) for name in ("t1", "t2", "own")] == ["withdrawn"] * 2 + ["open"]
    assert judgments.unsent_count(queue, SERVER) == 1
    receive(queue, SERVER, pulled(assignments=(lend("t2", expires=LATER),)))
    assert holding(queue, SERVER) == ["t2"]


def test_a_lease_that_ended_takes_back_only_what_was_not_begun(queue: Queue, folder: Path) -> None:
    signed_in(queue)
    names = ("begun", "judged", "untouched")
    receive(queue, SERVER, pulled(assignments=tuple(map(lend, names))))
    submit(queue, "judged")
    with Drafts.open(folder) as drafts:
        drafts.start("begun", "j9", None, UNTIL)
    reply = pulled(withdrawn=tuple(back(name, "expired") for name in names))
    assert receive(queue, SERVER, reply) == Received(expired=1)
    assert [state_of(queue, name) for name in names] == ["open", "done", "withdrawn"]
    reply = pulled(withdrawn=tuple(back(name) for name in names))
    assert receive(queue, SERVER, reply) == Received(withdrawn=2)


def test_a_purge_leaves_no_text_in_the_files(queue: Queue, folder: Path) -> None:
    signed_in(queue)
    name = "Patient Xylophonia"
    answers = (Answer("a", f"{name} answered " * 400), Answer("b", ""))
    lent = lend(make_task("t1", f"{name} asked", answers=answers))
    receive(queue, SERVER, pulled(assignments=(lent, lend("t2"))))
    update(queue, make_task("t1", f"{name} asked otherwise", answers=answers))
    with queue.write():
        queue.execute("UPDATE tasks SET channel = ? WHERE id = 't1'", (SERVER,))
    said = submit(queue, "t1")
    hashes = [item.sha256 for item in (stored(queue, "t1"), *tasks.versions(queue, "t1"))]
    queue.checkpoint()
    assert name.encode() in (folder / "queue.db").read_bytes()
    reply = pulled(withdrawn=(back("t1", "purged"),))
    assert receive(queue, SERVER, reply) == Received(purged=1)
    assert receive(queue, SERVER, reply) == Received()
    for file in ("queue.db", "queue.db-wal"):
        content = (folder / file).read_bytes()
        assert name.encode() not in content
        assert name.casefold().encode() not in content
    now = stored(queue, "t1")
    assert now.state == "withdrawn"
    assert str(now.task.prompt).startswith("sha256:")
    assert [now.sha256, *(item.sha256 for item in tasks.versions(queue, "t1"))] == hashes
    assert judgments.get(queue, said.judgment.id) == said
    assert searching.search_titles(queue, "xylophonia") == []
    # Nothing brings a purged task back but its text.
    receive(queue, SERVER, pulled(assignments=(lend("t1"),)))
    assert state_of(queue, "t1") == "withdrawn"


def test_the_draft_of_a_purged_task_is_gone_and_others_stay(queue: Queue, folder: Path) -> None:
    signed_in(queue)
    fill(queue, [make_task("own", f"sha256:{'0' * 64}", answers=())])
    receive(queue, SERVER, pulled(assignments=(lend("t1"), lend("t2"), lend("t3"))))
    copied = "Patient Xylophonia was edited"
    with Drafts.open(folder) as drafts:
        for task_id in ("own", "t1", "t2", "t3"):
            drafts.start(task_id, f"j-{task_id}", None, UNTIL)
            drafts.add(task_id, f'["open", "edit:a", "{copied if task_id == "t1" else ""}"]', 1, 1)
        drafts.checkpoint()
        assert copied.encode() in (folder / "drafts.db").read_bytes()
        reply = pulled(withdrawn=(back("t1", "purged"), back("t2"), back("own", "purged")))
        assert receive(queue, SERVER, reply) == Received(withdrawn=1, purged=1, drafts=1)
        assert {task_id for task_id, _ in drafts.touched()} == {"own", "t2", "t3"}
        files = {file.name: file.read_bytes() for file in folder.glob("drafts.db*")}
    assert "drafts.db-wal" in files
    assert [name for name, content in files.items() if copied.encode() in content] == []
    assert receive(queue, SERVER, reply) == Received()


def test_a_draft_left_by_a_process_that_died_is_erased_with_the_next_reply(
    queue: Queue, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in(queue)
    receive(queue, SERVER, pulled(assignments=(lend("t1"),)))
    with Drafts.open(folder) as drafts:
        drafts.start("t1", "j1", None, UNTIL)

    def die(_: Queue) -> int:
        raise Killed

    with monkeypatch.context() as context:
        context.setattr(withdrawing, "erase_drafts", die)
        with pytest.raises(Killed):
            receive(queue, SERVER, pulled(withdrawn=(back("t1", "purged"),)))
    assert withdrawing.drafted(folder) == {"t1"}
    assert receive(queue, SERVER, pulled()) == Received(drafts=1)
    assert withdrawing.drafted(folder) == frozenset()


def test_the_cursor_and_the_policy_are_those_of_the_reply(queue: Queue) -> None:
    signed_in(queue)
    receive(queue, SERVER, pulled(until=7, policy=Policy(purge="durable")), after=0)
    now = channels.get(queue, SERVER)
    assert (now.heard, now.policy.purge) == (7, "durable")
    receive(queue, SERVER, pulled(until=9), after=8)
    assert channels.get(queue, SERVER).heard == 7
    receive(queue, SERVER, pulled(until=6), after=7)
    assert channels.get(queue, SERVER).heard == 0
    receive(queue, SERVER, pulled(until=7), after=0)
    receive(queue, SERVER, pulled(until=9, epoch="epoch-2"))
    now = channels.get(queue, SERVER)
    # That is for `confirm` to note, which sends again what the server may lack.
    assert (now.heard, now.epoch) == (0, EPOCH)


def test_killed_between_any_two_statements_nothing_of_a_reply_is_seen(folder: Path) -> None:
    with Queue.open(folder) as queue:
        signed_in(queue)
        receive(queue, SERVER, pulled(assignments=(lend("t1"), lend("t2"))))
        submit(queue, "t1")
        before = visible(queue)
    reply = pulled(
        assignments=(lend("t3"), lend("t4", is_open=False), lend("t2", expires=LATER)),
        mine=(mine(judged("t4", "dr-7")),),
        documents=(document(),),
        outcomes=(Outcome("j", "accepted"),),
        withdrawn=(back("t1", "purged"),),
        leases={"t2": LATER},
        until=5,
    )
    deaths = 0
    while True:
        mortal = MortalQueue.opened(folder, deaths)
        try:
            receive(mortal, SERVER, reply)
            break
        except Killed:
            deaths += 1
        finally:
            MortalQueue.left = None
            mortal.close()
        with Queue.open(folder) as queue:
            now = visible(queue)
            if now != before:
                # It died behind the commit: then all of it is there.
                break
            assert sweep(queue)
            assert queue.rows("SELECT count(*) FROM imports") == [(1,)]
    assert deaths > 30
    with Queue.open(folder) as queue:
        assert receive(queue, SERVER, replace(reply, withdrawn=())) == Received()
        assert holding(queue, SERVER) == ["t2", "t3"]
        assert state_of(queue, "t1") == "withdrawn"
        assert channels.get(queue, SERVER).heard == 5
