"""The integers that statistics read."""

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given

from tests.unit.core.made import make_judgment, tiers_of
from tests.unit.core.test_judgment import FULL
from tests.unit.core.told import Said, told
from tutorcli.core.judgment import Judgment, Rating, Span
from tutorcli.core.measures import (
    HEAD_FORMAT,
    MISSING,
    Head,
    Kind,
    key_of,
    measures,
    names,
    task_key,
    unpacked,
)
from tutorcli.core.ranking import Tiers


def codes_of(judgment: Judgment) -> Mapping[str, int]:
    return {name: code for code, name in enumerate(sorted(names(judgment)))}


def rows_of(judgment: Judgment) -> set[Said]:
    codes = codes_of(judgment)
    words = {code: name for name, code in codes.items()}
    return told(measures(judgment, codes.__getitem__), words)


def head_of(judgment: Judgment, at: str | None = None) -> Head:
    packed = measures(judgment, codes_of(judgment).__getitem__, at)
    return Head(*HEAD_FORMAT.unpack(packed[Kind.HEAD]))


def test_every_figure_of_a_judgment_becomes_a_row() -> None:
    found = rows_of(FULL)
    assert {row for row in found if row[0] not in {Kind.SPAN, Kind.SHOWN, Kind.LABEL}} == {
        (Kind.RANK, "", "b", 0),
        (Kind.RANK, "", "a", 1),
        (Kind.RANK, "", "c", 1),
        (Kind.RANK, "", "d", 2),
        (Kind.ACCEPT, "", "", 0),
        (Kind.STRENGTH, "a", "b", -2),
        (Kind.STRENGTH, "a", "c", 0),
        (Kind.RATING, "accuracy", "a", 0),
        (Kind.RATING, "safety", "", MISSING),
        (Kind.CRITERION, "r1", "a", 3),
        (Kind.STEP, "0", "a", -1),
        (Kind.STEP, "1", "a", MISSING),
        (Kind.STEP, "2", "a", 0),
        (Kind.EDIT, "", "a", 2),
        (Kind.EDIT, "", "b", 0),
        (Kind.FLAG, "urgent", "", 1),
        (Kind.CONFIDENCE, "", "", 5),
    }
    assert {key for kind, key, _, _ in found if kind == Kind.LABEL} == set(FULL.edits[0].reasons)
    shown = {(ref, value) for kind, _, ref, value in found if kind == Kind.SHOWN}
    assert shown == {(answer, place) for place, answer in enumerate(FULL.shown_order)}


def test_a_span_says_where_it_lies() -> None:
    span = Span("a", "reasoning", 1_000_000, 1_000_012, "q", "dose", 4)
    (row,) = rows_of(replace(make_judgment(()), spans=(span,)))
    assert row[:3] == (Kind.SPAN, "dose", "a")
    assert unpacked(row[3]) == (True, 1_000_000, 1_000_012, 4)


def test_a_judgment_that_says_nothing_has_only_its_head() -> None:
    assert rows_of(make_judgment(())) == set()


def test_the_head_tells_of_the_judgment_as_a_whole() -> None:
    said = replace(
        make_judgment(()),
        supersedes="before",
        active_ms=1500,
        read={"a": 1, "b": 0.25},
        decided_at="1970-01-01T00:00:01.500Z",
        role="review",
    )
    head, words = head_of(said), sorted(names(said))
    assert head.id == key_of(said.id)
    assert head.supersedes == key_of("before")
    assert head.task == task_key(said.task, said.task_sha256)
    assert (head.at, head.active_ms, head.read) == (1500, 1500, 250)
    assert (words[head.tutor], words[head.role], words[head.stage]) == (said.tutor, "review", "")
    assert head_of(said, "1970-01-01T00:00:02Z").at == 2000


def test_what_nobody_can_compute_with_stops_nothing() -> None:
    huge = replace(
        make_judgment(()),
        revision=10**30,
        ratings=(Rating("a\0b", None, -(10**30)),),
        decided_at="yesterday",
    )
    assert rows_of(huge) == {(Kind.RATING, "a\ufffdb", "", MISSING)}
    assert head_of(huge).at == MISSING


def test_another_text_is_another_task() -> None:
    assert task_key("t1", "a") != task_key("t1", "b")
    assert 0 <= key_of("t1") < 2**63


@given(tiers_of("abcde"))
def test_tied_answers_have_one_value_and_better_ones_a_smaller(tiers: Tiers) -> None:
    rows = rows_of(make_judgment(tiers))
    value = {ref: value for kind, _, ref, value in rows if kind == Kind.RANK}
    assert sorted(value) == sorted(answer for tier in tiers for answer in tier)
    for place, tier in enumerate(tiers):
        assert {value[answer] for answer in tier} == {place}
