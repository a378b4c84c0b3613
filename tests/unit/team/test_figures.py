"""Answers to what a lead asks."""

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from pydantic import TypeAdapter

from tests.unit.stats.sourced import made_task, said, sha_of, source_of
from tutorcli.core.figures import BoardsObject, PageObject, ReportObject
from tutorcli.core.instruments import INSTRUMENTS
from tutorcli.core.judgment import (
    CriterionMark,
    Edit,
    Judgment,
    Rating,
    Span,
    StepLabel,
    Strength,
)
from tutorcli.core.task import RubricCriterion, Task
from tutorcli.errors import ConfigError
from tutorcli.stats import ranked
from tutorcli.stats.agreement import OF_INSTRUMENT, SECTIONS
from tutorcli.stats.bootstrap import Sampling
from tutorcli.stats.concordance import NO_TWO_RANKED, NO_TWO_RANKED_ALL
from tutorcli.stats.drift import NO_WEEK
from tutorcli.stats.figure import NO_OVERLAP, NO_TIME, ONE_TUTOR
from tutorcli.stats.others import NO_MAJORITY
from tutorcli.stats.rubric import NO_SCORES
from tutorcli.stats.table import Window
from tutorcli.team.boards import BoardAsk, boards
from tutorcli.team.figures import WHAT, Ask, answer
from tutorcli.team.sheet import everything

TASKS = 24
LABELS = ("dose", "tone", "fact")
TUTORS = ("ann", "bob", "cat")


def tasks() -> list[Task]:
    """Tasks with four answers, every second one with two; rubrics on all."""
    rubric = (RubricCriterion("p", "p", 5), RubricCriterion("q", "q", -2))
    made = []
    for number in range(TASKS):
        answers = {"a": "one two three", "b": "one two"} | (
            {"c": "three", "d": "four"} if number % 2 else {}
        )
        made.append(
            replace(
                with_models(made_task(f"t{number:02}", **answers)),
                rubric=rubric,
                batch="first" if number < 12 else None,
                domain="law" if number % 3 else "finance",
            )
        )
    return made


def with_models(task: Task) -> Task:
    """The task with a model for each answer: ``model a`` and so on."""
    named = (replace(answer, model=f"model {answer.id}") for answer in task.answers)
    return replace(task, answers=tuple(named))


def judgments(seed: int = 1) -> list[Judgment]:
    """What three tutors said of all of them, in every way of judging."""
    rng = random.Random(seed)
    made = []
    for number, task in enumerate(tasks()):
        for tutor in TUTORS:
            order = sorted(answer.id for answer in task.answers)
            if rng.random() < 0.4:
                rng.shuffle(order)
            tiers = (
                [[order[0], order[1]], *[[x] for x in order[2:]]]
                if rng.random() < 0.2
                else [[x] for x in order]
            )
            made.append(
                said(
                    task.id,
                    tutor,
                    ",".join("".join(tier) for tier in tiers),
                    id=f"j{number:02}{tutor}",
                    task_sha256=sha_of(task),
                    accept_line=rng.randint(0, len(tiers)),
                    strengths=(Strength("a", "b", rng.randint(-2, 2)),) if number % 5 == 0 else (),
                    ratings=tuple(Rating("tone", x, rng.randint(2, 4)) for x in "ab"),
                    criteria=tuple(
                        CriterionMark(x, c, rng.choice(("yes", "yes", "no", "na")))
                        for x in "ab"
                        for c in "pq"
                    ),
                    steps=tuple(StepLabel("a", n, rng.choice((1, 1, 0, -1))) for n in range(3)),
                    spans=tuple(
                        Span(x, "text", rng.randint(0, 2), 9, "x", "dose", 2)
                        for x in "ab"
                        if rng.random() < 0.7
                    ),
                    edits=(
                        Edit("a", "0" * 64, f"one two {rng.randint(1, 2)}", (rng.choice(LABELS),)),
                    ),
                    flags=("urgent",) if rng.random() < 0.5 else (),
                    shown_order=tuple(order),
                    decided_at=f"2027-01-{1 + number % 28:02}T00:00:00Z",
                    active_ms=1000 * rng.randint(1, 60),
                    read={"a": 1, "b": rng.choice((0.5, 1))},
                    protocol="rank@1#0",
                )
            )
    return made


def asked(found: Sequence[Judgment], what: str = "agreement", *by: str, **more: Any) -> Any:
    return answer(source_of(found, tasks()), Ask(what, by, **more))


