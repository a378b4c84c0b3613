"""The cheat sheet: every key on a page, as text."""

from collections.abc import Iterator

from tutorcli.i18n import tr, translate
from tutorcli.tui.actions import GROUPS, Action, Keymap, shown

_Row = tuple[str, str, str]


def digits_row(keymap: Keymap) -> list[str]:
    """A sentence on the keys that count as digits, one for each; none where digits alone do."""
    first: dict[str, str] = {}
    for key, digit in keymap.preset.digits.items():
        first.setdefault(digit, shown(key))
    if not first:
        return []
    return [tr("{keys} count as {digits}.", keys=" ".join(first.values()), digits=" ".join(first))]


def sheet(keymap: Keymap) -> Iterator[tuple[str, list[_Row]]]:
    """Each group's title and its rows: name in the settings, keys, what they do."""
    for group, title in GROUPS.items():
        actions = [action for action in keymap.actions if action.group == group]
        yield translate(title), [_row(action) for action in actions]


def _row(action: Action) -> _Row:
    return action.id, " ".join(map(shown, action.keys)), translate(action.help)
