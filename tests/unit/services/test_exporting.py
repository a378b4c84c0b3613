import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tutorcli.errors import ConfigError, InputError
from tutorcli.formats.policy import Policy
from tutorcli.services.exchange import import_files
from tutorcli.services.exporting import ExportOptions, ExportReport, export
from tutorcli.store import judgments, tasks
from tutorcli.store.db import Queue

DATA = Path(__file__).parents[2] / "data" / "formats"


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    """A home with the tasks of import.jsonl; two of them are judged by its tutor."""
    with Queue.open(tmp_path / "data") as opened:
        own = (DATA / "import.jsonl").read_text("utf-8")
        file = tmp_path / "import.jsonl"
        file.write_text(own.replace('"TUTOR"', f'"{judgments.home(opened).tutor}"'), "utf-8")
        report = import_files(opened, [str(file)])
        assert (report.imported, report.judgments, report.errors) == (3, 6, [])
        yield opened


def written(queue: Queue, folder: Path, **options: Any) -> tuple[bytes, ExportReport]:
    target = folder / "out.jsonl"
    report = export(queue, str(target), ExportOptions(**{"format": "jsonl", **options}))
    return target.read_bytes(), report


def ids(data: bytes) -> list[str]:
    return [json.loads(line)["id"] for line in data.splitlines()]


SNAPSHOTS: dict[str, dict[str, Any]] = {
    "own.jsonl": {"unblind": True},
    "own_blind.jsonl": {},
    "trl_preference.jsonl": {"format": "trl-preference"},
    "trl_preference_majority.jsonl": {
        "format": "trl-preference",
        "policy": Policy(tutors="majority", edits="exclude", reasoning="tag"),
    },
    "trl_preference_key.jsonl": {
        "format": "trl-preference",
        "policy": Policy(pairs="adjacent", min_strength=2, reasoning="key"),
    },
}


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_an_export_has_the_bytes_of_its_snapshot(queue: Queue, tmp_path: Path, name: str) -> None:
    data, _ = written(queue, tmp_path, **SNAPSHOTS[name])
    data = data.replace(judgments.home(queue).tutor.encode(), b"local-0000home")
    assert data == (DATA / name).read_bytes()


def test_an_unblind_export_gives_an_empty_home_the_same_bytes(queue: Queue, tmp_path: Path) -> None:
    data, report = written(queue, tmp_path, unblind=True)
    with Queue.open(tmp_path / "other") as other:
        assert import_files(other, [str(tmp_path / "out.jsonl")]).rejected == 0
        again, _ = written(other, tmp_path, unblind=True)
        hashes = {it.task.id: it.sha256 for it in tasks.each_task(other)}
        bodies = [frozen.body for frozen in judgments.each(other)]
    assert again == data
    assert hashes == {it.task.id: it.sha256 for it in tasks.each_task(queue)}
    assert bodies == [frozen.body for frozen in judgments.each(queue)]
    assert (report.rows["task"], report.rows["judgment"], report.blind) == (3, 6, 0)


def test_a_blind_export_hides_what_its_tutor_has_not_judged_and_counts_it(
    queue: Queue, tmp_path: Path
) -> None:
    data, report = written(queue, tmp_path)
    rows = {row["id"]: row for row in map(json.loads, data.splitlines())}
    assert report.blind == 1
    assert "metadata" not in rows["open-1"]
    assert all("model" not in answer for answer in rows["open-1"]["answers"])
    assert rows["law-1"]["answers"][0]["model"] == "model-1"


def test_a_blind_export_comes_back_as_duplicates(queue: Queue, tmp_path: Path) -> None:
    written(queue, tmp_path)
    again = import_files(queue, [str(tmp_path / "out.jsonl")])
    assert (again.duplicates, again.duplicate_judgments, again.rejected) == (3, 6, 0)


