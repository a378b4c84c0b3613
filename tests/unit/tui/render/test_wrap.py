from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size
from rich.style import Style

from tutorcli.core.text import is_closing, is_opening
from tutorcli.tui.render.wrap import Line, chop, is_narrow, spans, wrap

PLAIN = Style()
BOLD = Style(bold=True)

ideographs = st.sampled_from("患者反复上腹痛三年加重一周诊断为胃溃疡")
mixed = st.text(
    st.one_of(
        ideographs,
        st.sampled_from("，。；：！？）》」』】”’…（《「『【“‘"),
        st.sampled_from("ab c,.)(é "),
    ),
    max_size=120,
)
anything = st.text(
    st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("❤\ufe0f👨\u200d👩🇨🇳é中 "),
    max_size=60,
)
widths = st.integers(2, 30)


def shown(lines: list[Line]) -> list[str]:
    return ["".join(segment.text for segment in line.segments) for line in lines]


def visible(text: str) -> str:
    return text.replace(" ", "")


@given(mixed | anything, widths)
def test_no_line_is_wider_than_the_width_and_says_how_wide_it_is(text: str, width: int) -> None:
    for line in wrap([(text, PLAIN)], width):
        assert line.cells <= width
        assert line.cells == sum(cell_len(segment.text) for segment in line.segments)


@given(st.lists(st.tuples(mixed | anything, st.sampled_from([PLAIN, BOLD])), max_size=5), widths)
def test_runs_keep_their_characters_and_lines_their_width(
    runs: list[tuple[str, Style]], width: int
) -> None:
    lines = wrap(runs, width)
    assert visible("".join(shown(lines))) == visible("".join(text for text, _ in runs))
    for line in lines:
        assert sum(cell_len(segment.text) for segment in line.segments) == line.cells <= width


@given(mixed, st.integers(8, 40))
def test_kinsoku_holds_wherever_a_line_may_be_broken(text: str, width: int) -> None:
    # With no more than two marks in a row there is always a place to break.
    marks = "".join("m" if is_closing(c) or is_opening(c) else " " for c in text if c != " ")
    assume("mmm" not in marks and "  " not in text)
    lines = [line for line in shown(wrap([(text, PLAIN)], width)) if line]
    assert not any(is_closing(line[0]) for line in lines[1:])
    assert not any(is_opening(line[-1]) for line in lines[:-1])


@given(st.text(ideographs, min_size=1, max_size=80), widths)
def test_wide_characters_fill_the_line_and_are_never_cut(text: str, width: int) -> None:
    lines = wrap([(text, PLAIN)], width)
    assert all(line.cells == width - width % 2 for line in lines[:-1])
    assert "".join(shown(lines)) == text


@given(st.text("abc de", max_size=200).map(str.lstrip), widths)
def test_latin_words_break_at_spaces_alone_unless_longer_than_a_line(text: str, width: int) -> None:
    for first, second in pairwise(spans(text, width)):
        if first[1] == second[0]:
            assert first[2] == width
            start = text.rfind(" ", 0, first[1]) + 1
            stop = text.find(" ", first[1])
            assert (stop if stop >= 0 else len(text)) - start > width


@given(anything, widths)
def test_chopped_text_keeps_every_character_blanks_included(text: str, width: int) -> None:
    lines = chop([(text, PLAIN)], width)
    assert "".join(shown(lines)) == text
    assert all(line.cells <= width for line in lines)


def test_french_marks_stay_with_their_word() -> None:
    assert shown(wrap([("Vous avez mal !", PLAIN)], 13)) == ["Vous avez", "mal !"]
    assert shown(wrap([("Il dit « oui »", PLAIN)], 8)) == ["Il dit", "« oui »"]


def test_chinese_quotes_and_brackets_stay_with_what_they_enclose() -> None:
    lines = shown(wrap([("他说：“你好，世界！”然后（他）走了。", PLAIN)], 12))
    assert lines == ["他说：“你", "好，世界！”", "然后（他）走", "了。"]


def test_latin_words_in_chinese_break_around_and_not_inside() -> None:
    assert shown(wrap([("服用aspirin后好转", PLAIN)], 8)) == ["服用", "aspirin", "后好转"]


def test_emoji_of_several_characters_stay_whole() -> None:
    family = "👨\u200d👩\u200d👧"
    assert shown(wrap([(family * 4, PLAIN)], 4)) == [family * 2, family * 2]
    assert shown(wrap([("🇨🇳" * 3, PLAIN)], 3)) == ["🇨🇳", "🇨🇳", "🇨🇳"]


def test_a_selector_that_opens_a_run_belongs_to_the_character_before() -> None:
    [line] = wrap([("❤", BOLD), ("\ufe0f x", PLAIN)], 10)
    assert [(s.text, s.style) for s in line.segments] == [("❤\ufe0f", BOLD), (" x", PLAIN)]
    assert line.cells == 4


def test_indentation_of_the_first_line_is_kept() -> None:
    assert shown(wrap([("    abc def", PLAIN)], 8)) == ["    abc", "def"]


def test_nothing_is_one_empty_line() -> None:
    assert wrap([], 10) == [Line([], 0)]
    assert wrap([("", PLAIN)], 10) == [Line([], 0)]


def test_continued_code_is_marked_and_stays_in_the_width() -> None:
    lines = chop([("x = " + "1" * 14, PLAIN)], 10, BOLD)
    assert shown(lines) == ["x =", "↳ 11111111", "↳ 111111"]
    assert [line.cells for line in lines] == [3, 10, 8]


def test_every_character_called_narrow_takes_one_cell() -> None:
    narrow = [chr(code) for code in range(0x20, 0x3000) if is_narrow(chr(code))]
    wrong = [c for c in narrow if c != "\x7f" and c >= " " and get_character_cell_size(c) != 1]
    assert len(narrow) > 1000
    assert wrong == []
