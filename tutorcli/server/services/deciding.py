"""What becomes of judgments that arrive: rules without a database.

An assignment's place is one of the k of its task. A judgment keeps it, gives it back (a skip), or,
when it was given to others meanwhile, is surplus.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tutorcli.core.judgment import Judgment
from tutorcli.core.wire import Reason, Status

HOLDING = frozenset({"open", "accepted", "held"})
"""States of an assignment in which it keeps a place of its task."""


@dataclass(slots=True)
class Lent:
    """An assignment as it stands while a push is looked at."""

    id: str
    task: str
    tutor: str
    kind: str
    state: str
    sha256: str
    task_state: str
    pack: str | None
    """Of the task's domain and language, as it is now."""
    guideline: str | None
    had_place: bool = False
    """Whether it has a place of its task to keep or to give back; a gold task or a repeat, which takes
    none, is late or not all the same."""
    stored_state: str = ""

    def __post_init__(self) -> None:
        self.stored_state = self.state
        self.had_place = self.state in HOLDING

    @property
    def counts(self) -> bool:
        """Whether it takes a place: gold tasks and repeats are given beside the count."""
        return self.kind == "label"


@dataclass(frozen=True, slots=True)
class Known:
    """What a push is compared with."""

    tutor: str
    """Whose token it is."""
    assignments: Mapping[str, Lent]
    authors: Mapping[str, str]
    """Judgment that a review is about: its tutor."""


def objection(judgment: Judgment, known: Known) -> Reason | None:
    """Why a judgment cannot stand as it is; None when it can."""
    if judgment.tutor != known.tutor:
        return "wrong_tutor"
    lent = known.assignments.get(judgment.assignment)
    if lent is None:
        return "unassigned"
    if lent.tutor != known.tutor:
        return "not_assigned"
    return _of_the_task(judgment, lent) or _of_the_review(judgment, known)


def _of_the_task(judgment: Judgment, lent: Lent) -> Reason | None:
    states = {lent.state, lent.task_state}
    if "purged" in states:
        return "purged"
    if "withdrawn" in states:
        return "withdrawn"
    if judgment.task_sha256 != lent.sha256:
        return "stale_text"
    is_by_old_rules = (judgment.pack, judgment.guideline) != (lent.pack, lent.guideline)
    # Nothing is judged by the rules where a task is put aside.
    return "stale_guideline" if is_by_old_rules and judgment.disposition == "done" else None


def _of_the_review(judgment: Judgment, known: Known) -> Reason | None:
    is_review = judgment.role in {"review", "adjudication"}
    is_own = any(known.authors.get(item) == known.tutor for item in judgment.about)
    return "own_work" if is_review and is_own else None


def needs_place(judgment: Judgment, lent: Lent) -> bool:
    """Whether a judgment without objection asks for a place that its assignment no longer has."""
    return not lent.had_place and judgment.disposition == "done"


def settle(judgment: Judgment, lent: Lent) -> tuple[Status, Reason | None]:
    """The status of a judgment without objection; the assignment's state moves with it."""
    if judgment.disposition != "done":
        if lent.state in HOLDING:
            lent.state = "expired"
        return "accepted", None
    if not lent.had_place:
        lent.state = "surplus"
        return "surplus", "late"
    lent.state = "accepted"
    return "accepted", None


def hold(lent: Lent) -> None:
    """Keep the place of an assignment whose judgment waits for a lead."""
    if lent.state == "open":
        lent.state = "held"


def let_go(lent: Lent, tutor: str) -> None:
    """Give back the place of an assignment whose judgment does not fit through the line."""
    if lent.tutor == tutor and lent.state == lent.task_state == "open":
        lent.state = "expired"


def gives_back(lent: Lent) -> bool:
    """Whether the task gets a place back after all."""
    return lent.counts and lent.had_place and lent.state not in HOLDING
