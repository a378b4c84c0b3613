"""The rows of chrome on the annotate screen, as styled text."""

from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from tutorcli.core.draft import COMMENT
from tutorcli.core.text import short_line
from tutorcli.errors import Message, message
from tutorcli.i18n import tr, translate
from tutorcli.tui import signs
from tutorcli.tui.actions import Keymap
from tutorcli.tui.instruments.seat import Hint, Seat
from tutorcli.tui.key_bar import standing
from tutorcli.tui.seating import all_views, following, rounds, view_of
from tutorcli.tui.sitting import Sitting
from tutorcli.tui.themes import Chrome
from tutorcli.tui.widgets.bar import Run, fitted

NEEDS_TASK = frozenset(
    {
        "submit",
        "tie",
        "accept_line",
        "back",
        "append",
        "instrument",
        "edit",
        "external_edit",
        "comment",
        "confidence",
        "set_aside",
        "personal_data",
        "prompt",
        "guideline",
        "reasoning",
        "documents",
        "turns",
        "widen",
        "find",
        "find_next",
        "find_previous",
        "next_heading",
        "previous_heading",
        "headings",
        "mark",
        "go_to_mark",
        "compare",
        "copy",
        "write_out",
    }
)
"""Actions that mean nothing while no task is open."""


MOST = 40
"""Characters of a task's domain, language or jurisdiction that the head line shows."""


@dataclass(frozen=True, slots=True)
class Note:
    """What the screen has to say about the last key."""

    what: Message
    is_warning: bool = False


def nothing_left(sitting: Sitting) -> Note:
    """Why no task is on the screen."""
    if sitting.refused:
        return Note(sitting.refused[-1], is_warning=True)
    if not sitting.counts.tasks:
        return Note(message("The queue is empty; import tasks with: tutorcli import FILE"))
    return Note(message("No open task is left; the list of tasks shows the others."))


def head_row(
    sitting: Sitting,
    chrome: Chrome,
    more: str = "",
    width: int | None = None,
    sync: Note | None = None,
) -> list[Run]:
    """What task this is, how long it took, how many are left and unsent.

    Args:
        sitting: Where it stands.
        chrome: Its styles.
        more: How the rest of a long prompt is read; empty when all of it is on the screen.
        width: Cells; what does not fit is left out, the program's name first. None: any.
        sync: How the last sync ended, or that one is running.
    """
    counts, opened = sitting.counts, sitting.opened
    name: list[Run] = [(" tutorcli ", chrome.key)]
    groups: list[list[Run]] = []
    if opened is not None:
        task = opened.assigned.task
        about = [task.domain, task.language, *([task.jurisdiction] if task.jurisdiction else [])]
        groups.append(_about([short_line(word, MOST) for word in about], chrome))
        if opened.judged is not None and opened.judged.disposition != "withdrawn":
            groups.append([(f" {tr('judged before')} ", chrome.warning)])
        if opened.has_new_text:
            groups.append([(f" {tr('the text has changed since')} ", chrome.warning)])
    if more:
        groups.append([(more, chrome.key)])
    if opened is not None:
        groups.append([(f"  {tr('{n} min', n=opened.active_ms // 60_000)}", chrome.bar)])
    if counts.tasks:
        left = tr("{left} of {n} open", left=counts.left, n=counts.tasks)
        groups.append([(f"  {left}", chrome.bar)])
    groups.append([(f"  {tr('{n} unsent', n=counts.unsent)}", chrome.bar)])
    if sync is not None:
        style = chrome.warning if sync.is_warning else chrome.note
        groups.append([(f"  {short_line(translate(sync.what), MOST * 2)}", style)])
    whole = [run for group in [name, *groups] for run in group]
    if width is None or sum(cell_len(text) for text, _ in whole) <= width:
        return whole
    return fitted(groups, width)


def _about(words: list[str], chrome: Chrome) -> list[Run]:
    """Domain, language and jurisdiction; the domain in its accent."""
    between = f" {signs.now().dot} "
    return [
        (" ", chrome.bar),
        (words[0], chrome.accent(words[0])),
        (f"{''.join(between + word for word in words[1:])} ", chrome.bar),
    ]


def strip_row(
    seat: Seat | None, note: Note | None, chrome: Chrome, width: int | None = None
) -> list[Run]:
    """What was said so far in text form, then the note.

    Args:
        seat: Where the tutor sits; None while no task is open.
        note: What the screen has to say.
        chrome: The styles.
        width: Cells; a quarter of them at least stays with what was said where the note, which is
            read once, needs the others. None: any.
    """
    said = []
    if seat is not None:
        said = [text for view, own in all_views(seat) if (text := view.strip(own))]
        if confidence := seat.draft.fields.get("confidence"):
            said.append(tr("confidence {n}", n=confidence))
        if seat.draft.text(COMMENT):
            said.append(tr("comment"))
    text = f" {f' {signs.now().dot} '.join(said) or '-'} "
    style = chrome.key if said else chrome.off
    if note is None:
        return [(text, style)]
    told = f"  {short_line(translate(note.what), 400)}"
    if width and cell_len(text) > (room := max(width - cell_len(told), width // 4)):
        text = set_cell_size(text, room - 2) + f"{signs.now().more} "
    return [(text, style), (told, chrome.warning if note.is_warning else chrome.note)]


def hints_of(seat: Seat | None, keymap: Keymap) -> list[Hint]:
    """The keys that act now, the most important ones first."""
    if seat is None:
        return standing(keymap, set(NEEDS_TASK), {})
    view = view_of(seat)
    own = list(view.hints(seat)) if view else []
    if seat.instrument.kind == "edit":
        return own
    skip = {"submit", "next_answer", "tie", "accept_line", "back"} | {hint.key for hint in own}
    if len(rounds(seat)) < 2:
        skip.add("instrument")
    why_not = {} if seat.active else {"edit": message("no answer")}
    others = [
        Hint("instrument", following_title(seat)) if hint.key == "instrument" else hint
        for hint in standing(keymap, skip, why_not)
    ]
    back = [hint for hint in own if hint.key == "back"]
    own = [hint for hint in own if hint.key != "back"]
    if view is not None:
        own.append(Hint("submit", message("submit")))
    if len(seat.answers) > 1:
        own.append(Hint("next_answer", message("next")))
    return [*own, *others[:1], *back, *others[1:]]


def following_title(seat: Seat) -> Message:
    """The name of the next way of judging."""
    view = next((view for view, own in all_views(seat) if own.instrument == following(seat)), None)
    return view.title if view else message("ratings")
