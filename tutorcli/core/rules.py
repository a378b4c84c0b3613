"""What a judgment must hold, and what a tutor is gently told about it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import assert_never

from tutorcli.core.canonical import digest
from tutorcli.core.instruments import EditWithReasons, Instrument, Pair, Rank, Ratings
from tutorcli.core.judgment import PERSONAL_DATA, ROWS, SET_ASIDE, Judgment, Span
from tutorcli.core.pack import Criterion
from tutorcli.core.protocol import Assigned, criteria_of, reasons_of
from tutorcli.core.task import Answer
from tutorcli.core.text import count_wide_script
from tutorcli.errors import Message, message, near

READ_TO_END = 0.98
"""The fraction of an answer from which on it counts as read to its end."""
FAST_WORDS_PER_MINUTE = 1000
FAST_CJK_PER_MINUTE = 1500


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a judgment."""

    field: str
    """Where: ``ranking``, ``ratings[2].value``."""
    what: Message


def check(judgment: Judgment, assigned: Assigned) -> list[Fault]:
    """All that keeps a judgment from being submitted; empty when nothing does."""
    faults = [
        *_ranking_faults(judgment, assigned),
        *_strength_faults(judgment, assigned),
        *_rating_faults(judgment, assigned),
        *_edit_faults(judgment, assigned),
        *_mark_faults(judgment, assigned),
        *_reason_faults(judgment, assigned),
    ]
    if judgment.confidence is not None and not 1 <= judgment.confidence <= 5:
        what = message("{value} is not from 1 to 5", value=judgment.confidence)
        faults.append(Fault("confidence", what))
    if judgment.disposition == "done":
        for instrument in assigned.instruments:
            faults += missing(judgment, assigned, instrument)
        if not faults and not says_something(judgment):
            faults.append(Fault("ranking", message("nothing has been said of the answers yet")))
    return faults


def says_something(judgment: Judgment) -> bool:
    """Whether a judgment holds anything about the answers."""
    return judgment.accept_line is not None or any(
        (judgment.ranking, judgment.verdict, *(getattr(judgment, name) for name in ROWS))
    )


def missing(judgment: Judgment, assigned: Assigned, instrument: Instrument) -> list[Fault]:
    """What a required instrument still asks for."""
    if not instrument.required:
        return []
    match instrument:
        case Rank():
            return list(_missing_ranking(judgment, instrument))
        case Pair():
            if not judgment.strengths:
                return [Fault("strengths", message("the strength is not given yet"))]
        case Ratings():
            wanted = len(rating_cells(assigned, instrument))
            left = wanted - len(_rated(judgment, instrument, assigned))
            if left > 0:
                return [
                    Fault(
                        "ratings",
                        message("{left} of {n} ratings are not given yet", left=left, n=wanted),
                    )
                ]
        case EditWithReasons():
            if not judgment.edits:
                return [Fault("edits", message("no answer has been edited yet"))]
        case _:
            assert_never(instrument)
    return []


def _missing_ranking(judgment: Judgment, instrument: Rank) -> Iterator[Fault]:
    if not judgment.ranking and judgment.accept_line != 0:
        yield Fault("ranking", message("no answer has been ranked yet"))
    if instrument.accept_line == "required" and judgment.accept_line is None:
        yield Fault("accept_line", message("the accept line is not drawn yet"))


def rating_cells(assigned: Assigned, instrument: Ratings) -> list[tuple[str | None, Criterion]]:
    """Every (answer, criterion) that a ratings instrument asks for, in the order of asking."""
    criteria = criteria_of(instrument, assigned.pack)
    answers: tuple[str | None, ...] = assigned.order if instrument.per == "answer" else (None,)
    return [(answer, criterion) for answer in answers for criterion in criteria]


def _rated(
    judgment: Judgment, instrument: Ratings, assigned: Assigned
) -> set[tuple[str | None, str]]:
    given = {(rating.answer, rating.criterion) for rating in judgment.ratings}
    return {
        (answer, criterion.id)
        for answer, criterion in rating_cells(assigned, instrument)
        if (answer, criterion.id) in given
    }


def _unknown_answer(answer: str, assigned: Assigned, field: str) -> Iterator[Fault]:
    known = [item.id for item in assigned.task.answers]
    if answer not in known:
        guess = near(answer, known)
        if guess:
            what = message(
                '"{answer}" is no answer of this task; did you mean "{guess}"?',
                answer=answer,
                guess=guess,
            )
        else:
            what = message('"{answer}" is no answer of this task', answer=answer)
        yield Fault(field, what)


