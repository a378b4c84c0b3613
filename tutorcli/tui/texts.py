"""What of a task stands in which column, as parts with headings."""

from dataclasses import replace

from tutorcli.core.pack import Pack, wording
from tutorcli.core.task import Answer, Task, Turn
from tutorcli.core.text import short_line
from tutorcli.errors import message
from tutorcli.i18n import tr, translate
from tutorcli.tui.render.stack import Part
from tutorcli.tui.widgets.answer_grid import Text

HEADING = 200
"""Characters of a role or title that a heading shows."""

_ROLES = {
    "user": message("user"),
    "assistant": message("assistant"),
    "system": message("system"),
}


def prompt_text(task: Task) -> Text:
    """The prompt or conversation, then passages, rubric and reference, each under a heading."""
    parts = (
        [Part(task.prompt)] if task.prompt is not None else [_turn(turn) for turn in task.messages]
    )
    for passage in task.context:
        title = " · ".join(part for part in (passage.title or passage.id, passage.locator) if part)
        heading = (
            tr("Context: {title}", title=short_line(title, HEADING)) if title else tr("Context")
        )
        parts.append(Part(passage.text, heading))
    if task.rubric:
        lines = [f"- {item.criterion} ({item.points:+g})" for item in task.rubric]
        parts.append(Part("\n".join(lines), tr("Rubric")))
    if task.reference:
        parts.append(Part(task.reference, tr("Reference answer")))
    opens_at_end = len(parts) > 1 and len(parts) == len(task.messages)
    return Text("", tuple(parts), sum(len(part.text) for part in parts), opens_at_end)


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


def fold_label(key: str, characters: int, is_open: bool) -> str:
    """The line that stands for reasoning; ``key`` is the one that folds it."""
    n = f"{characters:,}"
    if is_open:
        return tr("- reasoning, {n} characters ({key} folds)", n=n, key=key)
    return tr("+ reasoning, {n} characters ({key} unfolds)", n=n, key=key)
