"""Text as a terminal may show it and as a hand moves through it.

Offsets are code points of the exact text; nothing here changes stored text.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cache
from unicodedata import category

_TITLE_LENGTH = 80
_WINDOW = 64
"""Code points looked at around a position: every real grapheme cluster is far shorter."""

# Never shown as they are: C0 but tab and newline, DEL, C1, soft hyphen, bidi controls, blank
# Hangul fillers, line and paragraph separators, invisible operators, BOM, annotations, surrogates.
_ALWAYS = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
# Zero width, but part of how some scripts and emoji are spelt: kept there, shown elsewhere.
_JOINERS = "\u200c\u200d"
_SELECTORS = "\ufe00-\ufe0f\u180b-\u180d\u180f"
_IDEOGRAPHIC_SELECTORS = "\U000e0100-\U000e01ef"
_SHAPED = (
    "\u0600-\u08ff\u0900-\u109f\u1780-\u18af\u1b00-\u1bff\ua800-\uabff\ufb50-\ufdff\ufe70-\ufefc"
    "\U00010a00-\U00011fff\u2190-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff"
)
_SPACELESS = "\u0e00-\u109f\u1780-\u17ff\u1980-\u1aaf"
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_IDEOGRAPHS = "\u3005-\u3007" + _HAN

_SUSPECT = re.compile(f"[{_ALWAYS}\u200b{_JOINERS}{_SELECTORS}{_IDEOGRAPHIC_SELECTORS}]")
_HIDDEN = re.compile(f"[{_ALWAYS}]+")
_UNPRINTED = {ordinal: chr(0x2400 + ordinal) for ordinal in range(32)} | {0x7F: "␡"}
_CELL = _UNPRINTED | {0x09: "\t", 0x0A: "\n"}
_ONE_LINE = str.maketrans({"\n": "␤", "\t": " "})


@cache
def _misplaced() -> re.Pattern[str]:
    # Compiled when first needed: 2 ms, and few texts hold any of these.
    return re.compile(
        f"[{_JOINERS}](?<![{_SHAPED}][{_JOINERS}])"
        f"|\u200b(?<![{_SPACELESS}]\u200b)"
        f"|[{_SELECTORS}](?<![^\\sA-Za-z\u200b{_JOINERS}{_SELECTORS}{_IDEOGRAPHIC_SELECTORS}].)"
        f"|[{_IDEOGRAPHIC_SELECTORS}](?<![{_IDEOGRAPHS}].)",
        re.DOTALL,
    )


def _token(ordinal: int) -> str:
    return _UNPRINTED.get(ordinal) or f"⟨U+{ordinal:04X}⟩"


def _cell(ordinal: int) -> str:
    return _CELL.get(ordinal, "␦")


def _replaced(text: str, replacement: Callable[[int], str]) -> str:
    if _SUSPECT.search(text) is None:
        return text

    def visible(match: re.Match[str]) -> str:
        return "".join(map(replacement, map(ord, match[0])))

    return _misplaced().sub(visible, _HIDDEN.sub(visible, text))


def safe(text: str) -> str:
    """The text with everything that could steer a terminal or hide a word made visible.

    Control characters become their pictures (``␛``, ``␍``); bidi controls, C1, lone surrogates,
    zero-width characters and the like become tokens such as ``⟨U+202E⟩``. Tab and newline stay,
    as do combining marks, and joiners and variation selectors where their script or an emoji
    needs them. ``safe(safe(text)) == safe(text)``.
    """
    return _replaced(text, _token)


def safe_line(text: str) -> str:
    """Like ``safe``, on one line: newlines as ``␤``, tabs as spaces."""
    return safe(text).translate(_ONE_LINE)


def short_line(text: str, most: int) -> str:
    """The first ``most`` code points of a text as `safe_line`, an ellipsis where more follow.

    For what is drawn at every key: a field of a task may hold a million characters.
    """
    return safe_line(text) if len(text) <= most else safe_line(text[:most]) + "…"


def pictures(text: str) -> str:
    """Like ``safe``, with one character for each: offsets and length are those of ``text``.

    What has no picture of its own is shown as ``␦``. For text that a cursor moves through.
    """
    return _replaced(text, _cell)


def title_of(text: str) -> str:
    """The first 80 code points of the text, runs of white space as one space; may be empty."""
    words: list[str] = []
    length = 0
    for word in re.finditer(r"\S+", text):
        start, end = word.span()
        words.append(text[start : min(end, start + _TITLE_LENGTH)])
        length += len(words[-1]) + 1
        if length > _TITLE_LENGTH:
            break
    return " ".join(words)[:_TITLE_LENGTH]


_NARROW = str.maketrans(
    {wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}
    | {
        ord(wide): narrow
        for wide, narrow in zip(
            "\u3000、。，“”‘’「」『』【】《》〈〉〔〕÷×·—…￥￠￡",
            " /.,\"\"''[]{}[]<><>[]/*`-^$\u00a2\u00a3",
            strict=True,
        )
    }
)


def narrow(key: str) -> str:
    """A key as an ASCII keyboard has it: ``１`` is ``1``, ``＝`` is ``=``, ``、`` and ``÷`` are ``/``.

    Chinese input methods turn digits and punctuation full-width; letters included. Other
    characters are returned unchanged.
    """
    return key.translate(_NARROW)


def _bounds(ranges: str) -> list[int]:
    """First code points of ranges written as in a regular expression, and those after them.

    A set of such ranges takes 3 ms to compile as an expression.
    """
    ends = (ord(character) for character in ranges if character != "-")
    return sorted(end + index % 2 for index, end in enumerate(ends))


def _lies_in(bounds: list[int], character: str) -> bool:
    return bisect_right(bounds, ord(character)) % 2 == 1


_OPENING = frozenset("([{‘“«‹〈《「『【〔〖〘〚〝（［｛｟｢￥＄£€$＃")
_CLOSING = frozenset(
    ")]}’”»›〉》」』】〕〗〙〛〞〟）］｝｠｣!,.:;?%‰°′″℃、。，．：；？！％～·・‥…—"
    "々〻ゝゞヽヾーァィゥェォッャュョヮヵヶぁぃぅぇぉっゃゅょゎゕゖ￠"
)
_WIDE_RANGES = (
    f"\u2e80-\u303e\u3041-\u33ff{_HAN}\ua000-\ua4cf\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6"
    "\U00016fe0-\U00018aff\U0001b000-\U0001b2ff"
)
_WIDE = _bounds(_WIDE_RANGES)
_WIDE_RUN = re.compile(f"[{_WIDE_RANGES}]+")


def is_closing(character: str) -> bool:
    """Whether no line may start with it (kinsoku): closing marks, commas, small kana.

    Source: JLREQ (W3C) appendix A, classes cl-02 to cl-11; CLREQ (W3C) 3.1.3.
    """
    return character in _CLOSING


def is_opening(character: str) -> bool:
    """Whether no line may end with it: opening brackets and quotes, prefixed currency signs.

    Source: JLREQ (W3C) appendix A, classes cl-01 and cl-12; CLREQ (W3C) 3.1.3.
    """
    return character in _OPENING


def is_wide_script(character: str) -> bool:
    """Whether a line may break on either side of it without a space: Han, kana, their marks."""
    return _lies_in(_WIDE, character)


def count_wide_script(text: str) -> int:
    """How many of its characters are `is_wide_script`."""
    return 0 if text.isascii() else sum(map(len, _WIDE_RUN.findall(text)))


def graphemes(text: str) -> Iterator[str]:
    """The characters as a reader sees them (UAX #29 clusters); joined they are the text."""
    if text.isascii() and "\r" not in text:
        return iter(text)
    from wcwidth import iter_graphemes

    return iter_graphemes(text)


def next_grapheme(text: str, index: int) -> int:
    """Where the character that starts at ``index`` ends; the length of the text at its end.

    Looks at no more than 64 code points.
    """
    ahead = text[index : index + 2]
    if len(ahead) < 2 or (ahead.isascii() and ahead != "\r\n"):
        return min(index + 1, len(text))
    from wcwidth import iter_graphemes

    return index + len(next(iter_graphemes(text[index : index + _WINDOW])))


def previous_grapheme(text: str, index: int) -> int:
    """Where the character that ends at ``index`` starts; 0 at the start of the text.

    Looks at no more than 64 code points.
    """
    behind = text[max(0, index - 2) : index]
    if len(behind) < 2 or (behind.isascii() and behind != "\r\n"):
        return max(index - 1, 0)
    from wcwidth import grapheme_boundary_before

    # An even window keeps the pairs of a long row of flags.
    start = max(0, index - _WINDOW)
    return start + grapheme_boundary_before(text[start:index], index - start)


_SCRIPTS = {
    "han": _bounds(_IDEOGRAPHS),
    "hiragana": _bounds("\u3041-\u3096\u309d-\u309f"),
    "katakana": _bounds("\u30a1-\u30fa\u30fd-\u30ff\u31f0-\u31ff\uff66-\uff9d"),
}


def _kind(character: str) -> str | None:
    """Which run a character belongs to; None where it belongs to its neighbour's."""
    if character.isspace():
        return "space"
    if character.isascii():
        return "word" if character.isalnum() or character == "_" else "mark"
    for script, bounds in _SCRIPTS.items():
        if _lies_in(bounds, character):
            return script
    if character == "ー" or category(character)[0] == "M" or category(character) == "Cf":
        return None
    return "word" if character.isalnum() else "mark"


def word_stop_left(text: str, index: int) -> int:
    """Where Ctrl+Left goes from ``index``, and Ctrl+W deletes to.

    A stop stands before each run of letters and digits, of Han, of hiragana, of katakana and of
    punctuation. There is no dictionary: in Chinese it is the last punctuation mark, space or
    change of script, so never more than a clause.
    """
    while index and text[index - 1].isspace():
        index -= 1
    run = None
    stop = index
    for position in range(index - 1, -1, -1):
        kind = _kind(text[position])
        if kind is not None and kind != (run or kind):
            return stop
        if kind is not None:
            run, stop = kind, position
    return stop if run else 0


def word_stop_right(text: str, index: int) -> int:
    """Where Ctrl+Right goes from ``index``: after the spaces and the run that follow.

    Runs are those of ``word_stop_left``.
    """
    length = len(text)
    while index < length and text[index].isspace():
        index += 1
    run = None
    while index < length:
        kind = _kind(text[index])
        if kind is not None and run is None:
            run = kind
        elif kind is not None and kind != run:
            break
        index += 1
    return index
