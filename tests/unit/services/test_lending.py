"""Judging tasks that a server lent."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.unit.services.acts import ABC, RANKED, at_once, opened, submit
from tests.unit.services.conftest import START_MS, TUTOR, Clock, Reopen
from tests.unit.store.conftest import fill, judged, make_task, state_of
from tests.unit.store.serving import DEVICE, SERVER, UNTIL, lend, mine, pulled, signed_in
from tutorcli.catalog.shelf import Catalog
from tutorcli.catalog.travelling import documents_of
from tutorcli.cli.look import look_at
from tutorcli.core.policy import Policy
from tutorcli.core.task import shown_order
from tutorcli.core.wire import Withdrawn
from tutorcli.errors import InputError, Refused
from tutorcli.services import judging
from tutorcli.services.desk import Desk
from tutorcli.services.exchange import ImportOptions, import_files
from tutorcli.services.exporting import ExportOptions, export
from tutorcli.services.judging import Purged
from tutorcli.store import channels, judgments
from tutorcli.store.db import Queue
from tutorcli.store.receiving import receive
from tutorcli.store.tasks import Filters
from tutorcli.tui.sitting import Sitting

DAY_MS = 86_400_000
PACK = Catalog().pack("medicine")
PROTOCOL = Catalog().protocol("rank")
GUIDELINE = replace(PACK, guideline={"en": "Be kind."})


def lent(desk: Desk, *names: str, offline_days: int = 0) -> None:
    """Sign in and fetch tasks, with a guideline that is not the one installed here."""
    policy = Policy(offline_days=offline_days)
    signed_in(desk.queue, policy=policy, contact_at="2026-01-01T00:00:00.000Z")
    with desk.queue.write():
        channels.update(desk.queue, SERVER, clock_offset_ms=250)
    tasks = [make_task(name, answers=ABC, protocol=PROTOCOL.ref) for name in names]
    refs = {"pack": GUIDELINE.ref, "guideline": GUIDELINE.guideline_ref}
    reply = pulled(
        assignments=tuple(lend(task, **refs) for task in tasks),
        documents=tuple(documents_of(PROTOCOL, GUIDELINE)),
        policy=policy,
    )
    receive(desk.queue, SERVER, reply)


def test_a_judgment_goes_on_the_channel_of_its_task(desk: Desk) -> None:
    lent(desk, "t1")
    fill(desk.queue, [make_task("own", answers=ABC)])
    said = submit(desk, RANKED)
    own = submit(desk, RANKED, task="own")
    assert (said.tutor, own.tutor) == ("dr-7", TUTOR)
    columns = "channel, device, dseq, tutor, lease, clock_offset_ms"
    kept = queue_rows(desk, f"SELECT {columns} FROM judgments ORDER BY feed")  # noqa: S608
    assert kept == [
        (SERVER, DEVICE, 1, "dr-7", UNTIL, 250),
        ("local", desk.home.device, 1, TUTOR, None, None),
    ]
    assert state_of(desk.queue, "t1") == "done"


def queue_rows(desk: Desk, sql: str) -> list[tuple[object, ...]]:
    return desk.queue.rows(sql)


def test_the_words_of_the_server_are_those_of_the_judgment(desk: Desk) -> None:
    lent(desk, "t1")
    said = submit(desk, RANKED)
    assert (said.protocol, said.pack) == (PROTOCOL.ref, PACK.ref)
    assert said.guideline == GUIDELINE.guideline_ref != PACK.guideline_ref
    pack = opened(desk).assigned.pack
    assert pack is not None
    assert pack.guideline == {"en": "Be kind."}


def test_the_order_shown_is_that_of_the_tutor_of_the_channel(desk: Desk) -> None:
    lent(desk, *(f"t{n}" for n in range(9)))
    for n in range(9):
        assigned = opened(desk, task=f"t{n}").assigned
        assert assigned.order == shown_order(assigned.task, f"t{n}", "dr-7")
    seen = look_at(desk, "t1", with_judgments=True, unblind=False)
    assert tuple(seen.order) == opened(desk).assigned.order


def test_revising_undoing_and_taking_back_stay_on_the_channel(desk: Desk) -> None:
    lent(desk, "t1")
    first = submit(desk, RANKED)
    assert not opened(desk).is_blind
    last = judgments.last_of(desk.queue)
    assert last is not None
    assert last.judgment == first
    again = judging.submit(desk, judging.amend(desk, "t1")).frozen.judgment
    assert (again.revision, again.supersedes, again.tutor) == (2, first.id, "dr-7")
    at_once(desk, disposition="withdrawn")
    assert state_of(desk.queue, "t1") == "open"
    assert queue_rows(desk, "SELECT DISTINCT channel FROM judgments") == [(SERVER,)]
    assert judging.current_judgment(desk, "t1").revision == 3  # type: ignore[union-attr]


def test_what_the_same_tutor_said_elsewhere_is_amended_here(desk: Desk) -> None:
    lent(desk, "t1")
    theirs = judged("t1", "dr-7", ranking=(("a",), ("b",), ("c",)))
    receive(desk.queue, SERVER, pulled(mine=(mine(theirs, 4),)))
    seen = look_at(desk, "t1", with_judgments=True, unblind=False)
    assert (seen.is_blind, [item.id for item in seen.judgments or ()]) == (
        False,
        [theirs.judgment.id],
    )
    again = judging.submit(desk, judging.amend(desk, "t1")).frozen.judgment
    assert (again.supersedes, again.revision) == (theirs.judgment.id, 2)


def test_a_task_that_a_sync_put_on_a_channel_meanwhile_is_judged_there(desk: Desk) -> None:
    fill(desk.queue, [make_task("t1", answers=ABC)])
    here = opened(desk, RANKED)
    signed_in(desk.queue)
    receive(desk.queue, SERVER, pulled(assignments=(lend(make_task("t1", answers=ABC)),)))
    assert judging.submit(desk, here).frozen.judgment.tutor == "dr-7"
    assert state_of(desk.queue, "t1") == "done"


def test_a_pack_that_did_not_come_is_named(desk: Desk) -> None:
    signed_in(desk.queue)
    assigned = lend(make_task("t1", answers=ABC), pack="medicine@9#00")
    receive(desk.queue, SERVER, pulled(assignments=(assigned,)))
    with pytest.raises(InputError, match="medicine@9#00") as caught:
        opened(desk)
    assert "tutorcli sync" in str(caught.value.hint)


def test_without_a_pack_of_the_server_none_is_taken(desk: Desk) -> None:
    signed_in(desk.queue)
    receive(desk.queue, SERVER, pulled(assignments=(lend(make_task("t1", answers=ABC)),)))
    assert opened(desk).assigned.pack is None
    said = submit(desk, RANKED)
    assert (said.pack, said.guideline) == (None, None)


def test_tasks_of_a_server_not_heard_of_for_too_long_stay_closed(desk: Desk, clock: Clock) -> None:
    lent(desk, "t1", offline_days=3)
    fill(desk.queue, [make_task("own", answers=ABC)])
    clock.ms = START_MS + 3 * DAY_MS - 1000
    assert opened(desk).task_id == "t1"
    clock.ms = START_MS + 3 * DAY_MS + 1000
    for act in (
        lambda: opened(desk),
        lambda: judging.amend(desk, "t1"),
        lambda: at_once(desk, RANKED),
        lambda: look_at(desk, "t1", with_judgments=False, unblind=False),
    ):
        with pytest.raises(Refused, match="more than 3 days") as caught:
            act()
        assert "tutorcli sync" in str(caught.value.hint)
    sitting = Sitting(desk, Filters())
    sitting.start()
    assert sitting.opened is not None
    assert sitting.opened.task_id == "own"
    assert "more than 3 days" in str(sitting.refused[0])
    channels.note_contact(desk.queue, SERVER, desk.timestamp())
    assert opened(desk).task_id == "t1"


def test_a_sitting_counts_what_waits_for_the_server(desk: Desk) -> None:
    lent(desk, "t1", "t2")
    fill(desk.queue, [make_task("own", answers=ABC)])
    submit(desk, RANKED, task="own")
    sitting = Sitting(desk, Filters())
    sitting.start()
    sitting.count()
    assert sitting.counts.unsent == 0
    sitting.record([RANKED])
    sitting.submit(judging.Ending())
    assert sitting.counts.unsent == 1


def test_lent_work_in_a_file_is_local_in_another_home(desk: Desk, tmp_path: Path) -> None:
    lent(desk, "t1", "t2")
    said = submit(desk, RANKED)
    file = tmp_path / "own.jsonl"
    export(desk.queue, str(file), ExportOptions("jsonl", unblind=True))
    with Queue.open(tmp_path / "another") as queue:
        report = import_files(queue, [str(file)])
        assert (report.imported, report.judgments, report.rejected) == (2, 1, 0)
        assert queue.rows("SELECT DISTINCT channel FROM tasks") == [("local",)]
        assert queue.rows("SELECT channel FROM judgments") == [("local",)]
        frozen = judgments.get(queue, said.id)
        assert frozen is not None
        assert frozen.judgment == said
    # Here it is known already, and what a server lent is not replaced by a file.
    assert import_files(desk.queue, [str(file)]).duplicates == 2
    file.write_text(file.read_text().replace("What now?", "What then?"))
    report = import_files(desk.queue, [str(file)], ImportOptions(update=True))
    assert "was lent by a server" in str(report.errors[0].message)
    assert report.updated == 0


def test_the_texts_that_came_are_read_by_the_next_process_too(desk: Desk, reopen: Reopen) -> None:
    lent(desk, "t1")
    assert opened(reopen()).assigned.protocol.ref == PROTOCOL.ref


def purge(desk: Desk, task_id: str) -> None:
    receive(desk.queue, SERVER, pulled(withdrawn=(Withdrawn(task_id, "purged"),)))


@pytest.mark.parametrize("is_begun", [True, False])
def test_a_screen_that_has_a_purged_task_open_writes_none_of_it_back(
    desk: Desk, *, is_begun: bool
) -> None:
    lent(desk, "t1")
    on_screen = opened(desk, *([RANKED] if is_begun else []))
    purge(desk, "t1")
    edit: list[list[Any]] = [
        ["open", "edit:a", "Text of a."],
        ["splice", "edit:a", 0, 0, 0, 0, "x"],
    ]
    for _ in range(2):
        with pytest.raises(Purged, match='text of task "t1"'):
            judging.record(desk, on_screen, edit)
    with pytest.raises(Purged):
        judging.submit(desk, on_screen)
    assert desk.drafts.touched() == []
    assert desk.drafts.rows("SELECT operation FROM operations") == []
    assert desk.queue.rows("SELECT id FROM judgments") == []
    with pytest.raises(Purged):
        judging.open_task(desk, "t1")


def test_a_draft_begun_in_the_moment_of_the_purge_is_erased_with_the_next_key(desk: Desk) -> None:
    lent(desk, "t1")
    on_screen = opened(desk)
    purge(desk, "t1")
    desk.drafts.start("t1", on_screen.draft.judgment_id, None, UNTIL)
    with pytest.raises(Purged):
        judging.record(desk, on_screen, [RANKED])
    assert desk.drafts.touched() == []
