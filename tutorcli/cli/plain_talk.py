"""A sitting in lines: what is typed, what is said of the open task, and the questions in between."""

import re
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tutorcli import i18n
from tutorcli.cli import output
from tutorcli.cli.look import Seen
from tutorcli.core.draft import Operation
from tutorcli.core.settings import Settings
from tutorcli.core.text import narrow, safe_line
from tutorcli.errors import InputError, Message, message
from tutorcli.formats.own import blinded
from tutorcli.i18n import translate
from tutorcli.services import judging
from tutorcli.services.desk import Desk
from tutorcli.services.judging import Opened
from tutorcli.store.tasks import Filters
from tutorcli.tui.choosing import Choice

MARK = "> "
"""Whatever waits for a line ends with it."""
_YES = frozenset({"", "p", "y", "yes", "1", "\u662f", "oui", "sim"})


@dataclass(slots=True)
class Talk:
    """Where the tutor is in the lines; raises `EOFError` when the input ends."""

    desk: Desk
    settings: Settings
    filters: Filters
    opened: Opened = field(init=False)
    later: set[str] = field(default_factory=set)
    """Tasks put off until the next sitting."""
    submitted: list[str] = field(default_factory=list)
    """Tasks left in this sitting, the last one last."""
    listed: list[str] = field(default_factory=list)
    """Ids of the tasks that were listed last, as numbered."""
    is_over: bool = False

    def line(self) -> str:
        """What is typed next, exactly.

        Raises:
            EOFError: Nothing more comes.
        """
        sys.stdout.write(MARK)
        sys.stdout.flush()
        asked_at = time.monotonic()
        line = sys.stdin.readline()
        spent_ms = round((time.monotonic() - asked_at) * 1000)
        self.opened.active_ms += min(spent_ms, self.settings.idle_s * 1000)
        if not line:
            raise EOFError
        return line.rstrip("\r\n")

    def word(self) -> str:
        """What is typed next as one word: narrow, without blanks around it."""
        return narrow(self.line()).strip()

    def record(self, *operations: Operation) -> None:
        """Log what was said."""
        judging.record(self.desk, self.opened, operations)

    def tell(self, what: Message) -> None:
        """Print a sentence."""
        output.emit(safe_line(translate(what)))

    @property
    def language(self) -> str:
        """The language of packs' wording."""
        return i18n.language()

    @property
    def seen(self) -> Seen:
        """The open task as it may be read out."""
        opened = self.opened
        task = blinded(opened.assigned.task) if opened.is_blind else opened.assigned.task
        return Seen(task, opened.task_sha256, opened.assigned.order, opened.is_blind)

    def answer(self, typed: str) -> str:
        """The id of the answer whose number was typed, such as ``2`` or ``#2``.

        Raises:
            InputError: There is none of that number.
        """
        order = self.opened.assigned.order
        number = re.fullmatch(r"#?([0-9]{1,4})", narrow(typed).strip())
        if number is None or not 1 <= int(number[1]) <= len(order):
            what = message('the task has no answer "{answer}"', answer=typed or "-")
            raise InputError(what, hint=message("name its number, 1 to {n}", n=len(order)))
        return order[int(number[1]) - 1]

    def ask(self, choice: Choice) -> None:
        """Have one of a question's options chosen by its number; an empty line leaves it."""
        output.emit(safe_line(choice.title))
        for number, option in enumerate(choice.options, 1):
            output.emit(safe_line(f"{number}  {option.label}"))
        self.tell(message("a number; Enter leaves it"))
        while word := self.word():
            if word.isdecimal() and 1 <= int(word) <= len(choice.options):
                choice.chosen(choice.options[int(word) - 1].id)
                return
            self.tell(message("there is no {word} here", word=word))

    def is_sure(self, question: Message) -> bool:
        """Whether Enter, or a word for yes, answers a question."""
        self.tell(question)
        self.tell(message("Enter: yes; anything else: no"))
        return self.word().casefold() in _YES


Act = Callable[[Talk, str], bool]
"""Does what a command with its words says; whether the task is left."""
Acts = Mapping[str, Act]
