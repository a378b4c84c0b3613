"""Which model answers better: leaderboards of judgments, whole or by scope."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tutorcli.errors import ConfigError, Message, message, near
from tutorcli.stats.board import board, board_to_json
from tutorcli.stats.bootstrap import Sampling
from tutorcli.stats.parts import Parts
from tutorcli.stats.strengths import ModelKind
from tutorcli.stats.table import Source, Table, Window
from tutorcli.stats.versus import COVARIATES, KINDS, STYLE, comparisons, models_of

SCHEMA = "tutorcli.leaderboards/1"
BY = ("domain", "language", "batch")


@dataclass(frozen=True, slots=True)
class BoardAsk:
    """One question about models."""

    by: tuple[str, ...] = ()
    """Words of `BY`, and at most one key of the provenance of answers, such as ``licence``: then its
    values are compared in place of the models."""
    model: ModelKind = "davidson"
    control: tuple[str, ...] = ()
    """Of `COVARIATES`: what is taken out of the strengths."""
    window: Window = field(default_factory=Window)
    sampling: Sampling = field(default_factory=Sampling)


def check(ask: BoardAsk) -> None:
    """Make sure that a question can be answered.

    Raises:
        ConfigError: A word stands twice, there are two tags, or a covariate is unknown.
    """
    if len(_tags(ask)) > 1:
        tags = ", ".join(_tags(ask))
        raise ConfigError(
            message("--by takes one tag of models, not {tags}", tags=tags),
            hint=message("words: {words}", words=", ".join(BY)),
        )
    for name, words in (("by", ask.by), ("control", ask.control)):
        if len(set(words)) < len(words):
            raise ConfigError(message("--{flag} names a word twice", flag=name))
    for word in ask.control:
        if word not in COVARIATES:
            guess = near(word, COVARIATES)
            raise ConfigError(
                message('--control cannot be "{word}"', word=word),
                hint=message('did you mean "{guess}"?', guess=guess)
                if guess
                else message("words: {words}", words=", ".join(COVARIATES)),
            )


def boards(source: Source, ask: BoardAsk) -> dict[str, Any]:
    """The leaderboards that a question asks for, as a JSON object.

    Raises:
        ConfigError: As `check`.
    """
    check(ask)
    table = Table(source, ask.window)
    tag = next(iter(_tags(ask)), None)
    style = [name for name in ask.control if name in STYLE]
    models = models_of(table, tag, style)
    found = []
    for part in Parts(table, tuple(word for word in ask.by if word in BY)).each(KINDS):
        of_part = comparisons(part, models, ask.control)
        if len(of_part):
            made = board(of_part, ask.model, ask.sampling, with_covariates=ask.control)
            found.append(board_to_json(made) | ({"scope": dict(part.scope)} if part.scope else {}))
    return {
        "schema": SCHEMA,
        "boards": found,
        "notes": [str(note) for note in _notes(table, models.names, tag, has_any=bool(found))],
    }


def _tags(ask: BoardAsk) -> list[str]:
    return [word for word in ask.by if word not in BY]


def _notes(
    table: Table, names: tuple[str, ...], tag: str | None, *, has_any: bool
) -> Iterator[Message]:
    if has_any:
        return
    if not len(table):
        yield message("there are no judgments that count")
    elif not names and tag is not None:
        yield message(
            'no answer of a judged task has "{tag}" in its provenance; words: {words}',
            tag=tag,
            words=", ".join(BY),
        )
    elif not names:
        yield message("of no answer of a judged task is the model known here")
    else:
        yield message("no tutor compared answers of two models")
