import json
from pathlib import Path
from typing import Any

import pytest

from tutorcli.cli import sources

from .conftest import Run

KEYS = ["imported", "updated", "duplicates", "rejected", "errors", "seconds"]


def broken(folder: Path, lines: int) -> Path:
    """A file of so many bad lines behind a good one."""
    answers = [{"id": "a", "text": "x"}]
    good = {"id": "t0", "domain": "law", "language": "en", "prompt": "?", "answers": answers}
    bad = {**good, "id": "t1", "answers": [*answers, {"id": "b", "text": 3}]}
    path = folder / "broken.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in [good, *[bad] * lines]), "utf-8")
    return path


def test_import_says_what_came_and_what_to_run_next(run: Run, task_file: Path) -> None:
    ran = run("import", str(task_file))
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "3 tasks imported\n  next: tutorcli annotate\n"
    assert run("import", str(task_file)).err == "0 tasks imported, 3 duplicates\n"


def test_import_prints_the_object_of_the_contract(run: Run, task_file: Path) -> None:
    told = run("import", str(task_file), "--json").json
    assert list(told)[:6] == KEYS
    assert [told[key] for key in KEYS[:5]] == [3, 0, 0, 0, []]
    assert isinstance(told["seconds"], float)


def test_bad_lines_are_told_on_stderr_and_nothing_is_imported(run: Run, tmp_path: Path) -> None:
    path = broken(tmp_path, 2)
    ran = run("import", str(path))
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.splitlines() == [
        f"tutorcli: {path}:2: answers[1].text: must be text, not a number",
        f"tutorcli: {path}:3: answers[1].text: must be text, not a number",
        "nothing was imported: 2 bad lines",
        "  mend them, or import the rest with --skip-bad",
    ]
    assert run("queue", "--json").json["tasks"] == []


def test_bad_lines_are_told_in_the_object_too(run: Run, tmp_path: Path) -> None:
    path = broken(tmp_path, 25)
    ran = run("import", str(path), "--json")
    assert ran.code == 3
    assert (ran.json["imported"], ran.json["rejected"], len(ran.json["errors"])) == (0, 25, 25)
    assert ran.json["errors"][0] == {
        "file": str(path),
        "line": 2,
        "field": "answers[1].text",
        "message": "must be text, not a number",
    }


def test_twenty_errors_are_printed_and_the_rest_counted(run: Run, tmp_path: Path) -> None:
    told = run("import", str(broken(tmp_path, 25))).err.splitlines()
    assert sum(":" in line and "answers[1]" in line for line in told) == sources.SHOWN_ERRORS
    assert "tutorcli: 5 further errors; --json lists all" in told


def test_skipped_lines_are_put_aside_in_a_file_that_is_named(run: Run, tmp_path: Path) -> None:
    path = broken(tmp_path, 1)
    ran = run("import", str(path), "--skip-bad")
    assert ran.code == 0
    [line] = [line for line in ran.err.splitlines() if line.startswith("1 bad line left aside in ")]
    aside = Path(line.removeprefix("1 bad line left aside in "))
    assert aside.read_bytes() == path.read_bytes().splitlines(keepends=True)[1]
    told = run("import", str(path), "--skip-bad", "--json").json
    assert (told["duplicates"], told["rejected"]) == (1, 1)
    assert Path(told["left_aside"]).is_file()


def test_a_dry_run_says_that_it_is_one(run: Run, task_file: Path) -> None:
    ran = run("import", str(task_file), "-n")
    assert ran.err == "dry run, nothing written: 3 tasks imported\n"
    assert run("import", str(task_file), "--dry-run", "--json").json["dry_run"] is True
    assert run("queue", "--json").json["tasks"] == []


def test_standard_input_and_filled_in_fields(run: Run) -> None:
    row = {"id": "t1", "prompt": "?", "answers": []}
    ran = run("import", "-", "--domain", "law", "--language", "fr", stdin=json.dumps(row))
    assert ran.code == 0
    assert run("queue", "--json").json["tasks"][0]["language"] == "fr"


