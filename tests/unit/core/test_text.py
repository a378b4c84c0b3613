"""Hostile text is made visible; a hand moves through text by what it sees."""

from itertools import pairwise
from unicodedata import category

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tutorcli.core.text import (
    count_wide_script,
    graphemes,
    is_closing,
    is_opening,
    is_wide_script,
    narrow,
    next_grapheme,
    pictures,
    previous_grapheme,
    safe,
    safe_line,
    short_line,
    title_of,
    word_stop_left,
    word_stop_right,
)

ANY_TEXT = st.text(st.characters(exclude_categories=()))
HOSTILE = st.text(
    st.sampled_from(
        "ab 中。\n\r\t\x1b\x07\x00\x7f\x85\x9b\u200b\u200c\u200d\u200e\u202e\u2066\u2028\ufeff\ufe0f"
        "\u0301\u0628\u0915\u094d\ud800\U000e0041\U000e0100👨👩🇨🇳🏽葛ーカひ"
    ),
    max_size=30,
)


def never_shown(character: str) -> bool:
    bidi = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    return character in bidi or (
        character not in "\t\n" and category(character) in {"Cc", "Cs", "Zl", "Zp"}
    )


@given(ANY_TEXT | HOSTILE)
@example("".join(map(chr, range(0x3000))))
def test_safe_text_holds_no_control_no_bidi_control_and_no_surrogate(text: str) -> None:
    assert not any(map(never_shown, safe(text)))
    assert not any(map(never_shown, pictures(text)))


@given(ANY_TEXT | HOSTILE)
def test_safe_text_is_left_alone_the_second_time(text: str) -> None:
    assert safe(safe(text)) == safe(text)
    assert safe_line(safe_line(text)) == safe_line(text)


@given(ANY_TEXT | HOSTILE)
def test_pictures_keep_every_offset(text: str) -> None:
    shown = pictures(text)
    assert len(shown) == len(text)
    assert all(
        a == b or a in "⟨␦" or never_shown(b) or b.isprintable() is False
        for a, b in zip(shown, text, strict=True)
    )


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=50))
def test_ordinary_text_is_not_changed(text: str) -> None:
    blank_letters = "\u115f\u1160\u3164\uffa0"
    if not set(text) & set(blank_letters):
        assert safe(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("a\r\nb\tc", "a␍\nb\tc"),
        ("\x9b5n\x7f", "⟨U+009B⟩5n␡"),
        ("pay \u202etnuoma\u202c", "pay ⟨U+202E⟩tnuoma⟨U+202C⟩"),
        ("pass\u200dword \u200b\ufeff", "pass⟨U+200D⟩word ⟨U+200B⟩⟨U+FEFF⟩"),
        ("a\ufe0f\U000e0101", "a⟨U+FE0F⟩⟨U+E0101⟩"),
        ("\ud83d", "⟨U+D83D⟩"),
        ("\U000e0041", "⟨U+E0041⟩"),
    ],
)
def test_what_could_hide_or_act_is_named(text: str, shown: str) -> None:
    assert safe(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "👨\u200d👩\u200d👧",
        "❤️",
        "1️⃣",
        "می\u200cخواهم",
        "क्\u200dष",
        "e\u0301",
        "葛\U000e0100",
        "ไทย\u200bไทย",
    ],
)
def test_spelling_of_scripts_and_emoji_stays(text: str) -> None:
    assert safe(text) == text


def test_a_table_cell_is_one_line() -> None:
    assert safe_line("a\n\tb\x1b") == "a␤ b␛"


@given(HOSTILE)
def test_clusters_join_to_the_text_and_neighbours_agree(text: str) -> None:
    clusters = list(graphemes(text))
    assert "".join(clusters) == text
    index = 0
    for cluster in clusters:
        assert next_grapheme(text, index) == index + len(cluster)
        assert previous_grapheme(text, index + len(cluster)) == index
        index += len(cluster)


def test_a_family_a_flag_and_an_accent_are_one_step_each() -> None:
    assert list(graphemes("👨\u200d👩\u200d👧🇨🇳e\u0301")) == ["👨\u200d👩\u200d👧", "🇨🇳", "e\u0301"]


def test_ends_of_a_text_are_where_steps_stop() -> None:
    assert next_grapheme("ab", 2) == 2
    assert previous_grapheme("ab", 0) == 0


def test_a_long_row_of_flags_keeps_its_pairs() -> None:
    flags = "🇨🇳" * 100
    assert previous_grapheme(flags, len(flags)) == len(flags) - 2


def parts(text: str) -> list[str]:
    stops = [len(text)]
    while stops[-1]:
        stops.append(word_stop_left(text, stops[-1]))
    return [text[a:b] for a, b in pairwise(reversed(stops))]


def test_chinese_stops_at_punctuation_and_at_each_change_of_script() -> None:
    assert parts("我今天去了，market研究3天。") == [
        "我今天去了",
        "，",
        "market",
        "研究",
        "3",
        "天",
        "。",
    ]
    assert parts("漢字ひらがなカタカナー") == ["漢字", "ひらがな", "カタカナー"]


def test_latin_words_stop_before_their_letters() -> None:
    assert parts("dose: 5 mg cafe\u0301") == ["dose", ": ", "5 ", "mg ", "cafe\u0301"]
    assert word_stop_right("dose: 5 mg", 4) == 5
    assert word_stop_right("dose: 5 mg", 5) == 7


@given(HOSTILE, st.integers(0, 30))
def test_word_stops_always_move_until_the_ends(text: str, index: int) -> None:
    index = min(index, len(text))
    assert word_stop_left(text, index) < index or index == 0
    assert word_stop_right(text, index) > index or index == len(text)


@given(ANY_TEXT)
def test_a_title_is_one_short_line(text: str) -> None:
    title = title_of(text)
    assert title == " ".join(text.split())[:80]


def test_a_title_of_one_endless_word_is_cut() -> None:
    assert title_of(" \n" + "x" * 1_000_000) == "x" * 80


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("１", "1"),
        ("＝", "="),
        ("／", "/"),
        ("÷", "/"),
        ("、", "/"),
        ("？", "?"),
        ("。", "."),
        ("ｑ", "q"),
        ("é", "é"),
        ("中", "中"),
    ],
)
def test_keys_of_an_input_method_are_narrowed(typed: str, meant: str) -> None:
    assert narrow(typed) == meant


def test_no_mark_both_opens_and_closes() -> None:
    everything = [chr(n) for n in range(0x110000) if not 0xD800 <= n < 0xE000]
    assert not [c for c in everything if is_opening(c) and is_closing(c)]
    assert all(map(is_closing, "。》)"))
    assert is_opening("《")
    assert not is_closing("a")


def test_han_and_kana_are_wide_scripts_and_letters_are_not() -> None:
    assert all(map(is_wide_script, "中文ひカ，。《"))
    assert not any(map(is_wide_script, "aé1 “한"))


def test_a_short_line_is_cut_before_it_is_made_safe() -> None:
    assert short_line("a\nb", 3) == "a␤b"
    assert short_line("\x1b" * 1_000_000, 2) == "␛␛…"


@given(st.text())
def test_wide_characters_are_counted_as_they_are_told(text: str) -> None:
    assert count_wide_script(text + "违约金あ！") == 5 + sum(map(is_wide_script, text))
