"""Tasks, protocols and strategies that the tests of the core share."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from tutorcli.core.canonical import Json, digest
from tutorcli.core.instruments import EditWithReasons, Instrument, Pair, Rank, Ratings
from tutorcli.core.judgment import Disposition, Judgment
from tutorcli.core.pack import Criterion, Label, Pack
from tutorcli.core.protocol import Assigned, Protocol, Stage, guideline_of
from tutorcli.core.ranking import Tiers
from tutorcli.core.task import Answer, Task

ALL = (Rank(), Ratings(), Pair(), EditWithReasons())

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
"""Any text that can be stored."""

JSON: st.SearchStrategy[Json] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


def titles(text: str) -> dict[str, str]:
    return {"en": text}


PACK = Pack(
    "medicine",
    "1",
    "medicine",
    titles("Medicine"),
    criteria=(
        Criterion("accuracy", titles("Accuracy"), 0, 4, na=True),
        Criterion("safety", titles("Safety"), 1, 5),
    ),
    labels=(Label("dose", titles("Dose")), Label("omission", titles("Omission"))),
)

REASONS: dict[Disposition, tuple[Label, ...]] = {
    "skip": (Label("tired", titles("Tired")), Label("language", titles("Language"))),
    "bad_task": (Label("unclear_prompt", titles("Unclear")),),
    "refer": (Label("second_opinion", titles("Second opinion")),),
}


def make_task(ids: Sequence[str] = "abc", **fields: Any) -> Task:
    answers = tuple(Answer(answer, f"Text of {answer}.") for answer in ids)
    return Task(**{"id": "t", "domain": "medicine", "language": "en", "prompt": "What?"} | fields, answers=answers)  # fmt: skip


def assign(
    task: Task | None = None,
    instruments: Sequence[Instrument] = ALL,
    pack: Pack | None = PACK,
) -> Assigned:
    task = task or make_task()
    protocol = Protocol("p", "1", titles("P"), (Stage("s", tuple(instruments)),), REASONS)
    order = tuple(answer.id for answer in task.answers)
    return Assigned(task, protocol, pack, order, guideline_of(task, pack))


def make_judgment(ranking: Tiers = (("a",), ("b",), ("c",)), **fields: Any) -> Judgment:
    return Judgment(
        **{
            "id": "j",
            "task": "t",
            "task_sha256": digest("t"),
            "tutor": "local-00000001",
            "assignment": "t",
            "ranking": ranking,
        }
        | fields
    )


@st.composite
def tiers_of(draw: st.DrawFn, ids: Sequence[str]) -> Tiers:
    """Some of the ids in tiers."""
    left = draw(st.permutations(list(ids)))[: draw(st.integers(0, len(ids)))]
    joins: list[bool] = draw(st.lists(st.booleans(), min_size=len(left), max_size=len(left)))
    tiers: list[list[str]] = []
    for answer, is_tied in zip(left, joins, strict=True):
        if tiers and is_tied:
            tiers[-1].append(answer)
        else:
            tiers.append([answer])
    return tuple(map(tuple, tiers))
