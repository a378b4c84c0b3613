"""Texts that try to steer the terminal, crash the renderer or hide a word."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

CONTROL: Mapping[str, str] = {
    "sgr": "before \x1b[31mred \x1b[5;8mblink\x1b[0m after",
    "erase": "before \x1b[2J\x1b[3J\x1b[H\x1b[999;999Hafter",
    "modes": "before \x1b[?1049l\x1b[?2004l\x1b[?25h\x1b[?5h\x1b[?1002h\x1bc\x1b#8after",
    "queries": "before \x1b[c\x1b[>c\x1b[6n\x1b[>q\x1b[21t\x1bZ\x05after",
    "title": "before \x1b]0;owned\x07\x1b]2;owned\x1b\\after",
    "osc52": "before \x1b]52;c;b3duZWQ=\x07\x1b]52;p;?\x1b\\after",
    "osc8": "before \x1b]8;;https://evil.example/\x1b\\click\x1b]8;;\x1b\\after",
    "strings": "before \x1bP+q544e\x1b\\\x1b_G=1\x1b\\\x1b^x\x1b\\\x1bXx\x1b\\after",
    "unfinished": "before \x1b]0;never ended",
    "half": "before \x1b[",
    "c1": "before \x9b31m\x9d52;c;b3duZWQ=\x9c\x90q\x9c\x85\x84\x8dafter",
    "c0": "before " + "".join(map(chr, [*range(9), *range(11, 32), 127])) + "after",
    "lone_cr": "an honest answer\rFORGED\rlines\x0b\x0c",
    "backspaces": "dose 50 mg" + "\b" * 5 + "5 mg",
}
"""Sequences and control characters."""

HIDDEN: Mapping[str, str] = {
    "bidi": "before \u202egm 05 esod\u202c \u2066\u2067\u2068\u2069\u200e\u200f\u061c after",
    "joiners": "\u200d" * 300 + "a\u200db\u200cc" + "👩\u200d👩\u200d👧\u200d👦" * 30,
    "combining": "e" + "\u0301" * 400 + " Z" + "\u0351\u0363\u0334" * 120,
    "zero_width": "a\u200bb\u2060c\ufeffd\u00ade\u3164f\u115fg\u180eh",
    "selectors": "a\ufe0fb\ufe00\U000e0100 葛\U000e0100 ☎\ufe0f " + "\ufe0f" * 200,
    "tags": "say \U000e0041\U000e0042\U000e007f nothing \U000e0001",
    "separators": "one\u2028two\u2029three\x85four",
    "noncharacters": "\ufffe\uffff\ufdd0\U0010ffff\ue000\ufff9\ufffc",
    "flags": "🇨🇳" * 40 + "🇨" + "👍🏽" * 20,
    "wide": "中。，" * 60 + "ｱﾞ" * 40 + "\u3000",
}
"""What has no width, or a width that is easily got wrong."""

MARKUP: Mapping[str, str] = {
    "console": "[/] [b] [/b] [@click=app.quit]quit[/] [link=https://evil.example]x[/link] [[ \\[ [",
    "html": "<script>alert(1)</script><think>x</think></think><details>y<!-- <b onclick=x>",
    "links": "[a](javascript:alert) ![x](file:///etc/passwd) <https://evil.example> www.evil.example",
    "fence": "```\nnever closed **bold\n~~~ either",
    "quotes": ">" * 300 + " deep\n" + "- " * 300 + "deep\n" + "1. " * 100 + "deep",
    "brackets": "[" * 3000 + "](" * 500 + "*" * 3000 + "_" * 3000 + "`" * 3001,
    "emphasis": "*a **b " * 800 + "~~" * 500,
    "tables": "|" * 300
    + "\n"
    + "|-" * 300
    + "|\n"
    + "|x" * 300
    + "\n\n| a |\n| - |\n"
    + "|b|\n" * 200,
    "entities": "&#0;&#x1b;[31m&#27;]0;x&#7;&#x9b;31m&#x202e;&#x110000;&nbsp;&zwj;",
    "formulae": "$\\frac{" * 200 + "\\[ \\begin{matrix} & \\\\ \x1b[31m \\left(",
    "braces": "{answer} {0} {0.__class__} {} %s %(x)s %n $HOME `id` ; rm -rf",
    "empty": "",
    "blank": " \t \n\t\n ",
}
"""What a renderer might take at its word."""

LARGE: Mapping[str, str] = {
    "long_line": "x" * 200_000,
    "long_words": "word " * 40_000,
    "long_wide": "字" * 100_000 + "。" * 1000,
    "many_lines": "line\n" * 50_000,
    "many_blocks": "# head\n\n- item\n\n" * 10_000,
    "long_row": "| " + "cell | " * 20_000 + "\n| " + "--- | " * 20_000,
    "many_escapes": "\x1b[31m" * 40_000,
    "many_marks": "e\u0301\u200d" * 60_000,
}
"""What could take long."""

SMALL: Mapping[str, str] = {**CONTROL, **HIDDEN, **MARKUP}


def task(name: str, text: str, domain: str | None = None) -> dict[str, Any]:
    """A task with ``text`` in every text field that may hold any; two answers.

    Args:
        name: What makes the id of the task unlike those of the others.
        text: The hostile text.
        domain: The domain, when it is to have a pack; the hostile text otherwise.
    """
    turn = {"role": text or "user", "content": text, "reasoning": text}
    return {
        "id": f"{name} {text[:300]}",
        "domain": domain or f"{name} {text[:300]}",
        "language": f"en {text[:300]}",
        "messages": [turn, {"role": "user", "content": text}],
        "answers": [
            {"id": f"{key} {text[:300]}", "text": text, "reasoning": text, "turns": [turn]}
            | {"model": text, "steps": [text, text], "provenance": {text[:300]: text}}
            for key in ("a", "b")
        ],
        "reference": text,
        "context": [{"id": text[:300], "title": text, "locator": text, "text": text}],
        "rubric": [{"id": f"r {text[:300]}", "criterion": text, "points": 1, "axis": text}],
        "guideline": text,
        "tags": [text],
        "subdomain": text,
        "jurisdiction": text,
        "as_of": text,
        "batch": text,
        "region": text,
        "confidentiality": text,
        "licence": text,
        "source": {text[:300]: text},
        "metadata": [text],
        f"unknown {text[:300]}": text,
    }


def write(path: Path, tasks: Iterator[dict[str, Any]]) -> Path:
    """Write tasks to a file; returns its path."""
    with path.open("w", encoding="utf-8") as file:
        for one in tasks:
            file.write(json.dumps(one) + "\n")
    return path
