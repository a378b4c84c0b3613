"""How long a text is, counted as its readers do."""

from collections.abc import Sequence
from typing import NamedTuple

from tutorcli.core.text import count_wide_script

_SAMPLE = 4_000
"""Characters by which the script of a text is told."""


class Extent(NamedTuple):
    """A length in words, or in characters where no blanks stand between words."""

    n: int
    is_words: bool


def extent_of(texts: Sequence[str]) -> Extent:
    """The length of texts together; Chinese and its like are counted in characters."""
    sample = "".join(text[:_SAMPLE] for text in texts)
    if count_wide_script(sample) * 3 > len(sample):
        return Extent(sum(len(text) - text.count("\n") for text in texts), is_words=False)
    return Extent(sum(len(text.split()) for text in texts), is_words=True)
