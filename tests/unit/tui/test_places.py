"""Places in texts survive as lists of numbers; what is none is nowhere."""

import pytest

from tutorcli.core.canonical import Json
from tutorcli.core.textdiff import diff
from tutorcli.tui.render.document import Anchor
from tutorcli.tui.render.palette import Palette
from tutorcli.tui.render.stack import Part, Place, Stack
from tutorcli.tui.screens.comparing import changed
from tutorcli.tui.screens.places import place_from_json, place_to_json

TEXT = "\n\n".join(f"Paragraph {n} has a few words more than fit." for n in range(90))


def stack(width: int) -> Stack:
    return Stack([Part("Short."), Part(TEXT, "user")], width, Palette.plain(), lambda *_: "")


@pytest.mark.parametrize("place", [Place(0, None), Place(1, Anchor(-3, 2, 70, 40))])
def test_a_place_comes_back_from_json(place: Place) -> None:
    assert place_from_json(place_to_json(place)) == place


@pytest.mark.parametrize("value", [None, [], [1, 2], ["1"], {"a": 1}, [1, 2, 3, 4, 5.0], [True]])
def test_what_is_no_place_is_none(value: Json) -> None:
    assert place_from_json(value) is None


@pytest.mark.parametrize("width", [30, 44, 120])
def test_a_place_is_found_at_any_width(width: int) -> None:
    shown = stack(44)
    y = next(y for y in range(shown.height) if shown.line(y).text.startswith("Paragraph 60"))
    place = place_from_json(place_to_json(shown.anchor(y)))
    assert place is not None
    other = stack(width)
    assert other.line(other.locate(place)).text.startswith("Paragraph 60")


@pytest.mark.parametrize("place", [Place(7, None), Place(1, Anchor(999, 9, 9, 1)), Place(-1, None)])
def test_a_place_of_a_text_that_has_changed_leads_somewhere(place: Place) -> None:
    shown = stack(44)
    assert 0 <= shown.locate(place) < shown.height


def test_words_that_differ_are_counted_chinese_by_character() -> None:
    found = changed(diff("Take 5 mg daily, 每日一次.", "Take 0.5 mg daily, 每日三次."))
    assert (found.gone, found.come, found.same, found.places) == (2, 2, 8, 2)
    assert changed(diff("same", "same")).places == 0
