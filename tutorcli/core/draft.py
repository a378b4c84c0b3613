"""A judgment in the making: fields, and the operations that change them.

What a key changes becomes one row in the log of drafts, a JSON array of operations, written before
the screen shows its effect. Replaying the log gives the draft back.

    ["set", field, value]             a field of the judgment gets a value (null: none)
    ["row", field, key, row]          the row of that key is put in a field of rows (null: taken out)
    ["at", name, value]               where the tutor is: focus, open editor, a pending tie
    ["open", text_id, text]           an editor opens on a text
    ["splice", text_id, r0, c0, r1, c1, inserted]   a stretch of that text is replaced
    ["drop", text_id]                 the text is forgotten
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tutorcli.core.canonical import Json, digest, dumps
from tutorcli.core.judgment import ROWS, Disposition, Judgment, judgment_from_json, judgment_to_json
from tutorcli.core.protocol import Assigned
from tutorcli.core.ranking import RankEntry
from tutorcli.core.splice import TextBuffer

Operation = list[Any]

_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(slots=True)
class Draft:
    """A judgment in the making; `apply` is the only way to change it."""

    judgment_id: str
    """The id that the judgment will have."""
    started_at: str
    supersedes: str | None = None
    fields: dict[str, Json] = field(default_factory=dict)
    """Fields of the judgment that have a value so far, as JSON."""
    rows: dict[str, dict[str, Json]] = field(default_factory=dict)
    """Fields of rows: key of the row to row."""
    place: dict[str, Json] = field(default_factory=dict)
    """Where the tutor is; says nothing about the task."""
    texts: dict[str, TextBuffer] = field(default_factory=dict)
    """Texts under the editor, by id; `open` and `splice` change them."""

    def apply(self, operation: Operation) -> None:
        """Change the draft by one operation.

        Raises:
            ValueError: The operation is unknown.
        """
        match operation:
            case ["set", name, value]:
                _put(self.fields, name, value)
            case ["row", name, key, row]:
                _put(self.rows.setdefault(name, {}), key, row)
            case ["at", name, value]:
                _put(self.place, name, value)
            case ["open", text_id, text]:
                self.texts[text_id] = TextBuffer(text)
            case ["splice", text_id, r0, c0, r1, c1, inserted]:
                self.texts[text_id].splice(r0, c0, r1, c1, inserted)
            case ["drop", text_id]:
                self.texts.pop(text_id, None)
            case _:
                raise ValueError(f"unknown operation {operation!r:.80}")

    def text(self, text_id: str) -> str | None:
        """The text as edited so far; None when it was never opened."""
        buffer = self.texts.get(text_id)
        return None if buffer is None else buffer.text

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been said yet."""
        said = (rows for name, rows in self.rows.items() if name != READ)
        return not self.fields and not any(said) and not self.texts

    def looked(self) -> list[Operation]:
        """The operations that bring a fresh draft to where the tutor has looked and is."""
        places: list[Operation] = [["at", name, value] for name, value in self.place.items()]
        read = self.rows.get(READ, {})
        return [*places, *(["row", READ, answer, share] for answer, share in read.items())]

    def snapshot(self) -> str:
        """The whole draft as JSON; rows stay in the order in which they were said."""
        return _dumps(
            {
                "fields": self.fields,
                "rows": self.rows,
                "place": self.place,
                "texts": {text_id: buffer.text for text_id, buffer in self.texts.items()},
            }
        )


EDIT = "edit:"
"""Text ids of edited answers start so; the answer's id follows."""
COMMENT = "comment"
"""Text id of the comment."""
READ = "read"
"""Field of rows: answer to the fraction that was on the screen."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a judgment gets at the moment of submission, beside what the tutor said."""

    tutor: str
    task_sha256: str
    decided_at: str
    active_ms: int
    app: str
    disposition: Disposition = "done"
    reason: str | None = None
    refer_to: str | None = None
    revision: int = 1


def entry_of(draft: Draft) -> RankEntry:
    """The ranking as keyed in so far."""
    return RankEntry(
        tuple(map(tuple, draft.fields.get("ranking", ()))),
        draft.fields.get("accept_line"),
        bool(draft.place.get("tie_next")),
    )