def figures(report: Any, **scope: str) -> dict[str, Any]:
    """Values by kind and figure of a scope."""
    return {
        f"{one['kind']}.{one['figure']}": one["value"]
        for one in report["figures"]
        if all(one.get(key) == value for key, value in scope.items())
    }


def test_every_instrument_has_statistics() -> None:
    assert set(OF_INSTRUMENT) == set(INSTRUMENTS)
    assert {name for names in OF_INSTRUMENT.values() for name in names} <= set(SECTIONS)


def test_every_way_of_judging_has_its_figures() -> None:
    report = asked(judgments())
    assert [*dict.fromkeys(one["kind"] for one in report["figures"])] == list(SECTIONS)
    assert (report["judgments"], report["tasks"], report["tutors"]) == (72, 24, 3)
    defined = [one for one in report["figures"] if one["value"] is not None]
    assert len(defined) == len(report["figures"])
    for one in defined:
        assert one["low"] <= one["value"] <= one["high"], one
        assert one["overlap"] > 0.8, one
    json.dumps(report, allow_nan=False)


@pytest.mark.parametrize("what", WHAT)
def test_the_order_in_which_judgments_come_changes_no_byte(what: str) -> None:
    found = judgments()
    expected = json.dumps(asked(found, what))
    for seed in range(3):
        random.Random(seed).shuffle(found)
        assert json.dumps(asked(found, what)) == expected


@pytest.mark.parametrize("what", WHAT)
def test_answers_have_the_documented_form(what: str) -> None:
    TypeAdapter(ReportObject).validate_json(json.dumps(asked(judgments(), what)))


def test_leaderboards_and_pages_have_the_documented_form() -> None:
    source = source_of(judgments(), tasks())
    found = boards(source, BoardAsk(("domain",), control=("position", "length")))
    TypeAdapter(BoardsObject).validate_json(json.dumps(found))
    assert [one["scope"] for one in found["boards"]] == [{"domain": "finance"}, {"domain": "law"}]
    page = everything(source, Window(), Sampling())
    TypeAdapter(PageObject).validate_json(json.dumps(page))
    assert page["sheet"]["domains"] == {"finance": 8, "law": 16}


@pytest.mark.integration
@pytest.mark.parametrize("what", WHAT)
def test_of_several_judgments_at_one_moment_the_order_of_lines_decides_nothing(what: str) -> None:
    rng = random.Random(5)
    found = []
    for number, one in enumerate(judgments()):
        known: dict[str, Any] = {}
        if number % 5 == 0:
            known = {"role": "adjudication", "tutor": f"lead{number % 2}"}
        for place in range(3):
            again: dict[str, Any] = {
                "id": f"{one.id}-{place}",
                "assignment": f"{one.assignment}-{place % 2}",
                "stage": ("first", "second", None)[place],
                "decided_at": None,
                "ranking": tuple(rng.sample(one.ranking, len(one.ranking))),
                "flags": ("urgent",) if place else (),
            }
            found.append(replace(one, **(again | known)))
    expected = json.dumps(asked(found, what))
    for seed in range(3):
        random.Random(seed).shuffle(found)
        assert json.dumps(asked(found, what)) == expected


def test_another_seed_changes_the_intervals_alone() -> None:
    found = judgments()
    one, other = asked(found), asked(found, sampling=Sampling(seed=2))
    assert figures(one) == figures(other)
    lows = [[figure["low"] for figure in report["figures"]] for report in (one, other)]
    assert lows[0] != lows[1]


def test_tutors_who_say_the_same_agree_entirely() -> None:
    once = [one for one in judgments() if one.tutor == "ann"]
    twins = [
        replace(one, id=f"{one.id}-{name}", tutor=name, assignment=name + one.task)
        for one in once
        for name in ("x", "y")
    ]
    report = asked([*twins])
    for name, value in figures(report).items():
        figure = name.partition(".")[2]
        if figure in {"mean_difference", "rubric_score_difference"}:
            assert value == 0, name
        elif not figure.startswith(("edit_distance", "unchanged", "rubric_score", "span_any")):
            assert value == 1, name


def test_missing_judgments_equal_absent_ones() -> None:
    found = judgments()
    aside = said("t00", "dan", id="skip", disposition="skip", task_sha256=sha_of(tasks()[0]))
    assert asked([*found, aside]) == asked(found)


