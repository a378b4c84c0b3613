"""What each figure is called on a screen, in which unit it stands, and from where to where it goes."""

import re
from dataclasses import dataclass
from enum import StrEnum

from tutorcli.core.text import short_line
from tutorcli.errors import Message, message


class Unit(StrEnum):
    """How a number is written."""

    COEFFICIENT = "coefficient"
    """From -1 to 1; 1 is full agreement."""
    SHARE = "share"
    """From 0 to 1, written in percent."""
    CHANGE = "change"
    """Of a share, from -1 to 1, written in percent."""
    SECONDS = "seconds"
    SCORE = "score"
    """Points of a leaderboard; 1000 is the mean."""
    COUNT = "count"
    NUMBER = "number"
    """Anything else: points of a scale, ratios."""


@dataclass(frozen=True, slots=True)
class FigureName:
    """How a figure is shown."""

    label: Message
    unit: Unit

    @property
    def ends(self) -> tuple[float, float] | None:
        """What the ends of its bar mean; None: it has no bar."""
        return _ENDS.get(self.unit)


_ENDS = {Unit.COEFFICIENT: (-1.0, 1.0), Unit.SHARE: (0.0, 1.0), Unit.CHANGE: (-1.0, 1.0)}


def _coefficient(label: Message) -> FigureName:
    return FigureName(label, Unit.COEFFICIENT)


def _share(label: Message) -> FigureName:
    return FigureName(label, Unit.SHARE)


def _seconds(label: Message) -> FigureName:
    return FigureName(label, Unit.SECONDS)


def _count(label: Message) -> FigureName:
    return FigureName(label, Unit.COUNT)


def _number(label: Message) -> FigureName:
    return FigureName(label, Unit.NUMBER)


_AGREEMENT: dict[str, FigureName] = {
    "percent": _share(message("Agreement")),
    "percent_without_ties": _share(message("Agreement without ties")),
    "alpha_nominal": _coefficient(message("Alpha, nominal")),
    "alpha_ordinal": _coefficient(message("Alpha, ordinal")),
    "alpha_interval": _coefficient(message("Alpha, interval")),
    "alpha_ratio": _coefficient(message("Alpha, ratio")),
    "ac1": _coefficient(message("AC1")),
    "ac2_linear": _coefficient(message("AC2, linear")),
    "ac2_ordinal": _coefficient(message("AC2, ordinal")),
    "ac2_quadratic": _coefficient(message("AC2, quadratic")),
    "kappa": _coefficient(message("Kappa")),
    "kappa_linear": _coefficient(message("Kappa, linear")),
    "kappa_quadratic": _coefficient(message("Kappa, quadratic")),
    "fleiss_kappa": _coefficient(message("Kappa of Fleiss")),
    "leave_one_out_skip": _share(message("With majority, ties out")),
    "leave_one_out_share": _share(message("With majority, ties split")),
    "kendall_w": _coefficient(message("Kendall's W")),
    "tau_b": _coefficient(message("Kendall's tau-b")),
    "top1": _share(message("Same best answer")),
    "alpha_ordinal_pairs": _coefficient(message("Alpha of pairs, ordinal")),
    "accept_line_percent": _share(message("Accept line, agreement")),
    "accept_line_alpha": _coefficient(message("Accept line, alpha")),
    "spearman": _coefficient(message("Spearman's rho")),
    "mean_difference": _number(message("Mean difference")),
    "leniency": _number(message("Leniency")),
    "spread": _number(message("Spread")),
    "positive_agreement": _share(message("Positive agreement")),
    "alpha_masi": _coefficient(message("Alpha of sets, MASI")),
    "alpha_jaccard": _coefficient(message("Alpha of sets, Jaccard")),
    "pair_agreement": _share(message("Agreement of pairs")),
    "f1_met": _share(message("F1 of met")),
    "f1_not_met": _share(message("F1 of not met")),
    "f1_balanced": _share(message("F1, balanced")),
    "rubric_score": _share(message("Rubric score")),
    "rubric_score_difference": _share(message("Difference of rubric scores")),
    "span_exact_f1": _share(message("Spans, exact F1")),
    "span_overlap_f1": _share(message("Spans, overlap F1")),
    "span_severity": _share(message("Spans, same severity")),
    "span_any_alpha": _coefficient(message("Spans, any marked, alpha")),
    "steps_exact": _share(message("Steps, same label")),
    "steps_within_one": _share(message("Steps, within one")),
    "first_error": _share(message("Same first error")),
    "edit_similarity_tokens": _share(message("Similarity by word")),
    "edit_similarity_characters": _share(message("Similarity by character")),
    "edit_distance_tokens": _share(message("Distance by word")),
    "edit_distance_characters": _share(message("Distance by character")),
    "exact_match": _share(message("Same edit")),
    "unchanged": _share(message("Left unchanged")),
}

