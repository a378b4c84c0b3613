"""A draft brought in line with its task, which may have been updated since it was begun."""

from collections.abc import Collection

from tutorcli.core.canonical import Json
from tutorcli.core.draft import EDIT, READ, Draft
from tutorcli.core.protocol import Assigned

_BY_ANSWER = ("edit_reasons", READ)
_NAMES = ("answer", "first", "second")


def fit(draft: Draft, assigned: Assigned) -> None:
    """Take out of a draft what it says of answers that the task has no longer."""
    known = set(assigned.order)
    _fit_ranking(draft, known)
    for name, rows in draft.rows.items():
        for key, row in list(rows.items()):
            named = {key} if name in _BY_ANSWER else _named(row)
            if not named <= known:
                del rows[key]
    for text_id in [text_id for text_id in draft.texts if _is_gone(text_id, known)]:
        del draft.texts[text_id]
    if _is_gone(str(draft.place.get("editing", "")), known):
        del draft.place["editing"]


def _fit_ranking(draft: Draft, known: Collection[str]) -> None:
    before = draft.fields.get("ranking", ())
    line = draft.fields.get("accept_line")
    if all(answer in known for tier in before for answer in tier):
        return
    tiers = [[answer for answer in tier if answer in known] for tier in before]
    draft.fields["ranking"] = [tier for tier in tiers if tier]
    if line is not None:
        draft.fields["accept_line"] = sum(1 for tier in tiers[:line] if tier)
    draft.place.pop("tie_next", None)


def _named(row: Json) -> set[str]:
    if not isinstance(row, dict):
        return set()
    return {row[name] for name in _NAMES if row.get(name) is not None}


def _is_gone(text_id: str, known: Collection[str]) -> bool:
    return text_id.startswith(EDIT) and text_id.removeprefix(EDIT) not in known
