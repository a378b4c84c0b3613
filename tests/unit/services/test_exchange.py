import gc
import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tutorcli.core.judgment import Frozen, freeze, judgment_from_json
from tutorcli.core.task import task_from_json, task_sha256
from tutorcli.errors import ConfigError, StoreError, message
from tutorcli.formats import containers
from tutorcli.formats.containers import SourceError
from tutorcli.formats.port import Fill
from tutorcli.services.exchange import ImportOptions, ImportReport, import_files
from tutorcli.store import judgments, tasks
from tutorcli.store.db import Queue
from tutorcli.store.importing import Importing


def row(ident: str = "t1", prompt: str = "May I?", **members: Any) -> dict[str, Any]:
    answers = [{"id": "a", "text": "Yes."}, {"id": "b", "text": "No."}]
    return {
        "id": ident,
        "domain": "law",
        "language": "en",
        "prompt": prompt,
        "answers": answers,
        **members,
    }


def said(ident: str = "j1", task: str = "t1", **members: Any) -> dict[str, Any]:
    named = {"task": task, "assignment": task, "task_sha256": "0" * 64, "tutor": "local-1"}
    return {
        "schema": "tutorcli.judgment/1",
        "id": ident,
        **named,
        "ranking": [["b"], ["a"]],
        **members,
    }


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    with Queue.open(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "x.jsonl"


def fill(file: Path, *lines: dict[str, Any] | bytes) -> str:
    file.write_bytes(
        b"".join((it if isinstance(it, bytes) else json.dumps(it).encode()) + b"\n" for it in lines)
    )
    return str(file)


def bring(queue: Queue, file: Path, *lines: dict[str, Any] | bytes, **options: Any) -> ImportReport:
    return import_files(queue, [fill(file, *lines)], ImportOptions(**options))


def prompts(queue: Queue) -> dict[str, str | None]:
    return {stored.task.id: stored.task.prompt for stored in tasks.each_task(queue)}


def stored_judgments(queue: Queue) -> list[str]:
    return [frozen.judgment.id for frozen in judgments.each(queue)]


def errors(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(error.line, error.field, str(error.message)) for error in report.errors]


def test_tasks_come_in_with_the_hash_and_body_of_the_core(queue: Queue, file: Path) -> None:
    report = bring(queue, file, row(), row("t2", tags=["x"], zebra={"b": 1.5, "a": None}))
    assert (report.imported, report.rejected, report.errors) == (2, 0, [])
    stored = tasks.load(queue, "t2")
    assert stored is not None
    assert stored.sha256 == task_sha256(stored.task)
    assert stored.task.extra == {"zebra": {"b": 1.5, "a": None}}
    assert stored.source == str(file)


def test_the_same_task_again_is_a_duplicate(queue: Queue, file: Path) -> None:
    assert bring(queue, file, row(), row()).duplicates == 1
    again = bring(queue, file, row(), row("t2"), row())
    assert (again.imported, again.duplicates) == (1, 2)
    assert prompts(queue) == {"t1": "May I?", "t2": "May I?"}


def test_one_bad_line_keeps_everything_out_and_all_are_told(queue: Queue, file: Path) -> None:
    report = bring(
        queue, file, row(), b"{", row("t2"), row("t3", domain=3, language=None), row("t4")
    )
    assert (report.imported, report.rejected) == (0, 2)
    assert [(line, field) for line, field, _ in errors(report)] == [
        (2, ""),
        (4, "domain"),
        (4, "language"),
    ]
    assert prompts(queue) == {}
    assert queue.rows("SELECT * FROM tasks") == []


def test_a_bad_line_after_thousands_of_good_ones_takes_them_back(queue: Queue, file: Path) -> None:
    report = bring(queue, file, *(row(f"t{n}") for n in range(1500)), b"[]")
    assert errors(report) == [(1501, "", "must be a JSON object, not a list")]
    assert queue.row("SELECT count(*) FROM tasks") == (0,)
    assert bring(queue, file, row()).imported == 1


def test_other_content_under_a_known_id_is_an_error_of_its_line(queue: Queue, file: Path) -> None:
    bring(queue, file, row())
    report = bring(queue, file, row("t0"), row("t1", "Might I?"))
    assert errors(report) == [
        (2, "id", '"t1" is in the queue with other content; --update replaces it')
    ]
    assert prompts(queue) == {"t1": "May I?"}


@pytest.mark.parametrize("update", [False, True])
def test_one_id_with_two_contents_in_one_call_is_an_error(
    queue: Queue, file: Path, update: bool
) -> None:
    report = bring(queue, file, row(), row("t1", "Might I?"), update=update)
    assert errors(report) == [(2, "id", f'"t1" stands with other content in {file}:1')]


def test_an_update_replaces_the_text_and_keeps_the_old_one_for_its_judgments(
    queue: Queue, file: Path
) -> None:
    bring(queue, file, row(), row("t2"))
    old = tasks.load(queue, "t1")
    assert old is not None
    report = bring(queue, file, row("t1", "Might I?"), row("t2"), row("t3"), update=True)
    assert (report.updated, report.duplicates, report.imported) == (1, 1, 1)
    assert prompts(queue) == {"t1": "Might I?", "t2": "May I?", "t3": "May I?"}
    assert [version.sha256 for version in tasks.versions(queue, "t1")] == [old.sha256]


def test_an_update_with_a_bad_line_replaces_nothing(queue: Queue, file: Path) -> None:
    bring(queue, file, row())
    assert bring(queue, file, row("t1", "Might I?"), b"x", update=True).updated == 0
    assert prompts(queue) == {"t1": "May I?"}


def test_skipped_lines_are_put_aside_byte_for_byte(queue: Queue, file: Path) -> None:
    bad = [b'{"id": "\xe9"}\r', b"  [1] ", json.dumps(said("j9", "no task")).encode()]
    report = bring(queue, file, bad[2], row(), bad[0], b"", bad[1], row("t2"), skip_bad=True)
    assert (report.imported, report.rejected) == (2, 3)
    assert report.left_aside is not None
    assert queue.folder in report.left_aside.parents
    assert sorted(report.left_aside.read_bytes().split(b"\n")) == sorted([*bad, b""])
    assert report.left_aside.stat().st_mode & 0o077 == 0
    assert [error.line for error in report.errors] == [1, 3, 5]


def test_a_skipped_line_that_is_too_long_is_put_aside_whole(
    queue: Queue, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "MAX_LINE", 1000)
    long = json.dumps(row("t2", "x" * 5000)).encode()
    report = bring(queue, file, row(), long, row("t3"), skip_bad=True)
    assert errors(report)[0][0] == 2
    assert report.left_aside is not None
    assert report.left_aside.read_bytes() == long + b"\n"


def test_without_bad_lines_nothing_is_put_aside(queue: Queue, file: Path) -> None:
    assert bring(queue, file, row(), skip_bad=True).left_aside is None
    assert not (queue.folder / "rejected").exists()


def test_a_dry_run_counts_and_writes_nothing(queue: Queue, file: Path) -> None:
    lines: list[dict[str, Any] | bytes] = [row(), row("t2"), row(), said(), b"{"]
    report = bring(queue, file, *lines, dry_run=True, skip_bad=True)
    assert (report.imported, report.duplicates, report.judgments, report.rejected) == (2, 1, 1, 1)
    assert report.is_dry_run
    assert report.left_aside is None
    assert prompts(queue) == {}
    assert queue.rows("SELECT * FROM imports") == []


def test_a_call_that_brings_nothing_new_leaves_no_trace(queue: Queue, file: Path) -> None:
    bring(queue, file, row())
    bring(queue, file, row())
    assert queue.row("SELECT count(*) FROM imports") == (1,)


def test_domain_and_language_are_filled_in(queue: Queue, file: Path) -> None:
    bring(queue, file, row(domain=None, language=None), fill=Fill("finance", "pt-BR"))
    stored = tasks.load(queue, "t1")
    assert stored is not None
    assert (stored.task.domain, stored.task.language) == ("finance", "pt-BR")


def test_several_files_are_one_call(queue: Queue, file: Path, tmp_path: Path) -> None:
    fill(file, row(), b"x")
    fill(tmp_path / "a.jsonl", b"y", row("t2"))
    report = import_files(queue, [str(file), str(tmp_path / "a.jsonl")])
    assert [(Path(error.file).name, error.line) for error in report.errors] == [
        ("x.jsonl", 2),
        ("a.jsonl", 1),
    ]
    assert prompts(queue) == {}


def test_a_missing_file_stops_before_anything_is_read(queue: Queue, file: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        import_files(queue, [fill(file, row()), str(file.with_name("y.jsonl"))])
    assert prompts(queue) == {}


def test_a_utf16_file_behind_a_good_one_takes_the_good_one_back(queue: Queue, file: Path) -> None:
    wide = file.with_name("y.jsonl")
    wide.write_bytes(json.dumps(row("t2")).encode("utf-16"))
    with pytest.raises(SourceError, match="is UTF-16"):
        import_files(queue, [fill(file, row()), str(wide)])
    assert prompts(queue) == {}


def test_an_unknown_format_is_refused(queue: Queue, file: Path) -> None:
    with pytest.raises(ConfigError):
        bring(queue, file, row(), format="csv")


def test_an_interrupted_import_leaves_nothing(queue: Queue, file: Path) -> None:
    name = fill(file, *(row(f"t{n}") for n in range(900)))
    before = gc.get_threshold()
    batches = count(1)

    def stop(_: int) -> None:
        if next(batches) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_files(queue, [name], ImportOptions(skip_bad=True), stop)
    assert queue.row("SELECT count(*) FROM tasks") == (0,)
    assert gc.get_threshold() == before
    assert import_files(queue, [name]).imported == 900


def test_a_store_that_fails_while_lines_are_read_stops_the_call(
    queue: Queue, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise StoreError(message("the disk is full"))

    monkeypatch.setattr(Importing, "stage", fail)
    with pytest.raises(StoreError, match="the disk is full"):
        bring(queue, file, *(row(f"t{n}") for n in range(900)), b"x", skip_bad=True)
    assert prompts(queue) == {}
    assert list((queue.folder / "rejected").glob("*")) == []


def test_progress_tells_the_lines_of_all_files(queue: Queue, file: Path) -> None:
    told: list[int] = []
    names = [fill(file, row()), fill(file.with_name("y.jsonl"), b"", row("t2"))]
    import_files(queue, names, progress=told.append)
    assert sum(told) == 2


def frozen(row_: dict[str, Any]) -> Frozen:
    return freeze(judgment_from_json(row_))


def test_judgments_come_in_with_their_bytes_before_or_after_their_task(
    queue: Queue, file: Path
) -> None:
    body = frozen(said("j2", comment="é")).body
    report = bring(queue, file, said(), row(), body)
    assert (report.imported, report.judgments, report.rejected) == (1, 2, 0)
    kept = judgments.get(queue, "j2")
    assert kept is not None
    assert kept.body == body
    assert stored_judgments(queue) == ["j1", "j2"]


def test_a_judgment_may_be_of_a_task_in_the_queue(queue: Queue, file: Path) -> None:
    bring(queue, file, row())
    assert bring(queue, file, said()).judgments == 1


def test_a_judgment_of_no_task_is_an_error(queue: Queue, file: Path) -> None:
    report = bring(queue, file, row(), said(), said("j2", "t2"))
    assert errors(report) == [(3, "task", 'there is no task "t2"')]
    assert stored_judgments(queue) == []


def test_a_known_judgment_is_a_duplicate_if_its_bytes_are_the_same(
    queue: Queue, file: Path
) -> None:
    assert bring(queue, file, row(), said(), said()).duplicate_judgments == 1
    again = bring(queue, file, said(), said("j2"))
    assert (again.judgments, again.duplicate_judgments) == (1, 1)
    other = bring(queue, file, said("j1", comment="x"), said("j3", comment="y"), said("j3"))
    assert errors(other) == [
        (1, "id", 'judgment "j1" is known with other content'),
        (3, "id", 'judgment "j3" is known with other content'),
    ]


def test_the_answers_of_a_judgment_must_be_those_of_its_version(queue: Queue, file: Path) -> None:
    bring(queue, file, row())
    stored = tasks.load(queue, "t1")
    assert stored is not None
    new = row("t1", answers=[{"id": "x", "text": "1"}, {"id": "y", "text": "2"}])
    old_hash = said("j1", task_sha256=stored.sha256)
    unknown_hash = said("j2", ranking=[["q"]])
    assert bring(queue, file, new, old_hash, unknown_hash, update=True).judgments == 2
    now = tasks.load(queue, "t1")
    assert now is not None
    wrong = said(
        "j3", task_sha256=now.sha256, ratings=[{"answer": "z", "criterion": "c", "value": 1}]
    )
    assert errors(bring(queue, file, wrong)) == [
        (1, "ranking", 'names answer "b", which the task lacks; answers of this task: x, y'),
        (1, "ranking", 'names answer "a", which the task lacks; answers of this task: x, y'),
        (
            1,
            "ratings[0].answer",
            'names answer "z", which the task lacks; answers of this task: x, y',
        ),
    ]


def test_answers_are_checked_against_a_task_of_the_same_call(queue: Queue, file: Path) -> None:
    sha256 = task_sha256(task_from_json(row()))
    good, bad = (
        said("j1", task_sha256=sha256),
        said("j2", task_sha256=sha256, ranking=[["answer-a"], ["b"]]),
    )
    assert [error.line for error in bring(queue, file, row(), good, bad).errors] == [3]


def test_an_imported_judgment_of_this_homes_tutor_moves_its_task(queue: Queue, file: Path) -> None:
    tutor = judgments.home(queue).tutor
    bring(queue, file, row(), row("t2"), said(tutor=tutor), said("j2", "t2", tutor="local-other"))
    assert {it.task.id: it.state for it in tasks.each_task(queue)} == {"t1": "done", "t2": "open"}


def test_judgments_wait_for_bad_lines_too(queue: Queue, file: Path) -> None:
    report = bring(queue, file, row(), said(), said("j2", rankin=[]))
    assert (report.judgments, stored_judgments(queue)) == (0, [])
    assert errors(report) == [(3, "rankin", 'is no known key; did you mean "ranking"?')]
