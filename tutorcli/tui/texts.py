"""What of a task stands in which column, as parts with headings."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tutorcli.core.pack import Pack, wording
from tutorcli.core.task import Answer, Task, Turn
from tutorcli.core.text import short_line
from tutorcli.errors import Message, message
from tutorcli.i18n import tr, translate
from tutorcli.tui import signs
from tutorcli.tui.render.extent import Extent, extent_of
from tutorcli.tui.render.stack import Part
from tutorcli.tui.widgets.column import Text

HEADING = 200
"""Characters of a role or title that a heading shows."""
LONG = 400
"""Characters of earlier turns together, or of documents, beyond which they are folded."""

_ROLES = {
    "user": message("user"),
    "assistant": message("assistant"),
    "system": message("system"),
}


def prompt_text(task: Task) -> Text:
    """The prompt or conversation, then what belongs to it (`documents_of`), each under a heading.

    The earlier turns of a long conversation are folded to a line each, and so are long documents.
    """
    parts = [Part(task.prompt)] if task.prompt is not None else _conversation(task.messages)
    turns, documents = len(parts), documents_of(task)
    if is_long := _is_long(part.text for part in documents):
        documents = [replace(part, folded=_folded(part)) for part in documents]
    parts += documents
    opens_at_end = turns > 1 and (is_long or not documents)
    return Text("", tuple(parts), sum(len(part.text) for part in parts), opens_at_end)


def documents_of(task: Task) -> list[Part]:
    """Passages, rubric and reference answer of a task, each under its title."""
    parts = []
    for passage in task.context:
        title = f" {signs.now().dot} ".join(
            part for part in (passage.title or passage.id, passage.locator) if part
        )
        heading = (
            tr("Context: {title}", title=short_line(title, HEADING)) if title else tr("Context")
        )
        parts.append(Part(passage.text, heading))
    if task.rubric:
        lines = [f"- {item.criterion} ({item.points:+g})" for item in task.rubric]
        parts.append(Part("\n".join(lines), tr("Rubric")))
    if task.reference:
        parts.append(Part(task.reference, tr("Reference answer")))
    return parts


def _conversation(turns: Sequence[Turn]) -> list[Part]:
    """The turns; those before the last one of the user are folded where they are long."""
    users = [index for index, turn in enumerate(turns) if turn.role == "user"]
    last = users[-1] if users else len(turns) - 1
    is_long = _is_long(turn.content for turn in turns[:last])
    return [
        replace(part, folded=_folded(part, begins=True)) if is_long and index < last else part
        for index, part in enumerate(map(_turn, turns))
    ]


def _is_long(texts: Iterable[str]) -> bool:
    return sum(map(len, texts)) > LONG


def _folded(part: Part, *, begins: bool = False) -> str:
    """The line that stands for a part: who or what it is, how long, and maybe how it begins."""
    length = translate(measured(extent_of([part.text])))
    line = tr("+ {what}, {length}", what=part.heading, length=length)
    begin = " ".join(part.text[: 2 * HEADING].split())
    return f"{line}: {short_line(begin, HEADING)}" if begins else line


def measured(extent: Extent) -> Message:
    """A length in words, or in characters where a script has no blanks between words."""
    n = f"{extent.n:,}"
    return message("{n} words", n=n) if extent.is_words else message("{n} characters", n=n)


def answer_text(answer: Answer) -> Text:
    """The answer with its reasoning, or its whole conversation."""
    if answer.turns:
        *before, last = answer.turns
        last = replace(last, reasoning=last.reasoning or answer.reasoning)
        parts = tuple(_turn(turn) for turn in (*before, last))
        return Text(answer.id, parts, sum(len(part.text) for part in parts))
    parts = (Part(answer.text, reasoning=answer.reasoning),)
    if answer.steps:
        steps = "\n".join(f"{number}. {step}" for number, step in enumerate(answer.steps, 1))
        parts = (*parts, Part(steps, tr("Steps")))
    return Text(answer.id, parts, sum(len(part.text) for part in parts))


def _turn(turn: Turn) -> Part:
    role = _ROLES.get(turn.role)
    heading = translate(role) if role else short_line(turn.role, HEADING)
    return Part(turn.content, heading, turn.reasoning)


def guideline_text(pack: Pack, language: str) -> Text:
    """The guideline of a pack, with its criteria and red flags."""
    guideline = pack.guideline.get(language) or pack.guideline.get("en", "")
    criteria = "\n".join(
        f"- **{wording(item.title, language)}** ({item.min}-{item.max}): "
        + "; ".join(f"{anchor.value} {wording(anchor.title, language)}" for anchor in item.anchors)
        for item in pack.criteria
    )
    flags = "\n".join(f"- {wording(flag.title, language)}" for flag in pack.red_flags)
    parts = [Part(guideline), Part(criteria, tr("Criteria")), Part(flags, tr("Red flags"))]
    return Text("guideline", tuple(part for part in parts if part.text), 0)


def fold_label(key: str, extent: Extent, is_open: bool) -> str:
    """The line that stands for reasoning; ``key`` is the one that folds it."""
    length = translate(measured(extent))
    if is_open:
        return tr("- reasoning, {length} ({key} folds)", length=length, key=key)
    return tr("+ reasoning, {length} ({key} unfolds)", length=length, key=key)
