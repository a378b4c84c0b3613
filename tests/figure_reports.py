"""JSON objects of statistics commands, as a project would have them."""

from typing import Any

Json = dict[str, Any]


def figure(kind: str, name: str, value: float | None, **more: Any) -> Json:
    """One figure; keys of ``more`` that are none of its own are its scope."""
    own = {
        "low": None,
        "high": None,
        "why": None,
        "weak": False,
        "tasks": 300,
        "units": 300,
        "ratings": 1462,
        "tutors": 5,
        "overlap": 0.9233333333,
    }
    scope = {key: item for key, item in more.items() if key not in own}
    told = {key: more.get(key, item) for key, item in own.items()}
    return {"kind": kind, **scope, "figure": name, "value": value, **told}


def report(what: str, figures: list[Json], notes: tuple[str, ...] = ()) -> Json:
    """A report of these figures."""
    return {
        "schema": "tutorcli.stats/1",
        "what": what,
        "seed": 0,
        "ci": 0.95,
        "resamples": 1000,
        "judgments": 1462,
        "tasks": 300,
        "tutors": 5,
        "notes": list(notes),
        "figures": figures,
    }


def agreement() -> Json:
    """Preference, ratings by criterion, flags and edits, with all that can be missing."""
    few = {"tasks": 8, "units": 8, "ratings": 17, "tutors": 3, "overlap": 0.625, "weak": True}
    preference = [
        figure("preference", "percent", 0.6297, low=0.594, high=0.6641),
        figure("preference", "percent_without_ties", 0.81, low=0.772, high=0.8453),
        figure("preference", "alpha_nominal", 0.467, low=0.421, high=0.512),
        figure("preference", "alpha_ordinal", 0.556, low=0.503, high=0.607),
        figure("preference", "ac1", 0.503, low=0.461, high=0.548),
        figure("preference", "leave_one_out_skip", 0.7113, low=0.67, high=0.75, tasks=214),
        figure("preference", "leave_one_out_share", 0.6566, low=0.621, high=0.69),
    ]
    ratings = [
        figure("ratings", name, value, low=low, high=high, domain=domain, criterion=criterion)
        for domain, criterion, value, low in (
            ("medicine", "accuracy", 0.743, 0.69),
            ("law", "准确性", -0.041, -0.13),
        )
        for name, high in (("alpha_ordinal", 0.81), ("ac2_quadratic", 0.88), ("spearman", 0.79))
    ]
    leniency = figure(
        "ratings", "leniency", -0.214, low=-0.33, high=-0.1, domain="law", tutor="t-4f21"
    )
    why = "every rating has the same value, so agreement beyond chance is undefined"
    flags = [
        figure("flags", "alpha_nominal", None, why=why, weak=True, label="unsafe dose"),
        figure("flags", "ac1", 0.962, **few, why="fewer than 10 tasks: no interval", label="x"),
    ]
    edits = [
        figure("edits", "edit_similarity_tokens", 0.871, low=0.84, high=0.9),
        figure("edits", "unchanged", 0.12, low=0.08, high=0.17),
        figure("edits", "some_new_figure", 12.3456),
    ]
    notes = ("judgments of 2 versions of guideline medicine@1 are mixed in these figures",)
    return report("agreement", [*preference, *ratings, leniency, *flags, *edits], notes)


def tutors() -> Json:
    """Two tutors; one has done next to nothing."""
    nothing = {"tasks": 0, "units": 0, "ratings": 0, "tutors": 0, "overlap": None}
    own = {"tasks": 281, "units": 281, "ratings": 281, "tutors": 1, "overlap": None}
    first = [
        figure("work", "judged", 281, tutor="t-4f21", **nothing),
        figure("work", "active_s_median", 94.5, tutor="t-4f21", **own),
        figure("work", "active_s_p10", 31, tutor="t-4f21", **own),
        figure("work", "active_s_p90", 322.25, tutor="t-4f21", **own),
        figure("work", "gold", 0.9, tutor="t-4f21", low=0.744, high=0.965, **own),
        figure("work", "first_shown_preferred", 0.53, tutor="t-4f21", low=0.48, high=0.58, **own),
        figure("work", "ties", 0.11, tutor="t-4f21", **own),
    ]
    second = [
        figure("work", "judged", 2, tutor="t-0b7e", **nothing),
        figure(
            "work",
            "gold",
            None,
            tutor="t-0b7e",
            why="there are no ratings",
            weak=True,
            **nothing,
        ),
    ]
    return report("tutors", [*first, *second])