_TUTORS: dict[str, FigureName] = {
    "judged": _count(message("Judged")),
    "active_s_median": _seconds(message("Active time, median")),
    "active_s_p10": _seconds(message("Active time, fastest tenth")),
    "active_s_p90": _seconds(message("Active time, slowest tenth")),
    "agreement_with_others": _share(message("Agrees with the others")),
    "gold": _share(message("As the gold says")),
    "gold_tasks": _share(message("Gold tasks all right")),
    "self_agreement": _share(message("Agrees with themself")),
    "ties": _share(message("Ties")),
    "skips": _count(message("Skipped")),
    "referrals": _count(message("Referred")),
    "bad_tasks": _count(message("Called bad tasks")),
    "given_up": _count(message("Given up")),
    "conflicts": _count(message("Conflicts of interest")),
    "tutors_at_work": _count(message("Tutors at work")),
    "too_fast": _share(message("Faster than reading")),
    "unread": _share(message("Not read to the end")),
    "edits": _share(message("Edited")),
    "first_shown_preferred": _share(message("Prefers the first shown")),
    "longer_preferred": _share(message("Prefers the longer")),
}

_BOARD: dict[str, FigureName] = {
    "tie_parameter": _number(message("Tie parameter")),
    "both_bad": _share(message("Neither acceptable")),
    "effect_position": _number(message("Effect of the place shown")),
    "effect_length": _number(message("Effect of length")),
    "effect_lists": _number(message("Effect of lists")),
    "effect_headings": _number(message("Effect of headings")),
    "effect_bold": _number(message("Effect of bold")),
}

NAMES = _AGREEMENT | _TUTORS | _BOARD
_DRIFT = "_drift"

TITLES = {
    "agreement": message("Agreement between tutors"),
    "tutors": message("Tutors"),
    "bias": message("Bias"),
    "gold": message("Gold tasks"),
    "time": message("Over time"),
}
"""Of the reports."""

KINDS = {
    "preference": message("Preference"),
    "pairs": message("Pairs of answers"),
    "ranking": message("Ranking"),
    "ratings": message("Ratings"),
    "flags": message("Flags"),
    "labels": message("Labels"),
    "rubric": message("Rubric criteria"),
    "spans": message("Spans"),
    "steps": message("Steps"),
    "edits": message("Edits"),
    "work": message("Work"),
    "gold": message("Gold tasks"),
    "bias": message("Bias"),
    "time": message("Over time"),
}
"""Ways of judging, and what is told of a tutor."""

SCOPES = {
    "domain": message("domain"),
    "language": message("language"),
    "criterion": message("criterion"),
    "batch": message("batch"),
    "task": message("task"),
    "gold": message("gold task"),
    "others": message("tutor against the others"),
    "tutor": message("tutor"),
    "other": message("other tutor"),
    "guideline": message("guideline"),
    "protocol": message("protocol"),
    "label": message("label"),
    "severity": message("severity"),
    "week": message("week"),
    "model": message("model"),
}
"""Keys of a scope."""

_LONGEST = 1000
"""Characters of a sentence, or of a name that is none of ours."""
SENTENCES = (
    message("fewer than {n} tasks: no interval"),
    message("more than {n} models: no strengths"),
    message("more than {n} models: no interval"),
    message("strengths are those of answers alike in: {names}"),
    message("more than {n} pairs of answers"),
    message("more than {n} distinct sets of labels"),
    message("no two tutors rated {n} of the same with more than one value"),
    message("no chain of wins or ties connects it with {models}"),
    message("like {models} never beaten or tied by the others: no upper limit"),
    message("like {models} never won or tied against the others: no lower limit"),
    message("{models} and {n} more"),
    message(
        'judgments by {n} versions of {name} "{document}" are taken together; apart: --by {name}'
    ),
    message('no answer of a judged task has "{tag}" in its provenance; words: {words}'),
    message("{n} arrivals or rulings are not counted yet"),
    message("judged by one tutor alone: {n} of {all} tasks"),
    message("judgments that put their task aside (skipped, given up, ...): {n}"),
    message("repeats, which count for self-agreement alone: {n}"),
    message("judged tasks of which the text that was judged is not here: {n}"),
    message("figures of agreement that rest on too little: {n} of {all}"),
)
"""What the statistics say with values in it: the JSON holds the English sentence alone."""


