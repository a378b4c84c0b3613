"""Statistics as files: CSV for a spreadsheet or a program, Markdown for a page or a message.

A name in a CSV that a spreadsheet would take for a formula, because it begins with ``=``, ``+``,
``-`` or ``@`` (full-width ones too, and behind spaces), gets an apostrophe in front, which a
spreadsheet shows as text. Numbers stay numbers. Control characters become visible in both.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tutorcli.cli.figure_columns import Grid, by_kind, grid
from tutorcli.cli.figure_names import kind_of
from tutorcli.cli.figure_rows import scope_keys
from tutorcli.cli.figure_table import Table, below, table_grid
from tutorcli.cli.figure_words import headline, how_sampled, notes_of
from tutorcli.cli.report_tables import tables_of
from tutorcli.cli.table_first import first
from tutorcli.core.text import safe_line
from tutorcli.i18n import tr, translate

_NUMBERS = ("value", "low", "high", "weak", "why", "tasks", "units", "ratings", "tutors", "overlap")
SAMPLING = ("seed", "ci", "resamples")
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")
_MARKED = re.compile(r"[\\`*_\[\]<>|~&$#@]|(?<=www)\.|:(?=//)", re.IGNORECASE)


def report_csv(report: Mapping[str, Any]) -> str:
    """The report as CSV by RFC 4180: a head, then a row a figure; an unknown number is empty.

    Columns are what, kind, each key of a scope, figure, value, low, high, weak, why, tasks, units,
    ratings, tutors, overlap, seed, ci, resamples; numbers are those of the JSON object.
    """
    scope = scope_keys(report)
    head = ["what", "kind", *scope, "figure", *_NUMBERS, *SAMPLING]
    sampling = [report.get(key) for key in SAMPLING]
    rows = (
        [
            report.get("what"),
            *(figure.get(key) for key in ("kind", *scope, "figure", *_NUMBERS)),
            *sampling,
        ]
        for figure in report.get("figures", ())
    )
    return csv_text(head, rows)


def csv_text(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV by RFC 4180, lines ended by CR LF; texts made safe as the module says."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_cell(name) for name in head])
    writer.writerows([_cell(item) for item in row] for row in rows)
    return out.getvalue()


def _cell(item: object) -> object:
    match item:
        case None:
            return ""
        case bool():
            return "true" if item else "false"
        case int() | float():
            return item
    text = safe_line(str(item))
    return f"'{text}" if _FORMULA.match(text) else text


def report_markdown(report: Mapping[str, Any]) -> str:
    """The report as Markdown of GitHub's kind: tables of tutors or weeks, else of each way of judging.

    Lines without a newline at the end.
    """
    parts = [f"## {escaped(headline(report))}"]
    tables, left = tables_of(report)
    for table in tables:
        parts += _table_markdown(table)
    for kind, found in by_kind(left).items():
        parts += [f"### {escaped(translate(kind_of(kind)))}", markdown_table(grid(found))]
    parts += [markdown_list(notes_of(report))] if report.get("notes") else []
    parts.append(escaped(how_sampled(report)))
    return "\n\n".join(parts)


def _table_markdown(found: Table) -> list[str]:
    """The table with its title before it, and behind it what to look at first and what is missing."""
    parts = [f"### {escaped(found.title)}"] if found.title else []
    parts += [markdown_table(table_grid(found))] if found.columns else []
    if told := first(found, [safe_line(line.name) for line in found.lines]):
        parts += [escaped(tr("To look at first")), markdown_list(told)]
    return parts + ([markdown_list(missing)] if (missing := below(found)) else [])


def markdown_table(content: Grid) -> str:
    """A table of Markdown; cells are escaped here."""
    sides = ("---:" if place in content.right else "---" for place in range(len(content.head)))
    lines = [_line(map(escaped, content.head)), _line(sides)]
    return "\n".join([*lines, *(_line(map(escaped, row)) for row in content.rows)])


def markdown_list(items: Iterable[str]) -> str:
    """A list of Markdown; items are escaped here."""
    return "\n".join(f"- {escaped(item)}" for item in items)


def escaped(text: str) -> str:
    """The text on one line, so that Markdown shows it as it is: no markup, no link, no HTML."""
    return _MARKED.sub(lambda found: f"\\{found[0]}", safe_line(text)).strip()


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
