import time
from collections import Counter
from unicodedata import normalize

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment

from tutorcli.tui.render.markdown import markdown_page, plain_page, render
from tutorcli.tui.render.palette import Palette

PALETTE = Palette.plain()
COLOURS = Palette.from_colours({"text": "#dddddd", "background": "#101010", "code": "#88ccff"})


def drawn(text: str, width: int = 40) -> list[str]:
    return [strip.text.rstrip() for strip in render(text, width, PALETTE)]


def segments(text: str, width: int = 40) -> list[Segment]:
    return [segment for strip in render(text, width, PALETTE) for segment in strip]


def styles_of(text: str, part: str) -> list[object]:
    return [segment.style for segment in segments(text) if segment.text.strip() == part]


def letters(text: str) -> Counter[str]:
    """Small letters of formulae count as what they stand for."""
    plain = normalize("NFKD", text)
    return Counter(character for character in plain if character.isalnum())


BLOCKS = ["\n", "\n\n", "# ", "- ", "1. ", "7) ", "> ", "```", "```py\n", "~~~\n", "    ", "\t"]
EMPHASIS = ["*", "**", "_", "`", "``", "~~", "$", "$$", ":"]
LINKS = ["[", "](", ")", "![", "](u)", '"t"', "<http://a>", "<", "</b>", "&lt;"]
ESCAPES = ["\\", "\\(", "\\)", "\\[", "\\]"]
TABLE = ["|", "\\|", "|-|-|\n", "\n|a|b|\n|-|-|\n", "---\n", "===\n", " ", "  "]
OTHER = ["\n$$\n", "[x]: y\n", "\\begin{x}\n", "\\end{x}", "\x1b[31m", "\u202e", "\r"]
marks = st.sampled_from([*BLOCKS, *EMPHASIS, *LINKS, *ESCAPES, *TABLE, *OTHER])
words = st.sampled_from(["abc", "word", "诊断", "“感冒”", "é", "x1", "：", "。"])
sources = st.lists(marks | words, max_size=40).map("".join)


@settings(max_examples=300)
@given(sources, st.integers(2, 60))
@example("> " * 40 + "deep", 20)
@example("- " * 40 + "deep", 20)
@example("|a|b|\n|-|-|\n|1|2|3|4|\n", 30)
@example("|a|b|\n|-|-|\n|1|2|3|4|\n", 6)
@example("[label]: http://address 'title'\n\n[label]", 20)
@example('![alt](u "title") [x](y "z") <http://a>', 20)
@example("123456789. x", 6)
def test_no_letter_or_digit_of_the_source_is_lost_and_no_strip_is_too_wide(
    source: str, width: int
) -> None:
    strips = render(source, width, PALETTE)
    assert not letters(source.replace("\r", "")) - letters("".join(strip.text for strip in strips))
    for strip in strips:
        assert strip.cell_length == width
        assert strip.cell_length == sum(cell_len(segment.text) for segment in strip)


@settings(max_examples=200)
@given(st.text(max_size=200), st.integers(2, 50))
def test_whatever_the_text_no_control_character_reaches_a_strip(text: str, width: int) -> None:
    for strip in render(text, width, PALETTE):
        assert not any(
            ord(character) < 32 or 127 <= ord(character) < 160 for character in strip.text
        )


@given(st.text("abc 诊断，。é\n", max_size=200), st.integers(4, 50))
def test_a_paragraph_keeps_its_lines_and_its_characters(text: str, width: int) -> None:
    lines = drawn(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "").replace("\n", "")


