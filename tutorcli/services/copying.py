"""A text of a task written to a file of its own, outside the home."""

import os
import re
from pathlib import Path

from tutorcli.errors import StoreError, message

MOST_NAMES = 1000
"""Files of one name, numbered; more are not looked for."""
_NAME = 60
_UNFIT = re.compile(r"[^\w.-]+")


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
    fit = _UNFIT.sub("_", stem)[:_NAME].strip(".") or "copy"
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
