"""Which judgments count, and that their order means nothing."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.stats.sourced import made_task, said, sha_of, source_of, table_of
from tutorcli.core.judgment import Judgment, Rating, current
from tutorcli.core.measures import Kind
from tutorcli.stats.parts import Parts
from tutorcli.stats.table import GOLD, Table, Window


def kept(table: Table) -> set[str]:
    return set(table.source.ids(table.numbers.tolist()).values())


def test_only_current_human_labels_count() -> None:
    first = said("t1", "ann", "a,b", id="first")
    table = table_of(
        first,
        replace(first, id="second", revision=2, supersedes="first"),
        said("t1", "bob", "a,b", id="review", role="review"),
        said("t1", "bot", "a,b", id="model", by="model"),
        said("t1", "cat", "a,b", id="withdrawn", disposition="withdrawn"),
        said("t1", "dan", id="skip", disposition="skip"),
    )
    assert kept(table) == {"second", "skip"}
    assert table.tutors == ("ann", "dan")
    assert table.is_done.tolist() == [True, False]


def test_nobody_supersedes_what_another_tutor_said() -> None:
    table = table_of(said("t1", "ann", id="x"), said("t1", "bob", id="y", supersedes="x"))
    assert kept(table) == {"x", "y"}


def test_of_a_fork_the_greatest_revision_then_id_counts() -> None:
    first = said("t1", "ann", "a,b", id="judgment-0")
    forks = [
        replace(first, id=f"judgment-{n}", revision=2, supersedes="judgment-0") for n in (2, 1)
    ]
    assert kept(table_of(first, *forks)) == {"judgment-2"}


@st.composite
def histories(draw: st.DrawFn) -> list[Judgment]:
    made: list[Judgment] = []
    for number in range(draw(st.integers(1, 12))):
        before = draw(st.sampled_from([None, *[one.id for one in made]]))
        made.append(
            said(
                "t1",
                draw(st.sampled_from(["ann", "bob"])),
                id=f"j{number}",
                assignment=draw(st.sampled_from(["x", "y"])),
                stage=draw(st.sampled_from([None, "second"])),
                revision=draw(st.integers(1, 3)),
                supersedes=before,
            )
        )
    return made


@given(histories(), st.randoms())
@settings(max_examples=100, deadline=None)
def test_current_is_what_it_is_everywhere(history: list[Judgment], random: object) -> None:
    expected = {one.id for one in current(history).values()}
    random.shuffle(history)  # type: ignore[attr-defined]
    assert kept(table_of(*history)) == expected


def test_a_window_holds_what_was_decided_in_it() -> None:
    times = (None, "2027-01-01T00:00:00Z", "2027-01-02T00:00:00Z")
    judgments = [said("t1", f"t{n}", id=f"j{n}", decided_at=at) for n, at in enumerate(times)]
    day = 1_798_848_000_000
    assert kept(table_of(*judgments, window=Window())) == {"j0", "j1", "j2"}
    assert kept(table_of(*judgments, window=Window(after=day))) == {"j2"}
    assert kept(table_of(*judgments, window=Window(before=day))) == {"j1"}


def test_a_second_assignment_of_a_task_is_a_repeat_and_takes_no_part() -> None:
    table = table_of(
        said("t1", "ann", "a,b", assignment="x", decided_at="2027-01-02T00:00:00Z", id="later"),
        said("t1", "ann", "b,a", assignment="y", decided_at="2027-01-01T00:00:00Z", id="sooner"),
    )
    ids = table.source.ids(table.numbers.tolist())
    repeats = [ids[number] for number in table.numbers[table.is_repeat].tolist()]
    assert repeats == ["later"]
    (part,) = Parts(table).each((Kind.RANK,))
    assert [ids[number] for number in table.numbers[part.judgments].tolist()] == ["sooner"]


def test_another_text_is_another_task() -> None:
    table = table_of(said("t1", "ann", "a,b"), said("t1", "bob", "a,b", task_sha256="1" * 64))
    assert len(table.task_keys) == 2


def test_what_is_known_is_the_word_of_gold_and_no_tutors() -> None:
    table = table_of(
        said("t1", "lead", "b,a", role="adjudication"), said("t1", "zoe", "a,b"), window=Window(0)
    )
    assert table.tutors == (GOLD,)
    table = table_of(said("t1", "lead", "b,a", role="adjudication"), said("t1", "zoe", "a,b"))
    assert table.tutors == ("zoe", GOLD)
    (part,) = Parts(table).each((Kind.RANK,))
    assert len(part.judgments) == 1


def test_rows_carry_words_in_the_order_of_their_text() -> None:
    table = table_of(
        said("t1", "ann", "b,ac", ratings=(Rating("tone", "b", 3), Rating("accuracy", None, 5)))
    )
    ranks = table.rows(Kind.RANK)
    told = {table.words[ref]: value for ref, value in zip(ranks.ref, ranks.value, strict=True)}
    assert told == {"b": 0, "a": 1, "c": 1}
    rows = table.rows(Kind.RATING)
    assert {table.words[key] for key in rows.key.tolist()} == {"tone", "accuracy"}
    assert list(table.words) == sorted(table.words)


def test_an_empty_source_has_no_judgments() -> None:
    table = table_of()
    assert len(table) == 0
    assert table.rows(Kind.RANK).judgment.size == 0
    (part,) = Parts(table).each((Kind.RANK,))
    assert part.judgments.size == 0


def test_judgments_go_apart_by_what_is_known_of_their_tasks() -> None:
    law, unknown = made_task("t1", a="x", b="y"), "t2"
    source = source_of(
        [
            said("t1", "ann", "a,b", task_sha256=sha_of(law), protocol="rank@1#0"),
            said("t1", "bob", "a,b", task_sha256=sha_of(law), protocol="rank@2#0"),
            said(unknown, "ann", "a,b"),
        ],
        [law],
    )
    by_domain = list(Parts(Table(source), ("domain",)).each((Kind.RANK,)))
    assert [(part.scope, len(part.judgments)) for part in by_domain] == [
        ({"domain": "?"}, 1),
        ({"domain": "law"}, 2),
    ]
    assert [part.rows(Kind.RANK).ref.size for part in by_domain] == [2, 4]
    by_both = Parts(Table(source), ("task", "protocol")).each((Kind.RANK,))
    assert [tuple(part.scope.values()) for part in by_both] == [
        ("?", "?"),
        ("t1", "rank@1#0"),
        ("t1", "rank@2#0"),
    ]


def test_a_part_of_a_part_keeps_its_rows() -> None:
    table = table_of(said("t1", "ann", "a,b"), said("t1", "bob", "b,a"), said("t2", "ann", "a,b"))
    (part,) = Parts(table).each((Kind.RANK,))
    ann = part.of(table.tutor == table.tutors.index("ann"), tutor="ann")
    assert ann.scope == {"tutor": "ann"}
    assert len(ann.judgments) == 2
    assert np.isin(ann.rows(Kind.RANK).judgment, ann.judgments).all()
    assert ann.rows(Kind.RANK).ref.size == 4
