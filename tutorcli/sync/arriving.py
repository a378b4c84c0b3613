"""What a server sends, checked as strictly as what comes from a file, before anything is stored."""

from tutorcli.core.canonical import loads
from tutorcli.core.wire import PullReply
from tutorcli.errors import InputError, Mismatch, message
from tutorcli.formats.flaws import BadLine
from tutorcli.formats.own import arrival_of, judgment_of


def require_sound(reply: PullReply) -> None:
    """Make sure that the tasks and judgments of a reply are such.

    Raises:
        Mismatch: One is not; nothing was stored.
    """
    for assignment in reply.assignments:
        try:
            arrival_of(assignment.task)
        except BadLine as bad:
            raise Mismatch(
                message(
                    "the server sent a task that cannot be read: {id}: {field}: {what}",
                    id=assignment.id,
                    field=bad.faults[0].field,
                    what=bad.faults[0].what,
                )
            ) from None
    for mine in reply.mine:
        try:
            judgment_of(loads(mine.body))
        except (BadLine, InputError):
            raise Mismatch(
                message(
                    "the server sent a judgment that cannot be read: {n} of {device}",
                    n=mine.dseq,
                    device=mine.device,
                )
            ) from None