@pytest.mark.parametrize(
    ("by", "scopes"),
    [
        (("domain",), [{"domain": "finance"}, {"domain": "law"}]),
        (("batch",), [{"batch": "?"}, {"batch": "first"}]),
        (("protocol", "batch"), [{"protocol": "rank@1#0", "batch": "first"}]),
        (("pair",), [{"tutor": "ann", "other": "bob"}, {"tutor": "bob", "other": "cat"}]),
    ],
)
def test_figures_go_apart_by_scope(by: tuple[str, ...], scopes: list[dict[str, str]]) -> None:
    report = asked(judgments(), "agreement", *by)
    for scope in scopes:
        assert "ranking.kendall_w" in figures(report, **scope)


def test_a_scope_says_what_its_judgments_alone_say() -> None:
    found, known = judgments(), {task.id: task.domain for task in tasks()}
    law = [one for one in found if known[one.task] == "law"]
    assert figures(asked(found, "agreement", "domain"), domain="law") == figures(asked(law))


def test_each_tutor_is_held_against_the_others_and_against_what_is_known() -> None:
    found = judgments()
    report = asked(found, "agreement", "others")
    assert {one["tutor"] for one in report["figures"]} == set(TUTORS)
    known = [
        replace(one, id=f"gold-{one.task}", role="adjudication", tutor="lead")
        for one in found
        if one.tutor == "ann"
    ]
    report = asked([*found, *known], "agreement", "gold")
    assert figures(report, tutor="ann", other="gold")["preference.alpha_ordinal"] == 1
    assert figures(report, tutor="bob", other="gold")["preference.alpha_ordinal"] < 1
    report = asked([*found, *known], "gold")
    assert figures(report, tutor="ann")["gold.gold"] == 1
    assert asked(found, "agreement", "gold")["figures"] == []


def test_pairs_of_all_rankings_are_not_those_of_tasks_with_two_answers() -> None:
    found = judgments()
    (preference,) = (
        one
        for one in asked(found)["figures"]
        if (one["kind"], one["figure"]) == ("preference", "percent")
    )
    assert preference["tasks"] == TASKS // 2 + 2  # Of two longer ones a strength was told.
    for what, by in (("tutors", ()), ("time", ()), ("agreement", ("others",))):
        kinds = {one["kind"] for one in asked(found, what, *by)["figures"]}
        assert "pairs" in kinds
        assert "preference" not in kinds


def test_versions_of_a_protocol_are_never_mixed_silently() -> None:
    found = judgments()
    assert asked(found)["notes"] == []
    found[0] = replace(found[0], protocol="rank@2#0")
    assert "2 versions of protocol" in asked(found)["notes"][0]
    assert asked(found, "agreement", "protocol")["notes"] == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("domian",), '--by cannot be "domian"'),
        (("domain", "domain"), "names a word twice"),
        (("pair", "gold"), "takes one of pair, gold, others"),
    ],
)
def test_a_question_that_means_nothing_is_refused(words: tuple[str, ...], expected: str) -> None:
    with pytest.raises(ConfigError, match=expected):
        asked(judgments(), "agreement", *words)


def whys(report: Any, kind: str, **scope: str) -> dict[str, str | None]:
    """Why figures of a kind and a scope are what they are."""
    return {
        one["figure"]: one["why"]
        for one in report["figures"]
        if one["kind"] == kind and all(one.get(key) == value for key, value in scope.items())
    }


def test_rankings_that_cannot_be_compared_are_not_said_to_be_absent() -> None:
    tied = [said(f"t{n}", tutor, "abc") for n in range(12) for tutor in TUTORS]
    found = whys(asked(tied), "ranking")
    assert found["kendall_w"] == str(NO_TWO_RANKED_ALL)
    assert found["tau_b"] == str(NO_TWO_RANKED)
    apart = [said(f"t{n}", *one) for n in range(12) for one in (("ann", "a,b"), ("bob", "c,d"))]
    assert whys(asked(apart), "ranking")["kendall_w"] == str(NO_TWO_RANKED_ALL)


def test_pairs_of_rankings_are_not_written_out_when_they_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [said("t", tutor, "a,b,c") for tutor in TUTORS]
    assert whys(asked(found), "ranking")["alpha_ordinal_pairs"] != str(ranked.TOO_MANY_PAIRS)
    monkeypatch.setattr(ranked, "MOST_PAIRS", 8)
    assert whys(asked(found), "ranking")["alpha_ordinal_pairs"] == str(ranked.TOO_MANY_PAIRS)


