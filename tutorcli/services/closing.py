"""Tasks that are closed for personal data: how lists name them, and how they are opened again."""

from tutorcli.core.judgment import Judgment
from tutorcli.core.text import safe_line, title_of
from tutorcli.errors import Message, message
from tutorcli.i18n import tr
from tutorcli.services import judging
from tutorcli.services.copying import folder_of, is_copied
from tutorcli.services.desk import Desk
from tutorcli.services.judging import Ending, Said
from tutorcli.store import closing
from tutorcli.store.tasks import Listed


def named(task: Listed) -> str:
    """What a list says of a task: the beginning of its text, or the id of one that is closed."""
    if task.title == closing.TITLE:
        return f"{safe_line(task.id)}: {tr('personal data')}"
    return safe_line(title_of(task.title))


def copies(desk: Desk, judgment: Judgment) -> Message | None:
    """Where the texts lie that were copied of a task which a judgment closes; None without any."""
    if not closing.closes(judgment.disposition, judgment.reason):
        return None
    if not is_copied(desk, judgment.task):
        return None
    path = folder_of(desk, judgment.task)
    return message("delete what was copied of it: {path}", path=path)


def open_again(desk: Desk, task_id: str) -> bool:
    """Give a closed task its text back, its judgment being withdrawn; whether it was closed.

    Raises:
        StoreError: It could not be stored.
    """
    if not closing.is_closed(desk.queue, task_id):
        return False
    judging.judge(desk, [(task_id, Said(Ending("withdrawn")))])
    return True
