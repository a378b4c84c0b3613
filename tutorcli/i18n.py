"""Translation of what a person reads on a screen.

English templates are the message ids, so that English needs no catalogue and loads none.
``scripts/catalogues.py`` collects the templates of ``message``, ``tr`` and ``ntr``.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from tutorcli.errors import Message

if TYPE_CHECKING:
    from collections.abc import Mapping
    from gettext import NullTranslations

ENGLISH = "en"
_LOCALE = Path(__file__).parent / "locale"
_CHINESE = ("hans", "cn", "sg", "my")

_catalogue: "NullTranslations | None" = None
_language = ENGLISH


def activate(language: str) -> str:
    """Choose the language of ``tr``, ``ntr`` and ``translate`` for this process.

    Args:
        language: A BCP-47 tag or the name of a POSIX locale: ``zh``, ``zh-Hans-CN``, ``zh_CN.UTF-8``.

    Returns:
        The name of the chosen catalogue, such as ``zh_Hans``; ``en`` where none fits.
    """
    global _catalogue, _language  # noqa: PLW0603 - one language a process, like the C library's
    _catalogue, _language = None, ENGLISH
    chosen = choose(language, available())
    if chosen == ENGLISH:
        return ENGLISH
    from gettext import GNUTranslations

    try:
        with (_LOCALE / chosen / "LC_MESSAGES" / "tutorcli.mo").open("rb") as file:
            _catalogue = GNUTranslations(file)
    except OSError:
        return ENGLISH
    _language = chosen
    return chosen


def language() -> str:
    """The name of the active catalogue: ``en``, ``zh_Hans``."""
    return _language


def available() -> tuple[str, ...]:
    """The languages that can be chosen: English, then the names of the catalogues, sorted."""
    found = sorted(path.name for path in _LOCALE.glob("*/") if (path / "LC_MESSAGES").is_dir())
    return (ENGLISH, *found)


def choose(language: str, names: tuple[str, ...]) -> str:
    """The name among ``names`` that serves ``language`` best; English where none does.

    A language is never served in another script: Traditional Chinese does not get Simplified.
    """
    tag = language.partition(".")[0].partition("@")[0]
    wanted = tag.replace("-", "_").casefold().split("_")
    if wanted[0] == "zh" and (len(wanted) == 1 or wanted[1] in _CHINESE):
        wanted = ["zh", "hans"]
    known = {name.casefold(): name for name in names}
    exact = known.get("_".join(wanted)) or known.get("_".join(wanted[:2])) or known.get(wanted[0])
    if exact or wanted[0] == "zh":
        return exact or ENGLISH
    near = (name for key, name in sorted(known.items()) if key.split("_")[0] == wanted[0])
    return next(near, ENGLISH)


def tr(text: str, /, **args: object) -> str:
    """``text`` in the active language, with ``args`` in its placeholders."""
    return translate(Message(text, args))


def ntr(one: str, many: str, n: int, /, **args: object) -> str:
    """The form of the active language for ``n`` things; ``{n}`` is filled in too."""
    if _catalogue is None:
        template = one if n == 1 else many
    else:
        template = _catalogue.ngettext(one, many, n)
    return _fill(template, one if n == 1 else many, {"n": n, **args})


def translate(what: Message) -> str:
    """``what`` in the active language; messages among its values are translated too."""
    # An empty id would fetch the catalogue's header.
    template = _catalogue.gettext(what.text) if _catalogue and what.text else what.text
    return _fill(template, what.text, what.args)


def _fill(template: str, english: str, args: "Mapping[str, object]") -> str:
    """A screen must not fall over a wrong placeholder: English then, and the bare template at last."""
    values = {
        name: translate(value) if isinstance(value, Message) else str(value)
        for name, value in args.items()
    }
    for text in (template, english):
        try:
            return text.format_map(values)
        except (LookupError, ValueError, AttributeError, TypeError):
            continue
    return english
