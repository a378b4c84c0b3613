"""From flags, or from a line of a file, to what is said of a task."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tutorcli.cli.arguments import Rate, answer_id, parse_edit, parse_rate, text_from
from tutorcli.core import draft as drafting
from tutorcli.core.canonical import Json, digest
from tutorcli.core.draft import Operation
from tutorcli.core.judgment import Disposition, Judgment
from tutorcli.core.protocol import Assigned
from tutorcli.core.ranking import parse_ranking
from tutorcli.core.rules import Fault
from tutorcli.errors import ConfigError, InputError, message, near
from tutorcli.services.judging import Ending, Said

_OF_A_LINE = (
    *("disposition", "reason", "refer_to", "ranking", "accept_line", "strengths", "ratings"),
    *("criteria", "steps", "spans", "edits", "refusal", "citations", "claims", "turns"),
    *("authored", "verdict", "feedback", "flags", "tags", "comment", "confidence"),
)
"""Fields of a judgment that a line may give; the program fills in the rest."""

_OF_ANY_ENDING = {"disposition", "reason", "refer_to", "comment"}


@dataclass(frozen=True, slots=True)
class Typed:
    """The flags of `tutorcli judge` as they were typed."""

    rank: str | None = None
    rates: Sequence[str] = ()
    edits: Sequence[str] = ()
    comment: str | None = None
    confidence: int | None = None
    flags: Sequence[str] = ()
    endings: Mapping[Disposition, str] = field(default_factory=dict)
    """Dispositions that were asked for, each with its reason or, of a referral, its specialty."""

    def ending(self) -> Ending:
        """How the task is left.

        Raises:
            ConfigError: Nothing was asked for, or two things that exclude each other.
        """
        says = any((self.rank is not None, self.rates, self.edits, self.flags, self.confidence))
        if len(self.endings) > 1 or (self.endings and says):
            raise ConfigError(
                message("a task is judged, set aside or taken back, not two of these"),
                hint=message("see: tutorcli judge --help"),
            )
        for disposition, word in self.endings.items():
            if disposition == "refer":
                return Ending("refer", refer_to=word)
            return Ending(disposition, reason=word or None)
        if not says:
            raise ConfigError(
                message("nothing is said of the task"),
                hint=message("give --rank, --rate, --edit, or a way to set it aside"),
            )
        return Ending()


def said_by_flags(typed: Typed, assigned: Assigned) -> Said:
    """What the flags say of a task.

    Raises:
        ConfigError: A flag has a wrong form.
        InputError: The task lacks an answer, a file cannot be read, or an edit changes nothing.
    """
    return Said(typed.ending(), tuple(_operations(typed, assigned)))


def _operations(typed: Typed, assigned: Assigned) -> Iterator[Operation]:
    answers = [answer.id for answer in assigned.task.answers]
    if typed.rank is not None:
        ranking = parse_ranking(typed.rank, answers, assigned.order)
        yield ["set", "ranking", [list(tier) for tier in ranking.tiers]]
        yield ["set", "accept_line", ranking.accept_line]
    for text in typed.rates:
        yield rating_operation(parse_rate(text), assigned)
    for text in typed.edits:
        yield edit_operation(text, assigned)
    if typed.comment is not None:
        yield ["open", drafting.COMMENT, text_from(typed.comment, "--comment")]
    if typed.confidence is not None:
        yield ["set", "confidence", typed.confidence]
    if typed.flags:
        yield ["set", "flags", list(dict.fromkeys(typed.flags))]


def rating_operation(rate: Rate, assigned: Assigned) -> Operation:
    """The operation of a draft that a rating amounts to.

    Raises:
        InputError: The task lacks the answer.
    """
    answer = None if rate.answer is None else _answer(rate.answer, assigned)
    row: dict[str, Json] = {"criterion": rate.criterion}
    if answer is not None:
        row["answer"] = answer
    row |= {"na": True} if rate.value is None else {"value": rate.value}
    return ["row", "ratings", drafting.rating_key(answer, rate.criterion), row]


def edit_operation(text: str, assigned: Assigned) -> Operation:
    """The operation of a draft that ``ANSWER=@FILE`` amounts to.

    Raises:
        ConfigError: It has another form.
        InputError: The task lacks the answer, the file cannot be read, or nothing is changed.
    """
    edit = parse_edit(text)
    answer = _answer(edit.answer, assigned)
    said = text_from(edit.source, "--edit")
    if fault := _fault_of_edit(answer, said, assigned):
        raise InputError(fault.what)
    return ["open", drafting.EDIT + answer, said]


def _answer(typed: str, assigned: Assigned) -> str:
    return answer_id(typed, [answer.id for answer in assigned.task.answers], assigned.order)


def _fault_of_edit(answer: str, text: str, assigned: Assigned) -> Fault | None:
    """A draft leaves such edits out without a word; whoever wrote one on purpose must hear it."""
    base = assigned.task.answer(answer)
    if base is None:
        return Fault("edits", message('the task has no answer "{answer}"', answer=answer))
    if base.text == text:
        return Fault(
            "edits", message('the edit of answer "{answer}" changes nothing', answer=answer)
        )
    return None


def judgment_of_line(value: Any) -> Judgment:
    """The judgment that a line begins: `task` and what is said; the rest is filled in later.

    Raises:
        BadLine: With every fault that can be seen without the task.
    """
    from tutorcli.formats import own
    from tutorcli.formats.flaws import BadLine

    if not isinstance(value, dict):
        raise BadLine([Fault("", message("must be a JSON object"))])
    if faults := list(_key_faults(value)):
        raise BadLine(faults)
    filled = dict(value)
    if isinstance(edits := filled.get("edits"), list):
        filled["edits"] = [
            {"base_sha256": "", **edit} if isinstance(edit, dict) else edit for edit in edits
        ]
    envelope = dict.fromkeys(("id", "task_sha256", "tutor", "assignment"), "-")
    judgment = own.judgment_of({**envelope, **filled})
    if faults := list(_ending_faults(judgment, value)):
        raise BadLine(faults)
    return judgment


def _key_faults(value: Mapping[str, Any]) -> Iterator[Fault]:
    for key in value:
        if key == "task" or key in _OF_A_LINE:
            continue
        if guess := near(key, ("task", *_OF_A_LINE)):
            yield Fault(key, message('is no known key; did you mean "{guess}"?', guess=guess))
        else:
            yield Fault(key, message("is no known key"))


def _ending_faults(judgment: Judgment, value: Mapping[str, Any]) -> Iterator[Fault]:
    """What would be left out without a word is refused."""
    if judgment.disposition == "done":
        return
    for key in value.keys() - {"task", *_OF_ANY_ENDING}:
        if value[key] not in (None, [], {}):
            what = message("means nothing with disposition {word}", word=judgment.disposition)
            yield Fault(key, what)


def said_by_line(judgment: Judgment, assigned: Assigned) -> Said:
    """What a line says of its task.

    Raises:
        BadLine: An edit is of no answer of the task, changes nothing, or was made on another text.
    """
    from tutorcli.formats.flaws import BadLine

    faults = []
    for index, edit in enumerate(judgment.edits):
        fault = _fault_of_edit(edit.answer, edit.text, assigned)
        base = assigned.task.answer(edit.answer)
        if fault is None and base and edit.base_sha256 not in {"", digest(base.text)}:
            fault = Fault("edits", message("the edit was made on another text"))
        if fault is not None:
            faults.append(replace(fault, field=f"edits[{index}]"))
    if faults:
        raise BadLine(faults)
    ending = Ending(judgment.disposition, judgment.reason, judgment.refer_to)
    return Said(ending, tuple(drafting.operations_of(judgment)))