def test_a_missing_file_is_an_input_error_and_an_object(run: Run, task_file: Path) -> None:
    missing = str(task_file.with_name("taskz.jsonl"))
    ran = run("import", missing, "--json")
    assert ran.code == 3
    assert f"did you mean {task_file}?" in ran.err
    [error] = ran.json["errors"]
    assert (error["file"], error["line"], error["field"]) == (missing, None, None)
    assert "no such file or folder; did you mean" in error["message"]


def test_a_file_name_cannot_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    path = broken(tmp_path, 1).rename(tmp_path / "x\x1b[31m.jsonl")
    assert "\x1b" not in run("import", str(path)).err


def test_an_unknown_format_is_a_usage_error(run: Run, task_file: Path) -> None:
    ran = run("import", str(task_file), "--format", "jsonn")
    assert ran.code == 2
    assert 'did you mean "jsonl"?' in ran.err


def test_formats_lists_what_each_can_and_loses(run: Run) -> None:
    ran = run("formats")
    assert "jsonl (import, export): " in ran.out
    assert "trl-preference (export): " in ran.out
    rows = {row["name"]: row for row in run("formats", "--json").json["formats"]}
    assert (rows["jsonl"]["read"], rows["jsonl"]["write"], rows["jsonl"]["loses"]) == (
        True,
        True,
        None,
    )
    assert rows["trl-preference"]["read"] is False


def test_a_missing_domain_names_the_flag_that_gives_one(run: Run) -> None:
    line = '{"id": "t", "prompt": "?", "answers": []}'
    assert "--domain D" in run("import", "-", stdin=line).err
    assert "--domain D" not in run("import", "-", stdin="{}{").err


def naming(folder: Path, *protocols: str | None) -> str:
    """A file of one task for each protocol."""
    rows = [
        {"id": f"p{n}", "domain": "law", "language": "en", "prompt": "?", "answers": []}
        | ({"protocol": protocol} if protocol else {})
        for n, protocol in enumerate(protocols)
    ]
    path = folder / "naming.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return str(path)


def test_an_import_names_the_protocols_that_are_not_here(
    run: Run, home: Path, tmp_path: Path
) -> None:
    file = naming(tmp_path, "rank", "rnk", None, "mine@2", "rnk")
    ran = run("import", file)
    assert ran.code == 0
    assert ran.err.splitlines() == [
        "5 tasks imported",
        'note: there is no protocol "mine"',
        "  known: " + ", ".join(row["name"] for row in listed(run)),
        'note: there is no protocol "rnk"',
        '  did you mean "rank"?',
        f"  a task waits until the file of its protocol lies in {home / 'config/protocols'}",
        "  see those that are here with: tutorcli protocol list",
        "  next: tutorcli annotate",
    ]


def listed(run: Run) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = run("protocol", "list", "--json").json["protocols"]
    return rows


def test_the_object_of_an_import_names_them_too(run: Run, task_file: Path, tmp_path: Path) -> None:
    told = run("import", naming(tmp_path, "rnk", "mine@2"), "--json").json
    assert told["missing_protocols"] == ["mine@2", "rnk"]
    assert run("import", str(task_file), "--json").json["missing_protocols"] == []


def test_many_protocols_that_are_not_here_are_counted(run: Run, tmp_path: Path) -> None:
    ran = run("import", naming(tmp_path, *(f"mine-{n}" for n in range(25))))
    assert ran.err.count("note: there is no protocol") == 20
    assert "further protocols that cannot be used: 5\n" in ran.err


@pytest.mark.parametrize("is_published", [False, True])
def test_an_interrupted_import_says_whether_anything_was_imported(
    run: Run, task_file: Path, monkeypatch: pytest.MonkeyPatch, is_published: bool
) -> None:
    from tutorcli.services import exchange as services

    whole = services.import_files

    def cut(*arguments: Any) -> None:
        if is_published:
            whole(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(services, "import_files", cut)
    ran = run("import", str(task_file))
    assert ran.code == 130
    assert ran.err.splitlines() == (
        [
            "tutorcli: interrupted, but everything had been imported",
            "  see it with: tutorcli queue",
        ]
        if is_published
        else [
            "tutorcli: interrupted: nothing was imported",
            "  run the same command again to import it",
        ]
    )
    assert len(run("queue", "--json").json["tasks"]) == (3 if is_published else 0)
