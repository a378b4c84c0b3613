"""How well the words of a theme stand out from what is behind them."""

from rich.style import Style

from tutorcli.tui.themes import Look

AA, AAA = 4.5, 7.0
"""The least ratios for text, WCAG 2.2, success criteria 1.4.3 and 1.4.6."""

_LINES = frozenset({"text.table_rule", "chrome.rule", "text.background"})
"""Roles that carry no words."""


def linear(colour: str) -> tuple[float, float, float]:
    """Red, green and blue of a colour ``#rrggbb`` as amounts of light, each from 0 to 1.

    Source:
        IEC 61966-2-1 (sRGB), as WCAG 2.2 quotes it.
    """
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return red, green, blue


def luminance(colour: str) -> float:
    """How light a colour looks.

    Args:
        colour: ``#rrggbb``.

    Returns:
        From 0 for black to 1 for white, no unit.

    Source:
        WCAG 2.2, "relative luminance".
    """
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours ``#rrggbb``, from 1 to 21.

    Source:
        WCAG 2.2, "contrast ratio".

    >>> round(contrast("#777777", "#ffffff"), 2)
    4.48
    """
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def ratios(look: Look) -> dict[str, float]:
    """The contrast of every role that carries words with its own background.

    Roles in the terminal's own colours are left out: only the terminal knows what they are.
    """
    found = {
        role: ratio
        for role, style in look.styles()
        if role not in _LINES and (ratio := _ratio(style)) is not None
    }
    colours = look.colours
    for role, words, ground in (
        ("chrome.selection", "text", "selection"),
        ("chrome.cursor", "background", "cursor"),
    ):
        pair = colours.get(words, ""), colours.get(ground, "")
        if all(colour.startswith("#") for colour in pair):
            found[role] = contrast(*pair)
    return found


def faint(look: Look, least: float = AA) -> dict[str, float]:
    """The roles whose contrast is below ``least``, with their ratios."""
    return {role: ratio for role, ratio in ratios(look).items() if ratio < least}


def _ratio(style: Style) -> float | None:
    colours = (style.color, style.bgcolor)
    if any(colour is None or colour.triplet is None for colour in colours):
        return None
    words, ground = (colour.triplet.hex for colour in colours if colour and colour.triplet)
    return contrast(words, ground)
