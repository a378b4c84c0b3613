"""Judging in lines: ranking, the questions of each way of judging, and how a task is left."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tutorcli.cli import output
from tutorcli.cli.arguments import parse_rate
from tutorcli.cli.look import contents, one_line
from tutorcli.cli.plain_finding import show
from tutorcli.cli.plain_talk import Acts, Talk
from tutorcli.cli.said import rating_operation
from tutorcli.core.draft import READ, Operation, entry_of
from tutorcli.core.judgment import PERSONAL_DATA, Disposition
from tutorcli.core.ranking import parse_ranking
from tutorcli.core.text import narrow, safe_line
from tutorcli.errors import InputError, message
from tutorcli.i18n import tr
from tutorcli.services import closing, judging
from tutorcli.services.judging import Ending
from tutorcli.store import judgments
from tutorcli.tui.instruments.rank import changes
from tutorcli.tui.instruments.registry import VIEWS
from tutorcli.tui.instruments.seat import Seat, Turned
from tutorcli.tui.screens.leaving import Leaving, Ways, ask_confidence

STOP = "."
_FROM_THE_START: Mapping[str, Sequence[Operation]] = {
    "ratings": [["at", "rating", None]],
    "pair": [["at", "pair", None]],
}
_EMPTY_LINE = {"ratings": "append", "edit": "submit"}
"""What a line without words means to a way of judging; to the others: stop."""


def set_ranking(talk: Talk, line: str) -> int:
    """Say a ranking such as ``2 > 1 = 3 | 4``; how many answers have no place then.

    The last one left gets the last place, as on the screen.
    """
    order = talk.opened.assigned.order
    # Input methods make signs full-width; what is said stays as it was typed.
    text = re.sub(r"#?(\d+)", r"#\1", narrow(line).replace("/", "|"))
    ranking = parse_ranking(re.sub(r"(\d) +(?=#)", r"\1 > ", text), order, order)
    talk.record(
        ["set", "ranking", [list(tier) for tier in ranking.tiers]],
        ["set", "accept_line", ranking.accept_line],
    )
    return len(entry_of(talk.opened.draft).filled(order).unranked(order))


def submit(talk: Talk, ending: Ending) -> bool:
    """Freeze what was said; the task is left.

    Raises:
        NotReady: Something is missing or wrong.
    """
    order = talk.opened.assigned.order
    # All of it was written out, which is as much as can be known here.
    said: list[Operation] = [["row", READ, item, 1] for item in order]
    if ending.disposition == "done":
        entry = entry_of(talk.opened.draft)
        said += changes(entry, entry.filled(order))
    talk.record(*said)
    submitted = judging.submit(talk.desk, talk.opened, ending)
    talk.submitted.append(talk.opened.task_id)
    output.emit(one_line(submitted.frozen.judgment))
    for warning in submitted.warnings:
        talk.tell(warning)
    if named := closing.copies(talk.desk, submitted.frozen.judgment):
        talk.tell(named)
    return True


def _rank(talk: Talk, rest: str) -> bool:
    set_ranking(talk, rest)
    return _said(talk, "")


def _said(talk: Talk, rest: str) -> bool:
    del rest
    lines = list(contents(judging.judgment_so_far(talk.desk, talk.opened)))
    output.emit("\n".join(lines) if lines else tr("Nothing was said yet."))
    return False


def _rate(talk: Talk, rest: str) -> bool:
    rest = narrow(rest)
    if ":" in rest:
        talk.record(rating_operation(parse_rate(rest), talk.opened.assigned))
    else:
        active = talk.answer(rest) if rest else None
        _go_through(talk, "ratings", active)
    return False


def _strength(talk: Talk, rest: str) -> bool:
    del rest
    _go_through(talk, "pair", None)
    return False


def _reasons(talk: Talk, rest: str) -> bool:
    ask_reasons(talk, talk.answer(rest))
    return False


def ask_reasons(talk: Talk, answer: str) -> None:
    """Ask why an answer was edited, where the protocol wants to know."""
    _go_through(talk, "edit", answer)


def _go_through(talk: Talk, kind: str, active: str | None) -> None:
    """Ask what a way of judging asks on the screen, a line for each of its keys."""
    assigned = talk.opened.assigned
    instrument = next((item for item in assigned.instruments if item.kind == kind), None)
    if instrument is None:
        raise InputError(message("that is not asked of this task"))
    talk.record(*_FROM_THE_START.get(kind, ()))
    seat = Seat(assigned, talk.opened.draft, instrument, active or assigned.order[0], talk.language)
    talk.tell(message("a number answers; Enter goes on, back goes back, a dot stops"))
    while _is_asked(seat):
        turned = _turned(seat, talk.word())
        if turned is None:
            return
        talk.record(*turned.operations)
        if turned.note:
            talk.tell(turned.note)
        if turned.leave:
            return
        seat = replace(seat, active=turned.focus or seat.active)


def _is_asked(seat: Seat) -> bool:
    """Read the question out; whether there is one."""
    view = VIEWS[seat.instrument.kind]
    lines = [safe_line(text.strip()) for _, text in view.panel(seat)]
    output.emit("\n".join(lines) if lines else tr("there is nothing to answer here"))
    return bool(lines) and view.press(seat, "1", None) is not None


def _turned(seat: Seat, word: str) -> Turned | None:
    """What a line says to a way of judging; None: no more of it."""
    view = VIEWS[seat.instrument.kind]
    if word == STOP:
        return None
    if word == "back":
        return view.press(seat, "", "back") or Turned()
    if not word:
        turned = view.press(seat, "", _EMPTY_LINE.get(seat.instrument.kind))
        return None if turned is None or _is_round(seat, turned) else turned
    if len(word) == 1 and word.isdecimal():
        return view.press(seat, word, None)
    return Turned(note=message("there is no {word} here", word=word))


def _is_round(seat: Seat, turned: Turned) -> bool:
    """Whether the last rating has been passed over, so that the first would come again."""
    here = seat.draft.place.get("rating") or 0
    return any(it[:2] == ["at", "rating"] and it[2] <= here for it in turned.operations)


def _confidence(talk: Talk, rest: str) -> bool:
    rest = narrow(rest).strip()
    if not rest:
        ask_confidence(talk.ask, lambda value: talk.record(["set", "confidence", value]))
        return False
    if rest not in {"1", "2", "3", "4", "5"}:
        raise InputError(message("{value} is not from 1 to 5", value=rest))
    talk.record(["set", "confidence", int(rest)])
    return False


# -- how a task is left


def _aside(talk: Talk, rest: str) -> bool:
    """Ask as the screen does; the answer to the last question ends it."""
    del rest
    ends: list[Ending] = []
    discarded: list[bool] = []
    ways = Ways(talk.ask, ends.append, lambda: discarded.append(True))
    Leaving(talk.opened, talk.language, ways).start()
    if discarded:
        return _forget(talk, "")
    return bool(ends) and submit(talk, ends[0])


def set_aside(talk: Talk, disposition: Disposition, rest: str) -> bool:
    """Leave the task with a reason's code, or refer it to a specialty."""
    code = narrow(rest).strip() or None
    if disposition == "refer":
        return submit(talk, Ending("refer", refer_to=code))
    return submit(talk, Ending(disposition, reason=code))


