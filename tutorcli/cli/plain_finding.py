"""Reading and finding in lines: parts of the open task, the guideline, other tasks."""

from collections.abc import Iterator

from tutorcli.cli import output
from tutorcli.cli.look import contents
from tutorcli.cli.plain_talk import Acts, Talk
from tutorcli.core.draft import EDIT
from tutorcli.core.pack import Pack, wording
from tutorcli.core.text import narrow, safe, safe_line, short_line
from tutorcli.core.textdiff import diff
from tutorcli.errors import message
from tutorcli.i18n import tr
from tutorcli.services import closing, copying, judging, queueing
from tutorcli.services.queueing import Wanted
from tutorcli.store import judgments

_LISTED = 50
_SAME = 60
"""Characters that are told of a stretch that two texts share."""
_SIGNS = {"equal": "=", "delete": "-", "insert": "+"}


def show(talk: Talk) -> None:
    """The whole task, and what was said of it before."""
    output.emit(f"\n{talk.seen.text()}\n")
    if said := list(contents(judging.judgment_so_far(talk.desk, talk.opened))):
        output.emit(tr("A draft of this task was kept; what you say is added to it."))
        output.emit("\n".join(said))


def _again(talk: Talk, rest: str) -> bool:
    del rest
    show(talk)
    return False


def _prompt(talk: Talk, rest: str) -> bool:
    del rest
    output.emit(talk.seen.asked())
    return False


def _read(talk: Talk, rest: str) -> bool:
    number = talk.opened.assigned.order.index(talk.answer(rest)) + 1
    output.emit(talk.seen.answer(number))
    return False


def _compare(talk: Talk, rest: str) -> bool:
    """Two answers, or an answer and what it was corrected to."""
    numbers = narrow(rest).split()
    first = talk.answer(numbers[0] if numbers else "")
    if len(numbers) > 1:
        texts = _text(talk, first), _text(talk, talk.answer(numbers[1]))
    else:
        texts = _text(talk, first), talk.opened.draft.text(EDIT + first) or _text(talk, first)
    for piece in diff(*texts):
        size = len(piece.text) if piece.op != "equal" else _SAME
        output.emit(f"{_SIGNS[piece.op]} {short_line(piece.text.strip(), size)}")
    return False


def _text(talk: Talk, answer_id: str) -> str:
    answer = talk.opened.assigned.task.answer(answer_id)
    return answer.text if answer is not None else ""


def _seek(talk: Talk, rest: str) -> bool:
    """Lines of the open task that hold the words, each with the part in which it stands."""
    parts = {tr("prompt"): talk.seen.asked()}
    for number in range(1, len(talk.opened.assigned.order) + 1):
        parts[tr("Answer {n}", n=number)] = talk.seen.answer(number)
    found = [
        f"{name}: {line.strip()}"
        for name, text in parts.items()
        for line in text.split("\n")
        if rest and rest.casefold() in line.casefold()
    ]
    output.emit("\n".join(found) if found else tr("not found"))
    return False


def _write(talk: Talk, rest: str) -> bool:
    """An answer, or the prompt with what belongs to it, to a file in the home."""
    opened = talk.opened
    name, text = "prompt", talk.seen.asked()
    if rest:
        answer = talk.answer(rest)
        number = opened.assigned.order.index(answer) + 1
        name, text = f"answer-{number}", _text(talk, answer) or talk.seen.answer(number)
    path = copying.copy_out(talk.desk, opened.task_id, name, text)
    talk.tell(message("written to {path}", path=path))
    return False


def _guideline(talk: Talk, rest: str) -> bool:
    del rest
    pack = talk.opened.assigned.pack
    if pack is None:
        talk.tell(message("this domain has no guideline"))
        return False
    output.emit("\n".join(_guideline_lines(pack, talk.language)))
    return False


def _guideline_lines(pack: Pack, language: str) -> Iterator[str]:
    yield safe(pack.guideline.get(language) or pack.guideline.get("en", ""))
    for item in pack.criteria:
        yield safe_line(f"{wording(item.title, language)} {item.min}-{item.max}")
        for anchor in item.anchors:
            yield safe_line(f"{anchor.value} {wording(anchor.title, language)}")
    for flag in pack.red_flags:
        yield safe_line(wording(flag.title, language))


def _list(talk: Talk, rest: str) -> bool:
    state = narrow(rest).strip() or None
    if state not in {None, *queueing.overview(talk.desk, Wanted(limit=1)).counts}:
        talk.tell(message("there is no {word} here", word=rest))
        return False
    return _tell(talk, Wanted(talk.filters, state, limit=_LISTED))


def _find(talk: Talk, rest: str) -> bool:
    return bool(rest) and _tell(talk, Wanted(talk.filters, search=rest, limit=_LISTED))


def _tell(talk: Talk, wanted: Wanted) -> bool:
    found = queueing.overview(talk.desk, wanted)
    talk.listed = [item.id for item in found.tasks]
    for number, item in enumerate(found.tasks, 1):
        state = (item.state == "set-aside" and item.disposition) or item.state
        line = f"#{number} {item.id}, {state}, {item.domain}, {item.language}: "
        output.emit(safe_line(line) + closing.named(item))
    output.emit(safe_line(", ".join(f"{n} {name}" for name, n in found.counts.items())))
    return False


def _go(talk: Talk, rest: str) -> bool:
    wanted = narrow(rest).strip()
    if wanted.startswith("#") and wanted[1:].isdecimal():
        places = dict(enumerate(talk.listed, 1))
        rest = places.get(int(wanted[1:]), rest)
    talk.opened = judging.amend(talk.desk, rest.strip())
    show(talk)
    return False


def _status(talk: Talk, rest: str) -> bool:
    del rest
    counts = queueing.overview(talk.desk, Wanted(talk.filters, limit=1)).counts
    unsent = judgments.unsent_of_all(talk.desk.queue)
    output.emit(
        tr("{left} of {n} open", left=counts["open"] + counts["draft"], n=sum(counts.values()))
    )
    output.emit(tr("{n} unsent", n=unsent))
    output.emit(tr("{n} min", n=talk.opened.active_ms // 60_000))
    return False


ACTS: Acts = {
    "again": _again,
    "prompt": _prompt,
    "read": _read,
    "compare": _compare,
    "seek": _seek,
    "write": _write,
    "guideline": _guideline,
    "list": _list,
    "find": _find,
    "go": _go,
    "status": _status,
}
