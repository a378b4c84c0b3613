"""Where the reasoning at the start of an answer's text ends and the answer begins."""

import re

_OPEN = re.compile(r"\s*<(?i:think(?:ing)?)>")
_CLOSE = re.compile(r"</(?i:think(?:ing)?)>")


def _stands_alone(text: str, tag: re.Match[str]) -> bool:
    """Whether a line outside fences begins or ends with a tag; an answer may speak of it."""
    line_start = text.rfind("\n", 0, tag.start()) + 1
    line_end = text.find("\n", tag.end())
    after = text[tag.end() : line_end if line_end >= 0 else len(text)]
    if text[line_start : tag.start()].strip() and after.strip():
        return False
    return text.count("```", 0, tag.start()) % 2 == 0


def reasoning_span(text: str) -> tuple[int, int, int] | None:
    """The part of a text that is reasoning.

    It is what stands between ``<think>`` at the start and ``</think>``; either tag may be
    missing: before a lone ``</think>`` at the start or end of a line all is reasoning, and so is
    all after a ``<think>`` that is never closed.

    Returns:
        Start and end of the reasoning and start of the answer, in code points, the tags in none
        of them; None if the text has no reasoning.
    """
    opening = _OPEN.match(text)
    start = opening.end() if opening else 0
    for tag in _CLOSE.finditer(text, start):
        if opening or _stands_alone(text, tag):
            return start, tag.start(), tag.end()
    return (start, len(text), len(text)) if opening else None
