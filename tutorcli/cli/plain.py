"""Judging line by line, for screen readers and dumb terminals: the rules are those of the screen."""

import re
import sys
import time
from collections.abc import Callable, Iterator

from tutorcli.cli import output
from tutorcli.cli.arguments import parse_rate, text_from
from tutorcli.cli.look import Seen, one_line
from tutorcli.cli.said import edit_operation, rating_operation
from tutorcli.core.draft import COMMENT, READ, Operation
from tutorcli.core.judgment import SET_ASIDE, Disposition
from tutorcli.core.pack import Titles, wording
from tutorcli.core.ranking import parse_ranking
from tutorcli.core.settings import Settings
from tutorcli.core.text import narrow, safe_line
from tutorcli.errors import InputError, Mismatch, Refused, StoreError, TutorError, message
from tutorcli.formats.own import blinded
from tutorcli.i18n import choose, tr, translate
from tutorcli.services import judging, queueing
from tutorcli.services.desk import Desk, open_desk
from tutorcli.services.judging import Ending, NotReady, Opened, Purged
from tutorcli.store import judgments
from tutorcli.store.locks import FileLock
from tutorcli.store.tasks import Filters

_RANKING = re.compile(r"[0-9#=>|/ ]+")


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
            _Talk(desk, settings, filters).go(task_id)
        finally:
            lock.release()