@pytest.mark.parametrize(
    "hostile",
    [
        "\x1b[31mred\x1b[0m",
        "\x1b]52;c;aGk=\x07",
        "\x9b31m",
        "\u202egnp.exe",
        "\u2066a\u2069",
        "a\u2028b\u2029c",
        "\ufeffx",
        "`\x1b[2J`",
        "```\n\x1b[2J\n```",
        "[x](\x1b]0;t\x07)",
        "| \x1b |\n|---|\n| \x9d |",
        "&#27;[31m",
        "&#x202e;abc",
        "\ud800",
    ],
)
def test_no_control_or_bidi_character_gets_through_any_markup(hostile: str) -> None:
    text = "".join(segment.text for segment in segments(hostile))
    assert not set(text) & set("\x1b\x07\x9b\x9d\u202e\u2066\u2069\u2028\u2029\ufeff\ud800")
    assert text.strip()


def test_a_token_stands_out() -> None:
    assert styles_of("a \x1b b", "␛") == [PALETTE.token]
    assert styles_of("a `\u202e` b", "⟨U+202E⟩") == [PALETTE.token]


@pytest.mark.parametrize(
    "markup", ["[/]", "[@click=app.quit]", "[bold red]x[/]", "[link=http://a]b[/link]"]
)
def test_console_markup_is_text(markup: str) -> None:
    assert drawn(markup) == [markup]


def test_links_are_shown_with_their_address_and_are_not_live() -> None:
    source = '[guide](https://who.int/x?a=1&amp;b "the title") ![scan](file:///x.png)'
    found = segments(source, 80)
    assert "".join(s.text for s in found).rstrip() == (
        'guide (https://who.int/x?a=1&amp;b "the title") [image: scan] (file:///x.png)'
    )
    assert all(s.style is None or (not s.style.link and not s.style.meta) for s in found)


def test_an_address_that_is_its_own_text_is_shown_once() -> None:
    assert drawn("[https://who.int](https://who.int) <https://who.int>", 60) == [
        "https://who.int <https://who.int>"
    ]


def test_an_address_with_a_script_is_only_text() -> None:
    assert drawn("[x](javascript:alert)") == ["x (javascript:alert)"]


def test_html_is_literal_text() -> None:
    assert drawn("<details>\n<b>bold</b> &lt;\n</details>") == [
        "<details>",
        "<b>bold</b> &lt;",
        "</details>",
    ]


def test_a_formula_is_readable_and_its_marks_are_no_emphasis() -> None:
    source = r"\(a_1 * b * c_2\) and \[x \\ y\] and $a*b*c$ costs \$5"
    assert drawn(source, 80) == [r"a₁ * b * c₂ and \[x \\ y\] and a*b*c costs $5"]


def test_a_formula_stays_as_written_where_that_is_asked_for() -> None:
    source = r"\(a_1 * b * c_2\) and $a*b*c$"
    [line] = markdown_page(source, 80, PALETTE.with_raw_formulae()).lines
    assert "".join(segment.text for segment in line.segments) == source
    source = "$$\n- a_1\n+ b\n$$"
    lines = markdown_page(source, 80, PALETTE.with_raw_formulae()).lines
    assert [line.segments[0].text for line in lines] == source.split("\n")


def test_a_displayed_formula_is_no_list() -> None:
    assert drawn("$$\n- a_1\n+ b\n$$") == ["- a₁ + b"]
    assert drawn("$$\n\\unknown\n- b\n$$") == ["$$", "\\unknown", "- b", "$$"]


def test_rows_of_a_displayed_formula_are_lines_where_they_fit() -> None:
    source = r"\[A = \begin{bmatrix} 1 & 20 \\ 300 & 4 \end{bmatrix}.\]"
    assert drawn(source) == ["A = [1    20]", "    [300  4 ]."]
    assert drawn(source, 8) == ["A = [1", "20; 300", "4]."]


def test_prices_do_not_make_a_formula() -> None:
    assert styles_of("from $5 to *ten* and $6", "ten") == [PALETTE.emphasis]


@pytest.mark.parametrize(
    "source", ["cd $src/$name", "$i,$j", "it is $x=$y", "$path:$home.", "$a/${b}", "$x=$(date)"]
)
def test_names_of_a_shell_keep_their_dollar_signs(source: str) -> None:
    assert drawn(source, 80) == [source]


