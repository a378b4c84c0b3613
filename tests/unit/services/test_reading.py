import json
from collections.abc import Iterator

from tutorcli.core.judgment import Frozen, Judgment, freeze
from tutorcli.formats.containers import Line
from tutorcli.formats.port import Fill
from tutorcli.services.reading import ReadBad, Reading, ReadTask, outcomes

READING = Reading("jsonl", Fill(domain="law"))


def lines(count: int) -> Iterator[Line]:
    """Judgments, bad lines and tasks in turn."""
    task = {
        "language": "zh",
        "prompt": "违约金？\u2028",
        "answers": [{"id": "a", "text": "可以。" * 50}],
    }
    for number in range(1, count + 1):
        raws = (
            json.dumps({"id": f"t{number}", **task}, ensure_ascii=False).encode(),
            freeze(Judgment(f"j{number}", "t1", "0" * 64, "local-1", "t1", comment="é")).body,
            b'{"id": 3, "answers": "x"}\r',
        )
        yield Line("x.jsonl", number, raws[number % 3])


def test_each_line_is_a_task_a_judgment_or_bad() -> None:
    found = [outcome for batch in outcomes(lines(3), READING) for _, outcome in batch]
    assert [type(outcome) for outcome in found] == [Frozen, ReadBad, ReadTask]
    task, bad = found[2], found[1]
    assert isinstance(task, ReadTask)
    assert (task.row.id, task.row.domain, task.answers) == ("t3", "law", ("a",))
    assert isinstance(bad, ReadBad)
    assert [fault.field for fault in bad.faults] == ["language", "answers"]


def test_batches_hold_every_line_once_in_its_order() -> None:
    batches = list(outcomes(lines(1500), READING))
    assert len(batches) > 1
    assert [line for batch in batches for line, _ in batch] == list(lines(1500))


def test_lines_are_read_no_further_than_the_batch_that_is_asked_for() -> None:
    given = lines(5000)
    next(outcomes(given, READING))
    assert next(given).number < 1000
