"""Texts in lines: corrected answers and the comment."""

import sys

from tutorcli.cli.arguments import text_from
from tutorcli.cli.plain_judging import ask_reasons
from tutorcli.cli.plain_talk import Acts, Talk
from tutorcli.cli.said import edit_operation
from tutorcli.core.draft import COMMENT, EDIT
from tutorcli.core.text import narrow
from tutorcli.errors import ConfigError, message
from tutorcli.services.copying import made_folder
from tutorcli.services.outside import edited

END = "."


def _edit(talk: Talk, rest: str) -> bool:
    """From a file, or line by line."""
    if "=" in narrow(rest):
        number, _, source = narrow(rest).partition("=")
        source = rest[len(number) + 1 :]
        talk.record(edit_operation(f"#{number.strip().lstrip('#')}={source}", talk.opened.assigned))
        return False
    answer = talk.answer(rest)
    _write(talk, EDIT + answer)
    return _edited(talk, answer)


def _editor(talk: Talk, rest: str) -> bool:
    """In the editor of the settings."""
    answer = talk.answer(rest)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfigError(message("an editor needs a terminal"))
    before = talk.opened.draft.text(EDIT + answer)
    text = _base(talk, answer) if before is None else before
    folder = made_folder(talk.desk, talk.opened.task_id)
    talk.record(["open", EDIT + answer, edited(talk.settings.editor, text, folder)])
    return _edited(talk, answer)


def _base(talk: Talk, answer: str) -> str:
    found = talk.opened.assigned.task.answer(answer)
    return found.text if found is not None else ""


def _edited(talk: Talk, answer: str) -> bool:
    if talk.opened.draft.text(EDIT + answer) in {None, _base(talk, answer)}:
        talk.record(["drop", EDIT + answer], ["row", "edit_reasons", answer, None])
        talk.tell(message("the edit changes nothing and was dropped"))
    elif any(item.kind == "edit" for item in talk.opened.assigned.instruments):
        ask_reasons(talk, answer)
    return False


def _comment(talk: Talk, rest: str) -> bool:
    if rest:
        said = text_from(rest, "comment") if rest.startswith("@") else rest
        talk.record(["open", COMMENT, said])
    else:
        _write(talk, COMMENT)
    return False


def _write(talk: Talk, text_id: str) -> None:
    """Take a text line by line; each is kept at once. Without any the text is dropped."""
    talk.tell(message("Type the whole text; a line with a dot alone ends it."))
    lines: list[str] = []
    while narrow(line := talk.line()) != END:
        # A line of dots alone has one more of them.
        lines.append(line[1:] if len(line) > 1 and not line.strip(END) else line)
        talk.record(["open", text_id, "\n".join(lines)])
    if not lines:
        talk.record(["drop", text_id])


ACTS: Acts = {"edit": _edit, "editor": _editor, "comment": _comment}
