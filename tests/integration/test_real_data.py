"""The real tasks that lie beside the checkout, where they do."""

import json
import os
from pathlib import Path

import pytest

from tutorcli.core.judgment import Edit, Judgment, freeze
from tutorcli.formats.policy import Policy
from tutorcli.services.exchange import ImportOptions, import_files
from tutorcli.services.exporting import ExportOptions, export
from tutorcli.store import judgments, tasks
from tutorcli.store.db import Queue

DATA = Path(__file__).parents[3] / "shared" / "data"
TASKS = 442

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"there is no folder {DATA}"),
]


def hashes(queue: Queue) -> dict[str, str]:
    return {stored.task.id: stored.sha256 for stored in tasks.each_task(queue)}


def test_all_real_tasks_come_in_once_and_go_out_unchanged(tmp_path: Path) -> None:
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    with Queue.open(tmp_path / "one") as queue:
        report = import_files(queue, [str(DATA)])
        assert (report.imported, report.rejected, report.errors) == (TASKS, 0, [])
        again = import_files(queue, [str(DATA)])
        assert (again.imported, again.duplicates) == (0, TASKS)
        export(queue, str(first), ExportOptions("jsonl", unblind=True))
        expected = hashes(queue)
    with Queue.open(tmp_path / "two") as other:
        assert import_files(other, [str(first)]).imported == TASKS
        export(other, str(second), ExportOptions("jsonl", unblind=True))
        assert hashes(other) == expected
    assert second.read_bytes() == first.read_bytes()


def test_a_blind_export_of_real_tasks_names_no_model(tmp_path: Path) -> None:
    target = tmp_path / "blind.jsonl"
    with Queue.open(tmp_path / "home") as queue:
        import_files(queue, [str(DATA)])
        report = export(queue, str(target), ExportOptions("jsonl"))
    assert report.blind == TASKS
    keys = {"model", "kind", "provenance", "revision_of", "metadata"}
    for line in target.read_bytes().splitlines():
        row = json.loads(line)
        assert not {"source", "metadata"} & row.keys()
        assert not any(keys & answer.keys() for answer in row["answers"])


def test_the_files_of_other_tools_are_refused_in_words(tmp_path: Path) -> None:
    with Queue.open(tmp_path / "home") as queue:
        for path in sorted((DATA / "upstream").rglob("*")):
            if path.is_file() and path.stat().st_size:
                report = import_files(queue, [str(path)], ImportOptions(dry_run=True))
                assert report.rejected, path
                assert all(str(error.message) for error in report.errors)


def judged(queue: Queue) -> list[Judgment]:
    """A ranking of every real task in the order of its ids, and an edit of every third one."""
    found = []
    for number, stored in enumerate(tasks.each_task(queue)):
        ids = [answer.id for answer in stored.task.answers]
        edit = Edit(ids[0], "0" * 64, f"Better {number}.")
        found.append(
            Judgment(
                id=f"01930000-0000-7000-8000-{number:012}",
                task=stored.task.id,
                task_sha256=stored.sha256,
                tutor=judgments.home(queue).tutor,
                assignment=stored.task.id,
                ranking=tuple((answer,) for answer in ids) if len(ids) > 1 else (),
                edits=(edit,) if number % 3 == 0 else (),
            )
        )
    return found


@pytest.mark.parametrize("reasoning", ["drop", "tag", "key"])
def test_preference_pairs_load_with_datasets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reasoning: str
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    datasets = pytest.importorskip("datasets", reason="the library datasets is not installed")
    target, file = tmp_path / "pairs.jsonl", tmp_path / "judgments.jsonl"
    with Queue.open(tmp_path / "home") as queue:
        import_files(queue, [str(DATA)])
        file.write_bytes(b"".join(freeze(one).body + b"\n" for one in judged(queue)))
        assert import_files(queue, [str(file)]).judgments == TASKS
        policy = Policy(reasoning=reasoning)  # type: ignore[arg-type]
        report = export(queue, str(target), ExportOptions("trl-preference", policy=policy))
    loaded = datasets.load_dataset("json", data_files=os.fspath(target), split="train")
    assert len(loaded) == report.rows["pair"] + report.rows["edit"]
    assert set(loaded.column_names) == {"prompt", "chosen", "rejected", "metadata"}
    rows = [json.loads(line) for line in target.read_bytes().splitlines()]
    assert loaded[len(loaded) - 1] == rows[-1]
