"""Stretches of a formula put side by side, with the parentheses and blanks that keep their meaning."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tutorcli.tui.render.latex_grid import Grid

_SIGNED = re.compile(r" ?([+\-=]) ?")
_ATOM = re.compile(
    r"√?(?:\d+(?:[.,]\d+)*|[d∂δΔ]?[^\W\d_]|[∞∅])[⁰¹²³⁴-₎ᵃ-ᵪ′°\u0300-\u036f\u20d7]*(?:[_^]\([^()]*\))*"
)
_PRODUCT = re.compile(r"(?:[\w.^′∂∇∞°%!\u0300-\u036f\u20d7⁺-⁾₊-₎]|\(\))+")
_BRACKETED = re.compile(r"\([^()]*\)")
_NESTED = 8
"""Levels of parentheses that are looked into."""
_SAFE_BEFORE = frozenset("+-−=<>,;:([{≤≥≠≈≡∼≃≅∝∈⊂⊆→←↔⟶⇒⟹⇔⟺↦±∓×·")
_SAFE_AFTER = frozenset("+-−=<>,;:.)]}≤≥≠≈≡∼≃≅∝∈⊂⊆→←↔⟶⇒⟹⇔⟺↦±∓×·")
_OPEN_AFTER_NAME = frozenset("([{)]},;:+-=<>^_/|⟨⌊⌈ ′")

_WHOLE = re.compile(r"(?<![\d.,])\d+$")
_OF_NUMBERS = re.compile(r"\d+/\d+")
_OPENS = tuple("([{=+-,;: ")

FRACTION, ROOT, PREFIX, WORD = "fraction", "root", "prefix", "word"
NOTHING = "nothing"
"""An empty group: what its script belongs to comes behind it, as in the mass of an isotope."""


class Item(NamedTuple):
    """A stretch of a formula; its kind says whether it must be set apart from its neighbours."""

    text: str
    kind: str | Grid = ""


def _is_bracketed(text: str) -> bool:
    """Whether one pair of parentheses holds all of a text."""
    if not (text.startswith("(") and text.endswith(")")):
        return False
    depth = 0
    for index, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if not depth:
            return index == len(text) - 1
    return False


def is_atom(items: Sequence[Item], text: str) -> bool:
    if len(items) == 1 and items[0].kind == WORD:
        return bool(text) and " " not in text
    return _ATOM.fullmatch(text) is not None or _is_bracketed(text)


def is_product(text: str) -> bool:
    for _ in range(_NESTED):
        text = _BRACKETED.sub("\0", text)
    return _PRODUCT.fullmatch(text.replace("\0", "()")) is not None


def drawn(item: Item, *, is_apart: bool) -> str:
    """A fraction or root that stands alone, or beside what it could be misread with."""
    if item.kind == FRACTION:
        return item.text if is_apart else f"({item.text})"
    if is_apart and _ATOM.fullmatch(item.text):
        return f"√{item.text}"
    return "√" + (item.text if _is_bracketed(item.text) else f"({item.text})")


def joined(items: Sequence[Item]) -> str:
    """The text of items side by side, with the parentheses and blanks that keep their meaning."""
    if len(items) == 1 and not items[0].kind:
        return items[0].text
    if not any(item.kind for item in items):
        return "".join(item.text for item in items)
    out = ""
    for index, item in enumerate(items):
        if item.kind in {FRACTION, ROOT}:
            after = next(
                (rest.text.lstrip() for rest in items[index + 1 :] if rest.text.strip()), ""
            )
            before = out.rstrip()
            left = item.kind == ROOT or not before or before[-1] in _SAFE_BEFORE
            right = not after or after[0] in _SAFE_AFTER
            out += drawn(item, is_apart=left and right)
        elif item.kind == PREFIX:
            gap = " " if out[-1:].isalnum() else ""
            follows = items[index + 1].text[:1] if index + 1 < len(items) else ""
            out += gap + item.text
            if follows and (follows not in _OPEN_AFTER_NAME or out.endswith(")")):
                is_fraction = items[index + 1].kind == FRACTION and not out.endswith(")")
                out += "" if is_fraction else " "
        else:
            out += item.text
    return out


def join_mixed(items: list[Item]) -> None:
    """Make one number of a whole one and the fraction behind it: 2 1/2 is not 2 times 1/2."""
    if items[-1].kind != FRACTION or not _OF_NUMBERS.fullmatch(items[-1].text):
        return
    at = len(items) - 2
    while at >= 0 and items[at].text == " ":
        at -= 1
    whole = _WHOLE.search(items[at].text) if at >= 0 and not items[at].kind else None
    if whole is not None:
        before = items[at].text[: whole.start()]
        items[at:] = [Item(before), Item(f"{whole[0]} {items[-1].text}", FRACTION)]


def before_it(marked: str, items: Sequence[Item]) -> str:
    """A script that belongs to what follows, set apart from what stands before it."""
    is_apart = not items or items[-1].text.endswith(_OPENS)
    return marked if is_apart else f" {marked}"


def script(text: str, signs: Mapping[str, str], mark: str) -> str:
    """An exponent or index in small characters if there are such, else behind a mark."""
    compact = _SIGNED.sub(r"\1", text.strip()) if " " in text else text
    if compact == "∘":
        return "°"
    if compact and all(character in signs for character in compact):
        return "".join(signs[character] for character in compact)
    if not compact or (len(compact) == 1 and not compact.isalnum()) or _is_bracketed(compact):
        return mark + compact
    return f"{mark}({text.strip()})"
