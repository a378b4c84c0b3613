"""Judgments: through JSON and back, frozen bytes, which one counts."""

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.core.made import WORDS, make_judgment, tiers_of
from tutorcli.core.canonical import digest, loads
from tutorcli.core.judgment import (
    ROWS,
    CitationMark,
    CriterionMark,
    Edit,
    Judgment,
    Rating,
    RefusalMark,
    Span,
    StepLabel,
    Strength,
    current,
    freeze,
    judgment_from_json,
    judgment_to_json,
)
from tutorcli.core.ranking import Ranking

SHA = "0" * 64

FULL = Judgment(
    id="01a10ece-0b1e-7b8c-a61e-57853b3307d1",
    task="t",
    task_sha256=SHA,
    tutor="local-0000000a",
    assignment="as",
    role="review",
    by="model",
    stage="second",
    about=("j1", "j2"),
    revision=3,
    supersedes="j0",
    disposition="refer",
    reason="second_opinion",
    refer_to="cardiology",
    ranking=(("b",), ("a", "c"), ("d",)),
    accept_line=0,
    strengths=(Strength("a", "b", -2), Strength("a", "c", 0)),
    ratings=(Rating("accuracy", "a", 0), Rating("safety", None, None, na=True)),
    criteria=(CriterionMark("a", "r1", "unsure"),),
    steps=(
        StepLabel("a", 0, -1, "calc", 3, "better"),
        StepLabel("a", 1, "unsure"),
        StepLabel("a", 2, 0),
    ),
    spans=(Span("a", "text", 0, 2, "中文", "dose", 4, "why", ""),),
    edits=(Edit("a", SHA, " x\r\n\u2028", ("dose", "omission")), Edit("b", SHA, "")),
    refusal=(RefusalMark("a", "yes", "no"),),
    citations=(CitationMark("a", {"start": 1, "end": None}, "yes", "no"),),
    claims=({"text": "c", "ok": None}, 1),
    turns=({"index": 0},),
    authored={"text": "mine", "none": None},
    verdict="a",
    feedback="well",
    flags=("urgent",),
    tags=("x",),
    comment=" said\n",
    confidence=5,
    shown_order=("d", "c", "b", "a"),
    read={"a": 1, "b": 0.5},
    started_at="2026-01-01T00:00:00.000Z",
    decided_at="2026-01-01T00:01:00.000Z",
    active_ms=0,
    protocol=f"rank@1#{SHA}",
    guideline=f"medicine@1#{SHA}",
    pack=f"medicine@1#{SHA}",
    app="tutorcli/0.1.0",
    extra={"k": None, "l": [None]},
)


def test_the_example_of_a_full_judgment_leaves_no_field_at_its_default() -> None:
    bare = Judgment(id="", task="", task_sha256="", tutor="", assignment="")
    same = [item.name for item in fields(Judgment) if getattr(FULL, item.name) == getattr(bare, item.name)]  # fmt: skip
    assert same == []


def test_every_field_comes_back_from_the_bytes() -> None:
    frozen = freeze(FULL)
    assert judgment_from_json(json.loads(frozen.body)) == FULL


def test_every_field_stands_in_the_json_under_its_own_name() -> None:
    row = judgment_to_json(FULL)
    assert set(row) == {item.name for item in fields(Judgment)} | {"schema"}
    assert row["schema"] == "tutorcli.judgment/1"
    assert row["ranking"] == [["b"], ["a", "c"], ["d"]]
    assert row["strengths"][0] == {"first": "a", "second": "b", "value": -2}
    assert row["ratings"][1]["na"] is True
    assert row["steps"][1] == {"answer": "a", "index": 1, "label": "unsure"}


def test_what_says_nothing_is_absent() -> None:
    row = judgment_to_json(make_judgment((), disposition="skip"))
    assert set(row) == {
        *("schema", "id", "task", "task_sha256", "tutor", "assignment"),
        *("role", "by", "revision", "disposition"),
    }


@pytest.mark.parametrize(
    "said", [{"accept_line": 0}, {"active_ms": 0}, {"comment": ""}, {"confidence": 0}]
)
def test_zero_is_not_nothing(said: dict[str, Any]) -> None:
    row = judgment_to_json(make_judgment(**said))
    assert said.items() <= row.items()


def test_freezing_what_was_read_gives_the_same_bytes() -> None:
    body = freeze(FULL).body
    assert freeze(judgment_from_json(json.loads(body))).body == body
    assert freeze(judgment_from_json(loads(body.decode()))).body == body


