from hypothesis import given
from hypothesis import strategies as st

from tutorcli.tui.render.pieces import FENCE_LINES, LIMIT, Kind, Piece, cut, headings

PARAGRAPH = "word " * 100


def parts(text: str) -> list[str]:
    return [text[piece.start : piece.end] for piece in cut(text)]


def kinds(pieces: list[Piece]) -> set[Kind]:
    return {piece.kind for piece in pieces}


MARKUP = ["\n", "\n\n", " \n", "# h\n", "- x\n", "  - y\n", "```\n", "```py\n", "~~~\n", "  ```\n"]
LARGE = ["|a|b|\n", PARAGRAPH, "x" * (LIMIT + 1), "患者。" * 900, "a\n" * 250]
chunks = st.sampled_from([*MARKUP, *LARGE])


@given(st.lists(chunks, max_size=20).map("".join))
def test_pieces_cover_the_text_without_gaps_or_overlaps(text: str) -> None:
    assert "".join(parts(text)) == text
    assert all(piece.start <= piece.shown <= piece.end for piece in cut(text))
    assert all(piece.start < piece.end for piece in cut(text))


@given(st.lists(chunks, max_size=20).map("".join))
def test_what_is_not_laid_out_is_blank_or_the_end_of_a_fence(text: str) -> None:
    for piece in cut(text):
        assert not text[piece.shown : piece.end].strip(" \t\n`~")


def test_a_short_text_is_one_piece() -> None:
    assert parts("a\n\nb\n\n- c\n") == ["a\n\nb\n\n- c\n"]


def test_a_long_text_is_cut_at_blank_lines() -> None:
    pieces = cut((PARAGRAPH + "\n\n") * 20)
    assert len(pieces) == 10
    assert all(piece.gap for piece in pieces)


def test_no_cut_lies_before_an_indented_line() -> None:
    text = f"- {PARAGRAPH}\n\n" + f"  {PARAGRAPH}\n\n" * 4
    assert parts(text) == [text]


def test_a_fence_with_blank_lines_is_not_cut() -> None:
    fence = "```py\n" + "x = 1\n\n" * 60 + "```\n"
    found = parts(f"{PARAGRAPH}\n\n{fence}\n{PARAGRAPH}\n\n{PARAGRAPH}\n\n{PARAGRAPH}")
    assert len(found) > 1
    assert any(fence in part for part in found)


def test_a_fence_in_a_list_is_not_cut() -> None:
    text = "- a\n\n  ```\n" + "  # x\n\n" * 95 + "  ```\n"
    assert parts(text) == [text]


def test_a_long_fence_is_cut_and_stays_code() -> None:
    text = "before\n\n```py\n" + "# x\n\n" * 1000 + "```\n\nafter"
    pieces = cut(text)
    assert [piece.kind for piece in pieces[:3]] == [Kind.MARKDOWN, Kind.MARKDOWN, Kind.CODE]
    code = pieces[2:-1]
    assert kinds(code) == {Kind.CODE}
    assert "".join(text[p.start : p.shown] for p in code) == "# x\n\n" * 1000
    assert all(text.count("\n", p.start, p.shown) <= FENCE_LINES for p in code)
    assert code[-1].gap
    assert text[pieces[-1].start :] == "after"


def test_an_unclosed_fence_is_code_to_the_end() -> None:
    pieces = cut("```\n" + "x\n" * 1000)
    assert kinds(pieces[1:]) == {Kind.CODE}


def test_a_long_line_is_plain_and_cut_at_spaces() -> None:
    text = "word " * 2000
    assert kinds(cut(text)) == {Kind.PLAIN}
    assert all(part.endswith(" ") and len(part) <= LIMIT for part in parts(text))


def test_a_long_chinese_line_is_not_cut_before_a_stop() -> None:
    assert not any(part.startswith(("，", "。")) for part in parts("患者腹痛三年，加重。" * 1500))


def test_a_paragraph_of_many_lines_is_cut_between_lines() -> None:
    text = "".join(f"line {number} of the text\n" for number in range(2000))
    assert len(cut(text)) > 30
    assert all(part.endswith("\n") and len(part) <= LIMIT for part in parts(text))
    assert not any(piece.gap for piece in cut(text))


def test_a_table_is_cut_only_beyond_four_hundred_lines() -> None:
    table = "|a|b|\n|-|-|\n"
    assert len(cut(table + "|1|2|\n" * 390)) == 1
    assert len(cut(table + "|1|2|\n" * 3000)) < 10


def test_blank_text_is_laid_out_as_nothing() -> None:
    assert [piece.shown for piece in cut("\n \n\n" * 1000)] == [0]
    assert cut("") == []


def test_headings_are_those_outside_fences() -> None:
    text = "# one #\n\n```\n# code\n```\n\n  ### two\n####### no\n#no"
    [piece] = cut(text)
    assert [(level, title) for _, level, title in headings(text, piece)] == [(1, "one"), (3, "two")]
