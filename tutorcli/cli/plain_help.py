"""Help of the plain mode: every command on a line, then the words of the open task."""

from collections.abc import Iterator

from tutorcli.cli import output
from tutorcli.cli.plain_talk import Acts, Talk
from tutorcli.core.pack import wording
from tutorcli.core.text import safe_line
from tutorcli.errors import Message, message
from tutorcli.i18n import translate

COMMANDS: tuple[tuple[str, Message], ...] = (
    ("2 > 1 = 3 | 4", message("rank answers 1 to 4 as numbered and submit; | is the accept line")),
    ("rank 2 > 1", message("rank without submitting")),
    ("rate", message("be asked for every rating; rate 2 begins with answer 2")),
    ("rate #1:NAME=3", message("rate an answer; names and scales are below")),
    ("strength", message("be asked how much better each answer is than the next")),
    ("edit 2", message("type the corrected answer 2; edit 2=@FILE takes it from a file")),
    ("editor 2", message("correct answer 2 in the editor of the settings")),
    ("reasons 2", message("say why answer 2 was edited")),
    ("comment WORDS", message("say something; comment alone takes several lines, @FILE a file")),
    ("confidence 1 to 5", message("say how sure you are")),
    ("said", message("what was said so far")),
    ("done", message("submit what was said so far")),
    ("aside", message("be asked how to set the task aside, and why")),
    ("skip CODE", message("also bad_task, give_up, conflict; refer SPECIALTY")),
    ("personal", message("the task contains personal data: its text is shown nowhere any more")),
    ("forget", message("forget what was said and go on")),
    ("withdraw", message("take back for good what was submitted")),
    ("undo", message("reopen the task judged last")),
    ("later", message("leave the task for another sitting")),
    ("again", message("read out the whole task; prompt, or read 2, a part of it")),
    ("compare 1 2", message("what differs between two answers; compare 1: from its correction")),
    ("seek WORDS", message("the lines of this task that hold the words")),
    ("write 2", message("write answer 2 to a file in the home; write alone: the prompt")),
    ("guideline", message("read out the guideline of the specialty")),
    ("list STATE", message("list the tasks; find WORDS searches their texts")),
    ("go ID", message("open another task; go #3 the third of the last list")),
    ("status", message("how many tasks are open and unsent")),
    ("quit", message("leave; the draft is kept")),
)
"""What can be typed, and what it does."""

LETTERS = {
    "h": "?",
    "help": "?",
    "r": "rate",
    "e": "edit",
    "E": "editor",
    "n": "comment",
    "c": "confidence",
    "s": "aside",
    "p": "personal",
    "u": "undo",
    "l": "list",
    "g": "guideline",
    "o": "prompt",
    "Y": "write",
    "q": "quit",
}
"""The letters of the screen."""


def _help(talk: Talk, rest: str) -> bool:
    del rest
    for command, what in COMMANDS:
        output.emit(f"{command}: {translate(what)}")
    for line in _words(talk):
        output.emit(safe_line(line))
    return False


def _words(talk: Talk) -> Iterator[str]:
    assigned, language = talk.opened.assigned, talk.language
    for item in assigned.pack.criteria if assigned.pack else ():
        yield f"  {item.id} {item.min}-{item.max}  {wording(item.title, language)}"
    for disposition, labels in assigned.protocol.reasons.items():
        for label in labels:
            yield f"  {disposition} {label.id}  {wording(label.title, language)}"


ACTS: Acts = {"?": _help}
