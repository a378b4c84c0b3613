"""Statements, transactions and errors of one file."""

import threading
from pathlib import Path

import pytest

from tutorcli.errors import StoreError
from tutorcli.store.connection import Store, connect, explain, has_wal_reset_bug, tune


def open_store(path: Path, busy_s: float = 0.05) -> Store:
    store = Store(connect(path, create=True), path, busy_s=busy_s)
    tune(store, "FULL")
    return store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = open_store(tmp_path / "x.db")
    store.row("PRAGMA journal_mode=wal")
    store.execute("CREATE TABLE t (n INTEGER PRIMARY KEY) STRICT")
    return store


def numbers(store: Store) -> list[int]:
    return [row[0] for row in store.rows("SELECT n FROM t ORDER BY n")]


@pytest.mark.parametrize(
    ("version", "has_bug"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 0), False),
    ],
)
def test_the_wal_reset_bug_is_known_by_version(
    version: tuple[int, int, int], has_bug: bool
) -> None:
    assert has_wal_reset_bug(version) is has_bug


def write(store: Store, *numbers: int, fail: bool = False) -> None:
    with store.write():
        for n in numbers:
            store.execute("INSERT INTO t VALUES (?)", (n,))
        if fail:
            raise ZeroDivisionError


def test_a_write_that_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        write(store, 1, fail=True)
    assert numbers(store) == []
    write(store, 2)
    assert numbers(store) == [2]


def test_an_inner_write_that_fails_takes_back_only_itself(store: Store) -> None:
    with store.write():
        store.execute("INSERT INTO t VALUES (1)")
        with pytest.raises(ZeroDivisionError):
            write(store, 2, fail=True)
        write(store, 3)
    assert numbers(store) == [1, 3]


def test_an_outer_write_that_fails_takes_the_inner_one_with_it(store: Store) -> None:
    def outer() -> None:
        with store.write():
            write(store, 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        outer()
    assert numbers(store) == []


def test_a_statement_that_breaks_a_rule_becomes_a_store_error(store: Store) -> None:
    store.execute("INSERT INTO t VALUES (1)")
    with pytest.raises(StoreError, match="UNIQUE"):
        store.execute("INSERT INTO t VALUES (1)")
    with pytest.raises(StoreError, match="no such table"):
        list(store.each("SELECT * FROM missing"))


def test_a_file_that_another_holds_is_named_as_locked(store: Store) -> None:
    other = open_store(store.path)
    with store.write(), pytest.raises(StoreError, match="locked by another process") as caught:
        write(other, 1)
    assert caught.value.hint is not None
    write(other, 1)
    assert numbers(store) == [1]


def test_a_write_waits_until_the_other_has_finished(store: Store) -> None:
    other = open_store(store.path, busy_s=10)
    begun, finish = threading.Event(), threading.Event()

    def hold() -> None:
        with store.write():
            store.execute("INSERT INTO t VALUES (1)")
            begun.set()
            finish.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    begun.wait(10)
    threading.Timer(0.02, finish.set).start()
    with other.write():
        seen = numbers(other)
    holder.join()
    assert seen == [1]


def test_threads_of_one_store_write_one_after_the_other(store: Store) -> None:
    def add(start: int) -> None:
        for n in range(start, start + 20):
            with store.write():
                store.execute("INSERT INTO t VALUES (?)", (n,))
                store.execute("DELETE FROM t WHERE n = ?", (n + 1000,))

    threads = [threading.Thread(target=add, args=(start,)) for start in (0, 100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers(store)) == 60


def test_a_reading_block_sees_one_state(store: Store) -> None:
    other = open_store(store.path)
    with store.reading():
        before = numbers(store)
        other.execute("INSERT INTO t VALUES (1)")
        assert numbers(store) == before == []
    assert numbers(store) == [1]


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("database or disk is full", "disk is full"),
        ("No space left on device", "disk is full"),
        ("attempt to write a readonly database", "cannot be written"),
        ("Permission denied", "cannot be written"),
        ("unable to open database file", "cannot be written"),
        ("database is locked", "locked by another process"),
        ("file is not a database", "damaged"),
        ("database disk image is malformed", "damaged"),
        ("disk I/O error", "disk failed"),
    ],
)
def test_each_trouble_has_its_words_and_a_way_out(reason: str, words: str) -> None:
    error = explain(reason, Path("queue.db"))
    assert words in str(error)
    assert "queue.db" in str(error)
    assert error.hint is not None
    assert error.exit_code == 8