def name_of(figure: str) -> FigureName:
    """How a figure is shown; one that is not known by its own name, a drift by what drifts."""
    if figure in NAMES:
        return NAMES[figure]
    if figure.endswith(_DRIFT):
        drifts = name_of(figure.removesuffix(_DRIFT))
        unit = Unit.CHANGE if drifts.unit is Unit.SHARE else drifts.unit
        return FigureName(message("Drift: {figure}", figure=drifts.label), unit)
    return _number(as_it_is(figure))


def title_of(what: str) -> Message:
    """What a report is called."""
    return TITLES.get(what) or as_it_is(what)


def kind_of(kind: str) -> Message:
    """What a way of judging is called."""
    return KINDS.get(kind) or as_it_is(kind)


def scope_of(key: str) -> Message:
    """What a key of a scope is called."""
    return SCOPES.get(key) or as_it_is(key)


def sentence(text: str, *, holds_others: bool = True) -> Message:
    """A sentence of the JSON object as a message that can be translated again.

    Args:
        text: The English sentence, which may hold names.
        holds_others: Whether what stands in it may be a sentence as well.
    """
    for known in SENTENCES if len(text) <= _LONGEST else ():
        names = re.findall(r"{(\w+)}", known.text)
        parts = map(re.escape, re.split(r"{\w+}", known.text))
        found = re.fullmatch("(.+?)".join(parts), text, re.DOTALL)
        if found:
            inside = found.groups()
            told = [
                sentence(part, holds_others=False) if holds_others else short_line(part, _LONGEST)
                for part in inside
            ]
            return Message(known.text, dict(zip(names, told, strict=True)))
    if set(text) & set("{}"):
        return Message("{text}", {"text": short_line(text, _LONGEST)})
    return Message(short_line(text, _LONGEST), {})


def number(value: float, unit: Unit, *, is_brief: bool = False) -> str:
    """The number as it is read: ``0.743``, ``63.0%``, ``12.5 s``, ``412``; never ``-0``.

    A brief one is ``0.74``, ``63%``, ``12 s``; a share that is not quite 0 or 1 stays apart from
    them: ``<1%``, ``>99%``.
    """
    text = _brief(value, unit) if is_brief else _exact(value, unit)
    return text if text.strip("-0.% s") else text.removeprefix("-")


def _brief(value: float, unit: Unit) -> str:
    match unit:
        case Unit.COEFFICIENT:
            return f"{value:.2f}"
        case Unit.NUMBER:
            return f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"
        case Unit.SHARE:
            if 0 < value < 0.005:
                return "<1%"
            return ">99%" if 0.995 <= value < 1 else f"{value * 100:.0f}%"
        case Unit.SECONDS:
            return f"{value:.1f} s" if abs(value) < 10 else f"{value:.0f} s"
    return _exact(value, unit)


def _exact(value: float, unit: Unit) -> str:
    match unit:
        case Unit.COEFFICIENT:
            return f"{value:.3f}"
        case Unit.SHARE | Unit.CHANGE:
            return f"{value * 100:.1f}%"
        case Unit.SECONDS:
            return f"{value:.1f} s" if abs(value) < 100 else f"{value:.0f} s"
        case Unit.SCORE:
            return f"{value:.0f}"
        case Unit.COUNT:
            return f"{value:.0f}" if float(value).is_integer() else f"{value:.1f}"
        case Unit.NUMBER:
            return f"{value:.3f}" if abs(value) < 100 else f"{value:.1f}"


def as_it_is(name: str) -> Message:
    """A word that has no translation: ``_`` as a blank."""
    return Message("{name}", {"name": short_line(name, _LONGEST).replace("_", " ")})
