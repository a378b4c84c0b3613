"""The rows of integers that statistics read."""

from hypothesis import given

from tests.unit.core.made import make_judgment, tiers_of
from tests.unit.core.test_judgment import FULL
from tutorcli.core.measures import Measure, measures
from tutorcli.core.ranking import Tiers


def test_every_figure_of_a_judgment_becomes_a_row() -> None:
    assert list(measures(FULL)) == [
        Measure("rank", "", "b", 0),
        Measure("rank", "", "a", 1),
        Measure("rank", "", "c", 1),
        Measure("rank", "", "d", 2),
        Measure("accept", "", "", 0),
        Measure("strength", "a", "b", -2),
        Measure("strength", "a", "c", 0),
        Measure("rating", "accuracy", "a", 0),
        Measure("rating", "safety", "", None),
        Measure("criterion", "r1", "a", 3),
        Measure("step", "0", "a", -1),
        Measure("step", "1", "a", None),
        Measure("step", "2", "a", 0),
        Measure("span", "dose", "a", 4),
        Measure("edit", "", "a", 2),
        Measure("edit", "", "b", 0),
        Measure("flag", "urgent", "", 1),
        Measure("confidence", "", "", 5),
    ]


def test_a_judgment_that_says_nothing_has_no_rows() -> None:
    assert list(measures(make_judgment(()))) == []


@given(tiers_of("abcde"))
def test_tied_answers_have_one_value_and_better_ones_a_smaller(tiers: Tiers) -> None:
    value = {row.ref: row.value for row in measures(make_judgment(tiers)) if row.kind == "rank"}
    assert sorted(value) == sorted(answer for tier in tiers for answer in tier)
    for place, tier in enumerate(tiers):
        assert {value[answer] for answer in tier} == {place}