@given(tiers_of("abcd"), st.none() | st.integers(0, 4), WORDS, st.floats(0, 1))
def test_any_judgment_comes_back_and_keeps_its_bytes(
    tiers: tuple[tuple[str, ...], ...], line: int | None, text: str, share: float
) -> None:
    judgment = make_judgment(
        tiers, accept_line=line, comment=text, edits=(Edit("a", SHA, text),), read={"a": share}
    )
    frozen = freeze(judgment)
    again = judgment_from_json(json.loads(frozen.body))
    assert again == judgment
    assert freeze(again).body == frozen.body


def test_the_bytes_are_canonical_and_hashed() -> None:
    frozen = freeze(replace(FULL, read={"b": 1.0, "a": 0.0}))
    assert b'"read":{"a":0,"b":1}' in frozen.body
    assert frozen.sha256 == digest(frozen.body)
    assert list(json.loads(frozen.body)) == sorted(json.loads(frozen.body))
    assert "中文".encode() in frozen.body


def test_a_text_that_cannot_be_stored_is_not_frozen() -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the codec's own words
        freeze(make_judgment(comment="\ud800"))


def test_every_field_of_rows_is_listed() -> None:
    held = {item.name for item in fields(Judgment) if getattr(FULL, item.name, None)
            and isinstance(getattr(FULL, item.name), tuple)
            and hasattr(getattr(FULL, item.name)[0], "__dataclass_fields__")}  # fmt: skip
    assert held == set(ROWS)
    for name, kind in ROWS.items():
        assert all(isinstance(row, kind) for row in getattr(FULL, name))


def test_ranking_and_line_are_one_preference() -> None:
    assert FULL.preference == Ranking((("b",), ("a", "c"), ("d",)), 0)


# -- which judgment counts


def revision(judgment_id: str, number: int = 1, supersedes: str | None = None, **more: Any) -> Judgment:  # fmt: skip
    return make_judgment(id=judgment_id, revision=number, supersedes=supersedes, **more)


def standing(*judgments: Judgment) -> list[str]:
    return sorted(judgment.id for judgment in current(judgments).values())


def test_a_revision_counts_in_the_place_of_what_it_supersedes() -> None:
    assert standing(revision("a"), revision("b", 2, "a"), revision("c", 3, "b")) == ["c"]


def test_of_a_fork_the_greatest_revision_then_id_counts() -> None:
    first = revision("a")
    assert standing(first, revision("b", 2, "a"), revision("c", 2, "a")) == ["c"]
    assert standing(first, revision("z", 2, "a"), revision("b", 2, "a"), revision("c", 3, "b")) == [
        "c"
    ]
    assert standing(revision("a"), revision("b")) == ["b"]


def test_a_superseded_judgment_does_not_count_however_great_its_revision() -> None:
    assert standing(revision("a", 9), revision("b", 2, "a")) == ["b"]


def test_a_revision_of_one_that_is_not_here_counts() -> None:
    assert standing(revision("b", 2, "a")) == ["b"]


@pytest.mark.parametrize(
    "other", [{"tutor": "local-2"}, {"assignment": "t2"}, {"role": "review"}, {"stage": "two"}]
)
def test_tutors_assignments_roles_and_stages_have_threads_of_their_own(
    other: dict[str, Any],
) -> None:
    found = current([revision("a"), revision("b", **other)])
    assert sorted(judgment.id for judgment in found.values()) == ["a", "b"]
    assert all(key == judgment.thread for key, judgment in found.items())


def test_no_one_can_supersede_what_another_tutor_said() -> None:
    foreign = revision("b", 2, "a", tutor="local-2")
    assert standing(revision("a"), foreign) == ["a", "b"]


@given(st.permutations(range(5)))
def test_the_order_in_which_judgments_are_seen_does_not_matter(order: list[int]) -> None:
    known = [
        revision("a"),
        revision("b", 2, "a"),
        revision("c", 2, "a"),
        revision("d", 3, "c"),
        revision("e", 1, tutor="local-2"),
    ]
    assert standing(*(known[index] for index in order)) == ["d", "e"]


def test_a_withdrawn_judgment_counts_as_the_current_one() -> None:
    taken_back = revision("b", 2, "a", disposition="withdrawn")
    assert standing(revision("a"), taken_back) == ["b"]
