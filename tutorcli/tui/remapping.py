"""Which keys each action has: the table's own, those of a preset, those of the settings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tutorcli.errors import ConfigError, message, near
from tutorcli.tui.key_names import keys_of, shown

if TYPE_CHECKING:
    from tutorcli.tui.action import Action
    from tutorcli.tui.presets import Preset


def remapped(
    actions: "Sequence[Action]", preset: "Preset", own: Mapping[str, str]
) -> "Iterator[Action]":
    """The actions with the keys that hold.

    A key of the preset is taken from the action that has it by default; one of the settings is
    not, so that nobody loses a key without being told.

    Args:
        actions: The table.
        preset: What stands above the table's own keys.
        own: What stands above both: action to its keys.

    Raises:
        ConfigError: An action or a key is unknown, an action is left without a key, or a key that
            counts as a digit is given to one.
    """
    _check_names([*preset.keys, *own], [action.id for action in actions])
    given = {name: keys_of(name, text) for name, text in preset.keys.items()}
    taken = {part for keys in given.values() for key in keys for part in (key, key.split()[0])}
    taken |= preset.digits.keys()
    for action in actions:
        if action.id in own:
            keys = keys_of(action.id, own[action.id])
        else:
            keys = given.get(action.id) or tuple(key for key in action.keys if key not in taken)
        _check_keys(action.id, keys, preset)
        yield replace(action, keys=keys)


def _check_names(names: Sequence[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            guess = near(name, known)
            raise ConfigError(
                message('there is no action "{name}" to give a key', name=name),
                hint=message('did you mean "{guess}"?', guess=guess) if guess else None,
            )


def _check_keys(action_id: str, keys: Sequence[str], preset: "Preset") -> None:
    if not keys:
        raise ConfigError(message('the action "{name}" needs a key', name=action_id))
    for key in keys:
        for part in key.split():
            if digit := preset.digits.get(part):
                raise ConfigError(
                    message(
                        'the key "{key}" counts as {digit} in the keymap {keymap}; {name} cannot have it',
                        key=shown(part),
                        digit=digit,
                        keymap=preset.name,
                        name=action_id,
                    )
                )


def by_key(actions: "Sequence[Action]") -> "tuple[dict[str, Action], frozenset[str]]":
    """Key to action, and what only begins a key of several parts (``g`` of ``g g``).

    Raises:
        ConfigError: Two actions have the same key, or the key of one begins that of another.
    """
    found: dict[str, Action] = {}
    begun: dict[str, Action] = {}
    for action in actions:
        for key in action.keys:
            if (other := found.setdefault(key, action)) is not action:
                raise _clash(key, other, action)
            parts = key.split()
            begun |= {" ".join(parts[:count]): action for count in range(1, len(parts))}
    for key, action in begun.items():
        if key in found:
            raise _clash(key, found[key], action)
    return found, frozenset(begun)


def _clash(key: str, first: "Action", second: "Action") -> ConfigError:
    return ConfigError(
        message(
            'the key "{key}" is given to both {first} and {second}',
            key=key,
            first=first.id,
            second=second.id,
        )
    )