def test_answers_that_nobody_marked_wholly_are_said_to_have_no_score() -> None:
    unsure = [
        replace(one, criteria=(CriterionMark("a", "p", "unsure"), CriterionMark("a", "q", "yes")))
        for one in judgments()
    ]
    found = whys(asked(unsure), "rubric")
    assert found["rubric_score"] == str(NO_SCORES)
    assert "rubric_score_difference" not in found


def test_a_tutor_who_met_nobody_is_not_said_to_have_rated_nothing() -> None:
    def rating(task: str, tutor: str, value: int) -> Judgment:
        return said(task, tutor, ratings=(Rating("x", "a", value),))

    met = [rating(f"t{n}", tutor, n % 3) for n in range(12) for tutor in TUTORS[:2]]
    alone = rating("own", "cat", 1)
    report = asked([*met, alone], "tutors")
    found = whys(report, "ratings", tutor="cat")
    assert found["agreement_with_others"] == str(NO_MAJORITY)
    assert found["leniency"] == found["spread"] == str(NO_OVERLAP)
    of_ann = [one for one in report["figures"] if one.get("tutor") == "ann"]
    (leniency,) = (one for one in of_ann if one["figure"] == "leniency")
    assert (leniency["tasks"], leniency["ratings"], leniency["weak"]) == (12, 12, True)
    report = asked([alone], "tutors")
    assert set(whys(report, "ratings", tutor="cat").values()) == {str(ONE_TUTOR)}


def test_weeks_without_times_at_the_task_say_so() -> None:
    found = [said(f"t{n}", tutor, "a,b") for n in range(12) for tutor in TUTORS]
    dated = [replace(one, decided_at="2027-01-04T00:00:00Z") for one in found]
    assert whys(asked(dated, "time"), "work")["active_s_median"] == str(NO_TIME)
    assert set(whys(asked(found, "time"), "pairs").values()) == {str(NO_WEEK)}


ONE = said("t1", "ann", "a,b")
HUGE = 2**63 - 1
DEGENERATE: dict[str, list[Judgment]] = {
    "nothing": [],
    "one judgment": [ONE],
    "one tutor": [said(f"t{n}", "ann", "a,b", ratings=(Rating("x", "a", n),)) for n in range(30)],
    "no overlap": [said(f"t{n}", f"tutor{n}", "a,b,c") for n in range(30)],
    "no variation": [said(f"t{n}", tutor, "a,b") for n in range(30) for tutor in TUTORS],
    "all ties": [said(f"t{n}", tutor, "abc") for n in range(30) for tutor in TUTORS],
    "one task": [said("t", f"tutor{n}", "a,b,c" if n % 2 else "c,b,a") for n in range(9)],
    "all aside": [said("t", tutor, disposition="skip") for tutor in TUTORS],
    "huge numbers": [
        said(f"t{n}", tutor, ratings=(Rating("x", "a", HUGE - n), Rating("y", None, -HUGE)))
        for n in range(12)
        for tutor in TUTORS
    ],
    "many labels": [
        said(f"t{n}", tutor, flags=tuple(f"f{(n * 40 + k) % 5000}" for k in range(40)))
        for n in range(125)
        for tutor in TUTORS[:2]
    ],
    "older texts": [
        said("t", tutor, "a,b", task_sha256=f"{n:064}") for n, tutor in enumerate(TUTORS)
    ],
    "empty names": [said("t", tutor, "a,b", flags=("",), protocol="") for tutor in TUTORS],
}


@pytest.mark.parametrize("what", WHAT)
@pytest.mark.parametrize(
    "name",
    # Fifteen thousand figures take their time.
    [
        pytest.param(n, marks=pytest.mark.integration if n == "many labels" else ())
        for n in DEGENERATE
    ],
)
def test_what_cannot_be_computed_says_why(name: str, what: str) -> None:
    report = asked(DEGENERATE[name], what)
    json.dumps(report, allow_nan=False)
    for one in report["figures"]:
        assert (one["value"] is None) <= bool(one["why"]), one
    coefficients = {one["figure"]: one for one in report["figures"] if "alpha" in one["figure"]}
    if name in {"one judgment", "one tutor", "no overlap", "no variation", "older texts"}:
        assert all(one["value"] is None for one in coefficients.values()), coefficients
