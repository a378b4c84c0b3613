"""Settings: which there are, and which of several layers a value comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tutorcli.errors import ConfigError, message, near

Value = str | int


@dataclass(frozen=True, slots=True)
class Key:
    """One thing that can be set."""

    name: str
    kind: type[Value]
    default: Value
    meaning: str
    choices: tuple[str, ...] = ()
    """The only values allowed; empty: any."""
    least: int = 0
    """The smallest number allowed."""
    from_folder: bool = True
    """Whether a folder's file may set it: no folder may name a program that is run."""

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"TUTORCLI_{self.name.upper()}"

    def read(self, raw: object, source: str) -> Value:
        """The value of what a file, a variable or a flag says.

        Raises:
            ConfigError: Of another type, not among the choices, or too small; names ``source``.
        """
        if self.kind is int:
            return self._number(raw, source)
        if not isinstance(raw, str):
            raise ConfigError(
                message("{source}: {key} must be text", source=source, key=self.name),
                hint=message('write it in quotes: {key} = "..."', key=self.name),
            )
        if self.choices and raw not in self.choices:
            raise ConfigError(
                message(
                    '{source}: {key} cannot be "{value}"', source=source, key=self.name, value=raw
                ),
                hint=message("one of: {choices}", choices=", ".join(self.choices)),
            )
        return raw

    def _number(self, raw: object, source: str) -> int:
        number = int(raw) if isinstance(raw, str) and raw.strip().isdecimal() else raw
        if isinstance(number, bool) or not isinstance(number, int) or number < self.least:
            raise ConfigError(
                message(
                    '{source}: {key} cannot be "{value}"', source=source, key=self.name, value=raw
                ),
                hint=message("a whole number from {least}", least=self.least),
            )
        return number


KEYS: tuple[Key, ...] = (
    Key(
        "language",
        str,
        "auto",
        "Language of the screens: a BCP-47 tag such as zh-Hans, or auto for the one of the system.",
    ),
    Key(
        "theme",
        str,
        "auto",
        "Colours of the screens: dark, light, contrast, safe (for colour-blind eyes), warm, terminal"
        " (its own 16 colours), a theme of your own, or auto: terminal where it shows only 16"
        " colours, light where COLORFGBG tells of a light background, else dark.",
    ),
    Key(
        "ambiguous",
        str,
        "auto",
        "Whether the terminal draws characters of ambiguous width in two cells: then borders are"
        " drawn in ASCII. auto: what tutorcli doctor found out there.",
        choices=("auto", "narrow", "wide"),
    ),
    Key(
        "keymap",
        str,
        "default",
        "Keys of the screens: default, vim, left_hand or azerty; see [keys.md](keys.md).",
    ),
    Key(
        "color",
        str,
        "auto",
        "Colour on the terminal; NO_COLOR=1 and --no-color mean never.",
        choices=("auto", "never"),
    ),
    Key(
        "idle_s",
        int,
        120,
        "Seconds without a key after which the time spent on a task stops counting.",
        least=10,
    ),
    Key(
        "lock_min",
        int,
        0,
        "Minutes without a key after which the screen blanks until the next one; 0: never.",
    ),
    Key(
        "sync_min",
        int,
        0,
        "Minutes between two syncs in the background while the screen is open; 0: only by hand.",
    ),
    Key(
        "editor",
        str,
        "",
        "Program that opens an edit; empty: $VISUAL, $EDITOR, then vi.",
        from_folder=False,
    ),
    Key("pull", int, 50, "How many open tasks of a server a sync leaves in the queue."),
    Key(
        "tokens",
        str,
        "file",
        "Where the token of a server lies: in a file that only you can read, or in the keyring of"
        " the system (needs tutorcli[keyring]).",
        choices=("file", "keyring"),
        from_folder=False,
    ),
    Key(
        "terminal",
        str,
        "fast",
        "How the screen talks to the terminal: fast writes only what changed and waits 30 ms to know"
        " an Esc (ESCDELAY=100 sets another time); plain is for a terminal on which that leaves"
        " remains behind.",
        choices=("fast", "plain"),
    ),
)
"""Every setting; docs/settings.md is made from it."""

_BY_NAME = {key.name: key for key in KEYS}

KEYMAP = "keys"
"""The table of a settings file that gives actions other keys: ``submit = "f5,ctrl+s"``."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A value and the layer it comes from."""

    value: Value
    source: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What every layer may know of how it is to behave and where its files lie."""

    data: Path
    """Folder of the queue, the drafts and what imports left aside."""
    config: Path
    """Folder of config.toml and of the tutor's own packs, protocols and themes."""
    state: Path
    """Folder of what may be lost: locks, the last frame."""
    logs: Path
    language: str = "en"
    """A BCP-47 tag or the name of a POSIX locale, never ``auto``."""
    theme: str = "auto"
    keymap: str = "default"
    """The preset of keys that ``keys`` stand above."""
    ambiguous: str = "auto"
    """Cells of ambiguous characters: ``narrow``, ``wide``, or ``auto`` while it is not known."""
    color: bool = True
    """Whether colour is wanted where a terminal can show it."""
    idle_s: int = 120
    lock_min: int = 0
    """Minutes without a key after which the screen blanks; 0: never."""
    sync_min: int = 0
    editor: str = "vi"
    """Command line of the editor."""
    pull: int = 50
    """Open tasks of a server that a sync leaves in the queue."""
    tokens: str = "file"
    """Where tokens lie: ``file`` or ``keyring``."""
    terminal: str = "fast"
    """How the screen talks to the terminal: ``fast`` or ``plain``."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Action to the keys that replace its own, separated by commas."""


def known(name: str, source: str) -> Key:
    """The setting of that name.

    Raises:
        ConfigError: There is none; names ``source``, the name and the nearest known one.
    """
    if key := _BY_NAME.get(name):
        return key
    guess = near(name, [*_BY_NAME, KEYMAP])
    raise ConfigError(
        message('{source}: unknown key "{key}"', source=source, key=name),
        hint=message('did you mean "{guess}"?', guess=guess)
        if guess
        else message("known keys: {keys}", keys=", ".join([*_BY_NAME, KEYMAP])),
    )


def layer(raw: Mapping[str, object], source: str, *, is_folder: bool = False) -> dict[str, Value]:
    """The values of one layer, each of its setting's type.

    Raises:
        ConfigError: A key is unknown, has a wrong value, or may not stand in a folder's file.
    """
    values: dict[str, Value] = {}
    for name, item in raw.items():
        key = known(name, source)
        if is_folder and not key.from_folder:
            raise ConfigError(
                message("{source}: {key} may not be set by a folder", source=source, key=name),
                hint=message("put it into your own config.toml: tutorcli config show"),
            )
        values[name] = key.read(item, source)
    return values


def resolve(key: str, layers: Mapping[str, Mapping[str, Value]]) -> Setting:
    """The value of the strongest layer that has the key.

    Args:
        key: The name of a setting.
        layers: Values by source, strongest first; the last one holds every key.

    Raises:
        KeyError: No layer has it.
    """
    for source, values in layers.items():
        if key in values:
            return Setting(values[key], source)
    raise KeyError(key)


def defaults() -> dict[str, Value]:
    """The weakest layer."""
    return {key.name: key.default for key in KEYS}
