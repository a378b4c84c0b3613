"""Reports of a team of seven tutors: what `stats tutors`, `gold`, `bias` and `time` say of them."""

from tests.figure_reports import Json, figure, report

TUTORS = (
    "t2",
    "t10",
    "0198c3d2-7a41-7c11-9a3e-5b1f0c2d9af1",
    "0198c3d2-7a41-7c11-9a3e-5b1f0c2d9af2",
    "王医生",
    "t1",
    "t3",
)
NO_GOLD = "this tutor judged no task of which it is known what is right"
NO_TIME = "the active time was not recorded"
NO_REPEATS = "this tutor was given no task twice"
WHY = {"too_fast": NO_TIME, "self_agreement": NO_REPEATS}
FEW = "fewer than 10 tasks: no interval"
_OWN = {"tutors": 1, "overlap": None}


def _share(kind: str, name: str, value: float | None, n: int, **scope: str) -> Json:
    """A share of n tasks with an interval that is wider the fewer they are."""
    basis = {"tasks": n, "units": n, "ratings": n, **_OWN, "weak": n < 20}
    if value is None:
        return figure(kind, name, None, **basis, why=WHY.get(name, NO_GOLD), **scope)
    half = round(0.9 * n**-0.5, 4)
    low, high = max(value - half, 0), min(value + half, 1)
    if n < 10:
        return figure(kind, name, value, **basis, why=FEW, **scope)
    return figure(kind, name, value, low=low, high=high, **basis, **scope)


def _seconds(name: str, value: float | None, n: int, **scope: str) -> Json:
    basis = {"tasks": n, "units": n, "ratings": n, **_OWN, "weak": value is None}
    return figure("work", name, value, **basis, why=None if value else NO_TIME, **scope)


def tutors() -> Json:
    """One tutor has done little, one has no times, three have judged gold tasks."""
    found: list[Json] = []
    for place, tutor in enumerate(TUTORS):
        n = (281, 412, 300, 154, 96, 7, 218)[place]
        agrees, gold = 0.81 - 0.07 * place, (0.9, None, 0.75, None, 0.5, None, None)[place]
        time = None if place == 2 else 94.5 + 20 * place
        found += [figure("work", "judged", n, tutor=tutor)]
        counts = {"skips": place, "referrals": 3, "bad_tasks": 0, "given_up": 0, "conflicts": 1}
        found += [
            figure("work", name, k if place % 2 else 0, tutor=tutor) for name, k in counts.items()
        ]
        for part, factor in (("median", 1), ("p10", 0.3), ("p90", 2.5)):
            value = None if time is None else time * factor
            found.append(_seconds(f"active_s_{part}", value, n, tutor=tutor))
        found += [
            _share("work", "too_fast", None if time is None else 0.02 * place, n, tutor=tutor),
            _share("work", "unread", 0.1 * (place == 3), n, tutor=tutor),
            _share("work", "edits", 0.33, n, tutor=tutor),
            _share("pairs", "agreement_with_others", agrees, n, tutor=tutor),
            _share("work", "ties", 0.12 + 0.01 * place, n, tutor=tutor),
            _share("work", "self_agreement", None if place % 2 else 0.88, 24, tutor=tutor),
            _share("gold", "gold", gold, 30 if gold else 0, tutor=tutor),
            _share("gold", "gold_tasks", gold and gold - 0.1, 30 if gold else 0, tutor=tutor),
        ]
    return report("tutors", [*found, *_by_criterion()])


def _by_criterion() -> list[Json]:
    return [
        figure("ratings", name, value, low=value - 0.05, high=value + 0.05, **scope)
        for place, tutor in enumerate(TUTORS[:6])
        for criterion in ("accuracy", "准确性")
        for name, value in (
            ("agreement_with_others", 0.9 - 0.06 * place),
            ("leniency", 0.04 * place - 0.02),
            ("spread", 1 + 0.01 * place),
        )
        for scope in [{"tutor": tutor, "criterion": criterion}]
    ]


def gold() -> Json:
    """Three of the seven have judged gold tasks, one of them few."""
    found = []
    for place, tutor in enumerate(TUTORS):
        value, n = ((0.9, 60), (None, 0), (0.75, 30), (None, 0), (0.5, 8))[min(place, 4)]
        value, n = (None, 0) if place > 4 else (value, n)
        found += [
            _share("gold", "gold", value, n, tutor=tutor),
            _share("gold", "gold_tasks", value and value - 0.25, n, tutor=tutor),
        ]
    return report("gold", found)


def bias() -> Json:
    """All, then each: one prefers what is shown first."""
    found = []
    for place, tutor in enumerate((None, *TUTORS)):
        scope = {} if tutor is None else {"tutor": tutor}
        n = 900 if tutor is None else 120 if place < 7 else 6
        first = 0.71 if place == 2 else 0.51
        found += [
            _share("bias", "first_shown_preferred", first, n, **scope),
            _share("bias", "longer_preferred", 0.55 + 0.03 * place, n, **scope),
            _share("bias", "ties", 0.1, n, **scope),
        ]
    return report("bias", found)


def weeks() -> Json:
    """Four weeks, the last one too short for agreement; ratings of one criterion; drifts."""
    found = []
    for place in range(4):
        week = f"2026-W{place + 8:02}"
        found += [
            figure("work", "judged", 80 + 31 * place, week=week),
            figure("work", "tutors_at_work", 5 + place, week=week),
            *(
                _seconds(f"active_s_{part}", value + place, 80, week=week)
                for part, value in (("median", 94.5), ("p10", 31.2), ("p90", 322.25))
            ),
        ]
        if place == 3:
            continue
        for kind, name, value, scope in (
            ("pairs", "percent", 0.62, {}),
            ("pairs", "alpha_ordinal", 0.44, {}),
            ("ratings", "alpha_ordinal", 0.81, {"criterion": "accuracy"}),
        ):
            told = value + 0.02 * place
            found.append(
                figure(kind, name, told, low=told - 0.06, high=told + 0.05, week=week, **scope)
            )
    drifts: tuple[tuple[str, str, float, dict[str, str]], ...] = (
        ("pairs", "percent_drift", 0.031, {}),
        ("pairs", "alpha_ordinal_drift", -0.012, {}),
        ("ratings", "alpha_ordinal_drift", 0.14, {"criterion": "accuracy"}),
    )
    found += [
        figure(kind, name, value, low=value - 0.04, high=value + 0.05, **scope)
        for kind, name, value, scope in drifts
    ]
    return report("time", found)
