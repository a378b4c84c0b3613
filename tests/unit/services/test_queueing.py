"""Which task comes next, and what the queue holds."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest

from tests.unit.services.conftest import Clock
from tests.unit.store.conftest import fill, judged, make_task
from tutorcli.core.draft import Operation
from tutorcli.services import judging, queueing
from tutorcli.services.desk import Desk
from tutorcli.services.judging import Ending
from tutorcli.services.queueing import Wanted, first_task, overview, upcoming
from tutorcli.store import judgments
from tutorcli.store.drafts import Drafts
from tutorcli.store.tasks import Filters

RANKED: Operation = ["set", "ranking", [["b"], ["a"]]]
ANY = Filters()


@pytest.fixture(autouse=True)
def _tasks(desk: Desk) -> None:
    fill(
        desk.queue,
        [
            make_task("late", due="2026-03-01", language="zh-Hans"),
            make_task("plain", "Aspirin at night?"),
            make_task("urgent", priority=5, domain="law", tags=("x",)),
            make_task("soon", due="2026-02-01", tags=("x", "y")),
            make_task("low", "Aspirin at noon?", priority=-1, domain="law"),
        ],
    )


ORDER = ["urgent", "soon", "late", "plain", "low"]


def begin(desk: Desk, task: str) -> None:
    judging.record(desk, judging.open_task(desk, task), [["set", "confidence", 3]])


def finish(desk: Desk, task: str, ending: Ending | None = None) -> None:
    found = judging.open_task(desk, task)
    judging.record(desk, found, [RANKED])
    judging.submit(desk, found, ending)


def ids(desk: Desk, **wanted: object) -> list[str]:
    return [item.id for item in overview(desk, Wanted(**wanted)).tasks]  # type: ignore[arg-type]


def test_priority_comes_before_due_before_the_order_of_import(desk: Desk) -> None:
    assert upcoming(desk, ANY, 9, ()) == ORDER
    assert first_task(desk, ANY) == "urgent"
    assert ids(desk) == ORDER


def test_judging_goes_through_the_queue_to_its_end(desk: Desk) -> None:
    seen = []
    while task := first_task(desk, ANY):
        seen.append(task)
        finish(desk, task)
    assert seen == ORDER


def test_a_task_set_aside_does_not_come_again(desk: Desk) -> None:
    finish(desk, "urgent", Ending("skip", "tired"))
    assert first_task(desk, ANY) == "soon"


def test_a_judgment_taken_back_brings_the_task_again(desk: Desk) -> None:
    finish(desk, "urgent")
    finish(desk, "urgent", Ending("withdrawn"))
    assert first_task(desk, ANY) == "urgent"


def test_what_others_judged_still_comes(desk: Desk) -> None:
    judgments.append(desk.queue, judged("urgent", "local-0000000b", ranking=(("a",),)))
    assert first_task(desk, ANY) == "urgent"


def test_the_draft_touched_last_comes_before_every_open_task(desk: Desk, clock: Clock) -> None:
    for task in ("low", "plain"):
        clock.ms += 1000
        begin(desk, task)
    assert first_task(desk, ANY) == "plain"
    clock.ms += 1000
    begin(desk, "low")
    assert first_task(desk, ANY) == "low"


def test_a_judged_task_that_was_reopened_comes_first_too(desk: Desk) -> None:
    finish(desk, "urgent")
    judging.amend(desk, "urgent")
    assert first_task(desk, ANY) == "urgent"


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        (Filters(domain="law"), ["urgent", "low"]),
        (Filters(language="zh-Hans"), ["late"]),
        (Filters(tag="x"), ["urgent", "soon"]),
        (Filters(domain="medicine", tag="x"), ["soon"]),
        (Filters(domain="finance"), []),
        (Filters(domain="law", language="zh-Hans"), []),
    ],
)
def test_filters_let_through_what_they_name(
    desk: Desk, filters: Filters, wanted: list[str]
) -> None:
    assert upcoming(desk, filters, 9, ()) == wanted
    assert ids(desk, filters=filters) == wanted
    assert first_task(desk, filters) == next(iter(wanted), None)


def test_a_task_does_not_come_again_when_the_program_was_killed_before_its_draft_ended(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(desk, "late")
    with monkeypatch.context() as killed:
        killed.setattr(Drafts, "discard", lambda *_: None)
        finish(desk, "urgent")
    assert first_task(desk, ANY) == "late"
    assert ids(desk, state="draft") == ["late"]


def test_a_draft_that_the_filters_hold_back_does_not_come(desk: Desk) -> None:
    begin(desk, "low")
    assert first_task(desk, Filters(domain="medicine")) == "soon"
    assert first_task(desk, Filters(tag="y")) == "soon"


def test_tasks_named_are_skipped_and_the_limit_counts_the_others(desk: Desk) -> None:
    assert upcoming(desk, ANY, 2, {"urgent", "late"}) == ["soon", "plain"]


def counts(desk: Desk, filters: Filters = ANY) -> dict[str, int]:
    return {state: n for state, n in overview(desk, Wanted(filters)).counts.items() if n}


def test_each_task_is_counted_in_one_state_a_draft_before_the_others(desk: Desk) -> None:
    assert counts(desk) == {"open": 5}
    finish(desk, "urgent")
    finish(desk, "soon", Ending("skip", "tired"))
    begin(desk, "low")
    assert counts(desk) == {"open": 2, "draft": 1, "done": 1, "set-aside": 1}
    judging.amend(desk, "urgent")
    assert counts(desk) == {"open": 2, "draft": 2, "set-aside": 1}
    assert counts(desk, Filters(domain="law")) == {"draft": 2}
    assert set(overview(desk, Wanted()).counts) == {
        *("draft", "open", "done", "set-aside", "withdrawn")
    }


def test_counts_are_over_everything_whatever_is_listed(desk: Desk) -> None:
    begin(desk, "low")
    wanted = {"open": 4, "draft": 1}
    for asked in (Wanted(state="done"), Wanted(limit=1), Wanted(search="zzz")):
        found = overview(desk, asked)
        assert {state: n for state, n in found.counts.items() if n} == wanted


@pytest.mark.parametrize("limit", [1, 2, 5, 50])
def test_drafts_are_listed_before_the_others_however_few_are_asked_for(
    desk: Desk, limit: int
) -> None:
    begin(desk, "low")
    assert ids(desk, limit=limit) == ["low", *ORDER[:-1]][:limit]
    assert overview(desk, Wanted(limit=limit)).tasks[0].state == "draft"


@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        ("draft", ["soon", "low"]),
        ("open", ["late", "plain"]),
        ("done", ["urgent"]),
        ("set-aside", []),
        (None, ["soon", "low", "urgent", "late", "plain"]),
    ],
)
def test_one_state_can_be_asked_for(desk: Desk, state: str | None, wanted: list[str]) -> None:
    finish(desk, "urgent")
    finish(desk, "soon")
    judging.amend(desk, "soon")
    begin(desk, "low")
    found = overview(desk, Wanted(state=state))
    if state is None:
        assert sorted(item.id for item in found.tasks) == sorted(wanted)
        assert [item.id for item in found.tasks][:2] == wanted[:2]
    else:
        assert [item.id for item in found.tasks] == wanted
        assert {item.state for item in found.tasks} <= {state}


def test_a_state_is_filled_up_to_the_limit_beside_drafts(desk: Desk) -> None:
    begin(desk, "urgent")
    begin(desk, "soon")
    assert ids(desk, state="open", limit=2) == ["late", "plain"]


def test_search_finds_words_of_the_texts_and_keeps_to_the_filters(desk: Desk) -> None:
    assert ids(desk, search="aspirin") == ["plain", "low"]
    assert ids(desk, search="ASPIRIN AT NOON") == ["low"]
    assert ids(desk, search="nothing of the kind") == []
    assert ids(desk, search="aspirin", filters=Filters(domain="law")) == ["low"]
    assert ids(desk, search="wait", filters=Filters(tag="y")) == ["soon"]


def test_search_is_not_cut_before_state_and_filters_were_looked_at(desk: Desk) -> None:
    assert ids(desk, search="aspirin", filters=Filters(domain="law"), limit=1) == ["low"]
    finish(desk, "plain")
    assert ids(desk, search="aspirin", state="open", limit=1) == ["low"]
    begin(desk, "low")
    assert ids(desk, search="aspirin", limit=1) == ["low"]
    assert ids(desk, search="aspirin", state="draft") == ["low"]


def test_search_does_not_tell_what_is_hidden(desk: Desk) -> None:
    fill(desk.queue, [make_task("secret", metadata={"k": "needle"}, source="needle")])
    assert ids(desk, search="needle") == []


def test_a_list_asked_for_twice_is_the_same(desk: Desk) -> None:
    begin(desk, "late")
    lists = [ids(desk) for _ in range(3)]
    assert all(first == second for first, second in pairwise(lists))


def test_a_draft_of_a_task_that_is_gone_is_no_task(desk: Desk) -> None:
    desk.drafts.start("gone", "j", None, "2026-01-01T00:00:00Z")
    assert queueing.first_task(desk, ANY) == "urgent"
    assert overview(desk, Wanted()).counts["draft"] == 0


@pytest.fixture
def statements(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The SQL that is run from now on."""
    seen: list[str] = []
    run = desk.queue.rows

    def rows(sql: str, values: Sequence[str | int | float | bytes | None] = ()) -> list[Any]:
        seen.append(sql)
        return run(sql, values)

    monkeypatch.setattr(desk.queue, "rows", rows)
    return seen


