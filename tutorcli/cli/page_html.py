"""Pieces of an HTML page: whatever comes in as text goes out escaped."""

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import NewType

from tutorcli.cli.figure_columns import Grid
from tutorcli.core.text import safe_line

Html = NewType("Html", str)
"""Markup that is safe to send; `text` and `tag` alone make it."""

_VOID = {"meta", "br", "hr"}
_NO_CHARACTERS = re.compile(
    "[\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
    + "]"
)


def text(value: object) -> Html:
    """The text on one line, without markup and without what HTML or a terminal would not take."""
    shown = _NO_CHARACTERS.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", safe_line(str(value)))
    return Html(escape(shown))


def raw(css: str) -> Html:
    """A constant of the program's own as markup; never anything that came from outside."""
    return Html(css)


def name(value: object) -> Html:
    """A name of somebody's own, whose direction of writing does not reach beyond it."""
    return tag("bdi", text(value))


def tag(element: str, *inside: Html, **attributes: str | float | None) -> Html:
    """An element; values of attributes are escaped here, None leaves one out.

    A name of an attribute may end in ``_`` where Python keeps the word to itself, other ``_`` are
    written ``-``.
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{text(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if element in _VOID:
        return Html(f"<{element}{given}>")
    return Html(f"<{element}{given}>{''.join(inside)}</{element}>")


def joined(parts: Iterable[Html]) -> Html:
    """Pieces behind each other, each on a line."""
    return Html("\n".join(parts))


def table(
    caption: str,
    content: Grid,
    *,
    classes: Mapping[int, str] | None = None,
) -> Html:
    """A table that scrolls by itself where it is too wide.

    Args:
        caption: What it shows.
        content: Its cells; they are escaped here.
        classes: CSS classes of rows, by their place.
    """

    def cell(column: int, shown: str) -> Html:
        side = "n" if column in content.right else None
        inside = (name if column in content.names else text)(shown)
        if column == content.named:
            return tag("th", inside, scope="row", class_=side)
        return tag("td", inside, class_=side)

    top = [
        tag("th", text(title), scope="col", class_="n" if column in content.right else None)
        for column, title in enumerate(content.head)
    ]
    body = [
        tag("tr", *(cell(*item) for item in enumerate(row)), class_=(classes or {}).get(place))
        for place, row in enumerate(content.rows)
    ]
    inner = [tag("caption", text(caption)), tag("thead", tag("tr", *top))]
    return scrolling(caption, tag("table", *inner, tag("tbody", joined(body))))


def scrolling(label: str, inside: Html) -> Html:
    """Something wide that scrolls by itself; the label is for those who hear it."""
    return tag("div", inside, class_="scroll", role="region", tabindex="0", aria_label=label)


def bullets(items: Iterable[Html]) -> Html:
    """A list."""
    return tag("ul", *(tag("li", item) for item in items))
