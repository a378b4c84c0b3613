"""The tables of a team as they look, in two languages and two widths.

``python -m tests.table_snapshots`` writes them anew; read what changed before it is kept.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from gettext import NullTranslations
from pathlib import Path

from tests import table_reports
from tests.figure_reports import Json
from tutorcli import i18n
from tutorcli.cli.figure_bars import Look
from tutorcli.cli.figures_text import report_text

DATA = Path(__file__).parent / "data" / "tables"
REPORTS: Mapping[str, Callable[[], Json]] = {
    "tutors": table_reports.tutors,
    "gold": table_reports.gold,
    "bias": table_reports.bias,
    "time": table_reports.weeks,
}
LANGUAGES = ("en", "zh")
WIDTHS = (80, 120)


class Chinese(NullTranslations):
    """Chinese words for what stands in these reports; not those of the program, which may change."""

    words: Mapping[str, str] = json.loads((DATA / "words_zh.json").read_text("utf-8"))

    def gettext(self, message: str) -> str:
        """The Chinese of it, or itself."""
        return self.words.get(message, message)

    def ngettext(self, one: str, many: str, n: int) -> str:
        """The only form of Chinese."""
        return self.words.get(f"{one}|{many}", one if n == 1 else many)


def names() -> Iterator[tuple[str, str, int]]:
    """Report, language and width of each."""
    for report in REPORTS:
        for language in LANGUAGES:
            for width in WIDTHS:
                yield report, language, width


def path_of(report: str, language: str, width: int) -> Path:
    """Where one lies."""
    return DATA / f"{report}.{language}.{width}.txt"


def drawn(report: str, width: int) -> str:
    """The report in the language that is chosen now."""
    return f"{report_text(REPORTS[report](), Look(width))}\n"


def _write() -> None:
    for report, language, width in names():
        i18n._catalogue = Chinese() if language == "zh" else None
        path_of(report, language, width).write_text(drawn(report, width), "utf-8")


if __name__ == "__main__":
    _write()
