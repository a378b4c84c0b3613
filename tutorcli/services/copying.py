"""Texts of tasks in files of their own, in a folder of the home for each task."""

import os
import re
from hashlib import sha256
from pathlib import Path

from tutorcli.errors import StoreError, message
from tutorcli.services.desk import Desk

FOLDER = "copied"
"""Beside the queue; copies in it are the tutor's and never taken away, editors' files once read."""

MOST_NAMES = 1000
"""Files of one name, numbered; more are not looked for."""
_NAME = 60
_UNFIT = re.compile(r"[^\w.-]+")


def copy_out(desk: Desk, task_id: str, name: str, text: str) -> Path:
    """Write a text of a task to a new file among the task's copies.

    Args:
        desk: Whose home.
        task_id: The task.
        name: Which text, such as ``answer-2``.
        text: Written exactly.

    Returns:
        The file.

    Raises:
        StoreError: It cannot be written.
    """
    return write_copy(made_folder(desk, task_id), name, text)


def made_folder(desk: Desk, task_id: str) -> Path:
    """The folder of a task's texts, there from now on; only the tutor can read it.

    Raises:
        StoreError: It cannot be made.
    """
    folder = folder_of(desk, task_id)
    try:
        for made in (folder.parent, folder):
            made.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        what = message("{path}: {reason}", path=folder, reason=error.strerror or error)
        raise StoreError(what) from error
    return folder


def folder_of(desk: Desk, task_id: str) -> Path:
    """Where the copies of a task's texts lie, if there are any."""
    fit = _fit(task_id)
    if fit != task_id or fit != fit.lower():
        # Ids that differ only in what a name cannot tell have folders of their own.
        fit = f"{fit}-{sha256(task_id.encode('utf-8', 'replace')).hexdigest()[:8]}"
    return desk.queue.folder / FOLDER / fit


def is_copied(desk: Desk, task_id: str) -> bool:
    """Whether copies of a task's texts lie in its folder."""
    folder = folder_of(desk, task_id)
    return folder.is_dir() and any(folder.iterdir())


def _fit(text: str) -> str:
    return _UNFIT.sub("_", text)[:_NAME].strip(".") or "copy"


def write_copy(folder: Path, stem: str, text: str) -> Path:
    """Write a text to ``STEM.md`` in a folder; where that is taken, to ``STEM-2.md`` and so on.

    Args:
        folder: Where.
        stem: May hold anything, such as a task's id: what a file's name may not is replaced.
        text: Written exactly, as UTF-8; only the owner may read the file.

    Returns:
        The file.

    Raises:
        StoreError: It cannot be written.
    """
    fit = _fit(stem)
    for number in range(1, MOST_NAMES):
        path = folder / (f"{fit}.md" if number == 1 else f"{fit}-{number}.md")
        try:
            number_of_file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(number_of_file, "wb") as file:
                file.write(text.encode("utf-8", "replace"))
        except FileExistsError:
            continue
        except OSError as error:
            what = message("{path}: {reason}", path=path, reason=error.strerror or error)
            raise StoreError(what) from error
        return path
    raise StoreError(message("{path}: there are too many files of that name", path=folder / fit))
