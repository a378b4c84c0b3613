"""Judging line by line, for screen readers and dumb terminals: the rules are those of the screen."""

import re

from tutorcli.cli import (
    output,
    plain_finding,
    plain_help,
    plain_judging,
    plain_writing,
)
from tutorcli.cli.outcome import Interrupted
from tutorcli.cli.plain_talk import Acts, Talk
from tutorcli.core.judgment import SET_ASIDE
from tutorcli.core.settings import Settings
from tutorcli.core.text import narrow, safe_line
from tutorcli.errors import (
    InputError,
    Mismatch,
    Refused,
    StoreError,
    TutorError,
    message,
)
from tutorcli.i18n import tr, translate
from tutorcli.services import judging, queueing
from tutorcli.services.desk import open_desk
from tutorcli.services.judging import Ending, NotReady, Purged
from tutorcli.store.locks import FileLock
from tutorcli.store.tasks import Filters

_RANKING = re.compile(r"[0-9#=>|/ ]+")
_ACTS: Acts = {
    **plain_judging.ACTS,
    **plain_writing.ACTS,
    **plain_finding.ACTS,
    **plain_help.ACTS,
}


def run(settings: Settings, task_id: str | None, filters: Filters) -> None:
    """Ask for one task after the other until the queue, the input or the tutor ends it.

    Raises:
        InputError: The task named does not exist, or no task has the domain or language named.
        StoreError: The store cannot be used, or a screen is open on this home.
    """
    with open_desk(settings) as desk:
        if unknown := queueing.no_such(desk, filters):
            raise InputError(unknown[0], hint=unknown[1])
        lock = FileLock(settings.data / "screen.lock")
        if not lock.acquire():
            raise StoreError(
                message("a screen is open on this home (process {pid})", pid=lock.owner() or "?"),
                hint=message("close it there with Ctrl+Q; two would write one draft"),
            )
        try:
            _Sitting(Talk(desk, settings, filters)).go(task_id)
        except KeyboardInterrupt:
            what = message("stopped; what was said is kept")
            hint = message("go on with: tutorcli annotate --plain")
            raise Interrupted(what, hint) from None
        finally:
            lock.release()


class _Sitting:
    """From task to task, from line to line."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._is_partial = False
        """Whether an empty line submits a ranking that leaves answers out."""

    def go(self, task_id: str | None) -> None:
        """From the task named, or the first, to the end."""
        talk = self._talk
        wanted = task_id or queueing.first_task(talk.desk, talk.filters)
        while wanted is not None and not talk.is_over:
            if task_id:
                talk.opened = judging.amend(talk.desk, wanted)
                self._task()
            elif self._open(wanted):
                self._task()
            found = queueing.upcoming(talk.desk, talk.filters, 1, talk.later)
            wanted, task_id = next(iter(found), None), None
        if not talk.is_over:
            output.emit(tr("No further task."))

    def _open(self, task_id: str) -> bool:
        """Whether the task could be opened; one that cannot be keeps nobody from the others."""
        try:
            self._talk.opened = judging.open_task(self._talk.desk, task_id)
        except (InputError, Mismatch, Refused) as error:
            self._talk.later.add(task_id)
            output.emit(safe_line(translate(error.what)))
            return False
        return True

    def _task(self) -> None:
        """Show one task and take lines until it is left."""
        plain_finding.show(self._talk)
        output.emit(tr("Ranking such as 2 > 1 = 3, or: ? for help"))
        self._is_partial = False
        try:
            while not self._took(self._talk.line()):
                pass
        except EOFError:
            self._talk.is_over = True

    def _took(self, line: str) -> bool:
        """Whether the task is left after a line."""
        try:
            return self._obey(line)
        except NotReady as error:
            for fault in error.faults:
                output.emit(safe_line(f"{fault.field}: {translate(fault.what)}"))
        except TutorError as error:
            if isinstance(error, StoreError):
                raise
            output.emit(safe_line(translate(error.what)))
            if error.hint:
                output.emit(safe_line(translate(error.hint)))
            return isinstance(error, Purged)
        return False

    def _obey(self, line: str) -> bool:
        """Do what a line says; whether the task is left."""
        was_partial, self._is_partial = self._is_partial, False
        # Input methods make signs full-width; what is said stays as it was typed.
        if not (said := line.strip()):
            return was_partial and plain_judging.submit(self._talk, Ending())
        if _RANKING.fullmatch(narrow(said)):
            return self._rank(said)
        word, _, rest = said.replace("\u3000", " ", 1).partition(" ")
        word = narrow(word)
        for disposition in SET_ASIDE:
            if word == disposition:
                return plain_judging.set_aside(self._talk, disposition, rest)
        if word in {"quit", "q"}:
            self._talk.is_over = True
            return True
        act = _ACTS.get(plain_help.LETTERS.get(word, word))
        if act is None:
            output.emit(tr('"{word}" is not known here; ? for help', word=safe_line(word)))
            return False
        return act(self._talk, rest.strip())

    def _rank(self, line: str) -> bool:
        """Submit the ranking; with two or more answers unranked only after a further Enter."""
        if left := plain_judging.set_ranking(self._talk, line):
            self._is_partial = True
            output.emit(tr("{left} answers have no rank; Enter submits without them", left=left))
            return False
        return plain_judging.submit(self._talk, Ending())
