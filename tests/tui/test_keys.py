from tutorcli.tui.actions import Keymap
from tutorcli.tui.screens.keys import KeysApp


async def test_every_key_is_shown_and_escape_twice_ends() -> None:
    app = KeysApp(Keymap({}))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("1", "escape", "ctrl+q", "f5", "tab", "escape")
        assert app.is_running
        await pilot.press("escape")
    assert app.seen == ["1", "escape", "ctrl+q", "f5", "tab", "escape", "escape"]