def test_without_a_filter_nothing_is_looked_for(desk: Desk, statements: list[str]) -> None:
    assert queueing.no_such(desk, ANY) is None
    assert queueing.no_such(desk, Filters(tag="nobody")) is None
    assert statements == []


@pytest.mark.parametrize(
    "filters",
    [
        Filters(domain="law"),
        Filters(domain="LAW", language="EN"),
        Filters(language="zh"),
        Filters(language="zh-hans-CN"),
    ],
)
def test_a_filter_that_tasks_fit_is_found_without_looking_at_every_task(
    desk: Desk, statements: list[str], filters: Filters
) -> None:
    finish(desk, "late")
    assert queueing.no_such(desk, filters) is None
    assert not [sql for sql in statements if "DISTINCT" in sql]


@pytest.mark.parametrize(
    ("filters", "what", "hint"),
    [
        (Filters(domain="lwa"), 'no task has the domain "lwa"', 'did you mean "law"?'),
        (Filters(domain="art"), 'no task has the domain "art"', "known: law, medicine"),
        (Filters("law", "fr"), 'no task has the language "fr"', "known: en, zh-Hans"),
        (
            Filters(language="zh-Hant"),
            'no task has the language "zh-Hant"',
            'did you mean "zh-Hans"?',
        ),
    ],
)
def test_a_filter_that_no_task_fits_is_told_with_the_near_miss(
    desk: Desk, filters: Filters, what: str, hint: str
) -> None:
    said = queueing.no_such(desk, filters)
    assert said is not None
    assert [str(line) for line in said] == [what, hint]


def test_the_protocols_that_cannot_be_used_are_those_of_the_newest_import(desk: Desk) -> None:
    assert queueing.unusable(desk.queue, desk.catalog) == {}
    fill(desk.queue, [make_task("p1", protocol="rnk"), make_task("p2", protocol="rank")])
    told = queueing.unusable(desk.queue, desk.catalog)
    assert {ref: str(error) for ref, error in told.items()} == {"rnk": 'there is no protocol "rnk"'}
    fill(desk.queue, [make_task("p3")])
    assert queueing.unusable(desk.queue, desk.catalog) == {}
