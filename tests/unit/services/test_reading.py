import json
import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from tutorcli.core.judgment import Judgment, freeze
from tutorcli.errors import TutorError
from tutorcli.formats.containers import Line
from tutorcli.formats.port import Fill
from tutorcli.services import reading
from tutorcli.services.reading import ReadBad, Reading, ReadTask, outcomes

READING = Reading("jsonl", Fill(domain="law"))


def lines(count: int) -> list[Line]:
    """Tasks, judgments and bad lines in turn."""
    task = {
        "language": "zh",
        "prompt": "违约金？\u2028",
        "answers": [{"id": "a", "text": "可以。" * 50}],
    }
    made = []
    for number in range(1, count + 1):
        raws = (
            json.dumps({"id": f"t{number}", **task}, ensure_ascii=False).encode(),
            freeze(Judgment(f"j{number}", "t1", "0" * 64, "local-1", "t1", comment="é")).body,
            b'{"id": 3, "answers": "x"}\r',
        )
        made.append(Line("x.jsonl", number, raws[number % 3], number))
    return made


@pytest.fixture
def shared_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two readers, from the first bytes on, for batches of seven lines."""
    monkeypatch.setattr(reading, "MUCH", 0)
    monkeypatch.setattr(reading, "_cores", lambda: 2)
    monkeypatch.setattr(reading, "_BATCH_LINES", 7)


def read(given: list[Line]) -> list[tuple[Line, Any]]:
    return [pair for batch in outcomes(given, READING) for pair in batch]


def test_each_line_is_a_task_a_judgment_or_bad() -> None:
    found = read(lines(3))
    assert [type(outcome).__name__ for _, outcome in found] == ["Frozen", "ReadBad", "ReadTask"]
    task, bad = found[2][1], found[1][1]
    assert isinstance(task, ReadTask)
    assert (task.id, task.row.domain, task.answers) == ("t3", "law", ("a",))
    assert isinstance(bad, ReadBad)
    assert [fault.field for fault in bad.faults] == ["language", "answers"]


@pytest.mark.usefixtures("shared_out")
def test_several_processes_give_what_one_gives_in_the_same_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = lines(200)
    shared = read(given)
    monkeypatch.setattr(reading, "_cores", lambda: 1)
    assert shared == read(given)
    assert [line for line, _ in shared] == given


@pytest.mark.usefixtures("shared_out")
def test_readers_end_when_reading_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    start = reading._Reader.__init__

    def watched(self: Any, how: Reading) -> None:
        start(self, how)
        made.append(self._process)

    monkeypatch.setattr(reading._Reader, "__init__", watched)
    batches = outcomes(lines(300), READING)
    for _ in range(reading._WHILE_STARTING + 2):
        next(batches)
    batches.close()
    assert len(made) == 2
    assert all(process.returncode is not None for process in made)


@pytest.mark.usefixtures("shared_out")
def test_a_reader_that_dies_is_an_error_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    start = reading._Reader.__init__

    def killed(self: Any, how: Reading) -> None:
        start(self, how)
        os.kill(self._process.pid, signal.SIGKILL)

    monkeypatch.setattr(reading._Reader, "__init__", killed)
    with pytest.raises(TutorError, match="ended before its time") as caught:
        read(lines(100))
    assert caught.value.exit_code == 1


@pytest.mark.usefixtures("shared_out")
def test_what_goes_wrong_in_a_reader_is_told_without_any_text() -> None:
    text: Any = "secret words"
    broken = [*lines(21), *[Line("x.jsonl", 1, text, 0)] * 7]
    with pytest.raises(RuntimeError, match="AttributeError in a reader") as caught:
        read(broken)
    assert "secret" not in str(caught.value)


@pytest.mark.usefixtures("shared_out")
def test_without_room_for_processes_one_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(reading._Reader, "__init__", refuse)
    assert len(read(lines(100))) == 100


def test_small_files_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading._Reader, "__init__", lambda *_: 1 / 0)
    assert len(read(lines(500))) == 500


@pytest.mark.usefixtures("shared_out")
def test_lines_are_read_only_a_few_batches_ahead() -> None:
    taken = 0

    def counted() -> Iterator[Line]:
        nonlocal taken
        for line in lines(2000):
            taken += 1
            yield line

    batches = outcomes(counted(), READING)
    for _ in range(reading._WHILE_STARTING + 1):
        next(batches)
    batches.close()
    assert taken < 7 * 20
