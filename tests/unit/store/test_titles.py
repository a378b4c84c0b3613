"""All titles in memory find what the index finds."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.unit.store.conftest import fill, make_task, row
from tutorcli.store import paging, titles
from tutorcli.store.db import Queue
from tutorcli.store.importing import Importing
from tutorcli.store.titles import Titles

WORDS = (("pain",), ("p", "tör"), ("疼痛",), ("7",), ("nowhere",), ("\U000f0001",), ("\udc80",))


@pytest.fixture
def reader(queue: Queue) -> Iterator[Queue]:
    fill(queue, [make_task("z", " ")])
    fill(
        queue,
        [make_task(f"t{n}", f"Pain {n} stört 疼痛" if n % 3 else "a\n\tb") for n in range(40)],
    )
    with closing(queue.reader(1)) as reader:
        yield reader


def read(reader: Queue) -> Titles:
    held = Titles.read(reader)
    assert held is not None
    return held


@pytest.mark.parametrize("words", WORDS)
def test_the_same_is_found_as_by_the_index(
    reader: Queue, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    held, expected = read(reader), [] if words == ("\udc80",) else paging.titled(reader, words)
    monkeypatch.setattr(paging, "titled", None)
    assert held.holding(reader, words) == expected


def test_words_of_many_titles_are_left_to_the_index(
    reader: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, rare = read(reader), paging.titled(reader, ("pain", "38"))
    monkeypatch.setattr(paging, "MOST", 5)
    assert held.holding(reader, ("pain",)) is None
    assert held.holding(reader, ("pain", "38")) == rare
    # Where the samples were taken amiss.
    monkeypatch.setattr(titles, "_SLICE", 1)
    assert held.holding(reader, ("pain",)) is None


def test_what_was_written_since_is_found_all_the_same(queue: Queue, reader: Queue) -> None:
    held = read(reader)
    assert held.are_current(reader)
    fill(queue, [make_task("new", "anew")])
    assert not held.are_current(reader)
    assert len(held.holding(reader, ("anew",)) or ()) == 1


def test_an_import_that_is_not_there_yet_is_not_found(queue: Queue, reader: Queue) -> None:
    with Importing.begin(queue, "a test") as importing:
        importing.stage([row(make_task("new", "anew"))])
        assert read(reader).holding(reader, ("anew",)) == []
        importing.publish()


def test_too_many_titles_are_not_held(reader: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(titles, "MOST_TASKS", 40)
    assert Titles.read(reader) is None
