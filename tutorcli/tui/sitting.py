"""A tutor's time at the screen: the open task, its log of keys, what comes next; draws nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tutorcli.core.draft import READ, Operation
from tutorcli.errors import InputError, Message, Mismatch, Refused
from tutorcli.services import closing, judging, queueing
from tutorcli.services.desk import Desk
from tutorcli.services.judging import Ending, Opened, Submitted
from tutorcli.store import judgments, tasks
from tutorcli.store.tasks import Filters

PREPARED = 2
"""Tasks that are made ready ahead."""
READ_STEP = 0.01
"""How much further an answer must have been read for it to be written down."""


@dataclass(slots=True)
class Counts:
    """Figures of the head line."""

    tasks: int = 0
    left: int = 0
    """Open tasks, the one on the screen among them."""
    unsent: int = 0


@dataclass(slots=True)
class Sitting:
    """The task on the screen and the way from one to the next."""

    desk: Desk
    filters: Filters
    idle_ms: int = 120_000
    """After so long without a key the tutor counts as away."""
    opened: Opened | None = None
    counts: Counts = field(default_factory=Counts)
    refused: list[Message] = field(default_factory=list)
    """Why tasks could not be opened."""
    _prepared: dict[str, Opened] = field(default_factory=dict)
    _back_to: list[str] = field(default_factory=list)
    _skipped: set[str] = field(default_factory=set)
    _submitted: list[str] = field(default_factory=list)
    """Tasks judged in this sitting and not reopened since, the last one last."""
    _last_ms: float | None = None
    """When the tutor last gave a sign; None while away."""

    def start(self, task_id: str | None = None) -> None:
        """Open the task that is named, else the last draft or the first open one.

        Raises:
            InputError: The task named cannot be opened.
        """
        if task_id is not None:
            self._show(judging.amend(self.desk, task_id))
            return
        wanted = queueing.first_task(self.desk, self.filters)
        if wanted is not None and self._try(wanted):
            return
        self.advance()

    def count(self) -> None:
        """Count the queue anew; takes a few milliseconds with many tasks."""
        by_state = tasks.counts(self.desk.queue, self.filters)
        self.counts = Counts(
            sum(by_state.values()),
            by_state.get("open", 0),
            judgments.unsent_of_all(self.desk.queue),
        )

    def advance(self) -> None:
        """Open the task that was left for another, else the next open one; none: no task."""
        while self._back_to:
            if self._try(self._back_to.pop()):
                return
        self.opened = None
        while wanted := self._next():
            if self._try(wanted):
                return

    def _next(self) -> str | None:
        found = queueing.upcoming(self.desk, self.filters, 1, self._skipped)
        return found[0] if found else None

    def _try(self, task_id: str) -> bool:
        try:
            opened = self._ready(task_id) or judging.open_task(self.desk, task_id)
        except (InputError, Mismatch, Refused) as error:
            self.refused.append(error.what)
            self._skipped.add(task_id)
            return False
        self._show(opened)
        return True

    def _show(self, opened: Opened) -> None:
        self.opened = opened

    def _ready(self, task_id: str) -> Opened | None:
        opened = self._prepared.pop(task_id, None)
        # Another process may have imported it anew meanwhile.
        return opened if opened and judging.is_current(self.desk, opened) else None

    def prepare(self) -> Opened | None:
        """Load one of the next tasks ahead; None when enough are ready."""
        shown = {self.opened.task_id} if self.opened else set()
        wanted = queueing.upcoming(self.desk, self.filters, PREPARED, self._skipped | shown)
        # What was judged elsewhere meanwhile makes room.
        self._prepared = {key: self._prepared[key] for key in wanted if key in self._prepared}
        for task_id in wanted:
            if task_id in self._prepared:
                continue
            try:
                self._prepared[task_id] = judging.open_task(self.desk, task_id)
            except (InputError, Mismatch, Refused):
                self._skipped.add(task_id)
            else:
                return self._prepared[task_id]
        return None

    def go_to(self, task_id: str) -> None:
        """Open another task, a judged one to be amended; `advance` comes back to this one.

        Raises:
            InputError: It cannot be opened.
        """
        opened = judging.amend(self.desk, task_id)
        left = [self.opened.task_id] if self.opened else []
        waiting = [task for task in self._back_to if task not in left]
        self._back_to = [task for task in (*waiting, *left) if task != task_id]
        self._prepared.pop(task_id, None)
        self._show(opened)

    def undo(self) -> bool:
        """Reopen the task judged last, the one before when that is open; False without any."""
        shown = self.opened.task_id if self.opened else None
        while self._submitted:
            if (task_id := self._submitted.pop()) != shown:
                self.counts.left += closing.open_again(self.desk, task_id)
                self.go_to(task_id)
                return True
        last = judgments.last_of(self.desk.queue, skip=shown)
        if last is None:
            return False
        self.go_to(last.judgment.task)
        return True

    def discard(self) -> None:
        """Throw away what was said of the open task since it was opened, and go on."""
        if self.opened is not None:
            judging.discard(self.desk, self.opened)
            self._skipped.add(self.opened.task_id)
            self.advance()
            self._skipped.clear()

    def record(self, operations: list[Operation], read: Mapping[str, float] | None = None) -> None:
        """Apply what a key did, and write it to the log before anything is drawn.

        Args:
            operations: What the key did; may be empty.
            read: How far each answer has been on the screen; written where it went further.
        """
        if self.opened is None:
            return
        further = [*operations, *self._read_on(self.opened, read or {})]
        if further:
            judging.record(self.desk, self.opened, further)

    @staticmethod
    def _read_on(opened: Opened, read: Mapping[str, float]) -> list[Operation]:
        known = opened.draft.rows.get(READ, {})
        return [
            ["row", READ, answer, round(share, 3)]
            for answer, share in read.items()
            if share - known.get(answer, 0) >= READ_STEP or share == 1 > known.get(answer, 0)
        ]

    def sign(self, now_ms: float) -> None:
        """The tutor gave a sign: the time since the last one counts, up to `idle_ms`."""
        if self.opened is not None and self._last_ms is not None:
            self.opened.active_ms += round(min(now_ms - self._last_ms, self.idle_ms))
        self._last_ms = now_ms

    def leave(self, now_ms: float) -> None:
        """The tutor turned to another window: nothing counts until the next sign."""
        self.sign(now_ms)
        self._last_ms = None

    def submit(self, ending: Ending) -> Submitted:
        """Commit the judgment; the task stays on the screen until `advance`.

        Raises:
            NotReady: Something is missing or wrong.
            StoreError: It could not be committed; the draft is kept.
        """
        opened = self.opened
        if opened is None:
            raise ValueError("no task is open")
        was_open = opened.judged is None or opened.judged.disposition == "withdrawn"
        submitted = judging.submit(self.desk, opened, ending)
        self._submitted.append(opened.task_id)
        self.counts.unsent = judgments.unsent_of_all(self.desk.queue)
        self.counts.left += (ending.disposition == "withdrawn") - was_open
        return submitted
