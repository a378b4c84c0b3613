"""Drafts: what operations do, what a log gives back, and the judgment that comes of it."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.core.made import WORDS, assign, make_judgment, make_task, tiers_of
from tutorcli.core.canonical import digest
from tutorcli.core.draft import (
    COMMENT,
    EDIT,
    READ,
    Draft,
    Operation,
    Stamp,
    edits_of,
    entry_of,
    judgment_of,
    operations_of,
    pair_key,
    rating_key,
    replay,
    row_of,
)
from tutorcli.core.judgment import (
    CitationMark,
    CriterionMark,
    Edit,
    Judgment,
    Rating,
    RefusalMark,
    Span,
    StepLabel,
    Strength,
    freeze,
)
from tutorcli.core.ranking import RankEntry

SHA = digest("t")
ASSIGNED = assign()


def stamp(**more: Any) -> Stamp:
    given: dict[str, Any] = {"tutor": "local-1", "task_sha256": SHA, "decided_at": "2026-01-01T00:01:00.000Z",
             "active_ms": 5, "app": "tutorcli/0"}  # fmt: skip
    return Stamp(**(given | more))


def fresh() -> Draft:
    return Draft("j1", "2026-01-01T00:00:00.000Z")


def drafted(*operations: Operation) -> Draft:
    draft = fresh()
    for operation in operations:
        draft.apply(operation)
    return draft


def judged(*operations: Operation, **more: Any) -> Judgment:
    return judgment_of(drafted(*operations), ASSIGNED, stamp(**more))


RATED = st.sampled_from([(answer, criterion) for answer in "abc" for criterion in ("x", "y")])
OPERATIONS: st.SearchStrategy[Operation] = st.one_of(
    tiers_of("abc").map(lambda tiers: ["set", "ranking", [list(tier) for tier in tiers] or None]),
    st.integers(0, 3).map(lambda line: ["set", "accept_line", line]),
    st.sampled_from([["set", "confidence", 3], ["set", "confidence", None]]),
    st.booleans().map(lambda ties: ["at", "tie_next", ties or None]),
    st.tuples(RATED, st.integers(0, 4)).map(
        lambda it: ["row", "ratings", rating_key(*it[0]), {"answer": it[0][0], "criterion": it[0][1], "value": it[1]}]
    ),
    RATED.map(lambda cell: ["row", "ratings", rating_key(*cell), None]),
    st.tuples(st.sampled_from("abc"), st.floats(0, 1)).map(lambda it: ["row", READ, *it]),
    st.tuples(st.sampled_from([EDIT + "a", EDIT + "b", COMMENT]), WORDS).map(
        lambda it: ["open", *it]
    ),
    st.sampled_from([EDIT + "a", COMMENT]).map(lambda text_id: ["drop", text_id]),
)  # fmt: skip
KEYS = st.lists(st.lists(OPERATIONS, max_size=3), max_size=10)
"""What a number of keys did."""


def same(first: Draft, second: Draft) -> None:
    assert first.fields == second.fields
    assert first.rows == second.rows
    assert first.place == second.place
    assert {key: first.text(key) for key in first.texts} == {
        key: second.text(key) for key in second.texts
    }
    assert freeze(judgment_of(first, ASSIGNED, stamp())).body == (
        freeze(judgment_of(second, ASSIGNED, stamp())).body
    )


def live(keys: list[list[Operation]]) -> Draft:
    return drafted(*(operation for key in keys for operation in json.loads(json.dumps(key))))


@given(KEYS)
def test_the_log_gives_the_draft_back(keys: list[list[Operation]]) -> None:
    same(replay(fresh(), None, map(row_of, keys)), live(keys))


@given(KEYS, KEYS)
def test_a_snapshot_and_the_log_after_it_give_the_draft_back(
    before: list[list[Operation]], after: list[list[Operation]]
) -> None:
    snapshot = live(before).snapshot()
    same(replay(fresh(), snapshot, map(row_of, after)), live([*before, *after]))


def test_the_order_in_which_things_were_said_survives_a_snapshot() -> None:
    rows: list[Operation] = [
        ["row", "ratings", rating_key(answer, "x"), {"answer": answer, "criterion": "x", "value": 1}]
        for answer in "cab"
    ]  # fmt: skip
    draft = drafted(*rows)
    same(replay(fresh(), draft.snapshot(), []), draft)


@given(WORDS, st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5), WORDS), max_size=6))
def test_an_edited_text_comes_back_exactly(text: str, edits: list[tuple[int, int, str]]) -> None:
    draft = drafted(["open", EDIT + "a", text])
    rows = [row_of([["open", EDIT + "a", text]])]
    for at, length, inserted in edits:
        start, end = sorted((min(at, len(text)), min(at + length, len(text))))
        places = [(text[:stop].count("\n"), stop - text.rfind("\n", 0, stop) - 1) for stop in (start, end)]  # fmt: skip
        splice: Operation = ["splice", EDIT + "a", *places[0], *places[1], inserted]
        draft.apply(splice)
        rows.append(row_of([splice]))
        text = text[:start] + inserted + text[end:]
    assert draft.text(EDIT + "a") == text
    assert replay(fresh(), None, rows).text(EDIT + "a") == text


def test_a_row_of_the_log_is_one_line_of_json_for_all_that_a_key_did() -> None:
    row = row_of([["set", "ranking", [["a"]]], ["at", "tie_next", None]])
    assert row == '[["set","ranking",[["a"]]],["at","tie_next",null]]'


@pytest.mark.parametrize("operation", [[], ["set"], ["jump", 1], ["set", "a"], "set"])
def test_an_unknown_operation_is_refused(operation: Any) -> None:
    with pytest.raises(ValueError, match="unknown operation"):
        fresh().apply(operation)


def test_null_takes_a_value_or_a_row_away() -> None:
    draft = drafted(
        ["set", "confidence", 3],
        ["row", "ratings", "k", {"criterion": "x"}],
        ["at", "focus", "a"],
        ["open", COMMENT, "x"],
        ["set", "confidence", None],
        ["row", "ratings", "k", None],
        ["row", "ratings", "never", None],
        ["at", "focus", None],
        ["drop", COMMENT],
        ["drop", COMMENT],
    )
    assert (draft.fields, draft.rows, draft.place) == ({}, {"ratings": {}}, {})
    assert draft.text(COMMENT) is None
    assert draft.is_empty


def test_where_the_tutor_is_says_nothing() -> None:
    assert fresh().is_empty
    assert drafted(["at", "focus", "a"]).is_empty
    assert not drafted(["set", "confidence", 1]).is_empty


# -- the judgment that comes of it


def test_the_ranking_as_keyed_comes_with_its_line_and_pending_tie() -> None:
    draft = drafted(["set", "ranking", [["b"], ["a"]]], ["set", "accept_line", 1], ["at", "tie_next", True])  # fmt: skip
    assert entry_of(draft) == RankEntry((("b",), ("a",)), 1, tie_next=True)
    assert entry_of(fresh()) == RankEntry()


def test_the_judgment_carries_the_names_of_everything_it_was_made_by() -> None:
    said = judged(["set", "ranking", [["a"], ["b"], ["c"]]])
    assert (said.id, said.task, said.assignment, said.tutor) == ("j1", "t", "t", "local-1")
    assert said.task_sha256 == SHA
    assert said.shown_order == ("a", "b", "c")
    assert said.protocol == ASSIGNED.protocol.ref
    assert ASSIGNED.pack is not None
    assert said.pack == ASSIGNED.pack.ref
    assert (said.started_at, said.decided_at) == (
        "2026-01-01T00:00:00.000Z",
        "2026-01-01T00:01:00.000Z",
    )
    assert (said.role, said.by, said.revision, said.supersedes) == ("label", "human", 1, None)
    assert (said.app, said.active_ms) == ("tutorcli/0", 5)


def test_the_guideline_of_the_task_goes_before_that_of_the_pack() -> None:
    assert ASSIGNED.pack is not None
    pack = replace(ASSIGNED.pack, guideline={"en": "G"})
    shown = assign(make_task(guideline="own@1"), pack=pack)
    assert judgment_of(fresh(), shown, stamp()).guideline == "own@1"
    assert judgment_of(fresh(), assign(pack=pack), stamp()).guideline == pack.guideline_ref


def test_unchanged_edits_and_empty_comments_are_left_out() -> None:
    said = judged(
        ["open", EDIT + "a", "Text of a."],
        ["open", EDIT + "b", "Better."],
        ["open", EDIT + "gone", "x"],
        ["open", COMMENT, ""],
    )
    assert said.edits == (Edit("b", digest("Text of b."), "Better."),)
    assert said.comment is None


def test_an_edit_is_kept_exactly_and_has_its_reasons() -> None:
    said = judged(["open", EDIT + "a", "Text of a.\r\n "], ["row", "edit_reasons", "a", ["dose"]])
    assert said.edits == (Edit("a", digest("Text of a."), "Text of a.\r\n ", ("dose",)),)


def test_edits_come_in_the_order_shown() -> None:
    shown = replace(ASSIGNED, order=("c", "a", "b"))
    draft = drafted(*(["open", EDIT + answer, "x"] for answer in "abc"))
    assert [edit["answer"] for edit in edits_of(draft, shown)] == ["c", "a", "b"]


@pytest.mark.parametrize("disposition", ["skip", "refer", "withdrawn"])
def test_a_task_not_done_keeps_its_comment_alone(disposition: str) -> None:
    said = judged(
        ["set", "ranking", [["a"], ["b"]]],
        ["set", "accept_line", 1],
        ["row", "ratings", "k", {"criterion": "accuracy", "value": 1}],
        ["open", EDIT + "a", "Better."],
        ["open", COMMENT, "why"],
        ["row", READ, "a", 0.5],
        disposition=disposition,
        reason="tired",
    )
    assert (said.ranking, said.accept_line, said.ratings, said.edits) == ((), None, (), ())
    assert (said.comment, said.reason, said.read) == ("why", "tired", {"a": 0.5})


@pytest.mark.parametrize("tiers", [[["b"]], [["b"], ["a"]]])
def test_what_was_not_ranked_stays_unranked(tiers: list[list[str]]) -> None:
    assert judged(["set", "ranking", tiers]).ranking == tuple(map(tuple, tiers))


# -- amending

SAID = make_judgment(
    (("b",), ("a", "c")),
    accept_line=1,
    strengths=(Strength("b", "c", -1), Strength("a", "b", 2)),
    ratings=(Rating("safety", "b", 3), Rating("accuracy", "a", na=True), Rating("accuracy", None, 0)),
    criteria=(CriterionMark("a", "r1", "no"), CriterionMark("b", "r1", "yes")),
    steps=tuple(StepLabel("a", index, 1) for index in range(12)),
    spans=(Span("b", "text", 0, 4, "Text", "dose", 4, "why", "x"),),
    edits=(Edit("a", digest("Text of a."), "A\r\n", ("dose",)), Edit("b", digest("Text of b."), "")),
    refusal=(RefusalMark("a", "yes", "no"),),
    citations=(CitationMark("a", [1, None], "yes", "no"),),
    claims=({"text": "c"},),
    turns=({"index": 0},),
    authored={"text": "mine"},
    verdict="a",
    feedback="well",
    flags=("urgent",),
    tags=("x",),
    comment=" said\n",
    confidence=5,
    read={"a": 1, "b": 0.5},
)  # fmt: skip

_MADE_ANEW = ("id", "tutor", "task_sha256", "assignment", "shown_order", "protocol", "pack",
              "guideline", "app", "started_at", "decided_at", "active_ms")  # fmt: skip


def amended(judgment: Judgment) -> Judgment:
    """What comes of a draft that takes the judgment up again and changes nothing."""
    operations = json.loads(json.dumps(operations_of(judgment)))
    return judgment_of(drafted(*operations), ASSIGNED, stamp())


def said_by(judgment: Judgment) -> Judgment:
    anew: dict[str, Any] = dict.fromkeys(_MADE_ANEW, "")
    return replace(judgment, **anew)


def test_amending_without_a_change_says_the_same_in_every_field() -> None:
    assert said_by(amended(SAID)) == said_by(SAID)


@given(st.data())
def test_amending_any_ranking_says_the_same(data: st.DataObject) -> None:
    tiers = data.draw(tiers_of("abc"))
    line = data.draw(st.none() | st.integers(0, len(tiers)))
    judgment = make_judgment(tiers, accept_line=line, comment=data.draw(WORDS) or None)
    assert said_by(amended(judgment)) == said_by(judgment)


def test_amending_a_task_set_aside_brings_its_comment() -> None:
    draft = drafted(*operations_of(make_judgment((), disposition="skip", reason="tired", comment="x")))  # fmt: skip
    assert draft.text(COMMENT) == "x"
    assert draft.fields == {}


def test_keys_of_rows_tell_answers_and_criteria_apart() -> None:
    assert rating_key(None, "a") != rating_key("a", "a")
    assert rating_key('a","b', "c") != rating_key("a", 'b","c')
    assert pair_key("a", "b") != pair_key("b", "a")
