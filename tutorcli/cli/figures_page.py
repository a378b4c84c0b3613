"""A report as one HTML page that holds everything: tables, charts, the data sheet; it loads nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from tutorcli import i18n
from tutorcli.cli.board_rows import board_of, boards_in, is_board
from tutorcli.cli.figure_columns import by_kind, grid
from tutorcli.cli.figure_names import kind_of
from tutorcli.cli.figure_rows import Section, scope_words
from tutorcli.cli.figure_words import how_sampled, notes_of, size_of, title_text
from tutorcli.cli.page_board import board_html
from tutorcli.cli.page_charts import Group, interval_plot
from tutorcli.cli.page_html import Html, bullets, joined, name, raw, table, tag, text
from tutorcli.cli.page_sheet import data_sheet
from tutorcli.cli.page_style import STYLE
from tutorcli.cli.page_tables import tables_html
from tutorcli.cli.report_tables import tables_of
from tutorcli.i18n import tr, translate

_MOST_LINES = 40
"""Figures in one chart; the table beside it has all."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True, slots=True)
class Content:
    """What a page is made of; its texts may be hostile."""

    title: str
    made: str
    """When, as the reader shall see it."""
    parts: Sequence[Mapping[str, Any]]
    """JSON objects of statistics commands and of leaderboards, in the order of the page."""
    sheet: Mapping[str, Any] = field(default_factory=dict)
    """See `data_sheet`."""


def page(content: Content) -> str:
    """The page as one document of UTF-8 HTML.

    Nothing is loaded and nothing runs: styles and charts stand in it, and its policy forbids the
    rest to the browser. Every table and chart says in words what it shows.
    """
    told = [one for part in content.parts for one in _single(part)]
    parts = [_part(number, part) for number, part in enumerate(told, 1)]
    if content.sheet:
        parts.append(_section("sheet", tr("Data sheet"), data_sheet(content.sheet)))
    body = tag(
        "body",
        _top(content, [(part.anchor, part.title) for part in parts]),
        tag("main", joined(part.html for part in parts)),
        _foot(),
    )
    whole = tag("html", _head(content.title), body, lang=i18n.language().replace("_", "-"))
    return f"<!doctype html>\n{whole}\n"


@dataclass(frozen=True, slots=True)
class _Part:
    anchor: str
    title: str
    html: Html


def _head(title: str) -> Html:
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", text(title)),
        tag("style", raw(STYLE)),
    )


def _top(content: Content, links: Sequence[tuple[str, str]]) -> Html:
    items = bullets(tag("a", text(title), href=f"#{anchor}") for anchor, title in links)
    return tag(
        "header",
        tag("h1", name(content.title)),
        tag("p", text(content.made), class_="soft"),
        tag("nav", items, aria_label=tr("Contents")),
    )


def _foot() -> Html:
    sentences = [
        tr(
            "An interval holds what the figure would be if other tasks of the same kind had been "
            "drawn: whole tasks are drawn again and again, and the figure is computed of each draw."
        ),
        tr(
            "Grey figures and hollow points rest on too few ratings to be relied on. A figure that "
            "is undefined says why and is never shown as 0 or 1."
        ),
    ]
    return tag("footer", *(tag("p", text(sentence)) for sentence in sentences))


def _section(anchor: str, title: str, *inside: Html) -> _Part:
    heading = tag("h2", text(title), id=f"{anchor}-title")
    body = tag("section", heading, *inside, id=anchor, aria_labelledby=f"{anchor}-title")
    return _Part(anchor, title, body)


def _single(part: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The leaderboards of an object of several; a report as it is."""
    return boards_in(part) if "boards" in part else [part]


def _part(number: int, part: Mapping[str, Any]) -> _Part:
    if part.keys() == {"notes"}:
        return _section(f"part-{number}", tr("Leaderboard"), *_notes(part))
    title, size, inside = _board(part) if is_board(part) else _report(part)
    return _section(
        f"part-{number}",
        title,
        tag("p", text(size), class_="soft"),
        *_notes(part),
        *inside,
        tag("p", text(how_sampled(part)), class_="soft"),
    )


def _board(part: Mapping[str, Any]) -> tuple[str, str, Iterator[Html]]:
    found = board_of(part)
    return found.title, found.size, board_html(found)


def _report(part: Mapping[str, Any]) -> tuple[str, str, Iterator[Html]]:
    title = title_text(part)
    tables, left = tables_of(part)
    kinds = (html for each in by_kind(left).items() for html in _kind(*each))
    return title, size_of(part), chain(tables_html(title, tables), kinds)


def _kind(kind: str, found: Sequence[Section]) -> Iterator[Html]:
    heading = translate(kind_of(kind))
    yield tag("h3", text(heading))
    for chart, caption in _intervals(heading, found):
        yield tag("figure", chart, tag("figcaption", text(caption)))
    yield _figures(heading, found)


def _notes(part: Mapping[str, Any]) -> list[Html]:
    """What the reader has to know, as a list that stands out; nothing where there is nothing."""
    said = notes_of(part)
    return [tag("div", bullets(map(text, said)), class_="notes", role="note")] if said else []


def _figures(kind: str, found: Sequence[Section]) -> Html:
    content = grid(found)
    rows = [row for section in found for row in section.rows]
    return table(
        tr("{kind}: every figure with its interval and what it rests on", kind=kind),
        content,
        classes={place: "weak" for place, row in enumerate(rows) if row.is_weak},
    )


def _intervals(kind: str, found: Sequence[Section]) -> Iterator[tuple[Html, str]]:
    groups: list[Group] = []
    lines = 0
    for section in found:
        title = scope_words(section.scope)
        lines += len(section.rows) + bool(title)
        if groups and lines > _MOST_LINES:
            break
        groups.append(Group(title, section.rows))
    caption = tr("{kind}: values with their intervals", kind=kind)
    if len(groups) < len(found):
        caption = tr(
            "{caption}; the first {n} of {all}, the table has the others",
            caption=caption,
            n=len(groups),
            all=len(found),
        )
    about = tr("One line a figure: a point for the value, a bar for the interval.")
    chart = interval_plot(caption, about, groups)
    if chart is not None:
        yield chart, caption
