"""Protocols and packs: what is asked, and names that tell the content."""

import re
from dataclasses import replace

import pytest

from tests.unit.core.made import ALL, PACK, assign, make_task, titles
from tutorcli.core.instruments import EditWithReasons, Pair, Rank, Ratings
from tutorcli.core.pack import wording
from tutorcli.core.protocol import (
    Protocol,
    Stage,
    answers_needed,
    criteria_of,
    default_protocol,
    reasons_of,
)


@pytest.mark.parametrize(("answers", "name"), [(0, "rate"), (1, "rate"), (2, "rank"), (99, "rank")])
def test_a_task_without_a_protocol_is_ranked_or_with_fewer_than_two_answers_rated(
    answers: int, name: str
) -> None:
    assert default_protocol(answers) == name


@pytest.mark.parametrize(
    ("answers", "kinds"),
    [(0, []), (1, ["ratings", "edit"]), (2, ["rank", "ratings", "pair", "edit"])],
)
def test_only_instruments_that_mean_something_are_asked(answers: int, kinds: list[str]) -> None:
    assigned = assign(make_task("abcdef"[:answers]))
    assert [item.kind for item in assigned.instruments] == kinds


def test_ranking_and_strength_need_two_answers() -> None:
    assert [answers_needed(item) for item in (Rank(), Pair(), Ratings(), EditWithReasons())] == [
        2,
        2,
        1,
        1,
    ]


def test_the_instruments_of_all_stages_come_in_order() -> None:
    protocol = Protocol("p", "1", titles("P"), (Stage("a", ALL[:1]), Stage("b", ALL[1:])))
    assert protocol.instruments == ALL


def test_criteria_are_those_named_or_all_of_the_pack() -> None:
    assert [item.id for item in criteria_of(Ratings(), PACK)] == ["accuracy", "safety"]
    assert [item.id for item in criteria_of(Ratings(criteria=("safety",)), PACK)] == ["safety"]
    assert criteria_of(Ratings(), None) == ()


def test_reasons_are_those_named_or_all_labels_of_the_pack() -> None:
    assert [item.id for item in reasons_of(EditWithReasons(), PACK)] == ["dose", "omission"]
    named = EditWithReasons(reasons=("omission",))
    assert [item.id for item in reasons_of(named, PACK)] == ["omission"]
    assert reasons_of(EditWithReasons(), None) == ()


def test_a_name_tells_version_and_content() -> None:
    protocol = Protocol("p", "2", titles("P"), (), document={"a": 1})
    assert re.fullmatch(r"p@2#[0-9a-f]{64}", protocol.ref)
    other = Protocol("p", "2", titles("P"), (), document={"a": 2})
    assert other.ref != protocol.ref
    same = Protocol("p", "2", titles("P"), (), document={"a": 1.0})
    assert same.ref == protocol.ref


def test_pack_and_guideline_are_named_apart() -> None:
    pack = replace(PACK, guideline={"en": "# G"}, document={"a": 1})
    assert pack.guideline_ref is not None
    assert re.fullmatch(r"medicine@1#[0-9a-f]{64}", pack.guideline_ref)
    assert pack.guideline_ref != pack.ref
    assert replace(pack, guideline={"en": "# H"}).guideline_ref != pack.guideline_ref
    assert PACK.guideline_ref is None


def test_wording_falls_back_to_english() -> None:
    assert wording({"en": "Dose", "zh_Hans": "剂量"}, "zh_Hans") == "剂量"
    assert wording({"en": "Dose"}, "fr") == "Dose"


def test_a_criterion_is_found_by_its_id() -> None:
    assert PACK.criterion("safety") is PACK.criteria[1]
    assert PACK.criterion("style") is None
