"""Docs that are written from the code.

Usage: python scripts/docs.py write|check
"""

import ast
import contextlib
import difflib
import inspect
import io
import json
import os
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
NOTE = "<!-- Written by `make docs` from the code; do not edit. -->\n"


def errors() -> str:
    """The exit codes, from the tree of exceptions."""
    from tutorcli.errors import TutorError

    said = {
        0: "Done.",
        130: "Interrupted; nothing is lost.",
        141: "The reader of a pipe went away.",
    }
    kinds = [kind for kind in tree(TutorError) if "exit_code" in vars(kind)]
    said |= {kind.exit_code: f"`{kind.__name__}`: {inspect.getdoc(kind)}" for kind in kinds}
    said[1] = "Unexpected; the log file is named."
    said[2] += " Also a wrong command or option."
    rows = ["| code | meaning |", "| --- | --- |"]
    rows += [f"| {code} | {words} |" for code, words in sorted(said.items())]
    body = (
        "# Exit codes\n\nWords go to standard error: what happened, then a hint with the next "
        "step. `--debug` adds the traceback.\n\n" + "\n".join(rows)
    )
    return NOTE + body + "\n"


def tree(kind: type[Any]) -> Iterator[type[Any]]:
    yield kind
    for below in kind.__subclasses__():
        yield from tree(below)


def cli() -> str:
    """Every command's help, in the order of the table."""
    from tutorcli.cli.table import COMMANDS, GROUPS

    parts = [NOTE + CLI, block("--help")]
    for path in COMMANDS:
        group = path.rpartition(" ")[0]
        if group and f"## tutorcli {group}\n" not in parts:
            parts += [f"## tutorcli {group}\n", f"{GROUPS[group]}\n"]
        parts += [f"##{'#' if group else ''} tutorcli {path}\n", block(*path.split(), "--help")]
    return "\n".join(parts)


CLI = """\
# Commands

Data goes to standard output, words to standard error. With `--json` a command prints one object or JSON Lines; members
are only ever added. Exit codes are in [errors.md](errors.md), what can be set in [settings.md](settings.md).
"""


def block(*argv: str) -> str:
    """What a command line prints, as a block of Markdown."""
    from tutorcli.cli.main import run

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        run(argv)
    return f"```text\n{out.getvalue().strip()}\n```\n"