def _ranking_faults(judgment: Judgment, assigned: Assigned) -> Iterator[Fault]:
    named = [answer for tier in judgment.ranking for answer in tier]
    for answer in dict.fromkeys(named):
        yield from _unknown_answer(answer, assigned, "ranking")
    for answer, times in Counter(named).items():
        if times > 1:
            yield Fault("ranking", message('names answer "{answer}" twice', answer=answer))
    if any(not tier for tier in judgment.ranking):
        yield Fault("ranking", message("a tier is empty"))
    line = judgment.accept_line
    if line is not None and not 0 <= line <= len(judgment.ranking):
        what = message("{value} is not from 0 to {tiers}", value=line, tiers=len(judgment.ranking))
        yield Fault("accept_line", what)


def _strength_faults(judgment: Judgment, assigned: Assigned) -> Iterator[Fault]:
    scale = max(
        (item.scale for item in assigned.protocol.instruments if isinstance(item, Pair)), default=3
    )
    seen: set[tuple[str, str]] = set()
    for index, strength in enumerate(judgment.strengths):
        field = f"strengths[{index}]"
        yield from _unknown_answer(strength.first, assigned, field)
        yield from _unknown_answer(strength.second, assigned, field)
        if strength.first >= strength.second:
            yield Fault(field, message("first must come before second by code point"))
        if abs(strength.value) > scale:
            yield Fault(
                field,
                message(
                    "{value} is not from -{scale} to {scale}", value=strength.value, scale=scale
                ),
            )
        if (strength.first, strength.second) in seen:
            yield Fault(field, message("the pair stands twice"))
        seen.add((strength.first, strength.second))


def _rating_faults(judgment: Judgment, assigned: Assigned) -> Iterator[Fault]:
    seen: set[tuple[str | None, str]] = set()
    for index, rating in enumerate(judgment.ratings):
        field = f"ratings[{index}]"
        if rating.answer is not None:
            yield from _unknown_answer(rating.answer, assigned, field)
        if (rating.answer, rating.criterion) in seen:
            yield Fault(field, message('criterion "{id}" is rated twice', id=rating.criterion))
        seen.add((rating.answer, rating.criterion))
        if assigned.pack is not None:
            yield from _scale_faults(rating.criterion, rating.value, rating.na, assigned, field)


def _scale_faults(
    criterion_id: str, value: int | None, na: bool, assigned: Assigned, field: str
) -> Iterator[Fault]:
    pack = assigned.pack
    assert pack is not None  # noqa: S101 - the caller has looked
    criterion = pack.criterion(criterion_id)
    if criterion is None:
        guess = near(criterion_id, [item.id for item in pack.criteria])
        hint = guess or ", ".join(item.id for item in pack.criteria)
        yield Fault(
            field,
            message('"{id}" is no criterion of the pack; near: {hint}', id=criterion_id, hint=hint),
        )
    elif na:
        if value is not None or not criterion.na:
            yield Fault(field, message('criterion "{id}" takes a value', id=criterion_id))
    elif value is None or not criterion.min <= value <= criterion.max:
        what = message(
            'criterion "{id}": {value} is not from {min} to {max}',
            id=criterion_id,
            value=value,
            min=criterion.min,
            max=criterion.max,
        )
        yield Fault(field, what)


def _edit_faults(judgment: Judgment, assigned: Assigned) -> Iterator[Fault]:
    allowed = {
        reason.id
        for item in assigned.protocol.instruments
        if isinstance(item, EditWithReasons)
        for reason in reasons_of(item, assigned.pack)
    }
    seen: set[str] = set()
    for index, edit in enumerate(judgment.edits):
        field = f"edits[{index}]"
        if edit.answer in seen:
            yield Fault(field, message('names answer "{answer}" twice', answer=edit.answer))
        seen.add(edit.answer)
        base = assigned.task.answer(edit.answer)
        if base is None:
            yield from _unknown_answer(edit.answer, assigned, field)
        elif edit.text == base.text:
            yield Fault(field, message("the edit changes nothing"))
        elif edit.base_sha256 != digest(base.text):
            yield Fault(field, message("the edit was made on another text"))
        for reason in edit.reasons:
            if allowed and reason not in allowed:
                guess = near(reason, allowed) or ", ".join(sorted(allowed))
                yield Fault(
                    field,
                    message(
                        '"{reason}" is no reason here; near: {guess}', reason=reason, guess=guess
                    ),
                )


_MARKS = ("criteria", "steps", "spans", "refusal", "citations")


def _mark_faults(judgment: Judgment, assigned: Assigned) -> Iterator[Fault]:
    """Of rows that no instrument asks for here, but that a file may bring."""
    for name in _MARKS:
        for index, row in enumerate(getattr(judgment, name)):
            yield from _unknown_answer(row.answer, assigned, f"{name}[{index}]")
    rubric = [item.id for item in assigned.task.rubric]
    for index, mark in enumerate(judgment.criteria):
        if mark.criterion not in rubric:
            what = message('the rubric has no criterion "{id}"', id=mark.criterion)
            yield Fault(f"criteria[{index}]", what)
    for index, span in enumerate(judgment.spans):
        answer = assigned.task.answer(span.answer)
        if answer is not None and (wrong := _wrong_span(span, answer)) is not None:
            yield Fault(f"spans[{index}]", wrong)