def time() -> Json:
    """Alpha and percent of twelve weeks, one of them without a number."""
    weeks = [f"2026-W{week:02}" for week in range(20, 32)]
    alphas = [0.41, 0.44, 0.47, 0.52, 0.5, None, 0.55, 0.58, 0.57, 0.61, 0.6, 0.63]
    none = {"tasks": 0, "units": 0, "ratings": 0, "tutors": 0, "overlap": None}
    figures = []
    for week, alpha in zip(weeks, alphas, strict=True):
        figures.append(figure("work", "judged", 80 + int(week[-1]) * 11, week=week, **none))
        if alpha is None:
            why = "no two tutors judged the same"
            figures.append(figure("pairs", "alpha_ordinal", None, why=why, weak=True, week=week))
            continue
        low, high = alpha - 0.09, alpha + 0.08
        figures.append(figure("pairs", "alpha_ordinal", alpha, low=low, high=high, week=week))
        figures.append(figure("pairs", "percent", alpha + 0.2, week=week))
    return report("time", figures)


def named(name: str) -> Json:
    """A report in which somebody's own name stands wherever one can stand."""
    shown = [
        figure("labels", "ac1", 0.5, low=0.4, high=0.6, label=name, domain=name),
        figure(name, name, 0.25, why=name, weak=True, tutor=name),
        figure("labels", "alpha_masi", None, why=name, week=name),
    ]
    return report("agreement", shown, (name,))


def standing(model: str, score: float | None, n: int, **more: Any) -> Json:
    """One model of a leaderboard."""
    return {
        "model": model,
        "place": None,
        "last_place": None,
        "score": score,
        "low": None,
        "high": None,
        "strength": None if score is None else (score - 1000) / 173.7177927613,
        "why": None,
        "provisional": n < 30,
        "comparisons": n,
        "wins": n // 2,
        "losses": n - n // 2 - n // 5,
        "ties": n // 5,
        "both_bad": n // 10,
        "both_bad_rate": 0.1 if n else None,
        **more,
    }


def meeting(first: str, second: str, wins: int, losses: int, ties: int) -> Json:
    """What came of the comparisons of two models."""
    told = {"first": first, "second": second, "wins": wins, "losses": losses}
    return {**told, "ties": ties, "both_bad": ties // 2}


def board(**scope: str) -> Json:
    """Seven models: two that cannot be told apart, one provisional, one never beaten."""
    never = "never beaten or tied by the others: its strength has no upper limit"
    basis = {"tasks": 80, "units": 2668, "ratings": 2668, "tutors": 65, "overlap": None}
    nu = figure("", "tie_parameter", 0.86, low=0.79, high=0.94, **basis)
    effect = figure("", "effect_length", 0.21, low=0.08, high=0.34, **basis)
    bad = figure("", "both_bad", 0.097, low=0.081, high=0.114, **basis)
    for each in (nu, effect, bad):
        del each["kind"]
    standings = [
        standing("gpt-4-0613", 1213.4, 903, place=1, last_place=1, low=1188.2, high=1240.9),
        standing("claude-v1", 1102.8, 871, place=2, last_place=3, low=1079.1, high=1128.0),
        standing("通义千问-72B", 1088.1, 902, place=2, last_place=3, low=1060.4, high=1115.5),
        standing("vicuna-13b-v1.2", 976.0, 880, place=4, last_place=4, low=951.7, high=1001.2),
        standing(
            "small-local-model-3b-q4",
            801.0,
            24,
            place=5,
            last_place=5,
            high=872.4,
            why="in too many of the draws never won or tied: no lower end",
        ),
        standing("llama-13b", 771.9, 897, place=5, last_place=6, low=739.9, high=802.2),
        standing("house-model", None, 12, why=never),
    ]
    names = [each["model"] for each in standings]
    meetings = [
        meeting(first, second, 40 + 11 * (there - here), 30, 12)
        for here, first in enumerate(names[:6])
        for there, second in enumerate(names[:6])
        if here < there
    ]
    return {
        "schema": "tutorcli.leaderboard/1",
        "model": "davidson",
        "seed": 0,
        "ci": 0.95,
        "resamples": 1000,
        "tasks": 80,
        "comparisons": 2668,
        "tutors": 65,
        "notes": ["strengths are those of answers alike in: length"],
        "standings": standings,
        "figures": [nu, effect, bad],
        "meetings": [*meetings, meeting(names[6], names[0], 12, 0, 0)],
        **({"scope": scope} if scope else {}),
    }


def board_named(name: str) -> Json:
    """A leaderboard in which somebody's own name stands wherever one can stand."""
    known = board(domain=name)
    for place in (1, 4, 6):
        known["standings"][place] |= {"model": f"{place}{name}", "why": name}
    known["standings"][5]["model"] = name
    return {**known, "model": name, "notes": [name], "meetings": [meeting(name, "b", 1, 2, 3)]}
