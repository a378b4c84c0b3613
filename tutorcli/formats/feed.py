"""Lines of a server's export: a judgment in the words of its task, with what became of it."""

from dataclasses import replace

from tutorcli.core.judgment import Frozen, freeze
from tutorcli.formats.containers import Line
from tutorcli.formats.own import judgment_of
from tutorcli.formats.parsing import parsed

COUNTED = ("accepted", "surplus")
"""Statuses of judgments that count."""
_MARK = b'"feed":'


def fed(line: Line) -> tuple[str, Frozen | None] | None:
    """The id of a judgment and, where it counts, what was said; None of any other line.

    The last line of a judgment holds: its status may have changed since. A line without a judgment
    (it was purged, or could not be read) counts for nothing. When it was received stands for when
    it was decided, as in the figures of the server.

    Raises:
        BadLine: It has the form of such a line, but what it holds is no judgment.
        InputError: It is not JSON.
    """
    if line.raw is None or _MARK not in line.raw[:64]:
        return None
    value = parsed(line.raw, line.file).value
    if not isinstance(value, dict) or not {"feed", "status", "judgment"} <= value.keys():
        return None
    said, at = value["judgment"], value.get("received_at")
    if not isinstance(said, dict):
        return "", None
    judgment = judgment_of(said)
    if value["status"] not in COUNTED or value.get("task") is None:
        return judgment.id, None
    return judgment.id, freeze(replace(judgment, decided_at=at if isinstance(at, str) else None))
