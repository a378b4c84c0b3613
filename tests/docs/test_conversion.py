"""The conversion of two public sets of judgments that docs/statistics.md tells of."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.convert_judgments import RowError, converted, main
from tutorcli.formats.containers import Line
from tutorcli.services.figure_files import FileSource
from tutorcli.team.figures import Ask, answer

CLAIM = {"item": "c1", "annotator": "e0", "label": "Neutral", "stratum": "Must_have"}
PAIR = {"item": "p1", "annotator": "w0", "left": "M", "right": "N", "winner": "left"}


def figures(rows: list[dict[str, Any]]) -> dict[tuple[str, str], float | None]:
    """Figures of the converted rows by kind and name, those of a label left out."""
    source = FileSource()
    for number, raw in enumerate(converted(rows), 1):
        source.take(Line("made.jsonl", number, raw))
    found = answer(source, Ask())["figures"]
    return {(one["kind"], one["figure"]): one["value"] for one in found if "label" not in one}


def test_a_claim_becomes_a_task_with_a_rating_and_a_flag_of_each_expert() -> None:
    task, said = map(json.loads, converted([CLAIM]))
    assert (task["id"], task["batch"], task["answers"]) == ("c1", "Must_have", [])
    assert (said["task"], said["tutor"], said["flags"]) == ("c1", "e0", ["neutral"])
    assert [(it["criterion"], it["value"]) for it in said["ratings"]] == [("entailment", 2)]


@pytest.mark.parametrize(
    ("winner", "ranking"),
    [("left", [["a"], ["b"]]), ("right", [["b"], ["a"]]), ("tie", [["a", "b"]])],
)
def test_the_left_answer_becomes_a_and_the_right_one_b(
    winner: str, ranking: list[list[str]]
) -> None:
    task, said = map(json.loads, converted([PAIR | {"winner": winner}]))
    assert [(it["id"], it["model"]) for it in task["answers"]] == [("a", "M"), ("b", "N")]
    assert said["ranking"] == ranking


def test_ratings_tell_how_often_two_agree_and_flags_how_far_beyond_chance() -> None:
    said = {"c1": "EEN", "c2": "NNN", "c3": "CCC", "c4": "EEE"}
    words = {"E": "Entailment", "N": "Neutral", "C": "Contradiction"}
    rows = [
        CLAIM | {"item": item, "annotator": f"e{number}", "label": words[letter]}
        for item, letters in said.items()
        for number, letter in enumerate(letters)
    ]
    found = figures(rows)
    assert found["ratings", "percent"] == pytest.approx((1 / 3 + 3) / 4)
    # Krippendorff's alpha of the coincidences: 2 of 12 differ; 5, 4 and 3 of the values.
    expected = 1 - 11 * 2 / (144 - 25 - 16 - 9)
    assert found["flags", "alpha_masi"] == pytest.approx(expected)
    assert found["flags", "alpha_jaccard"] == pytest.approx(expected)


def test_the_rows_may_come_in_any_order_of_items() -> None:
    rows = [PAIR | {"item": "p2"}, PAIR, PAIR | {"annotator": "w1", "winner": "tie"}]
    lines = [json.loads(line) for line in converted(rows)]
    assert [line.get("task", line["id"]) for line in lines] == ["p1", "p1", "p1", "p2", "p2"]
    assert len({line["id"] for line in lines}) == len(lines)


@pytest.mark.parametrize(
    "rows",
    [
        [{"item": "x", "annotator": "y"}],
        [CLAIM | {"label": "Perhaps"}],
        [PAIR | {"winner": "both"}],
        [PAIR, PAIR | {"annotator": "w1", "left": "O"}],
        [["no", "object"]],
    ],
    ids=["no set", "label", "winner", "two pairs", "list"],
)
def test_a_row_of_neither_set_is_named(rows: list[Any]) -> None:
    with pytest.raises(RowError, match=f"row {len(rows)} "):
        list(converted(rows))


def test_the_script_writes_lines_and_says_what_is_wrong(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps(PAIR) + "\n", encoding="utf-8")
    assert main([str(file)]) == 0
    assert capsysbinary.readouterr().out == b"".join(converted([PAIR]))
    file.write_text("{", encoding="utf-8")
    assert main([str(file)]) == 3
    assert b"row 1 is no JSON" in capsysbinary.readouterr().err
    assert main([str(tmp_path / "none.jsonl")]) == 3
    assert main([]) == 2
