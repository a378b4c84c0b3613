"""Message catalogues: collect the templates, compile the .po files, check that all is current.

Usage: python scripts/catalogues.py extract|compile|check
"""

import ast
import io
import string
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "tutorcli"
LOCALE = PACKAGE / "locale"
KEYWORDS = {"message": 1, "tr": 1, "ntr": 2}
"""How many leading arguments of each call are templates."""

MODULES = {"i18n", "errors"}

MessageId = str | tuple[str, str]


@dataclass(frozen=True)
class Found:
    """What the source asks a catalogue for."""

    ids: frozenset[MessageId]
    unreadable: tuple[str, ...]
    """Calls whose template is not a plain string, as ``file:line``."""


class PlainCatalog(Catalog):
    """A catalogue whose header holds no date, person or tool, so that equal work gives equal bytes."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale_identifier)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, int]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            name = node.func.attr if node.func.value.id in MODULES else ""
        if name in KEYWORDS:
            yield node, KEYWORDS[name]


def collect() -> Found:
    """Every template in the package."""
    ids: set[MessageId] = set()
    unreadable: list[str] = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for call, count in calls(ast.parse(path.read_bytes())):
            texts = [
                node.value
                for node in call.args[:count]
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            ]
            if len(texts) != count:
                unreadable.append(f"{path.relative_to(ROOT)}:{call.lineno}")
            else:
                ids.add(texts[0] if count == 1 else (texts[0], texts[1]))
    return Found(frozenset(ids), tuple(unreadable))


def po_files() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/tutorcli.po"))


def entries(catalog: Catalog) -> Iterator[tuple[MessageId, tuple[str, ...], bool]]:
    """Id, translations and fuzziness of all but the header."""
    for entry in catalog:
        if entry.id:
            key = entry.id if isinstance(entry.id, str) else (entry.id[0], entry.id[1])
            given = entry.string or ""
            yield key, (given,) if isinstance(given, str) else tuple(given), entry.fuzzy


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return pofile.read_po(file, locale=path.parent.parent.name)


def singular(key: MessageId) -> str:
    return key if isinstance(key, str) else key[0]


def merged(old: Catalog, ids: Iterable[MessageId]) -> PlainCatalog:
    """``old`` with exactly ``ids``: what the source lost goes, what is new stays empty."""
    new = PlainCatalog(locale=old.locale, header_comment="", fuzzy=False)
    for key in sorted(ids, key=singular):
        known = old.get(singular(key))
        kept = known is not None and known.id == key
        new.add(key, known.string if known and kept else None, flags=known.flags if known else ())
    return new


def po_bytes(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    pofile.write_po(out, catalog, width=100, no_location=True, sort_output=True)
    return out.getvalue().lstrip(b"#\n")


def mo_bytes(path: Path) -> bytes:
    catalog = read(path)
    out = io.BytesIO()
    mofile.write_mo(out, merged(catalog, [key for key, _, _ in entries(catalog)]))
    return out.getvalue()


def placeholders(text: str) -> set[str]:
    """Names in braces; formats and attributes are kept, so that they never match a plain name."""
    return {
        f"{name}{'!' + conversion if conversion else ''}{':' + spec if spec else ''}"
        for _, name, spec, conversion in string.Formatter().parse(text)
        if name is not None
    }


def faults_of_source(found: Found) -> Iterator[str]:
    for place in found.unreadable:
        yield f"{place}: the template must be one plain string"
    for text in sorted(singular(key) for key in found.ids):
        try:
            odd = sorted(name for name in placeholders(text) if not name.isidentifier())
        except ValueError as error:
            odd = [str(error)]
        if odd:
            yield f"{text!r}: placeholders are plain names, not {', '.join(odd)}"


def faults_of_entry(key: MessageId, strings: tuple[str, ...]) -> Iterator[str]:
    wanted = placeholders(key if isinstance(key, str) else key[1])
    for text in strings:
        try:
            given = placeholders(text)
        except ValueError as error:
            yield f"{text!r}: {error}"
            continue
        # A singular may say "one" in words.
        if given != wanted and not (isinstance(key, tuple) and given == wanted - {"n"}):
            yield f"{text!r}: placeholders differ from {singular(key)!r}"


def faults_of_catalogue(path: Path, ids: frozenset[MessageId]) -> Iterator[str]:
    catalog = read(path)
    for key, strings, fuzzy in entries(catalog):
        if key not in ids:
            yield f"no longer in the source: {singular(key)!r}"
        elif not all(strings):
            yield f"not translated: {singular(key)!r}"
        elif fuzzy:
            yield f"marked fuzzy: {singular(key)!r}"
        else:
            yield from faults_of_entry(key, strings)
    for key in sorted(ids - {key for key, _, _ in entries(catalog)}, key=singular):
        yield f"missing: {singular(key)!r}"
    compiled = path.with_suffix(".mo")
    if not compiled.is_file() or compiled.read_bytes() != mo_bytes(path):
        yield "the .mo file is stale; run: make docs"


def extract() -> int:
    found = collect()
    for path in po_files():
        path.write_bytes(po_bytes(merged(read(path), found.ids)))
    return report(faults_of_source(found))


def compile_all() -> int:
    for path in po_files():
        path.with_suffix(".mo").write_bytes(mo_bytes(path))
    return 0


def check() -> int:
    found = collect()
    faults = list(faults_of_source(found))
    for path in po_files():
        faults += [f"{path.relative_to(ROOT)}: {it}" for it in faults_of_catalogue(path, found.ids)]
    return report(faults)


def report(faults: Iterable[str]) -> int:
    lines = list(faults)
    for line in lines:
        print(line, file=sys.stderr)
    return 1 if lines else 0


def main(argv: list[str]) -> int:
    actions = {"extract": extract, "compile": compile_all, "check": check}
    if len(argv) != 1 or argv[0] not in actions:
        print(__doc__, file=sys.stderr)
        return 2
    return actions[argv[0]]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
