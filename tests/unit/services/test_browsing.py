"""A list that holds a part of the queue and goes through all of it."""

from datetime import datetime, timedelta

import pytest

from tests.unit.services.acts import RANKED
from tests.unit.services.conftest import Clock
from tests.unit.store.conftest import fill, make_task
from tutorcli.core.task import Answer
from tutorcli.services import browsing, judging
from tutorcli.services.browsing import Before, Found, Pages
from tutorcli.services.desk import Desk
from tutorcli.services.judging import Ending
from tutorcli.store.paging import Sought
from tutorcli.store.tasks import Filters

ABC = tuple(Answer(name, f"Text of {name}.") for name in "abc")
ALL = [f"t{n:02}" for n in range(30)]


@pytest.fixture(autouse=True)
def _tasks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(
        desk.queue,
        [
            make_task(name, f"Case {name}: pain", answers=ABC, domain="law" if n % 2 else "chess")
            for n, name in enumerate(ALL)
        ],
    )
    monkeypatch.setattr(browsing, "PAGE", 4)
    monkeypatch.setattr(browsing, "KEPT", 10)


def begin(desk: Desk, task: str) -> None:
    judging.record(desk, judging.open_task(desk, task), [["set", "confidence", 3]])


def finish(desk: Desk, task: str, ending: Ending | None = None) -> None:
    found = judging.open_task(desk, task)
    judging.record(desk, found, [RANKED])
    judging.submit(desk, found, ending)


def pages(desk: Desk, sought: Sought = Sought(), **where: object) -> Pages:  # noqa: B008
    drafts = browsing.begun(desk, Filters())
    return browsing.pages(desk.queue, sought, drafts, **where)  # type: ignore[arg-type]


def search(desk: Desk, text: str, sought: Sought = Sought(), last: Found | None = None) -> Found:  # noqa: B008
    drafts = browsing.begun(desk, Filters())
    return browsing.search(desk.queue, sought, drafts, text, Before(last))


def ids(held: Pages) -> list[str]:
    return [task.id for task in held.rows]


def test_going_on_shows_every_task_once_and_holds_a_few(desk: Desk) -> None:
    begin(desk, "t20")
    held, seen = pages(desk), ids(pages(desk))
    assert (seen[0], len(seen), held.rows[0].state) == ("t20", 5, "draft")
    while not held.is_end:
        held = browsing.further(desk.queue, Sought(), held)
        seen += [task for task in ids(held) if task not in seen]
        assert len(held.others) <= 10
    assert seen == ["t20", *(name for name in ALL if name != "t20")]
    assert not held.is_start
    while not held.is_start:
        held = browsing.further(desk.queue, Sought(), held, back=True)
        assert len(held.others) <= 10
    assert ids(held)[:3] == ["t20", "t00", "t01"]
    assert not held.is_end


def test_the_end_and_the_part_round_a_task_are_reached_at_once(desk: Desk) -> None:
    assert ids(pages(desk, at_end=True)) == ALL[-4:]
    held = pages(desk, beside="t15")
    assert ids(held) == ALL[11:19]
    assert (held.is_start, held.is_end) == (False, False)
    assert ids(pages(desk, beside="t00"))[0] == "t00"
    assert ids(pages(desk, beside="nobody")) == ALL[:4]


def test_many_drafts_in_a_row_leave_no_page_empty(desk: Desk) -> None:
    for name in ALL[:12]:
        begin(desk, name)
    assert ids(pages(desk, Sought(state="open"))) == ALL[12:16]
    assert ids(pages(desk, Sought(state="draft"))) == ALL[:12]
    assert ids(pages(desk, Sought(state="draft", domain="law"))) == ALL[1:12:2]


def test_a_search_finds_words_of_titles_drafts_first(desk: Desk) -> None:
    begin(desk, "t18")
    assert ids(search(desk, "T1 pain").pages) == ["t18", *(n for n in ALL[10:20] if n != "t18")]
    assert ids(search(desk, "t1", Sought(state="open", domain="chess")).pages) == [
        *("t10", "t12", "t14", "t16"),
    ]
    assert ids(search(desk, "t1", Sought(state="draft")).pages) == ["t18"]
    assert ids(search(desk, "t1", Sought(state="done")).pages) == []


def test_the_task_of_that_id_comes_first_and_one_begun_so_when_there_is_no_other(
    desk: Desk,
) -> None:
    fill(desk.queue, [make_task("pain", "Hurts"), make_task("x-1", "Other")])
    found = search(desk, " pain ")
    assert (found.is_named, ids(found.pages)[0], found.count) == (True, "pain", 31)
    found = search(desk, "x-")
    assert (found.is_named, ids(found.pages)) == (False, ["x-1"])


