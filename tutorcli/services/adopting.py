"""Local judgments submitted to a server on purpose."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from tutorcli.core.judgment import Frozen, Judgment, freeze
from tutorcli.errors import InputError, Refused, message, near
from tutorcli.services.desk import Desk
from tutorcli.store import channels, judgments, lent, tasks
from tutorcli.store.channels import Channel
from tutorcli.store.chunks import Chunks

ADOPTED = "adopted"
"""Member of a judgment's `extra`: id and hash of the local judgment that it says again."""


_FIRST = 4
"""Tasks of the first slice, which must be short on a slow disk as well."""


@dataclass(slots=True)
class Adopted:
    """What became of the judgments of a batch so far."""

    judgments: int = 0
    """Those that stand on the channel now and did not before."""
    known: int = 0
    """Those adopted before."""


def _silent(judgments: int) -> None:
    """Tell nobody."""


def adopt(
    desk: Desk,
    channel: str,
    batch: str,
    adopted: Adopted | None = None,
    progress: Callable[[int], None] = _silent,
) -> Adopted:
    """Make the current local judgments of a batch's tasks judgments on a channel.

    What was changed since it was adopted is adopted as a further revision. It goes slice by slice,
    each of whole tasks and whole or not at all, so that a screen beside it does not wait; one that was
    cut is finished by doing it again.

    Args:
        desk: Where.
        channel: Name of the channel.
        batch: Of the tasks.
        adopted: Filled while it runs, so that one that is cut tells what it did.
        progress: Told how many were adopted, after each slice.

    Returns:
        What was done.

    Raises:
        InputError: There is no such batch or channel.
        Refused: A task belongs to another region than the server; nothing was adopted.
    """
    adopted, here = adopted or Adopted(), channels.get(desk.queue, channel)
    ids = lent.of_batch(desk.queue, batch)
    if not ids:
        raise _no_such(desk, batch)
    for task_id in ids:
        _require_region(desk, task_id, here)
    chunks = Chunks(desk.queue, first=_FIRST)
    for chunk in chunks.of(_due(desk, ids, here, adopted)):
        with chunks.write():
            added = sum(_adopt(desk, task_id, here) for task_id in chunk)
        adopted.judgments += added
        progress(added)
    return adopted


def _due(desk: Desk, ids: Iterable[str], channel: Channel, adopted: Adopted) -> Iterator[str]:
    """The tasks of which something is to be adopted; known ones are counted."""
    for task_id in ids:
        local = _standing(desk, task_id)
        if local is None:
            continue
        if _again(desk, local, channel) is None:
            adopted.known += 1
        else:
            yield task_id


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


def _adopt(desk: Desk, task_id: str, channel: Channel) -> bool:
    """Whether something was still to be done; inside a `write`."""
    local = _standing(desk, task_id)
    said = _again(desk, local, channel) if local else None
    if said is None:
        return False
    judgments.append(
        desk.queue, freeze(said), channel=channel.name, clock_offset_ms=channel.clock_offset_ms
    )
    return True


def _again(desk: Desk, local: Frozen, channel: Channel) -> Judgment | None:
    """A local judgment as it is said on the channel; None when it was said there already."""
    said, origin = local.judgment, {"id": local.judgment.id, "sha256": local.sha256}
    theirs = [
        frozen.judgment
        for frozen in judgments.of_task(desk.queue, said.task)
        if frozen.judgment.tutor == channel.tutor and ADOPTED in frozen.judgment.extra
    ]
    if any(item.extra[ADOPTED] == origin for item in theirs):
        return None
    before = max(theirs, key=lambda item: (item.revision, item.id), default=None)
    return replace(
        said,
        id=desk.new_id(),
        tutor=channel.tutor,
        revision=before.revision + 1 if before else 1,
        supersedes=before.id if before else None,
        extra={**said.extra, ADOPTED: origin},
    )
