"""The program on a lesson."""

from tutorcli.core.settings import Settings
from tutorcli.tui.actions import Keymap
from tutorcli.tui.app import TutorApp
from tutorcli.tui.learning import Lesson
from tutorcli.tui.screens.lesson import LessonScreen
from tutorcli.tui.sitting import Sitting
from tutorcli.tui.themes import Look


class LessonApp(TutorApp):
    """The program with a teacher on its screen."""

    def __init__(
        self, lesson: Lesson, sitting: Sitting, keymap: Keymap, look: Look, settings: Settings
    ) -> None:
        """``lesson`` goes on as its steps are done."""
        super().__init__(sitting, keymap, look, settings)
        self.annotate = LessonScreen(lesson, sitting, keymap, look, settings.editor)
