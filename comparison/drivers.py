"""Target-driven variance: whether scores differ by target more than by who probes and who judges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import product
from typing import NamedTuple

from pydantic import JsonValue

from comparison.agreement import panel_ratings
from comparison.gate import Gate, Outcome
from comparison.model import Verdicts
from stats.variance import Decomposition, Effect, Row, decompose

FACTORS = ("target", "prober", "judge", "scenario")
RIVALS: tuple[tuple[str, ...], ...] = (("judge",), ("target", "judge"), ("prober",), ("target", "prober"))
"""What the target must have more of the variance than. Scenarios may differ as much as they like: a matched
delta does not contain what they differ in."""


class Balanced(NamedTuple):
    """Ratings of every target by every judge with every prober, equally often on each scenario."""

    rows: tuple[Row, ...]
    scenarios: int
    left_out: tuple[str, ...]
    """Scenarios that lack a scored rating."""
    judges: tuple[str, ...]
    other_judges: tuple[str, ...]
    """Judges who do not judge with every prober and target, and so take no part."""


class _Key(NamedTuple):
    target: str
    prober: str
    judge: str
    scenario: str
    rep: int


def driver_gate(instrument: Sequence[Verdicts]) -> Gate:
    """Passes where the lower end of the target's η² is above the upper ends of those of judge and prober.

    Those of their pairs with the target count as well, since these are the part of judge and prober that
    changes who is better. What has one level alone cannot be tested.
    """
    balanced = balance(instrument)
    if not balanced.rows:
        return _untested("no scenario has a scored rating of every target by every judge and prober")
    found = decompose(balanced.rows)
    target = found.of("target")
    details = _details(found, balanced)
    if target is None or target.eta_squared is None:
        return _untested(found.note or "there is one target, and no other to tell it from", details)
    if target.interval is None:
        return _untested(found.note, details)
    rivals = [one for rival in RIVALS if (one := found.of(*rival)) is not None and one.interval is not None]
    outcome, why = _outcome(target, rivals, [name for name in ("judge", "prober") if name in found.left_out])
    highest = max((one.interval.high for one in rivals if one.interval is not None), default=None)
    return Gate(
        name="target-driven variance",
        outcome=outcome,
        value=target.eta_squared,
        interval=target.interval,
        threshold=highest,
        why=why,
        details=details,
    )


def balance(instrument: Sequence[Verdicts]) -> Balanced:
    """The ratings that make a balanced crossed design, as percent.

    Judges that do not occur with every prober and target are left out, and scenarios of which a rating in any
    rerun is unscored or missing. Reruns are those that all have; they are replicates.
    """
    taken: dict[_Key, float | None] = {}
    for verdicts in instrument:
        for rating in panel_ratings(verdicts.ratings):
            key = _Key(rating.target, rating.prober, rating.judge, rating.scenario, rating.rep)
            percent = None if rating.severity is None else verdicts.percent(rating.severity)
            taken[key] = percent if taken.get(key) is None else taken[key]
    targets, probers = {key.target for key in taken}, {key.prober for key in taken}
    settings: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for key in taken:
        settings[key.judge].add((key.target, key.prober))
    judges = sorted(judge for judge, of in settings.items() if len(of) == len(targets) * len(probers))
    reps = _common_reps(taken, judges)
    rows: list[Row] = []
    left_out = []
    scenarios = list(dict.fromkeys(key.scenario for key in taken))
    for scenario in scenarios:
        cells = [_Key(t, p, j, scenario, r) for t, p, j, r in product(targets, probers, judges, reps)]
        scored = [(cell, percent) for cell in cells if (percent := taken.get(cell)) is not None]
        if not cells or len(scored) < len(cells):
            left_out.append(scenario)
        else:
            rows += [Row({factor: getattr(cell, factor) for factor in FACTORS}, p) for cell, p in scored]
    return Balanced(
        rows=tuple(rows),
        scenarios=len(scenarios) - len(left_out),
        left_out=tuple(left_out),
        judges=tuple(judges),
        other_judges=tuple(sorted(settings.keys() - set(judges))),
    )


def _common_reps(taken: Iterable[_Key], judges: Sequence[str]) -> list[int]:
    """The reruns that every target, prober and judge has of some scenario."""
    of: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    for key in taken:
        if key.judge in judges:
            of[key.target, key.prober, key.judge].add(key.rep)
    return sorted(set.intersection(*of.values())) if of else []


def _outcome(target: Effect, rivals: Sequence[Effect], alone: Sequence[str]) -> tuple[Outcome, str]:
    assert target.interval is not None
    low = target.interval.low
    said = f"the target has {target.eta_squared:.2f} of the variance ({_between(target)})"
    above = [one for one in rivals if one.interval is not None and one.interval.high >= low]
    if above:
        named = ", ".join(f"{' × '.join(one.factors)} ({_between(one)})" for one in above)
        return "fail", f"{said}, which is not clearly more than {named}"
    if alone:
        tested = "" if len(alone) > 1 else f", more than the {'prober' if alone == ['judge'] else 'judge'}"
        return "not tested", f"{said}{tested}; there is one {' and one '.join(alone)}, and it takes two"
    return "pass", f"{said}, more than judge, prober and their pairs with it"


def _between(effect: Effect) -> str:
    assert effect.interval is not None
    return f"{effect.interval.low:.2f} to {effect.interval.high:.2f}"


def _details(found: Decomposition, balanced: Balanced) -> dict[str, JsonValue]:
    effects: list[JsonValue] = [
        {
            "effect": " × ".join(one.factors),
            "df": one.df,
            "eta_squared": one.eta_squared,
            "omega_squared": one.omega_squared,
            "ci": None if one.interval is None else list(one.interval),
        }
        for one in found.effects
    ]
    return {
        "effects": effects,
        "ratings": found.n,
        "replicates": found.replicates,
        "scenarios": balanced.scenarios,
        "scenarios_left_out": len(balanced.left_out),
        "judges": list(balanced.judges),
        "judges_left_out": list(balanced.other_judges),
        "one_level": list(found.left_out),
        "note": found.note,
    }


def _untested(why: str, details: dict[str, JsonValue] | None = None) -> Gate:
    return Gate(name="target-driven variance", outcome="not tested", why=why, details=details or {})
