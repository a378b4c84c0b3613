"""Tasks that a server lent: by what they are judged, where their judgments go, how long they open."""

from datetime import datetime, timedelta

from tutorcli.catalog.shelf import Refs
from tutorcli.core.judgment import Frozen
from tutorcli.core.protocol import Assigned
from tutorcli.errors import Refused, message
from tutorcli.services.desk import Desk
from tutorcli.store import channels, judgments, lent
from tutorcli.store.judgments import LOCAL
from tutorcli.store.tasks import StoredTask


def assigned(desk: Desk, stored: StoredTask, tutor: str) -> Assigned:
    """The task with what it is judged by: what its server named, or what is here.

    Raises:
        InputError: Its protocol or its pack is not here.
    """
    refs = None if stored.channel == LOCAL else Refs(stored.pack, stored.guideline)
    return desk.catalog.assigned(stored.task, stored.task.id, tutor, refs)


def require_contact(desk: Desk, channel: str) -> None:
    """Make sure that a server's tasks may be opened still.

    Raises:
        Refused: The last sync lies further back than the server allows.
    """
    if channel == LOCAL:
        return
    here = channels.get(desk.queue, channel)
    if not here.policy.offline_days or here.contact_at is None:
        return
    allowed = timedelta(days=here.policy.offline_days)
    last = datetime.fromisoformat(here.contact_at).timestamp()
    if desk.now_ms() / 1000 - last > allowed.total_seconds():
        raise Refused(
            message(
                "tasks of {project} stay closed: no sync for more than {days} days",
                project=here.project or here.name,
                days=here.policy.offline_days,
            ),
            hint=message("open them with: tutorcli sync"),
        )


def append(desk: Desk, frozen: Frozen, channel: str) -> int:
    """Store a judgment on the channel of its task; its number there.

    Raises:
        InputError: A judgment of that id exists.
        StoreError: It was not stored.
    """
    if channel == LOCAL:
        return judgments.append(desk.queue, frozen)
    return judgments.append(
        desk.queue,
        frozen,
        channel=channel,
        lease=lent.lease_of(desk.queue, frozen.judgment.task),
        clock_offset_ms=channels.get(desk.queue, channel).clock_offset_ms,
    )
