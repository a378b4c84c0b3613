"""A task with personal data is told nowhere, and comes back whole."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.services.acts import RANKED, opened, stored, submit
from tests.unit.store.conftest import fill, make_task, update
from tutorcli.core.task import Answer
from tutorcli.formats.registry import FORMATS
from tutorcli.services import judging, queueing
from tutorcli.services.closing import named, open_again
from tutorcli.services.desk import Desk
from tutorcli.services.exporting import ExportOptions, export
from tutorcli.services.figures import QueueSource
from tutorcli.services.judging import Closed, Ending
from tutorcli.services.queueing import Wanted
from tutorcli.store import closing, searching, tasks, withdrawing
from tutorcli.store.tasks import Filters

MARK = "Zanzibarov"
ENDING = Ending("bad_task", "personal_data")


@pytest.fixture(autouse=True)
def _tasks(desk: Desk) -> None:
    answers = (Answer("a", f"A of {MARK}."), Answer("b", "B."), Answer("c", "C."))
    fill(desk.queue, [make_task("t1", f"{MARK} asks?", answers=answers), make_task("t2")])


def close(desk: Desk, task: str = "t1") -> None:
    judging.submit(desk, opened(desk, task=task), ENDING)


def listed(desk: Desk, **wanted: Any) -> list[tuple[str, str]]:
    return [(it.id, it.title) for it in queueing.overview(desk, Wanted(**wanted)).tasks]


def test_the_list_tells_only_that_there_is_personal_data(desk: Desk) -> None:
    close(desk)
    assert ("t1", "personal data") in listed(desk)
    assert ("t1", "personal data") in listed(desk, state="set-aside")
    (row,) = queueing.overview(desk, Wanted(state="set-aside")).tasks
    assert named(row) == "t1: personal data"


def test_neither_title_nor_text_is_found(desk: Desk) -> None:
    assert searching.search_titles(desk.queue, MARK)
    close(desk)
    for words in (MARK, "personal", "B."):
        assert searching.search_titles(desk.queue, words) == []
        assert searching.search_bodies(desk.queue, words) == []
        assert listed(desk, search=words) == []


def test_it_cannot_be_opened_nor_come_next(desk: Desk) -> None:
    close(desk)
    with pytest.raises(Closed):
        judging.open_task(desk, "t1")
    with pytest.raises(Closed):
        judging.amend(desk, "t1")
    assert queueing.upcoming(desk, Filters(), 5, ()) == ["t2"]


def test_whoever_loads_it_gets_no_text(desk: Desk) -> None:
    update(desk.queue, make_task("t1", f"{MARK} asks again?"))
    close(desk)
    found = [tasks.load(desk.queue, "t1"), *tasks.versions(desk.queue, "t1")]
    found += [one for one in tasks.each_task(desk.queue) if one.is_closed]
    assert len(found) == 3
    for one in found:
        assert one is not None
        assert MARK not in one.body
        assert MARK not in repr(one.task)
        json.loads(one.body)


def test_a_text_imported_anew_stays_closed(desk: Desk) -> None:
    close(desk)
    update(desk.queue, make_task("t1", f"{MARK} asks again?"))
    assert ("t1", "personal data") in listed(desk)
    assert searching.search_bodies(desk.queue, MARK) == []


def _options() -> Iterator[ExportOptions]:
    for each in FORMATS:
        if each.can_write:
            yield ExportOptions(each.name, unblind=True)
    yield ExportOptions("jsonl", what="judgments")
    yield ExportOptions("jsonl", what="tasks", unblind=True)
    yield ExportOptions("jsonl", since=0)


@pytest.mark.parametrize("options", _options(), ids=str)
def test_no_export_holds_text_or_edits(desk: Desk, tmp_path: Path, options: ExportOptions) -> None:
    submit(desk, RANKED, ["open", "edit:a", f"Better, {MARK}."], ["open", "comment", MARK])
    target = tmp_path / "out"
    export(desk.queue, str(target), options)
    before = target.read_text()
    assert MARK in before or "t1" in before
    close(desk)
    report = export(desk.queue, str(target), options)
    assert MARK not in target.read_text()
    assert report.closed == 1


def test_statistics_read_no_text_of_it(desk: Desk) -> None:
    def read() -> str:
        source = QueueSource(desk.queue)
        keys = source._versions[0].tolist()
        return repr([*source.texts(keys), *source.tasks(keys), *source.rubrics(keys)])

    submit(desk, RANKED)
    assert MARK in read()
    close(desk)
    assert MARK not in read()
    assert "Wait." in read()


def test_drafts_and_edits_are_gone_from_the_file(desk: Desk) -> None:
    draft = opened(desk, ["open", "edit:a", f"Better, {MARK}."])
    judging.submit(desk, draft, ENDING)
    for file in desk.queue.folder.glob("drafts.db*"):
        assert MARK.encode() not in file.read_bytes()


def test_the_judgment_is_as_any_other(desk: Desk) -> None:
    close(desk)
    (said,) = stored(desk)
    assert (said.disposition, said.reason, said.ranking) == ("bad_task", "personal_data", ())


def test_opened_again_everything_is_back(desk: Desk) -> None:
    before = (listed(desk), tasks.load(desk.queue, "t1"))
    close(desk)
    assert open_again(desk, "t1")
    assert listed(desk) == before[0]
    after = tasks.load(desk.queue, "t1")
    assert after is not None
    assert before[1] is not None
    assert (after.body, after.state, after.is_closed) == (before[1].body, "open", False)
    assert searching.search_titles(desk.queue, MARK)
    assert [one.disposition for one in stored(desk)] == ["bad_task", "withdrawn"]
    assert not open_again(desk, "t1")


def test_another_reason_closes_nothing(desk: Desk) -> None:
    judging.submit(desk, opened(desk), Ending("bad_task", "unclear_prompt"))
    assert not closing.is_closed(desk.queue, "t1")
    assert judging.amend(desk, "t1").judged is not None


def test_a_draft_of_a_closed_task_is_erased_when_it_is_opened(desk: Desk) -> None:
    close(desk)
    desk.drafts.start("t1", "x", None, desk.timestamp())
    with pytest.raises(Closed):
        judging.open_task(desk, "t1")
    assert desk.drafts.load("t1") is None


def test_a_draft_left_beside_a_task_closed_on_another_machine_is_swept(desk: Desk) -> None:
    close(desk)
    for task in ("t1", "t2"):
        desk.drafts.start(task, f"x{task}", None, desk.timestamp())
    assert withdrawing.erase_drafts(desk.queue) == 1
    assert [task for task, _ in desk.drafts.touched()] == ["t2"]
