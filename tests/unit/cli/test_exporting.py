"""Judgments out, by the command."""

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Run


def test_export_counts_what_left_blind(run: Run, filled: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    ran = run("export", "--format", "jsonl", "-o", str(target))
    assert (ran.code, ran.out) == (0, "")
    assert "3 tasks, 0 judgments written\n" in ran.err
    assert "3 tasks not judged yet left without model, kind, provenance" in ran.err
    assert b"SECRET" not in target.read_bytes()
    ran = run("export", "--format", "jsonl", "-o", str(target), "--unblind")
    assert "--unblind" not in ran.err
    assert b"SECRET" in target.read_bytes()


def test_export_writes_to_standard_output_by_default(run: Run, filled: Path) -> None:
    ran = run("export", "--format", "jsonl")
    assert [json.loads(line)["id"] for line in ran.out.splitlines()] == ["t1", "t2", "t3"]


def test_pairs_are_counted_with_their_policy(run: Run, filled: Path, tmp_path: Path) -> None:
    better = tmp_path / "better.md"
    better.write_text("Better.", "utf-8")
    assert run("judge", "t3", "--rank", "a > b = c", "--edit", f"b=@{better}").code == 0
    ran = run("export", "--format", "trl-preference", "-o", str(tmp_path / "pairs.jsonl"))
    assert "2 pairs and 1 edit (0 verified) of 1 task written\n" in ran.err
    assert "policy: pairs=all tutors=each min-strength=1 edits=include reasoning=drop" in ran.err
    rows = (tmp_path / "pairs.jsonl").read_bytes().splitlines()
    models: list[Any] = [json.loads(row)["metadata"]["chosen_model"] for row in rows]
    assert models == ["SECRET-model-1", "SECRET-model-1", "SECRET-model-2"]


def test_a_split_names_both_files(run: Run, filled: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    ran = run("export", "--format", "jsonl", "-o", str(target), "--split", "90/10")
    assert ran.code == 0
    assert f"{tmp_path / 'out.train.jsonl'}: " in ran.err
    assert f"{tmp_path / 'out.test.jsonl'}: " in ran.err


@pytest.mark.parametrize("split", ["90", "90/x", "0/0", "-1/5", "/"])
def test_a_wrong_split_is_a_usage_error(run: Run, filled: Path, split: str) -> None:
    ran = run("export", "--format", "jsonl", "--split", split)
    assert ran.code == 2
    assert "such as 90/10" in ran.err


@pytest.mark.parametrize(
    "flag", [("--pairs", "some"), ("--min-strength", "0"), ("--edits", "no"), ()]
)
def test_wrong_flags_of_export_are_usage_errors(run: Run, flag: tuple[str, ...]) -> None:
    needed = ("--format", "jsonl") if flag else ()
    assert run("export", *needed, *flag).code == 2


@pytest.mark.parametrize(
    ("split", "guess"),
    [("90/20", "90/10"), ("9/1", "90/10"), ("80/10", "80/20"), ("8/2", "80/20"), ("4/1", "80/20")],
)
def test_parts_that_do_not_make_100_are_refused_with_the_near_miss(
    run: Run, filled: Path, tmp_path: Path, split: str, guess: str
) -> None:
    target = tmp_path / "out.jsonl"
    ran = run("export", "--format", "jsonl", "-o", str(target), "--split", split)
    assert ran.code == 2
    assert f'did you mean "{guess}"?' in ran.err
    assert list(tmp_path.glob("out*")) == []


@pytest.mark.parametrize(
    ("name", "flag", "others"),
    [
        ("jsonl", ("--pairs", "all"), "trl-preference"),
        ("jsonl", ("--tutors", "majority"), "trl-preference"),
        ("jsonl", ("--min-strength", "1"), "trl-preference"),
        ("jsonl", ("--edits", "only"), "trl-preference"),
        ("jsonl", ("--reasoning", "tag"), "trl-preference"),
        ("trl-preference", ("--what", "judgments"), "jsonl"),
    ],
)
def test_an_option_of_another_format_is_refused_and_its_format_named(
    run: Run, filled: Path, name: str, flag: tuple[str, str], others: str
) -> None:
    ran = run("export", "--format", name, *flag)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines() == [
        f'tutorcli: {flag[0]} means nothing with the format "{name}"',
        f"  leave it out, or take --format {others}",
    ]


def test_options_reach_the_format_that_they_belong_to(
    run: Run, filled: Path, tmp_path: Path
) -> None:
    assert run("judge", "t3", "--rank", "a > b > c").code == 0
    target = tmp_path / "pairs.jsonl"
    options = ("--pairs", "adjacent", "--tutors", "majority", "--reasoning", "key")
    ran = run("export", "--format", "trl-preference", "-o", str(target), *options)
    assert "policy: pairs=adjacent tutors=majority min-strength=1" in ran.err
    assert len(target.read_bytes().splitlines()) == 2
    ran = run("export", "--format", "trl-preference", "-o", str(target), "--min-strength", "2")
    assert len(target.read_bytes().splitlines()) == 1
    assert run("export", "--format", "jsonl", "--what", "judgments").out.count("\n") == 1


def test_the_object_of_an_export_tells_what_was_written(
    run: Run, filled: Path, tmp_path: Path
) -> None:
    target = tmp_path / "out.jsonl"
    ran = run("export", "--format", "jsonl", "-o", str(target), "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.json == {
        "format": "jsonl",
        "files": {str(target): 3},
        "rows": {"task": 3},
        "tasks": 3,
        "blind": 3,
        "closed": 0,
        "cursor": 0,
        "policy": None,
    }
    ran = run("export", "--format", "jsonl", "--json")
    assert (ran.code, ran.out) == (2, "")
    assert "name a file with -o" in ran.err
