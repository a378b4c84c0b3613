"""What a tutor does with one task: open, draft, submit, amend, set aside, take back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from tutorcli.core import draft as drafting
from tutorcli.core.draft import Draft, Operation, Stamp
from tutorcli.core.fitting import fit
from tutorcli.core.judgment import Disposition, Frozen, Judgment, freeze
from tutorcli.core.protocol import Assigned
from tutorcli.core.rules import Fault, check, warnings
from tutorcli.errors import InputError, Message, Refused, StoreError, message, near
from tutorcli.services import lending
from tutorcli.services.desk import Desk
from tutorcli.store import closing, judgments, lent, naming, tasks, withdrawing
from tutorcli.store.importing import known
from tutorcli.store.judgments import LOCAL
from tutorcli.store.tasks import StoredTask

BEGUN_ON = "begun_on"
"""Name of a place: the hash of the task's text when the draft began."""
SNAPSHOT_EVERY = 200
"""Rows of a draft's log after which its whole state is written once."""


@dataclass(slots=True)
class Opened:
    """A task on the desk, with the draft of its judgment."""

    assigned: Assigned
    task_sha256: str
    draft: Draft
    judged: Judgment | None
    """This tutor's current judgment, if there is one."""
    active_ms: int = 0
    """Milliseconds that the tutor spent on the draft so far."""
    is_stored: bool = False
    """Whether the draft stands in the log already."""
    unsnapped: int = 0
    """Rows of the log since the last snapshot."""
    is_torn: bool = False
    """Whether a row could not be written."""
    looked: list[Operation] = field(default_factory=list)
    """Operations before anything was said: where the tutor looked makes no draft yet."""
    channel: str = LOCAL
    """Where its judgment goes."""
    tutor: str = ""
    """Who the tutor is there."""

    @property
    def task_id(self) -> str:
        """The task's id."""
        return self.assigned.task.id

    @property
    def has_new_text(self) -> bool:
        """Whether an import has changed the task since the draft was begun or it was judged."""
        begun_on = self.draft.place.get(BEGUN_ON, self.task_sha256)
        judged_on = self.judged.task_sha256 if self.judged else self.task_sha256
        return not begun_on == judged_on == self.task_sha256

    @property
    def is_blind(self) -> bool:
        """Whether models and sources must stay hidden from this tutor."""
        return is_blind(self.judged)


def is_blind(judged: Judgment | None) -> bool:
    """Whether models and sources must stay hidden from the tutor of that current judgment."""
    return judged is None or judged.disposition != "done"


@dataclass(frozen=True, slots=True)
class Submitted:
    """A judgment that is on the disk."""

    frozen: Frozen
    dseq: int
    """Its number on this device and channel."""
    warnings: tuple[Message, ...] = ()