@pytest.mark.parametrize(("most", "is_held"), [(9, False), (99, True)])
def test_a_search_that_finds_much_is_read_page_by_page(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, most: int, *, is_held: bool
) -> None:
    monkeypatch.setattr(browsing, "HELD", 9)
    monkeypatch.setattr("tutorcli.store.paging.MOST", most)
    begin(desk, "t11")
    begin(desk, "t21")
    found = search(desk, "t1")
    assert (found.count, found.seqs is not None) == (None, is_held)
    assert ids(found.pages) == ["t11", "t10", *ALL[12:14]]
    assert found.reading is not None
    held = browsing.further(desk.queue, found.reading, found.pages)
    assert ids(held)[-1] == "t17"
    assert ids(search(desk, "t1", Sought(domain="law")).pages) == ["t11", *ALL[13:19:2]]


def test_typing_on_looks_only_where_the_search_before_found(desk: Desk) -> None:
    last = search(desk, "t1")
    fill(desk.queue, [make_task("new", "Case t1 anew")])
    assert "new" not in ids(search(desk, "t1 a", last=last).pages)
    assert "new" in ids(search(desk, "t1").pages)
    assert "new" in ids(search(desk, "anew", last=last).pages)


def test_texts_are_searched_for_what_no_title_holds(desk: Desk) -> None:
    drafts = browsing.begun(desk, Filters())
    law = Sought(domain="law")
    found = browsing.search_texts(desk.queue, law, drafts, "TEXT of b")
    assert (found.count, ids(found.pages)) == (15, ALL[1::2])
    assert browsing.search_texts(desk.queue, law, drafts, "nowhere").count == 0


@pytest.mark.parametrize(
    ("sought", "expected"),
    [
        (Sought(domain="opera"), ["m6"]),
        (Sought(language="fr"), ["m0", "m6"]),
        (Sought(state="draft", language="fr"), ["m0"]),
        (Sought(state="done"), ["m6"]),
        (Sought(state="open", domain="music"), ["m7"]),
        (Sought(disposition="skip"), ["m8"]),
    ],
)
def test_what_filters_leave_out_takes_no_room_of_what_a_search_of_texts_finds(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, sought: Sought, expected: list[str]
) -> None:
    monkeypatch.setattr(browsing, "HELD", 5)
    monkeypatch.setattr(browsing, "PAGE", 100)
    names = [f"m{n}" for n in range(9)]
    domains, languages = {"m6": "opera"}, {"m0": "fr", "m6": "fr"}
    fill(
        desk.queue,
        [
            make_task(
                name,
                answers=ABC,
                domain=domains.get(name, "music"),
                language=languages.get(name, "en"),
            )
            for name in names
        ],
    )
    for name in names[:6]:
        begin(desk, name)
    finish(desk, "m6")
    finish(desk, "m8", Ending("skip", "tired"))
    drafts = browsing.begun(desk, Filters())
    found = browsing.search_texts(desk.queue, sought, drafts, "text of b")
    assert (ids(found.pages), found.count) == (expected, len(expected))


def test_counts_tell_a_draft_from_the_state_under_it(desk: Desk) -> None:
    begin(desk, "t01")
    finish(desk, "t02")
    finish(desk, "t03", Ending("skip", "tired"))
    begin(desk, "t03")
    drafts = browsing.begun(desk, Filters())

    def count(kind: str, sought: Sought = Sought()) -> dict[str, int]:  # noqa: B008
        of_domain = browsing.count(desk.queue, "domain", sought, drafts)
        found = {**of_domain, **browsing.count(desk.queue, "language", sought, drafts)}
        return dict(found[kind])

    assert count("state") == {"draft": 2, "open": 27, "done": 1}
    assert count("state", Sought(domain="chess")) == {"open": 14, "done": 1}
    assert count("domain") == {"law": 15, "chess": 15}
    assert count("domain", Sought(state="open")) == {"law": 13, "chess": 14}
    assert count("domain", Sought(state="draft")) == {"law": 2}
    assert count("language", Sought(state="draft")) == {"en": 2}
    assert pages(desk, Sought(state="set-aside")).rows == []
    assert count("disposition") == {}
    assert count("state", Sought(disposition="skip")) == {}
    judging.discard(desk, judging.open_task(desk, "t03"))
    drafts = browsing.begun(desk, Filters())
    assert count("disposition", Sought(state="open")) == {"skip": 1}
    assert count("domain", Sought(disposition="skip")) == {"law": 1}


def test_progress_tells_today_and_what_is_due(desk: Desk, clock: Clock) -> None:
    finish(desk, "t01")
    clock.ms += 86_400_000
    finish(desk, "t02")
    today = datetime.fromtimestamp(clock.ms / 1000).astimezone().date()
    days = [(today + timedelta(days=n)).isoformat() for n in (-1, 0, 3, 9)]
    fill(desk.queue, [make_task(f"d{n}", due=day) for n, day in enumerate(days)])
    day = browsing.progress(desk.queue, Sought(), clock.ms)
    assert (day.judged, day.overdue) == (1, 1)
    assert day.due == ((days[1], 2), (days[3], 4))
    assert browsing.progress(desk.queue, Sought(domain="law"), clock.ms).due == ()
