import io
import sys
from pathlib import Path

import pytest

from tutorcli.cli import arguments
from tutorcli.cli.arguments import EditFrom, Rate
from tutorcli.errors import ConfigError, InputError

ANSWERS = ("a", "b", "x:y")
SHOWN = ("b", "x:y", "a")


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("b:accuracy=4", Rate("b", "accuracy", 4)),
        ("b:accuracy=-1", Rate("b", "accuracy", -1)),
        ("#2:tone=na", Rate("#2", "tone", None)),
        ('"x:y":tone=0', Rate('"x:y"', "tone", 0)),
        (":overall=3", Rate(None, "overall", 3)),
        ("b:law:source=2", Rate("b", "law:source", 2)),
    ],
)
def test_a_rating_is_answer_criterion_value(text: str, rate: Rate) -> None:
    assert arguments.parse_rate(text) == rate


@pytest.mark.parametrize("text", ["", "b", "b:accuracy", "b:=4", "b:accuracy=good", "accuracy=4"])
def test_a_rating_of_another_form_is_a_usage_error(text: str) -> None:
    with pytest.raises(ConfigError, match="--rate"):
        arguments.parse_rate(text)


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("b=@better.md", EditFrom("b", "@better.md")),
        ("b=-", EditFrom("b", "-")),
        ("#1=@a=b.md", EditFrom("#1", "@a=b.md")),
        ('"x=y"=@f', EditFrom('"x=y"', "@f")),
    ],
)
def test_an_edit_is_answer_and_source(text: str, edit: EditFrom) -> None:
    assert arguments.parse_edit(text) == edit


def test_an_edit_in_the_argument_itself_is_refused_and_not_repeated() -> None:
    with pytest.raises(ConfigError) as caught:
        arguments.parse_edit("b=The patient should ...")
    assert "patient" not in f"{caught.value}{caught.value.hint}"


@pytest.mark.parametrize(("typed", "answer"), [("a", "a"), ("#2", "x:y"), ('"x:y"', "x:y")])
def test_an_answer_is_named_by_id_number_or_string(typed: str, answer: str) -> None:
    assert arguments.answer_id(typed, ANSWERS, SHOWN) == answer


@pytest.mark.parametrize("typed", ["c", "#4", "#0", '"zz"'])
def test_an_unknown_answer_is_named_with_those_there_are(typed: str) -> None:
    with pytest.raises(InputError) as caught:
        arguments.answer_id(typed, ANSWERS, SHOWN)
    assert "a, b, x:y" in str(caught.value.hint)


def test_text_from_a_file_is_exact_but_for_its_mark(tmp_path: Path) -> None:
    file = tmp_path / "text"
    file.write_bytes(b"\xef\xbb\xbfone\r\ntwo \xe5\x90\x88\n")
    assert arguments.text_from(f"@{file}", "--comment") == "one\r\ntwo 合\n"
    assert arguments.line_from(f"@{file}", "--search") == "one\r\ntwo 合"


def test_text_comes_from_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"hello\r\n")))
    assert arguments.text_from("-", "--comment") == "hello\r\n"


def test_text_in_an_argument_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        arguments.text_from("the patient", "--comment")
    assert "patient" not in str(caught.value)


@pytest.mark.parametrize(("name", "said"), [("missing", "cannot be read"), ("bad", "is not UTF-8")])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "bad").write_bytes(b"\xff")
    with pytest.raises(InputError, match=said) as caught:
        arguments.text_from(f"@{tmp_path / name}", "--comment")
    assert str(tmp_path / name) in str(caught.value)