def keys() -> str:
    """Every action of the screens by group, with its keys in each keymap."""
    from tutorcli.tui.actions import ACTIONS, GROUPS, Keymap
    from tutorcli.tui.presets import preset_names

    held = [Keymap.load(name) for name in preset_names()]
    names = [keymap.preset.name for keymap in held]
    rows = [f"| `{keymap.preset.name}` | {keymap.preset.about} |" for keymap in held]
    parts = [NOTE + KEYS, "\n".join(["| keymap | |", "| --- | --- |", *rows]) + "\n", digits(held)]
    for group, title in GROUPS.items():
        rows = [f"| action | {' | '.join(names)} | name | |", "| --- " * (len(names) + 3) + "|"]
        for action in (action for action in ACTIONS if action.group == group):
            cells = " | ".join(written(keymap[action.id].keys) for keymap in held)
            rows.append(f"| {action.title} | {cells} | `{action.id}` | {action.help} |")
        parts.append(f"## {title}\n\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def written(keys: Iterable[str]) -> str:
    """Keys as people write them, in a cell of a table."""
    from tutorcli.tui.actions import shown

    return " ".join(f"`{shown(key)}`" for key in keys).replace("|", "\\|")


def digits(held: Iterable[Any]) -> str:
    """What counts as a digit in each keymap, beside the digits themselves."""
    rows = ["| digit | keymap | keys |", "| --- | --- | --- |"]
    for digit in "1234567890":
        for keymap in held:
            keys = [key for key, counts in keymap.preset.digits.items() if counts == digit]
            if keys:
                rows.append(f"| {digit} | `{keymap.preset.name}` | {written(keys)} |")
    return "## Digits\n\n" + "\n".join(rows) + "\n"


KEYS = """\
# Keys

Digits, arrows, Tab, Enter, F-keys and Ctrl always suffice; letters are shortcuts. Digits rank the answers, best first,
or give the value where ratings have the focus. `Ctrl+P` or `:` finds every action by a few letters of its name; `F1`
shows the keys that act where you are.

The setting `keymap` chooses the keys: `keymap = "vim"` in `config.toml`. In the table `[keys]` of a settings file an
action gets other keys by its name, which stand above those of the keymap; two actions with one key are an error that
names both. `g g` is a key of two parts. `tutorcli config check` reads it all, `tutorcli config keys` prints what holds
here as a sheet in your language, and `tutorcli doctor --keys` shows which keys arrive in this terminal.
"""


def settings() -> str:
    """Every setting with its default, its variable and what it does."""
    from tutorcli.core.settings import KEYMAP, KEYS

    rows = ["| key | default | variable | meaning |", "| --- | --- | --- | --- |"]
    for key in KEYS:
        words = [key.meaning]
        if key.choices:
            words.append(f"One of: {', '.join(key.choices)}.")
        if key.kind is int:
            words.append(f"A whole number from {key.least}.")
        if not key.from_folder:
            words.append("A folder's file may not set it.")
        default = json.dumps(key.default)
        rows.append(f"| `{key.name}` | `{default}` | `{key.variable}` | {' '.join(words)} |")
    return NOTE + SETTINGS.format(table="\n".join(rows), keymap=KEYMAP)


SETTINGS = """\
# Settings

The strongest of these that names a key decides: an option that was typed, the variable, `tutorcli.toml` in the folder
you are in, `config.toml` of your own, the default. `tutorcli config show` says where each value comes from and where
the files lie; `tutorcli config check` reads them all. An unknown key is an error.

{table}

`TUTORCLI_HOME` moves data, config, state and logs under one folder.

The table `[{keymap}]` of a settings file gives actions other keys, by the names in [keys.md](keys.md):

    [{keymap}]
    submit = "f5,ctrl+s"
"""


def task_schema() -> str:
    """JSON Schema of a line of a task file: unknown keys may stand anywhere in it."""
    from tutorcli.core import task

    schema = schema_of(task.Task, task.SCHEMA)
    for kind in (schema, *schema["$defs"].values()):
        kind["properties"].pop("extra", None)
        kind["additionalProperties"] = True
    schema["anyOf"] = [{"required": ["prompt"]}, {"required": ["messages"]}]
    schema["properties"]["answers"]["maxItems"] = task.MAX_ANSWERS
    return to_json(schema)


def judgment_schema() -> str:
    """JSON Schema of a judgment."""
    from tutorcli.core import judgment

    schema = schema_of(judgment.Judgment, judgment.SCHEMA)
    schema["required"] = ["schema", *schema["required"]]
    return to_json(schema)


def wire_schema() -> str:
    """JSON Schemas of the bodies of sync, by their names in tutorcli/core/wire.py."""
    from tutorcli.core import problems, wire
    from tutorcli.core.document import Document
    from tutorcli.core.policy import Policy

    kinds = [*dataclasses_of(wire), Document, Policy, problems.Problem]
    return schemas_of("tutorcli sync v1", *kinds)


def stats_schema() -> str:
    """JSON Schemas of what the statistics commands print, by their names in core/figures.py."""
    from tutorcli.core import figures

    return schemas_of("tutorcli statistics", *dataclasses_of(figures))


def dataclasses_of(module: Any) -> list[type[Any]]:
    """Those that the module defines itself."""
    from dataclasses import is_dataclass

    kinds = [kind for kind in vars(module).values() if isinstance(kind, type)]
    return [kind for kind in kinds if is_dataclass(kind) and kind.__module__ == module.__name__]


def schemas_of(title: str, *kinds: type[Any]) -> str:
    """JSON Schemas of dataclasses, with the strings under their attributes."""
    from pydantic import TypeAdapter

    _, schema = TypeAdapter.json_schemas(
        [(kind.__name__, "validation", TypeAdapter(kind)) for kind in kinds],
        ref_template="#/$defs/{model}",
    )
    documented: dict[str, dict[str, str]] = {}
    for kind in kinds:
        documented |= attribute_docs_of(inspect.getmodule(kind))
    for name, part in schema["$defs"].items():
        for field, words in part["properties"].items():
            tidy(words)
            if said := documented.get(name, {}).get(field):
                words["description"] = said
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title}
    return to_json({**head, "$defs": dict(sorted(schema["$defs"].items()))})


