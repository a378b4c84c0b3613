"""The line of keys: those that act now, and why one cannot."""

from collections.abc import Sequence

from rich.cells import cell_len

from tutorcli.errors import Message
from tutorcli.i18n import translate
from tutorcli.tui.actions import Keymap, shown
from tutorcli.tui.instruments.seat import Hint
from tutorcli.tui.themes import Chrome
from tutorcli.tui.widgets.bar import Run, fitted

_Group = Sequence[Run]

KEPT = 9
"""Hints that no reason may push out."""


def key_row(keymap: Keymap, hints: Sequence[Hint], width: int, chrome: Chrome) -> list[Run]:
    """The hints in order of importance, as many as fit; those that cannot act are dimmed.

    Where there is room for it beside the first `KEPT`, the reason stands behind them.
    """
    groups = [_group(keymap, hint, chrome, with_reason=False) for hint in hints]
    for index, hint in enumerate(hints):
        if hint.why_not is not None:
            reasoned = _group(keymap, hint, chrome, with_reason=True)
            tried = [*groups[:index], reasoned, *groups[index + 1 :]]
            if sum(cell_len(text) for group in tried[:KEPT] for text, _ in group) <= width:
                groups = tried
    return fitted(groups, width)


def _group(keymap: Keymap, hint: Hint, chrome: Chrome, *, with_reason: bool) -> _Group:
    key = keymap.key(hint.key) if keymap.action_named(hint.key) else shown(hint.key)
    if hint.why_not is None:
        return [(f" {key}", chrome.key), (f" {translate(hint.title)} ", chrome.bar)]
    reason = f" ({translate(hint.why_not)})" if with_reason else ""
    return [(f" {key} {translate(hint.title)}{reason} ", chrome.off)]


def standing(keymap: Keymap, skip: set[str], why_not: dict[str, Message]) -> list[Hint]:
    """The hints of actions that are always at hand, in the table's order."""
    return [
        Hint(action.id, action.title, why_not.get(action.id))
        for action in keymap.actions
        if action.in_bar and action.id not in skip
    ]