class NotReady(InputError):  # noqa: N818 - not an error of the program: something is still to be said
    """A judgment lacks something, or something in it is wrong."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """``faults``: all of them; the first becomes the message."""
        first = faults[0]
        super().__init__(message("{field}: {what}", field=first.field, what=first.what))
        self.faults = tuple(faults)


class Purged(Refused):
    """The server called the text of a task back; no draft of it may hold it either."""

    def __init__(self, task_id: str) -> None:
        """The task."""
        what = message('the server called the text of task "{id}" back', id=task_id)
        super().__init__(what, hint=message("what was said of it and not submitted is erased"))
        self.task_id = task_id


class Closed(Refused):
    """The tutor said of a task that it holds personal data."""

    def __init__(self, task_id: str) -> None:
        """The task."""
        what = message('task "{id}" is closed: it contains personal data', id=task_id)
        hint = message("open it again with: tutorcli judge TASK --withdraw")
        super().__init__(what, hint=hint)


def _require_text(desk: Desk, task_id: str) -> None:
    if withdrawing.is_erased(desk.queue, task_id):
        desk.drafts.discard(task_id)
        raise Purged(task_id)


def find(desk: Desk, task_id: str) -> StoredTask:
    """The task of that id.

    Raises:
        InputError: There is no such task; the near miss is guessed.
    """
    stored = tasks.load(desk.queue, task_id)
    if stored is not None:
        return stored
    guess = near(task_id, naming.ids_like(desk.queue, task_id))
    raise InputError(
        message('there is no task "{id}"', id=task_id),
        hint=message('did you mean "{guess}"?', guess=guess)
        if guess
        else message("see them with: tutorcli queue"),
    )


def open_task(desk: Desk, task_id: str, ending: "Ending | None" = None) -> Opened:
    """Put a task on the desk, its draft as it was left.

    Nothing is written: a draft begins with its first operation. With ``ending`` to take back what was
    said, also a task that is closed opens, without any text.

    Raises:
        InputError: There is no such task, or its protocol is not here.
        Closed: It contains personal data.
        Refused: It belongs to a server that was not synced with for too long.
        Purged: Its text is gone.
    """
    stored = find(desk, task_id)
    _require_text(desk, task_id)
    if stored.is_closed:
        desk.drafts.discard(task_id)
        if ending is None or ending.disposition != "withdrawn":
            raise Closed(task_id)
    lending.require_contact(desk, stored.channel)
    tutor = desk.tutor_on(stored.channel)
    assigned = lending.assigned(desk, stored, tutor)
    judged = _current(desk, task_id, tutor)
    _end_submitted(desk, task_id)
    saved = desk.drafts.load(task_id)
    if saved is None:
        draft = Draft(desk.new_id(), desk.timestamp())
        return Opened(assigned, stored.sha256, draft, judged, channel=stored.channel, tutor=tutor)
    draft = Draft(saved.judgment_id, saved.started_at, saved.supersedes)
    try:
        drafting.replay(draft, saved.snapshot, saved.ops)
    except (ValueError, KeyError):
        raise InputError(message('the draft of task "{id}" cannot be read', id=task_id)) from None
    fit(draft, assigned)
    # A task opens with the focus on its first instrument.
    draft.place.pop("instrument", None)
    return Opened(
        assigned,
        stored.sha256,
        draft,
        judged,
        saved.active_ms,
        is_stored=True,
        unsnapped=len(saved.ops),
        channel=stored.channel,
        tutor=tutor,
    )


def drafted(desk: Desk) -> list[str]:
    """Tasks with a draft, newest first; what is submitted already is no draft."""
    touched = [task_id for task_id, _ in desk.drafts.touched()]
    return [task_id for task_id in touched if not _end_submitted(desk, task_id)]


def _end_submitted(desk: Desk, task_id: str) -> bool:
    """End a draft that is submitted already; whether there was one."""
    # The program was killed between the judgment's commit and the end of its draft. Opened anew, the
    # task would be judged once more without what was said of it.
    judgment_id = desk.drafts.judgment_id(task_id)
    if judgment_id is None or judgments.get(desk.queue, judgment_id) is None:
        return False
    desk.drafts.discard(task_id, judgment_id)
    return True


def is_current(desk: Desk, opened: Opened) -> bool:
    """Whether the task still has the text that it had when it was opened."""
    return known(desk.queue, [opened.task_id]).get(opened.task_id) == opened.task_sha256


def current_judgment(desk: Desk, task_id: str) -> Judgment | None:
    """What counts of this tutor's judgments of a task, if there is any."""
    return _current(desk, task_id, desk.tutor_on(lent.channel_of(desk.queue, task_id)))


def _current(desk: Desk, task_id: str, tutor: str) -> Judgment | None:
    found = judgments.current_of(desk.queue, task_id, tutor)
    return found.judgment if found else None


def record(desk: Desk, opened: Opened, operations: Sequence[Operation]) -> None:
    """Apply operations and put them in the log of drafts.

    Raises:
        Purged: The task's text was called back; nothing is written.
        StoreError: The log cannot be written; the draft on the screen keeps what was said.
    """
    for operation in operations:
        opened.draft.apply(operation)
    if not opened.is_stored and not any(map(drafting.says_something, operations)):
        opened.looked += operations
        return
    _log(desk, opened, [*opened.looked, *operations])
    opened.looked = []
    if opened.draft.is_empty and opened.draft.supersedes is None:
        # All was taken back: the task is open again, not a draft.
        desk.drafts.discard(opened.task_id)
        opened.is_stored, opened.looked = False, opened.draft.looked()


def _log(desk: Desk, opened: Opened, operations: Sequence[Operation]) -> None:
    try:
        _require_text(desk, opened.task_id)
        if not opened.is_stored:
            draft = opened.draft
            desk.drafts.start(opened.task_id, draft.judgment_id, draft.supersedes, draft.started_at)
            opened.is_stored = True
            operations = [["at", BEGUN_ON, opened.task_sha256], *operations]
            opened.draft.apply(operations[0])
        if not opened.is_torn:
            row = drafting.row_of(operations)
            desk.drafts.add(opened.task_id, row, desk.now_ms(), opened.active_ms)
            opened.unsnapped += 1
        if opened.is_torn or opened.unsnapped >= SNAPSHOT_EVERY:
            desk.drafts.snapshot(opened.task_id, opened.draft.snapshot())
            opened.unsnapped, opened.is_torn = 0, False
    except StoreError:
        # A row is missing from the log: no other may follow it, only a snapshot of the whole.
        opened.is_torn = True
        raise


@dataclass(frozen=True, slots=True)
class Ending:
    """How a task is left."""

    disposition: Disposition = "done"
    reason: str | None = None
    refer_to: str | None = None