@pytest.mark.parametrize(("what", "rows"), [("all", 9), ("tasks", 3), ("judgments", 6)])
def test_rows_are_ordered_by_task_then_judgment(
    queue: Queue, tmp_path: Path, what: str, rows: int
) -> None:
    data, _ = written(queue, tmp_path, what=what)
    keys = [
        (row.get("task", row["id"]), "task" in row, row["id"])
        for row in map(json.loads, data.splitlines())
    ]
    assert len(keys) == rows
    assert keys == sorted(keys)


def test_a_cursor_brings_what_is_new_since(queue: Queue, tmp_path: Path) -> None:
    _, report = written(queue, tmp_path)
    assert written(queue, tmp_path, since=report.cursor)[0] == b""
    [line] = [it for it in (DATA / "import.jsonl").read_bytes().splitlines() if b'0003"' in it]
    later = tmp_path / "later.jsonl"
    later.write_bytes(line.replace(b'0003"', b'0007"').replace(b"tutor-3", b"tutor-9"))
    assert import_files(queue, [str(later)]).judgments == 1
    data, _ = written(queue, tmp_path, since=report.cursor)
    assert [it[-4:] for it in ids(data)] == ["aw-1", "0007"]
    pairs, _ = written(queue, tmp_path, since=report.cursor, format="trl-preference")
    assert {json.loads(row)["metadata"]["task"] for row in pairs.splitlines()} == {"law-1"}
    assert len(pairs.splitlines()) > 1


def test_a_split_puts_no_task_in_both_files(queue: Queue, tmp_path: Path) -> None:
    target = str(tmp_path / "pairs.jsonl")
    options = ExportOptions("jsonl", test_share=0.5, unblind=True)
    report = export(queue, target, options)
    train, test = tmp_path / "pairs.train.jsonl", tmp_path / "pairs.test.jsonl"
    assert list(report.files) == [str(train), str(test)]
    sides = [
        {row.get("task", row["id"]) for row in map(json.loads, path.read_bytes().splitlines())}
        for path in (train, test)
    ]
    assert sides[0] | sides[1] == {"law-1", "med-1", "open-1"}
    assert not sides[0] & sides[1]
    assert not Path(target).exists()
    whole = ExportOptions("jsonl", test_share=0)
    assert list(export(queue, target, whole).files.values()) == [9, 0]


def test_a_split_cannot_go_to_standard_output(queue: Queue) -> None:
    with pytest.raises(ConfigError, match="--split writes two files"):
        export(queue, "-", ExportOptions("jsonl", test_share=0.1))


def test_a_format_of_pairs_has_no_tasks_alone(queue: Queue, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="holds no tasks alone"):
        written(queue, tmp_path, format="trl-preference", what="tasks")


def test_an_export_that_fails_leaves_what_stood_there(
    queue: Queue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.jsonl"
    target.write_bytes(b"before")
    monkeypatch.setattr("tutorcli.services.exporting._side", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        written(queue, tmp_path)
    assert target.read_bytes() == b"before"
    assert [path.name for path in tmp_path.glob("*out.jsonl*")] == ["out.jsonl"]


def test_an_export_follows_a_link_to_its_file(queue: Queue, tmp_path: Path) -> None:
    real = tmp_path / "real.jsonl"
    real.write_bytes(b"")
    (tmp_path / "out.jsonl").symlink_to(real)
    data, _ = written(queue, tmp_path)
    assert (tmp_path / "out.jsonl").is_symlink()
    assert real.read_bytes() == data


def test_a_place_that_cannot_be_written_is_named(queue: Queue, tmp_path: Path) -> None:
    target = str(tmp_path / "no" / "out.jsonl")
    with pytest.raises(InputError, match=r"out\.jsonl cannot be written: No such file"):
        export(queue, target, ExportOptions("jsonl"))


def test_devices_are_written_to_directly(queue: Queue) -> None:
    report = export(queue, os.devnull, ExportOptions("jsonl"))
    assert report.rows["task"] == 3
    assert not Path(os.devnull).is_file()


def test_standard_output_takes_the_same_bytes(
    queue: Queue,
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data, _ = written(queue, tmp_path)
    with os.fdopen(os.dup(1), "w") as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        export(queue, "-", ExportOptions("jsonl"))
    assert capfdbinary.readouterr().out == data