def openapi() -> str:
    """The OpenAPI document of the server."""
    from tutorcli.server.app import make_app
    from tutorcli.server.context import Context
    from tutorcli.server.project import Project
    from tutorcli.server.storage import open_database

    # Nothing of the database is looked at.
    return to_json(make_app(Context(open_database("sqlite:///none.db"), Project())).openapi())


def protocol() -> str:
    """The page of the protocol with the codes of its errors."""
    from tutorcli.core.problems import CODES

    begin, end = "<!-- codes: written by `make docs` -->\n", "<!-- end of codes -->"
    page = (DOCS / "protocol.md").read_text(encoding="utf-8")
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    rows = ["| code | status | meaning |", "| --- | --- | --- |"]
    rows += [f"| `{code.name}` | {code.status} | {code.title} |" for code in CODES.values()]
    return before + begin + "\n".join(rows) + "\n" + end + after


def to_json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def schema_of(kind: type[Any], name: str) -> dict[str, Any]:
    """The schema of a dataclass, with the strings under its attributes as descriptions."""
    from pydantic import TypeAdapter

    schema = TypeAdapter(kind).json_schema()
    documented = attribute_docs_of(inspect.getmodule(kind) or kind)
    schema.setdefault("$defs", {})
    for title, part in {**schema["$defs"], kind.__name__: schema}.items():
        for field, words in part["properties"].items():
            tidy(words)
            if said := documented.get(title, {}).get(field):
                words["description"] = said
    schema["properties"] = {"schema": {"const": name}, **schema["properties"]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": name}


def tidy(words: dict[str, Any]) -> None:
    """Leave out what only repeats the name, and say "or null" in one line."""
    words.pop("title", None)
    kinds = [kind["type"] for kind in words.get("anyOf", []) if kind.keys() == {"type"}]
    if kinds and len(kinds) == len(words["anyOf"]):
        del words["anyOf"]
        words["type"] = kinds
    if words.get("default", ...) is None:
        del words["default"]


def attribute_docs_of(module: Any) -> dict[str, dict[str, str]]:
    """Of each class of a module, the strings under its attributes."""
    nodes = ast.parse(inspect.getsource(module)).body
    return {node.name: attribute_docs(node) for node in nodes if isinstance(node, ast.ClassDef)}


def attribute_docs(node: ast.ClassDef) -> dict[str, str]:
    """The string under each annotated attribute, on one line."""
    docs = {}
    for field, below in zip(node.body, node.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
            and isinstance(below.value.value, str)
        ):
            docs[field.target.id] = " ".join(textwrap.dedent(below.value.value).split())
    return docs


PARTS: dict[str, Callable[[], str]] = {
    "cli.md": cli,
    "keys.md": keys,
    "settings.md": settings,
    "errors.md": errors,
    "schema/task.json": task_schema,
    "schema/judgment.json": judgment_schema,
    "schema/stats.json": stats_schema,
    "schema/wire.json": wire_schema,
    "schema/openapi.json": openapi,
    "protocol.md": protocol,
}


def write() -> int:
    for name, part in PARTS.items():
        path = DOCS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(part(), encoding="utf-8", newline="\n")
    return 0


def check() -> int:
    stale = [name for name, part in PARTS.items() if report(name, part())]
    return 1 if stale else 0


def report(name: str, wanted: str) -> bool:
    """Whether the file differs from what the code says; the difference goes to standard error."""
    path = DOCS / name
    found = path.read_text(encoding="utf-8") if path.is_file() else ""
    if found == wanted:
        return False
    print(f"docs/{name} is stale; run: make docs", file=sys.stderr)
    lines = difflib.unified_diff(found.splitlines(), wanted.splitlines(), "found", "wanted", "", "")
    print("\n".join(list(lines)[:20]), file=sys.stderr)
    return True


def main(argv: list[str]) -> int:
    actions = {"write": write, "check": check}
    if len(argv) != 1 or argv[0] not in actions:
        print(__doc__, file=sys.stderr)
        return 2
    # Help is as wide as the terminal; catalogues and colours are left out of it.
    os.environ["COLUMNS"] = "80"
    return actions[argv[0]]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
