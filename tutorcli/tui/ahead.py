"""The next tasks, laid out while the tutor reads this one."""

from tutorcli.services.judging import Opened
from tutorcli.tui import texts
from tutorcli.tui.sitting import Sitting
from tutorcli.tui.widgets.answer_grid import AnswerGrid
from tutorcli.tui.widgets.column import Text

Texts = tuple[Text, list[Text]]
"""The prompt and the answers in the order shown."""


class Ahead:
    """Does a little at a time, so that no key waits for it."""

    def __init__(self, sitting: Sitting, prompt: AnswerGrid, grid: AnswerGrid) -> None:
        """Lay out for these two widgets."""
        self._sitting, self._prompt, self._grid = sitting, prompt, grid
        self._made: dict[str, tuple[Opened, Texts]] = {}

    def take(self, opened: Opened) -> Texts:
        """The texts of a task, those that were laid out ahead if there are any."""
        made = self._made.pop(opened.task_id, None)
        return made[1] if made is not None and made[0] is opened else _texts_of(opened)

    def step(self) -> bool:
        """Lay out one text, or load one task; False when nothing is left to do."""
        for _, (prompt, answers) in self._made.values():
            if self._prompt.prepare(prompt, 1):
                return True
            if any(self._grid.prepare(text, len(answers)) for text in answers):
                return True
        opened = self._sitting.prepare()
        if opened is not None:
            self._made[opened.task_id] = (opened, _texts_of(opened))
        return opened is not None


def _texts_of(opened: Opened) -> Texts:
    task = opened.assigned.task
    answers = {answer.id: answer for answer in task.answers}
    shown = [texts.answer_text(answers[answer]) for answer in opened.assigned.order]
    return texts.prompt_text(task), shown
