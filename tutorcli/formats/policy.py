"""Which pairs of answers an export writes of what the tutors said."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tutorcli.core.judgment import Edit, Judgment, current

Pairs = Literal["all", "top-bottom", "adjacent"]
Edits = Literal["include", "verified", "only", "exclude"]
Tutors = Literal["each", "majority"]
Reasoning = Literal["drop", "tag", "key"]


@dataclass(frozen=True, slots=True)
class Policy:
    """What is chosen of the judgments; an export states it."""

    pairs: Pairs = "all"
    """Of a ranking: every strict pair, the best tier against the worst, or neighbouring tiers."""
    tutors: Tutors = "each"
    """A row for each tutor, or one for each pair on which more than half of its tutors agree."""
    min_strength: int = 1
    """The least strength of a pair of answers; edits have none."""
    edits: Edits = "include"
    reasoning: Reasoning = "drop"
    """Traces: left out, inside the text between <think> and </think>, or under the key thinking."""

    def __str__(self) -> str:
        return (
            f"pairs={self.pairs} tutors={self.tutors} min-strength={self.min_strength} "
            f"edits={self.edits} reasoning={self.reasoning}"
        )


@dataclass(frozen=True, slots=True)
class Preference:
    """One answer is better than another."""

    chosen: str
    """The better answer's id; for an edit the id of the answer that was edited."""
    rejected: str
    strength: int | None
    """Tiers between the two, or what the tutor said of the pair; None for an edit."""
    tutor: str | None
    """Who said it; None for a majority."""
    judgment: str | None
    tutors: int = 1
    """How many judged this pair."""
    agreeing: int = 1
    """How many of them said this."""
    edit: Edit | None = None
    """The correction that is the chosen text; the answer that was edited is rejected."""
    edit_verified: bool | None = None
    """Whether a blind second look preferred the edit; None where there was no such look."""


def preferences(counted: Sequence[Judgment], policy: Policy) -> list[Preference]:
    """The pairs of one version of a task, in a fixed order: pairs of answers, then edits.

    Args:
        counted: What `counting` leaves of the judgments of that version.
        policy: What to choose.
    """
    found: list[Preference] = []
    if policy.edits != "only":
        chosen = _each(counted, policy) if policy.tutors == "each" else _majority(counted, policy)
        found += [pair for pair in chosen if (pair.strength or 0) >= policy.min_strength]
    if policy.edits != "exclude":
        edits = [pair for judgment in counted for pair in _edits(judgment)]
        found += [pair for pair in edits if policy.edits != "verified" or pair.edit_verified]
    return found


def counting(judgments: Iterable[Judgment]) -> list[Judgment]:
    """What counts as training data: current, by a person, of the role label, done.

    Args:
        judgments: All that is known of a task, of whatever version: what is current is decided
            among all of them.

    Returns:
        Ordered by (tutor, id).
    """
    standing = current(judgments).values()
    counted = [
        judgment
        for judgment in standing
        if judgment.by == "human" and judgment.role == "label" and judgment.disposition == "done"
    ]
    return sorted(counted, key=lambda judgment: (judgment.tutor, judgment.id))


def _each(judgments: Sequence[Judgment], policy: Policy) -> Iterator[Preference]:
    for judgment in judgments:
        yield from _selected(judgment, policy.pairs)


def _selected(judgment: Judgment, pairs: Pairs) -> Iterator[Preference]:
    place = {answer: tier for tier, answers in enumerate(judgment.ranking) for answer in answers}
    last = len(judgment.ranking) - 1
    for pair in _said(judgment):
        tiers = sorted(place.get(answer, -1) for answer in (pair.chosen, pair.rejected))
        is_ranked = tiers[0] >= 0
        if pairs == "adjacent" and is_ranked and tiers[1] - tiers[0] != 1:
            continue
        if pairs == "top-bottom" and is_ranked and tiers != [0, last]:
            continue
        if pair.strength:
            yield pair


def _said(judgment: Judgment) -> Iterator[Preference]:
    """Every pair that the judgment decides, ties with strength 0.

    What was said of the pair itself counts before what the ranking implies.
    """
    decided: dict[tuple[str, str], int] = {}
    for first, second in judgment.preference.ties():
        decided[min(first, second), max(first, second)] = 0
    for better, worse, between in judgment.preference.pairs():
        if better < worse:
            decided[better, worse] = between
        else:
            decided[worse, better] = -between
    for row in judgment.strengths:
        decided[row.first, row.second] = row.value
    for (first, second), value in decided.items():
        chosen, rejected = (first, second) if value >= 0 else (second, first)
        yield Preference(chosen, rejected, abs(value), judgment.tutor, judgment.id)


def _majority(judgments: Sequence[Judgment], policy: Policy) -> Iterator[Preference]:
    """Pairs that some tutor's selection holds and more than half of the pair's tutors agree on."""
    votes: dict[frozenset[str], dict[str, Preference]] = {}
    selected: set[tuple[str, str]] = set()
    for judgment in judgments:
        for pair in _said(judgment):
            # A tutor who judged the pair twice has one vote, the later one.
            cast = votes.setdefault(frozenset((pair.chosen, pair.rejected)), {})
            cast[judgment.tutor] = pair
        selected |= {(pair.chosen, pair.rejected) for pair in _selected(judgment, policy.pairs)}
    for cast in votes.values():
        agreed = _agreed(list(cast.values()))
        if agreed is not None and (agreed.chosen, agreed.rejected) in selected:
            yield agreed


def _agreed(votes: Sequence[Preference]) -> Preference | None:
    """What more than half of the tutors say of a pair; its strength is their lower median."""
    for side in {(vote.chosen, vote.rejected) for vote in votes}:
        strengths = sorted(
            vote.strength
            for vote in votes
            if vote.strength and (vote.chosen, vote.rejected) == side
        )
        if len(strengths) * 2 > len(votes):
            median = strengths[(len(strengths) - 1) // 2]
            return Preference(*side, median, None, None, len(votes), len(strengths))
    return None


def _edits(judgment: Judgment) -> Iterator[Preference]:
    for edit in judgment.edits:
        yield Preference(edit.answer, edit.answer, None, judgment.tutor, judgment.id, edit=edit)
