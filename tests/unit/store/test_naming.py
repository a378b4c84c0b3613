"""Words of filters, and ids like one that was typed."""

from collections.abc import Sequence

import pytest

from tests.unit.store.conftest import fill, make_task, row
from tutorcli.errors import near
from tutorcli.store import naming, tasks
from tutorcli.store.db import Queue
from tutorcli.store.importing import Importing
from tutorcli.store.searching import search_bodies
from tutorcli.store.tasks import Filters

LANGUAGES = ("zh", "zh-Hans", "zh-Hant", "zh-hans-CN", "en", "en-GB", "eng")


@pytest.fixture
def many(queue: Queue) -> Queue:
    """One task for each language, the later ones first."""
    fill(
        queue,
        [
            make_task(tag, language=tag, domain="law", priority=place, tags=("x",))
            for place, tag in enumerate(LANGUAGES)
        ],
    )
    return queue


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("zh", ["zh-hans-CN", "zh-Hant", "zh-Hans", "zh"]),
        ("ZH", ["zh-hans-CN", "zh-Hant", "zh-Hans", "zh"]),
        ("zh-Hans", ["zh-hans-CN", "zh-Hans", "zh"]),
        ("zh_hans_cn", ["zh-hans-CN", "zh-Hans", "zh"]),
        ("zh-Hans-SG", ["zh-Hans", "zh"]),
        ("en", ["en-GB", "en"]),
        ("en-US", ["en"]),
        ("e", []),
        ("", []),
        ("fr", []),
    ],
)
def test_a_language_finds_what_is_more_or_less_exact(
    many: Queue, wanted: str, found: list[str]
) -> None:
    filters = Filters(language=wanted)
    assert tasks.upcoming(many, filters, 99) == found
    assert [item.id for item in tasks.listing(many, filters)] == found
    assert tasks.counts(many, filters)["open"] == len(found)
    assert tasks.upcoming(many, Filters(language=wanted, tag="x"), 99) == found
    assert tasks.counts(many, Filters(language=wanted, tag="x"))["open"] == len(found)
    assert {item.id for item in tasks.listed(many, LANGUAGES, filters)} == set(found)
    assert {item.id for item in search_bodies(many, "now", filters=filters)} == set(found)
    assert naming.is_any(many, "language", wanted) == bool(found)


def test_several_languages_keep_the_order_and_the_limit(many: Queue) -> None:
    assert tasks.upcoming(many, Filters(language="zh"), 2) == ["zh-hans-CN", "zh-Hant"]
    after = tasks.listing(many, Filters(language="zh"), "open", 2, "zh-hans-CN")
    assert [item.id for item in after] == ["zh-Hant", "zh-Hans"]


def test_a_domain_is_found_in_either_case(queue: Queue) -> None:
    fill(queue, [make_task("t1", domain="Law"), make_task("t2", domain="law")])
    fill(queue, [make_task("t3", domain="lawn")])
    assert tasks.upcoming(queue, Filters(domain="LAW")) == ["t1", "t2"]
    assert tasks.upcoming(queue, Filters(domain="law", language="EN")) == ["t1", "t2"]
    assert tasks.upcoming(queue, Filters(domain="la")) == []


def test_words_of_a_hidden_import_are_no_tasks_yet(queue: Queue) -> None:
    fill(queue, [make_task("t1", language="en")])
    with Importing.begin(queue, "a test") as importing:
        importing.stage([row(make_task("t2", language="fr"))])
        assert not naming.is_any(queue, "language", "fr")
        assert naming.words(queue, "language") == ["en"]


def test_filters_look_at_no_more_tasks_than_they_let_through(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(queue, [make_task("t1", language="zh"), make_task("t2", language="zh-Hans")])
    seen: list[str] = []
    rows = queue.rows

    def explained(
        sql: str, values: Sequence[str | int | float | bytes | None] = ()
    ) -> list[tuple[str, ...]]:
        seen.extend(row[-1] for row in rows(f"EXPLAIN QUERY PLAN {sql}", values))
        return rows(sql, values)

    monkeypatch.setattr(queue, "rows", explained)
    assert tasks.next_open(queue, Filters(language="ZH", domain="MEDICINE")) == "t1"
    assert [step for step in seen if "tasks_next_of_" in step]
    assert not [step for step in seen if "B-TREE" in step or step.startswith("SCAN t")]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("med-0777", "med-00777"),
        ("med-000777", "med-00777"),
        ("mde-00777", "med-00777"),
        ("men-00777", "med-00777"),
        ("ed-00777", "med-00777"),
        ("MED-00777", "med-00777"),
        ("xmed-00777", "med-00777"),
        ("med-00777x", "med-00777"),
        ("zz", "zz-1"),
        ("nothing like it", None),
        ("", None),
    ],
)
def test_the_id_that_was_meant_is_among_those_like_it(
    queue: Queue, typed: str, meant: str | None
) -> None:
    fill(queue, [make_task(f"med-{n:05}") for n in range(1500)])
    fill(queue, [make_task("zz-1")])
    like = naming.ids_like(queue, typed)
    assert near(typed, like) == meant
    assert len(like) < 400


def test_an_id_of_a_hidden_import_is_not_told(queue: Queue) -> None:
    with Importing.begin(queue, "a test") as importing:
        importing.stage([row(make_task("t1"))])
        assert naming.ids_like(queue, "t2") == []


def test_the_protocols_of_the_newest_import_are_those_of_its_tasks(queue: Queue) -> None:
    assert tasks.newest_import(queue) is None
    fill(queue, [make_task("t1", protocol="old")])
    fill(queue, [make_task("t2", protocol="b@1"), make_task("t3"), make_task("t4", protocol="a")])
    newest = tasks.newest_import(queue)
    assert newest is not None
    assert tasks.protocols_of(queue, newest) == ["a", "b@1"]
    with Importing.begin(queue, "a test") as importing:
        importing.stage([row(make_task("t5", protocol="c"))])
        assert tasks.newest_import(queue) == newest