def _wrong_span(span: Span, answer: Answer) -> Message | None:
    texts = {"text": answer.text, "reasoning": answer.reasoning}
    text = texts.get(span.field)
    if text is None:
        return message('answer "{answer}" has no {field}', answer=answer.id, field=span.field)
    if not 0 <= span.start <= span.end <= len(text) or text[span.start : span.end] != span.quote:
        return message(
            "the quote is not what stands from {start} to {end}", start=span.start, end=span.end
        )
    if not 1 <= span.severity <= 4:
        return message("{value} is not from 1 to 4", value=span.severity)
    return None


def _reason_faults(judgment: Judgment, assigned: Assigned) -> Iterator[Fault]:
    if judgment.disposition not in SET_ASIDE:
        return
    known = [label.id for label in assigned.protocol.reasons.get(judgment.disposition, ())]
    if judgment.disposition == "bad_task" and judgment.reason == PERSONAL_DATA:
        return
    if judgment.disposition == "refer":
        if not judgment.refer_to:
            yield Fault("refer_to", message("a referral names a specialty"))
        if judgment.reason is None:
            return
    if judgment.reason is None:
        yield Fault("reason", message("a reason is needed: {known}", known=", ".join(known)))
    elif known and judgment.reason not in known:
        guess = near(judgment.reason, known) or ", ".join(known)
        yield Fault(
            "reason",
            message(
                '"{reason}" is no reason here; near: {guess}', reason=judgment.reason, guess=guess
            ),
        )


def warnings(judgment: Judgment, assigned: Assigned) -> list[Message]:
    """What a tutor may want to look at again; never keeps a judgment from being submitted."""
    if judgment.disposition != "done":
        return []
    return [
        *_contradictions(judgment, assigned),
        *_unread(judgment, assigned),
        *_haste(judgment, assigned),
    ]


def _contradictions(judgment: Judgment, assigned: Assigned) -> Iterator[Message]:
    place = {answer: tier for tier, answers in enumerate(judgment.ranking) for answer in answers}
    sums: dict[str, list[int]] = {}
    for rating in judgment.ratings:
        if rating.answer is not None and rating.value is not None:
            sums.setdefault(rating.answer, []).append(rating.value)
    means = {answer: sum(values) / len(values) for answer, values in sums.items()}
    for first, second in combinations(
        [item for item in assigned.order if item in place and item in means], 2
    ):
        by_rank, by_rating = place[second] - place[first], means[first] - means[second]
        if by_rank * by_rating < 0:
            upper, lower = (first, second) if by_rank > 0 else (second, first)
            yield message(
                "answer {upper} is ranked above {lower} but rated below it",
                upper=assigned.order.index(upper) + 1,
                lower=assigned.order.index(lower) + 1,
            )
            return
    for strength in judgment.strengths:
        first, second = strength.first, strength.second
        if {first, second} <= place.keys() and (place[second] - place[first]) * strength.value < 0:
            upper, lower = (first, second) if strength.value < 0 else (second, first)
            yield message(
                "answer {upper} is ranked above {lower}, but {lower} is given as the better",
                upper=assigned.order.index(upper) + 1,
                lower=assigned.order.index(lower) + 1,
            )
            return


def _unread(judgment: Judgment, assigned: Assigned) -> Iterator[Message]:
    if not judgment.read:
        return
    for number, answer in enumerate(assigned.order, 1):
        fraction = judgment.read.get(answer, 0)
        if fraction < READ_TO_END:
            yield message(
                "answer {number} was read to {percent} %",
                number=number,
                percent=round(fraction * 100),
            )
            return


def _haste(judgment: Judgment, assigned: Assigned) -> Iterator[Message]:
    if not judgment.active_ms:
        return
    fastest_ms = sum(reading_ms(answer.text) for answer in assigned.task.answers)
    if judgment.active_ms < fastest_ms:
        yield message(
            "you spent {seconds} s; reading it all fast takes {least} s",
            seconds=round(judgment.active_ms / 1000),
            least=round(fastest_ms / 1000),
        )


def reading_ms(text: str) -> int:
    """Milliseconds that a very fast reader needs: 1,000 words or 1,500 CJK characters a minute."""
    cjk = count_wide_script(text)
    words = len(text.split()) if cjk * 2 < len(text) else 0
    return round(words * 60_000 / FAST_WORDS_PER_MINUTE + cjk * 60_000 / FAST_CJK_PER_MINUTE)