def judgment_so_far(desk: Desk, opened: Opened, ending: Ending | None = None) -> Judgment:
    """The judgment that submitting now would freeze."""
    ending = ending or Ending()
    judged = opened.judged
    stamp = Stamp(
        tutor=opened.tutor,
        task_sha256=opened.task_sha256,
        decided_at=desk.timestamp(),
        active_ms=opened.active_ms,
        app=desk.app,
        disposition=ending.disposition,
        reason=ending.reason,
        refer_to=ending.refer_to,
        revision=judged.revision + 1 if judged else 1,
    )
    judgment = drafting.judgment_of(opened.draft, opened.assigned, stamp)
    # A second submission of a task that is judged already must supersede what stands.
    return replace(judgment, supersedes=judged.id) if judged else judgment


def submit(desk: Desk, opened: Opened, ending: Ending | None = None) -> Submitted:
    """Freeze the judgment, commit it to the disk, and end its draft.

    Raises:
        NotReady: Something is missing or wrong; the draft stays.
        Purged: The task's text was called back.
        StoreError: It could not be committed; the draft stays.
    """
    _require_text(desk, opened.task_id)
    # Another process may have judged the task since it was opened, or a sync put it on a channel.
    opened.channel = lent.channel_of(desk.queue, opened.task_id)
    opened.tutor = desk.tutor_on(opened.channel)
    opened.judged = _current(desk, opened.task_id, opened.tutor)
    if faults := _untakeable(opened, ending or Ending()):
        raise NotReady(faults)
    judgment = judgment_so_far(desk, opened, ending)
    submitted = _store(desk, opened, judgment)
    desk.drafts.discard(opened.task_id, judgment.id)
    if closing.closes(judgment.disposition, judgment.reason):
        withdrawing.forget(desk.drafts)
    return submitted


def _store(desk: Desk, opened: Opened, judgment: Judgment) -> Submitted:
    if faults := check(judgment, opened.assigned):
        raise NotReady(faults)
    frozen = freeze(judgment)
    dseq = lending.append(desk, frozen, opened.channel)
    return Submitted(frozen, dseq, tuple(warnings(judgment, opened.assigned)))


def amend(desk: Desk, task_id: str) -> Opened:
    """Reopen a judged task: a draft with what was said, which will supersede it.

    The submitted judgment stays current until the draft is submitted. A draft that exists
    already is opened as it is.

    Raises:
        InputError: There is no such task.
    """
    opened = open_task(desk, task_id)
    if opened.judged is not None and not opened.is_stored:
        opened.draft.supersedes = opened.judged.id
        # Of a judgment taken back nothing stands, not even why.
        is_back = opened.judged.disposition == "withdrawn"
        record(desk, opened, [] if is_back else drafting.operations_of(opened.judged))
        fit(opened.draft, opened.assigned)
    return opened


def discard(desk: Desk, opened: Opened) -> None:
    """Throw a draft away; what was submitted before stands."""
    desk.drafts.discard(opened.task_id)
    opened.is_stored = False


@dataclass(frozen=True, slots=True)
class Said:
    """A judgment as it is given from outside the screen."""

    ending: Ending = field(default_factory=Ending)
    operations: tuple[Operation, ...] = ()
    """What is said, in the form of a draft's operations."""
    active_ms: int = 0


def faults_of(desk: Desk, opened: Opened, said: Said) -> list[Fault]:
    """What keeps ``said`` from being submitted; nothing is stored."""
    if opened.is_stored:
        what = message("a draft of it is kept on the screen; submit or take it back there")
        return [Fault("task", what)]
    if faults := _untakeable(opened, said.ending):
        return faults
    return check(judgment_so_far(desk, _fresh(desk, opened, said), said.ending), opened.assigned)


def _untakeable(opened: Opened, ending: Ending) -> list[Fault]:
    judged = opened.judged
    if ending.disposition == "withdrawn" and (judged is None or judged.disposition == "withdrawn"):
        return [Fault("disposition", message("there is no judgment to take back"))]
    return []


def _fresh(desk: Desk, opened: Opened, said: Said) -> Opened:
    draft = Draft(desk.new_id(), desk.timestamp())
    for operation in said.operations:
        draft.apply(operation)
    return replace(opened, draft=draft, active_ms=said.active_ms)


def judge(desk: Desk, said: Iterable[tuple[str, Said]]) -> list[Submitted]:
    """Judge tasks at once, by the rules of the screen: all of them, or none.

    Args:
        desk: Where.
        said: The tasks' ids and what is said of each.

    Raises:
        InputError: There is no such task.
        NotReady: A task has a draft on the screen, or something is missing or wrong.
    """
    with desk.queue.write():
        return [_judge(desk, task_id, one) for task_id, one in said]


def _judge(desk: Desk, task_id: str, said: Said) -> Submitted:
    opened = open_task(desk, task_id, said.ending)
    if faults := faults_of(desk, opened, said):
        raise NotReady(faults)
    judgment = judgment_so_far(desk, _fresh(desk, opened, said), said.ending)
    return _store(desk, opened, judgment)