def judgment_of(draft: Draft, assigned: Assigned, stamp: Stamp) -> Judgment:
    """The judgment that a draft amounts to; unchanged edits and empty comments are left out.

    What was said of the answers counts only in a judgment that is done: a task set aside keeps
    its comment alone.
    """
    task = assigned.task
    said: dict[str, Json] = {}
    if stamp.disposition == "done":
        said = {key: value for key, value in draft.fields.items() if key != "comment"}
        said |= {name: list(rows.values()) for name, rows in draft.rows.items() if name in ROWS}
        said["edits"] = edits_of(draft, assigned)
        entry = entry_of(draft)
        said |= {"ranking": entry.tiers, "accept_line": entry.accept_line}
    envelope = {
        "id": draft.judgment_id,
        "task": task.id,
        "assignment": task.id,
        "task_sha256": stamp.task_sha256,
        "tutor": stamp.tutor,
        "revision": stamp.revision,
        "supersedes": draft.supersedes,
        "disposition": stamp.disposition,
        "reason": stamp.reason,
        "refer_to": stamp.refer_to,
        "comment": draft.text(COMMENT) or None,
        "shown_order": assigned.order,
        "read": draft.rows.get(READ, {}),
        "started_at": draft.started_at,
        "decided_at": stamp.decided_at,
        "active_ms": stamp.active_ms,
        "protocol": assigned.protocol.ref,
        "pack": assigned.pack.ref if assigned.pack else None,
        "guideline": assigned.guideline,
        "app": stamp.app,
    }
    return judgment_from_json(said | envelope)


def edits_of(draft: Draft, assigned: Assigned) -> list[dict[str, Json]]:
    """The edits that change something, in the order shown."""
    edits = []
    for answer_id in assigned.order:
        text = draft.text(EDIT + answer_id)
        base = assigned.task.answer(answer_id)
        if text is None or base is None or text == base.text:
            continue
        edit: dict[str, Json] = {
            "answer": answer_id,
            "base_sha256": digest(base.text),
            "text": text,
        }
        reasons = draft.rows.get("edit_reasons", {}).get(answer_id)
        edits.append(edit | ({"reasons": reasons} if reasons else {}))
    return edits


_SAID_FIELDS = (
    *("ranking", "accept_line", "confidence", "flags", "tags"),
    *("claims", "turns", "authored", "verdict", "feedback"),
)


def operations_of(judgment: Judgment) -> list[Operation]:
    """The operations that bring a fresh draft to what a judgment said: how it is amended."""
    row = judgment_to_json(judgment)
    operations: list[Operation] = [["set", name, row[name]] for name in _SAID_FIELDS if name in row]
    for rating in row.get("ratings", ()):
        key = rating_key(rating.get("answer"), rating["criterion"])
        operations.append(["row", "ratings", key, rating])
    for strength in row.get("strengths", ()):
        key = pair_key(strength["first"], strength["second"])
        operations.append(["row", "strengths", key, strength])
    for name in ROWS.keys() - {"ratings", "strengths", "edits"}:
        for index, item in enumerate(row.get(name, ())):
            operations.append(["row", name, str(index), item])
    for edit in judgment.edits:
        operations.append(["open", EDIT + edit.answer, edit.text])
        if edit.reasons:
            operations.append(["row", "edit_reasons", edit.answer, list(edit.reasons)])
    if judgment.comment:
        operations.append(["open", COMMENT, judgment.comment])
    operations += [["row", READ, answer, share] for answer, share in judgment.read.items()]
    return operations


def rating_key(answer: str | None, criterion: str) -> str:
    """The key of a rating among the rows of a draft."""
    return dumps([answer, criterion])


def pair_key(first: str, second: str) -> str:
    """The key of a pair among the rows of a draft."""
    return dumps([first, second])


def _put(where: dict[str, Json], name: str, value: Json) -> None:
    if value is None:
        where.pop(name, None)
    else:
        where[name] = value


def says_something(operation: Operation) -> bool:
    """Whether an operation is about the task, not about where the tutor looks or is."""
    return operation[0] != "at" and operation[:2] != ["row", READ]


def row_of(operations: Sequence[Operation]) -> str:
    """The row of the log for the operations of one key: all of them or none survive."""
    return _dumps(operations)


def replay(draft: Draft, snapshot: str | None, rows: Iterable[str]) -> Draft:
    """Bring an empty draft to where its log ends."""
    if snapshot is not None:
        stored: Mapping[str, Any] = json.loads(snapshot)
        draft.fields, draft.rows, draft.place = stored["fields"], stored["rows"], stored["place"]
        draft.texts = {text_id: TextBuffer(text) for text_id, text in stored["texts"].items()}
    for row in rows:
        for operation in json.loads(row):
            draft.apply(operation)
    return draft
