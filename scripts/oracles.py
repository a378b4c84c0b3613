"""Every published case of agreement and of strengths beside what this program finds.

Usage: python scripts/oracles.py [FILE ...]

The cases are those of tests/data/statistics, and where they lie beside the checkout those of
../shared/oracles and the real judgments of ../shared/data. A line says what was published, what is
found and by how much it differs: ``ok``, or ``MISSED`` when that is more than the tolerance of the
case. What this program does not compute is listed with the reason. Exit code 1 when one is missed.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.convert_judgments import converted, rows_of
from scripts.published import COMPUTED, NOT_COMPUTED, Case, NotComputedError, Row, Values
from tests.unit.stats.rated import rated
from tutorcli.core.measures import Kind
from tutorcli.formats.containers import Line as Text
from tutorcli.services.figure_files import FileSource
from tutorcli.stats import coding
from tutorcli.stats.agreement import COEFFICIENTS
from tutorcli.stats.alpha import alpha
from tutorcli.stats.bootstrap import Sampling
from tutorcli.stats.figure import (
    NO_OVERLAP,
    NO_RATINGS,
    NO_VARIATION,
    ONE_TUTOR,
    Figure,
    figure,
)
from tutorcli.stats.nominal import fleiss, percent
from tutorcli.stats.parts import Part, Parts
from tutorcli.stats.patterns import basis_of, patterns_of
from tutorcli.stats.ratings import Ratings
from tutorcli.stats.table import Table

ROOT = Path(__file__).resolve().parents[1]
OWN = ROOT / "tests" / "data" / "statistics"
SHARED = ROOT.parent / "shared"
CASES = SHARED / "oracles" / "agreement.json"
JUDGMENTS = SHARED / "data" / "judgments"

_SAYS = {
    *("stat", "value", "tol", "printed", "note", "n", "threshold", "se_tol"),
    *("level", "weights", "pair", "ties_corrected"),
}
"""Keys of a row that are no figures of their own."""
_NO_VALUE = {
    "no variation": NO_VARIATION,
    "no overlap": NO_OVERLAP,
    "no ratings": NO_RATINGS,
    "one annotator": ONE_TUTOR,
}
"""Reasons as the guards of the cases call them."""
_ROUNDED = 9
"""A published value with so many digits behind the point, or more, was rounded to them."""

Group = tuple[str, Sequence["Line"]]
"""A case and its lines."""


@dataclass(frozen=True, slots=True)
class Line:
    """One published value beside ours."""

    name: str
    status: str
    """ok, MISSED or not computed."""
    told: str
    """The two values and their difference, or the reason why there is none of ours."""

    def __str__(self) -> str:
        return f"  {self.status:12}  {self.name:46}  {self.told}"


def of_file(path: Path) -> Iterator[Group]:
    """The cases of a file."""
    for case in json.loads(path.read_text("utf-8"))["cases"]:
        if case["kind"] == "guards":
            yield case["id"], [_guarded(guard) for guard in case["cases"]]
        else:
            yield case["id"], [line for row in case["expected"] for line in _lines(case, row)]


def _lines(case: Case, row: Row) -> Iterator[Line]:
    stat, name = row["stat"], _name(row)
    if stat in NOT_COMPUTED:
        yield Line(name, "not computed", NOT_COMPUTED[stat])
    elif stat not in COMPUTED:
        yield Line(name, "MISSED", "these scripts do not know the statistic")
    else:
        try:
            yield from _beside(name, row, COMPUTED[stat](case, row))
        except NotComputedError as why:
            yield Line(name, "not computed", str(why))
    for key in sorted(row.keys() - _SAYS):
        reason = NOT_COMPUTED.get(key)
        status = "not computed" if reason else "MISSED"
        yield Line(f"{name}, {key}", status, reason or "these scripts do not know it")


def _name(row: Row) -> str:
    words = [str(row[key]) for key in ("level", "weights", "pair") if key in row]
    if "ties_corrected" in row:
        words.append("ties corrected" if row["ties_corrected"] else "ties not corrected")
    return " ".join([row["stat"], *words])


def _beside(name: str, row: Row, found: Values) -> Iterator[Line]:
    published, ours = _named(row["value"]), _named(found)
    printed = str(row.get("printed", "")).split()
    words = [""] * (len(published) - len(printed)) + printed
    for (key, value), word in zip(published.items(), words, strict=True):
        full = f"{name} {key}".rstrip()
        if key in ours:
            yield compared(full, value, ours[key], row["tol"], printed=word)
        else:
            yield Line(full, "MISSED", "not found here")
    for key in ours.keys() - published.keys():
        yield Line(f"{name} {key}", "MISSED", "not published")


def _named(values: Values) -> dict[str, float]:
    if isinstance(values, Mapping):
        return dict(values)
    if isinstance(values, Sequence):
        return {f"[{place}]": value for place, value in enumerate(values)}
    return {"": values}


def compared(
    name: str, published: float, ours: float, tolerance: float, *, printed: str = ""
) -> Line:
    """A published value beside ours; what is not a number is missed."""
    exponent = Decimal(repr(published)).as_tuple().exponent
    digits = -exponent if isinstance(exponent, int) else 0
    if digits >= _ROUNDED:
        tolerance = max(tolerance, 0.5 * 10.0**-digits)
    off = abs(published - ours)
    status = "ok" if off <= tolerance else "MISSED"
    told = f"{published:14.10f}  ours {ours:14.10f}  off {off:.1e}, at most {tolerance:.0e}"
    return Line(name, status, f"{told}; printed {printed}" if printed else told)


def _guarded(guard: Case) -> Line:
    """Degenerate ratings: a reason in place of a number, or a number that is marked as weak."""
    ratings = rated(list(zip(*guard["data"], strict=True)))
    found = _figure("alpha_nominal", ratings)
    reason = next((why for word, why in _NO_VALUE.items() if word in guard["expect"]), None)
    if reason is None:
        is_right = found.value == 1 and found.is_weak and found.low is None
    else:
        is_right = found.value is None and found.why == reason
    if "percent agreement 1.0" in guard["expect"]:
        is_right = is_right and _figure("percent", ratings).value == 1
    told = f"{found.value}: {found.why}"
    return Line(f"guard {guard['data']}", "ok" if is_right else "MISSED", told)


def _figure(name: str, ratings: Ratings) -> Figure:
    estimator = COEFFICIENTS[name](patterns_of(ratings))
    return figure(name, estimator, basis_of(ratings), Sampling())


def of_judgments(folder: Path) -> Iterator[Group]:
    """The known figures of the real judgments, through the documented conversion."""
    claims = _part(folder / "kqa_claim_labels.jsonl", Kind.RATING)
    patterns = patterns_of(next(ratings for _, ratings in coding.rated(claims)))
    found = [
        compared("fleiss_kappa", 0.7189, fleiss(patterns).value(), 5e-5),
        compared("mean agreement of two", 0.8546, percent(patterns).value(), 5e-5),
    ]
    yield "K-QA, claims by three physicians", found
    crowd = coding.preferences(_part(folder / "llmfao_crowd_pairs.jsonl", Kind.RANK, Kind.STRENGTH))
    value = alpha(patterns_of(crowd), "nominal").value()
    yield "llmfao, pairs by a crowd", [compared("krippendorff_alpha nominal", 0.291, value, 5e-4)]


def _part(path: Path, *kinds: Kind) -> Part:
    source = FileSource()
    for number, raw in enumerate(converted(rows_of(path)), 1):
        source.take(Text(path.name, number, raw))
    return next(Parts(Table(source)).each(kinds))


def main(argv: list[str]) -> int:
    """Print all cases; 1 when a published value is missed."""
    files = [Path(name) for name in argv] or sorted(OWN.glob("*.json"))
    if not argv and CASES.is_file():
        files.append(CASES)
    groups = [(str(path), of_file(path)) for path in files]
    if not argv and JUDGMENTS.is_dir():
        groups.append((str(JUDGMENTS), of_judgments(JUDGMENTS)))
    counts: Counter[str] = Counter()
    for title, cases in groups:
        print(title)
        for name, lines in cases:
            print(f" {name}", *lines, sep="\n")
            counts.update(line.status for line in lines)
    if not argv and not CASES.is_file():
        print(f"there is no {CASES}: the cases of this checkout alone")
    print(", ".join(f"{counts[word]} {word}" for word in ("ok", "MISSED", "not computed")))
    return 1 if counts["MISSED"] or not counts["ok"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
