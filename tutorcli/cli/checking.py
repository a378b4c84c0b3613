"""What a check says in JSON: whether all is right, and what is not."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tutorcli.cli import output
from tutorcli.errors import TutorError

SOUND: dict[str, Any] = {"ok": True, "errors": []}
"""How the object of a check that found nothing begins."""


@contextmanager
def told(as_json: bool) -> Iterator[None]:
    """Print the object of a check that ends with an error before the error goes on its way."""
    try:
        yield
    except TutorError as error:
        if as_json:
            output.emit_json({"ok": False, "errors": [error_row(error)]})
        raise


def error_row(error: TutorError) -> dict[str, Any]:
    """An error as a JSON object, in English."""
    hint = None if error.hint is None else str(error.hint)
    return {"message": str(error.what), "hint": hint}
