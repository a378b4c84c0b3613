"""The data sheet of an HTML report: where the judgments come from, and what to know of them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tutorcli.cli.figure_columns import Grid
from tutorcli.cli.figure_names import as_it_is, sentence
from tutorcli.cli.figure_rows import sections
from tutorcli.cli.page_html import Html, bullets, name, table, tag, text
from tutorcli.errors import message
from tutorcli.i18n import tr, translate

_KEYS = {
    "sources": message("Sources"),
    "licences": message("Licences"),
    "domains": message("Domains"),
    "languages": message("Languages"),
    "qualifications": message("Qualifications of the tutors"),
    "protocols": message("Protocols"),
    "guidelines": message("Guidelines"),
    "agreement": message("Agreement"),
    "gaps": message("Known gaps"),
}


def data_sheet(sheet: Mapping[str, Any]) -> Html:
    """A list of what is told of the data.

    Args:
        sheet: ``sources``, ``licences``, ``domains``, ``languages``, ``qualifications``,
            ``protocols``, ``guidelines``, ``agreement``, ``gaps``, or any other key. A value is a
            text, a list of texts, or an object from names to counts; ``agreement`` is a list of
            figures of a report; an empty one says that nothing is known.
    """
    order = [*(key for key in _KEYS if key in sheet), *(key for key in sheet if key not in _KEYS)]
    return tag("dl", *(part for key in order for part in _entry(key, sheet[key])))


def _entry(key: str, value: Any) -> Iterable[Html]:
    title = translate(_KEYS.get(key) or as_it_is(key))
    yield tag("dt", text(title))
    if key == "gaps" and isinstance(value, list):
        value = [translate(sentence(str(gap))) for gap in value]
    yield tag("dd", _value(title, value))


def _figures(found: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    """Figures in words, a line each."""
    for section in sections({"figures": found}):
        for row in section.rows:
            label = tr("{kind}: {figure}", kind=section.title, figure=row.label)
            told = row.reason if row.value is None else f"{row.number} {row.interval}".rstrip()
            yield f"{label}  {told}"


def _value(title: str, value: Any) -> Html:
    match value:
        case None | "" | [] | ():
            return tag("span", text(tr("not known")), class_="soft")
        case Mapping() if value:
            rows = [[str(key), str(count)] for key, count in value.items()]
            head = [tr("Name"), tr("Tasks")]
            names, right = frozenset({0}), frozenset({1})
            return table(title, Grid(head, rows, names=names, right=right))
        case Mapping():
            return tag("span", text(tr("not known")), class_="soft")
        case [Mapping(), *_]:
            return bullets(map(name, _figures([one for one in value if isinstance(one, Mapping)])))
        case list() | tuple():
            return bullets(map(name, value))
    return tag("span", text(value))
