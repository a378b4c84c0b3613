"""Local judgments submitted to a server on purpose."""

from dataclasses import dataclass, replace

from tutorcli.core.judgment import Frozen, Judgment, freeze
from tutorcli.errors import InputError, Refused, message, near
from tutorcli.services.desk import Desk
from tutorcli.store import channels, judgments, lent, tasks
from tutorcli.store.channels import Channel

ADOPTED = "adopted"
"""Member of a judgment's `extra`: id and hash of the local judgment that it says again."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """What became of the judgments of a batch."""

    judgments: int
    """Those that stand on the channel now and did not before."""
    known: int
    """Those adopted before."""


def adopt(desk: Desk, channel: str, batch: str) -> Adopted:
    """Make the current local judgments of a batch's tasks judgments on a channel: all, or none.

    What was changed since it was adopted is adopted as a further revision.

    Raises:
        InputError: There is no such batch or channel.
        Refused: A task belongs to another region than the server.
    """
    here = channels.get(desk.queue, channel)
    with desk.queue.write():
        ids = lent.of_batch(desk.queue, batch)
        if not ids:
            raise _no_such(desk, batch)
        for task_id in ids:
            _require_region(desk, task_id, here)
        standing = [said for task_id in ids if (said := _standing(desk, task_id))]
        added = sum(_adopt(desk, said, here) for said in standing)
    return Adopted(added, len(standing) - added)


def _no_such(desk: Desk, batch: str) -> InputError:
    known = lent.batches(desk.queue)
    guess = near(batch, known)
    return InputError(
        message('no task of yours has the batch "{batch}"', batch=batch),
        hint=message('did you mean "{guess}"?', guess=guess)
        if guess
        else message("known: {names}", names=", ".join(known) or "-"),
    )


def _require_region(desk: Desk, task_id: str, channel: Channel) -> None:
    stored = tasks.load(desk.queue, task_id)
    region = stored.task.region if stored else None
    if region is not None and region != channel.region:
        raise Refused(
            message(
                'task "{id}" belongs to the region {region}, the server to {other}',
                id=task_id,
                region=region,
                other=channel.region or "-",
            ),
            hint=message("nothing was submitted"),
        )


def _standing(desk: Desk, task_id: str) -> Frozen | None:
    """What counts of the tutor's local judgments of a task, unless it was taken back."""
    found = judgments.current_of(desk.queue, task_id, desk.home.tutor)
    return found if found and found.judgment.disposition != "withdrawn" else None


def _adopt(desk: Desk, local: Frozen, channel: Channel) -> bool:
    """Whether something was to be done."""
    said, origin = local.judgment, {"id": local.judgment.id, "sha256": local.sha256}
    theirs = [
        frozen.judgment
        for frozen in judgments.of_task(desk.queue, said.task)
        if frozen.judgment.tutor == channel.tutor and ADOPTED in frozen.judgment.extra
    ]
    if any(item.extra[ADOPTED] == origin for item in theirs):
        return False
    frozen = freeze(_again(desk, said, channel, theirs, origin))
    judgments.append(
        desk.queue, frozen, channel=channel.name, clock_offset_ms=channel.clock_offset_ms
    )
    return True


def _again(
    desk: Desk,
    said: Judgment,
    channel: Channel,
    theirs: list[Judgment],
    origin: dict[str, str],
) -> Judgment:
    before = max(theirs, key=lambda item: (item.revision, item.id), default=None)
    return replace(
        said,
        id=desk.new_id(),
        tutor=channel.tutor,
        revision=before.revision + 1 if before else 1,
        supersedes=before.id if before else None,
        extra={**said.extra, ADOPTED: origin},
    )
