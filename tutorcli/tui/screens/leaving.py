"""The questions by which a task is set aside, and the confidence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tutorcli.core.judgment import Disposition
from tutorcli.core.pack import Label, wording
from tutorcli.errors import Message, message
from tutorcli.i18n import tr, translate
from tutorcli.services.judging import Ending, Opened
from tutorcli.tui.choosing import Choice, Option

Ask = Callable[[Choice], None]

_ASIDE: dict[Disposition, Message] = {
    "skip": message("skip it: I judge another"),
    "refer": message("refer it to a specialty"),
    "bad_task": message("the task itself is bad"),
    "give_up": message("give up: I tried and cannot judge it"),
    "conflict": message("conflict of interest"),
}
_SURE = (
    message("a guess"),
    message("unsure"),
    message("fairly sure"),
    message("sure"),
    message("certain"),
)


def ask_confidence(ask: Ask, chosen: Callable[[int], None]) -> None:
    """Ask how sure the tutor is, 1 to 5."""
    options = [Option(str(n), translate(word)) for n, word in enumerate(_SURE, 1)]
    ask(Choice(tr("How sure are you?"), options, lambda answer: chosen(int(answer))))


DISCARD = "discard"
TAKE_BACK = "withdrawn"


@dataclass(frozen=True, slots=True)
class Ways:
    """What the screen does once everything has been answered."""

    ask: Ask
    end: Callable[[Ending], None]
    discard: Callable[[], None]


class Leaving:
    """Asks how the task is left: the disposition, the specialty of a referral, the reason."""

    def __init__(self, opened: Opened, language: str, ways: Ways) -> None:
        """``language`` is that of packs' wording."""
        self._assigned, self._language, self._ways = opened.assigned, language, ways
        self._ask, self._end = ways.ask, ways.end
        self._has_draft = opened.is_stored
        judged = opened.judged
        self._is_judged = judged is not None and judged.disposition != TAKE_BACK

    def start(self) -> None:
        """Ask the first question."""
        options = [Option(name, translate(title)) for name, title in _ASIDE.items()]
        if self._has_draft:
            options.append(Option(DISCARD, tr("forget what I keyed in here and go on")))
        if self._is_judged:
            options.append(Option(TAKE_BACK, tr("take back for good what I submitted")))
        self._ask(Choice(tr("Set this task aside"), options, self._disposed))

    def _disposed(self, chosen: str) -> None:
        if chosen == DISCARD:
            self._ways.discard()
            return
        if chosen == TAKE_BACK:
            self._end(Ending("withdrawn"))
            return
        disposition: Disposition = next(name for name in _ASIDE if name == chosen)
        if disposition != "refer":
            self._ask_reason(disposition, None)
            return
        pack = self._assigned.pack
        targets = self._options(pack.specialties if pack else ())
        targets.append(Option("other", tr("another one, named in the comment")))
        self._ask(Choice(tr("Refer to"), targets, lambda to: self._ask_reason("refer", to)))

    def _ask_reason(self, disposition: Disposition, to: str | None) -> None:
        options = self._options(self._assigned.protocol.reasons.get(disposition, ()))
        if not options:
            self._end(Ending(disposition, None, to))
            return
        choice = Choice(
            tr("Why?"), options, lambda reason: self._end(Ending(disposition, reason, to))
        )
        self._ask(choice)

    def _options(self, labels: Sequence[Label]) -> list[Option]:
        return [Option(label.id, wording(label.title, self._language)) for label in labels]
