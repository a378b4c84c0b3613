"""The question by which a task is reported for personal data in it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tutorcli.core.judgment import PERSONAL_DATA
from tutorcli.i18n import tr
from tutorcli.services.judging import Ending
from tutorcli.tui.choosing import Choice, Option
from tutorcli.tui.screens.keyed import PASTE_GUARD_S

ACTION = "personal_data"


def _now() -> float:
    return time.monotonic()


@dataclass
class Sure(Choice):
    """A question that the key which asked it answers too; within a paste nothing answers it."""

    asked_at: float = field(default_factory=_now)

    def press(self, key: str, action: str | None) -> bool:
        """Take a key; True when the question is done with."""
        if time.monotonic() - self.asked_at < PASTE_GUARD_S:
            return True
        return super().press(key, "submit" if action == ACTION else action)


def ask_personal_data(
    ask: Callable[[Choice], None],
    end: Callable[[Ending], None],
    forget: Callable[[], None],
    key: str,
) -> None:
    """Ask once, then close the task.

    Args:
        ask: Opens a question.
        end: Ends the task.
        forget: Forgets what was looked for in it.
        key: The one that asked, as people write it.
    """

    def close(_: object) -> None:
        end(ending)
        forget()

    label = tr("yes ({key} or Enter): report it, and show its text nowhere any more", key=key)
    options = [Option(ACTION, label)]
    ending = Ending("bad_task", PERSONAL_DATA)
    ask(Sure(tr("Does the task contain personal data?"), options, close))
