"""The rows above the answers: a head for each column, a label for each answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment

from tutorcli.tui import signs
from tutorcli.tui.themes import Chrome


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above one column."""

    name: str
    badge: str = ""
    found: int | None = None
    """How often what is looked for stands in it; None: nothing is looked for."""
    is_active: bool = False

    @property
    def count(self) -> str:
        """The hits, as they stand behind the name."""
        return "" if self.found is None else f" {signs.now().dot} {self.found}"


def head_row(heads: Iterable[tuple[Head, str]], width: int, chrome: Chrome) -> list[Segment]:
    """The heads of the columns on the screen, each with its place, on ``width`` cells each."""
    segments: list[Segment] = []
    for slot, (head, place) in enumerate(heads):
        style = chrome.active if head.is_active else chrome.head
        badge = f" {head.badge} {place}".rstrip() + " "
        mark = ">" if head.is_active else " "
        name = f"{mark} {head.name}{head.count}"
        if slot:
            segments.append(Segment(signs.now().rule, chrome.rule))
        segments.append(Segment(set_cell_size(name, max(width + 1 - cell_len(badge), 1)), style))
        segments.append(Segment(badge, style if head.is_active else chrome.badge))
    return segments


def tab_row(
    heads: Sequence[Head], active: int, place: str, width: int, chrome: Chrome
) -> list[Segment]:
    """A label for each answer; of those that do not fit all, the ones up to the active one."""
    labels = [_label(number, head) for number, head in enumerate(heads, 1)]
    first, room = 0, width - len(place) - 2
    while first < active and sum(map(cell_len, labels[first : active + 1])) > room:
        first += 1
    segments = [Segment(signs.now().more, chrome.head)] if first else []
    used = len(segments)
    for index, label in enumerate(labels[first:], first):
        if used + cell_len(label) > room + 1:
            break
        used += cell_len(label)
        segments.append(Segment(label, chrome.active if index == active else chrome.head))
    gap = max(width - used - len(place) - 1, 0)
    return [*segments, Segment(" " * gap + place, chrome.head)]


def _label(number: int, head: Head) -> str:
    badge = f" {head.badge}" if head.badge else ""
    return f"{'>' if head.is_active else ' '}{number}{head.count}{badge} "