def _personal(talk: Talk, rest: str) -> bool:
    del rest
    if not talk.is_sure(message("Does the task contain personal data?")):
        return False
    submit(talk, Ending("bad_task", PERSONAL_DATA))
    talk.tell(message("closed: its text is shown nowhere any more; undo takes it back"))
    return True


def _forget(talk: Talk, rest: str) -> bool:
    del rest
    judging.discard(talk.desk, talk.opened)
    talk.later.add(talk.opened.task_id)
    return True


def _withdraw(talk: Talk, rest: str) -> bool:
    del rest
    return submit(talk, Ending("withdrawn"))


def _undo(talk: Talk, rest: str) -> bool:
    del rest
    last = judgments.last_of(talk.desk.queue, skip=talk.opened.task_id)
    if last is None:
        talk.tell(message("Nothing was judged yet."))
        return False
    task_id = last.judgment.task
    if task_id in talk.submitted and closing.open_again(talk.desk, task_id):
        talk.tell(message("taken back; the task is open again"))
    talk.opened = judging.amend(talk.desk, task_id)
    show(talk)
    return False


def _later(talk: Talk, rest: str) -> bool:
    del rest
    talk.later.add(talk.opened.task_id)
    return True


ACTS: Acts = {
    "rank": _rank,
    "rate": _rate,
    "strength": _strength,
    "reasons": _reasons,
    "confidence": _confidence,
    "said": _said,
    "done": lambda talk, _: submit(talk, Ending()),
    "aside": _aside,
    "personal": _personal,
    "forget": _forget,
    "withdraw": _withdraw,
    "undo": _undo,
    "later": _later,
}
