"""Tasks that are closed for personal data: how lists name them, and how they are opened again."""

from tutorcli.core.text import safe_line, title_of
from tutorcli.i18n import tr
from tutorcli.services import judging
from tutorcli.services.desk import Desk
from tutorcli.services.judging import Ending, Said
from tutorcli.store import closing
from tutorcli.store.tasks import Listed


def named(task: Listed) -> str:
    """What a list says of a task: the beginning of its text, or the id of one that is closed."""
    if task.title == closing.TITLE:
        return f"{safe_line(task.id)}: {tr('personal data')}"
    return safe_line(title_of(task.title))


def open_again(desk: Desk, task_id: str) -> bool:
    """Give a closed task its text back, its judgment being withdrawn; whether it was closed.

    Raises:
        StoreError: It could not be stored.
    """
    if not closing.is_closed(desk.queue, task_id):
        return False
    judging.judge(desk, [(task_id, Said(Ending("withdrawn")))])
    return True
