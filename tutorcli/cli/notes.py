"""Notes to a person beside what a command did."""

from collections.abc import Mapping, Sequence

from tutorcli.cli import output, session
from tutorcli.core.text import safe_line
from tutorcli.errors import InputError, Message
from tutorcli.i18n import tr, translate

_MOST = 20


def say_notes(notes: Sequence[Message]) -> None:
    """What a person may want to look at again."""
    for note in notes:
        output.say(safe_line(tr("note: {what}", what=note)))


def say_unusable(protocols: Mapping[str, InputError]) -> None:
    """Which protocols are missing or wrong, and what to do about it."""
    for error in list(protocols.values())[:_MOST]:
        say_notes([error.what])
        _say_hint(error.hint)
    if (left := len(protocols) - _MOST) > 0:
        output.say(tr("further protocols that cannot be used: {count}", count=left))
    folder = session.settings().config / "protocols"
    hint = tr("a task waits until the file of its protocol lies in {folder}", folder=folder)
    output.say(f"  {safe_line(hint)}")
    output.say("  " + tr("see those that are here with: tutorcli protocol list"))


def _say_hint(hint: Message | None) -> None:
    if hint is not None:
        output.say(f"  {safe_line(translate(hint))}")
