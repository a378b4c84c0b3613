"""Words are found in the source, and marked where they stand on the lines."""

import pytest

from tests.timing import within
from tutorcli.tui.render.document import Document
from tutorcli.tui.render.finding import fold, marked, needle_of
from tutorcli.tui.render.palette import Palette

PALETTE = Palette.plain()


def found(text: str, what: str, width: int = 40) -> tuple[int, list[str]]:
    """How often it stands in the source, and what of each line would be marked."""
    needle = needle_of(what)
    assert needle is not None
    document = Document(text, width, PALETTE)
    document.ensure(0, document.height)
    shown = []
    for y in range(document.height):
        _, line, occurrences = document.occurrences(y, needle)
        characters = document.line(y).text
        shown += [
            characters[start:end]
            for stretches in occurrences
            for at, start, end in stretches
            if at == line
        ]
    return len(document.hits(needle)), shown


@pytest.mark.parametrize(
    ("text", "what", "count", "shown"),
    [
        ("The Knee and the knee.", "KNEE", 2, ["Knee", "knee"]),
        ("ＣＴ　ｓｃａｎ", "ct scan", 1, ["ＣＴ　ｓｃａｎ"]),
        ("血压升高，血压下降。", "血压", 2, ["血压", "血压"]),
        ("A **bold** word, a **bold word**.", "bold word", 2, ["bold word"] * 2),
        ("他有**高血压**病史。", "高血压病", 1, ["高血压病"]),
        ("Straße, STRASSE", "straße", 1, ["Straße"]),
        ("visit", "is it", 0, []),
        ("one\n\ntwo", "one two", 0, []),
        ("a (b) [c]* \\d", "(b) [c]", 1, ["(b) [c]"]),
        ("e\u0301tat", "e\u0301tat", 1, ["e\u0301tat"]),
    ],
)
def test_case_width_and_emphasis_do_not_matter(
    text: str, what: str, count: int, shown: list[str]
) -> None:
    assert found(text, what) == (count, shown)


def test_a_hit_goes_on_over_the_end_of_a_line() -> None:
    assert found("- one two three four five", "three four", 16) == (1, ["three", "four"])
    assert found("> 高血压患者应当低盐饮食", "患者应当低盐", 12) == (1, ["患者", "应当低盐"])


def test_each_hit_is_found_on_its_line() -> None:
    text = "\n\n".join(f"Paragraph {n} has **pain** in it." for n in range(200))
    needle = needle_of("PAIN")
    assert needle is not None
    document = Document(text, 30, PALETTE)
    hits = document.hits(needle)
    assert (len(hits), document.rendered_segments) == (200, 0)
    for number in (0, 77, 199):
        line, occurrence = document.occurrence(hits[number], needle)
        assert f"Paragraph {number} has pain" in document.line(line).text
        assert occurrence == hits[number].number


def test_what_is_not_drawn_as_it_stands_leads_near() -> None:
    needle = needle_of("|---|")
    assert needle is not None
    document = Document("First.\n\n| a | b |\n|---|---|\n| 1 | 2 |", 30, PALETTE)
    (hit,) = document.hits(needle)
    line, occurrence = document.occurrence(hit, needle)
    assert occurrence == -1
    assert 1 <= line < document.height


def test_folding_keeps_every_offset() -> None:
    for text in ("İstanbul ẞ ﬁ ＡＢ", "plain TEXT", "ǅ Σς ㎎"):
        assert len(fold(text)) == len(text)


def test_blanks_alone_are_no_needle() -> None:
    assert needle_of(" \u3000\n") is None


@pytest.mark.parametrize("what", ["**a", "a b", "****b"])
def test_a_text_made_to_be_slow_is_not(what: str) -> None:
    needle = needle_of(what)
    assert needle is not None
    with within(3):
        for text in ("*" * 200_000, "a " * 100_000, "a" + " " * 200_000 + "\n" * 9):
            Document(text, 40, PALETTE).hits(needle)


def test_marking_changes_no_character() -> None:
    document = Document("Some **bold** and `code` words", 40, PALETTE)
    strip = document.line(0)
    drawn = marked(strip, [(3, 8, PALETTE.token), (9, 15, PALETTE.token)])
    assert (drawn.text, drawn.cell_length) == (strip.text, strip.cell_length)
    reversed_text = "".join(text for text, style, _ in drawn if style and style.reverse)
    assert reversed_text == strip.text[3:8] + strip.text[9:15]