class _Talk:
    """One sitting in lines."""

    def __init__(self, desk: Desk, settings: Settings, filters: Filters) -> None:
        self._desk = desk
        self._settings = settings
        self._filters = filters
        self._later: set[str] = set()
        self._asked_at = 0.0
        self._is_over = False
        self._is_partial = False
        self._opened: Opened

    def go(self, task_id: str | None) -> None:
        """From the task named, or the first, to the end."""
        wanted = task_id or queueing.first_task(self._desk, self._filters)
        while wanted is not None and not self._is_over:
            if task_id:
                self._opened = judging.amend(self._desk, wanted)
                self._task()
            elif self._open(wanted):
                self._task()
            found = queueing.upcoming(self._desk, self._filters, 1, self._later)
            wanted, task_id = next(iter(found), None), None
        if not self._is_over:
            output.emit(tr("No further task."))

    def _open(self, task_id: str) -> bool:
        """Whether the task could be opened; one that cannot be keeps nobody from the others."""
        try:
            self._opened = judging.open_task(self._desk, task_id)
        except (InputError, Mismatch, Refused) as error:
            self._later.add(task_id)
            output.emit(safe_line(translate(error.what)))
            return False
        return True

    def _task(self) -> None:
        """Show one task and take lines until it is left."""
        self._show()
        while (line := self._line()) is not None:
            try:
                if self._obey(line):
                    return
            except NotReady as error:
                for fault in error.faults:
                    output.emit(safe_line(f"{fault.field}: {translate(fault.what)}"))
            except TutorError as error:
                if isinstance(error, StoreError):
                    raise
                output.emit(safe_line(translate(error.what)))
                if error.hint:
                    output.emit(safe_line(translate(error.hint)))
                if isinstance(error, Purged):
                    return
        self._is_over = True

    def _show(self) -> None:
        opened = self._opened
        task = blinded(opened.assigned.task) if opened.is_blind else opened.assigned.task
        seen = Seen(task, opened.task_sha256, opened.assigned.order, opened.is_blind)
        output.emit(f"\n{seen.text()}\n")
        if not opened.draft.is_empty:
            output.emit(tr("A draft of this task was kept; what you say is added to it."))
        output.emit(tr("Ranking such as 2 > 1 = 3, or: ? for help"))

    def _line(self) -> str | None:
        """What is typed next; None at the end of the input."""
        sys.stdout.write("> ")
        sys.stdout.flush()
        self._asked_at = time.monotonic()
        line = sys.stdin.readline()
        spent_ms = round((time.monotonic() - self._asked_at) * 1000)
        self._opened.active_ms += min(spent_ms, self._settings.idle_s * 1000)
        return line.rstrip("\r\n") if line else None

    def _obey(self, line: str) -> bool:
        """Do what a line says; whether the task is left."""
        if not line.strip() and self._is_partial:
            return self._submit(Ending())
        self._is_partial = False
        # Input methods make signs full-width; what is said stays as it was typed.
        if _RANKING.fullmatch(ranking := narrow(line).strip()):
            return self._rank(ranking)
        word, _, rest = line.strip().partition(" ")
        word = narrow(word)
        for disposition in SET_ASIDE:
            if word == disposition:
                return self._submit(_ending(disposition, rest.strip()))
        act = self._acts().get(word)
        if act is None:
            output.emit(tr('"{word}" is not known here; ? for help', word=safe_line(word)))
            return False
        return act(rest.strip())

    def _acts(self) -> dict[str, Callable[[str], bool]]:
        return {
            "": lambda _: False,
            "?": self._help,
            "rate": self._rate,
            "edit": self._edit,
            "comment": self._comment,
            "confidence": self._confidence,
            "done": lambda _: self._submit(Ending()),
            "later": self._put_off,
            "undo": self._undo,
            "again": self._again,
            "quit": self._quit,
        }

    def _rank(self, line: str) -> bool:
        """Submit the ranking; with two or more answers unranked only after a further Enter."""
        order = self._opened.assigned.order
        text = re.sub(r"#?(\d+)", r"#\1", line.replace("/", "|"))
        ranking = parse_ranking(re.sub(r"(\d) +(?=#)", r"\1 > ", text), order, order)
        self._say(
            ["set", "ranking", [list(tier) for tier in ranking.tiers]],
            ["set", "accept_line", ranking.accept_line],
        )
        left = len(order) - len(ranking.answers)
        self._is_partial = left > 1
        if self._is_partial:
            output.emit(tr("{left} answers have no rank; Enter submits without them", left=left))
            return False
        return self._submit(Ending())

    def _say(self, *operations: Operation) -> None:
        judging.record(self._desk, self._opened, operations)

    def _submit(self, ending: Ending) -> bool:
        # All of it was written out, which is as much as can be known here.
        self._say(*(["row", READ, item, 1] for item in self._opened.assigned.order))
        submitted = judging.submit(self._desk, self._opened, ending)
        output.emit(one_line(submitted.frozen.judgment))
        for warning in submitted.warnings:
            output.emit(safe_line(translate(warning)))
        return True

    def _rate(self, rest: str) -> bool:
        assigned = self._opened.assigned
        self._say(rating_operation(parse_rate(rest), assigned))
        return False

    def _edit(self, rest: str) -> bool:
        self._say(edit_operation(rest, self._opened.assigned))
        return False

    def _comment(self, rest: str) -> bool:
        said = text_from(rest, "comment") if rest.startswith("@") else rest
        self._say(["open", COMMENT, said])
        return False

    def _confidence(self, rest: str) -> bool:
        if rest not in {"1", "2", "3", "4", "5"}:
            raise InputError(message("{value} is not from 1 to 5", value=rest or "-"))
        self._say(["set", "confidence", int(rest)])
        return False

    def _put_off(self, rest: str) -> bool:
        del rest
        self._later.add(self._opened.task_id)
        return True

    def _undo(self, rest: str) -> bool:
        del rest
        last = judgments.last_of(self._desk.queue)
        if last is None:
            output.emit(tr("Nothing was judged yet."))
            return False
        self._opened = judging.amend(self._desk, last.judgment.task)
        self._show()
        return False

    def _again(self, rest: str) -> bool:
        del rest
        self._show()
        return False

    def _quit(self, rest: str) -> bool:
        del rest
        self._is_over = True
        return True

    def _help(self, rest: str) -> bool:
        del rest
        output.emit(tr("2 > 1 = 3 | 4      rank answers 1 to 4 as numbered, | is the accept line"))
        output.emit(tr("rate #1:NAME=3     rate an answer; names and scales are below"))
        output.emit(tr("edit #1=@FILE      take the corrected answer from a file"))
        output.emit(tr("comment WORDS      say something; comment @FILE takes it from a file"))
        output.emit(tr("confidence 1 to 5  say how sure you are"))
        output.emit(tr("skip CODE          also bad_task, give_up, conflict; refer SPECIALTY"))
        output.emit(tr("done               submit what was said so far"))
        output.emit(tr("later, undo, again, quit"))
        for line in self._words():
            output.emit(safe_line(line))
        return False

    def _words(self) -> Iterator[str]:
        assigned = self._opened.assigned
        for item in assigned.pack.criteria if assigned.pack else ():
            yield f"  {item.id} {item.min}-{item.max}  {self._title(item.title)}"
        for disposition, labels in assigned.protocol.reasons.items():
            for label in labels:
                yield f"  {disposition} {label.id}  {self._title(label.title)}"

    def _title(self, titles: Titles) -> str:
        return wording(titles, choose(self._settings.language, ("en", *sorted(titles))))


def _ending(disposition: Disposition, rest: str) -> Ending:
    if disposition == "refer":
        return Ending("refer", refer_to=rest or None)
    return Ending(disposition, reason=rest or None)