@pytest.mark.parametrize("hostile", ["\\", "\\( ", "$x ", "$$ ", "\\["])
def test_openings_of_formulae_without_end_cost_no_more_than_text(hostile: str) -> None:
    short, long = hostile * (20_000 // len(hostile)), hostile * (100_000 // len(hostile))
    seconds = []
    for source in (short, long):
        begun = time.process_time()
        markdown_page(source, 60, PALETTE)
        seconds.append(time.process_time() - begun)
    assert seconds[1] < 15 * seconds[0] + 0.1


def test_strong_beside_chinese_punctuation_is_strong() -> None:
    assert drawn("**诊断：**感冒，**“上感”**的一种") == ["诊断：感冒，“上感”的一种"]
    assert styles_of("**诊断：**感冒", "诊断：") == [PALETTE.strong]


def test_inline_styles_nest() -> None:
    [style] = styles_of("**a *b* c**", "b")
    assert getattr(style, "bold", None)
    assert getattr(style, "italic", None)


def test_a_line_break_of_the_source_is_one_here() -> None:
    assert drawn("one\ntwo  \nthree") == ["one", "two", "three"]


def test_blank_lines_are_those_of_the_source_one_at_most() -> None:
    assert drawn("# a\nb\n\n\n\nc\n- d\n- e\n\n- f") == ["a", "b", "", "c", "• d", "• e", "", "• f"]


def test_lists_keep_their_numbers_and_hang() -> None:
    source = "3. three is long enough to wrap\n3. again\n   - inner one that wraps too\n\n     its second"
    assert drawn(source, 20) == [
        "3. three is long",
        "   enough to wrap",
        "3. again",
        "   ◦ inner one that",
        "     wraps too",
        "",
        "     its second",
    ]


def test_an_empty_item_is_its_marker() -> None:
    assert drawn("- \n- x") == ["•", "• x"]


def test_a_quote_has_a_bar_through_its_blank_lines() -> None:
    assert drawn("> a b c d e\n>\n> > f\n\ng", 10) == ["│ a b c d", "│ e", "│", "│ │ f", "", "g"]


def test_code_is_never_wrapped_by_words() -> None:
    assert drawn("```py\nlong line of code\n\tx\n\n```\nafter", 12) == [
        "py",
        "long line",
        "↳ of code",
        "    x",
        "",
        "after",
    ]


def test_a_long_line_of_code_goes_on_after_a_mark() -> None:
    assert drawn("    abcdefghijklmnop", 10) == ["abcdefgh", "↳ ijklmnop"]


def test_markup_in_code_is_text() -> None:
    assert drawn("```\n**a** <b> \\( # x\n```") == ["**a** <b> \\( # x"]


def test_an_unclosed_fence_runs_to_the_end() -> None:
    assert drawn("a\n```\n# b\n\n- c") == ["a", "# b", "", "- c"]


def test_text_nested_too_deep_for_markup_is_shown_as_written() -> None:
    source = ">" * 60 + " x"
    assert "".join(drawn(source)) == source


def test_more_brackets_than_people_write_are_text() -> None:
    source = "[" * 3000 + "*a*"
    assert "".join(drawn(source)) == source


def test_every_style_is_complete_so_that_painting_composes_none() -> None:
    source = "# a\n**b** *c* `d` [e](f)\n\n> **g**\n\n- h\n\n|i|\n|-|\n|j|\n\n```\nk\n```\n***\n\x1b ~~l~~"
    for strip in render(source, 30, COLOURS):
        assert all(s.style and s.style.color and s.style.bgcolor for s in strip)


def test_a_bar_stands_before_every_line() -> None:
    page = markdown_page("a\n\n- b\n\n```\nc\n```", 20, PALETTE, bar="┊ ")
    assert all(line.segments[0].text == "┊ " for line in page.lines)


def test_plain_text_shows_its_markup() -> None:
    lines = plain_page("# a\n**b**", 20, PALETTE).lines
    assert [line.segments[0].text for line in lines] == ["# a", "**b**"]
